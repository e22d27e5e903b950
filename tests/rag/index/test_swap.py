"""Questions in flight while the corpus is swapped: each is answered from one generation."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from rag.assistant import Assistant
from rag.index.library import Library
from rag.index.store import update
from rag.models.cross_encoder import CrossEncoder
from rag.models.embedder import MiniLM
from rag.types import Answer, Message

UPDATES = 30
QUESTIONS = ("What do junior AI engineers earn in Europe?", "And senior ones?")


def pay(version: int) -> str:
    """Juniors' pay and seniors' pay tell the version."""
    return (
        "# Pay of AI engineers\n\n"
        f"Junior AI engineers in Europe earn €{100 + version},000 a year.\n\n"
        f"Senior AI engineers in Europe earn €{200 + version},000 a year.\n"
    )


def write(corpus: Path, version: int) -> None:
    (corpus / "pay.md").write_text(pay(version), encoding="utf-8")
    (corpus / f"{version}.md").write_text(f"# Number {version}\n\nOnly here.\n", encoding="utf-8")
    (corpus / f"{version - 1}.md").unlink(missing_ok=True)


def test_an_answer_cites_a_generation_that_was_live_while_it_was_asked(
    tmp_path: Path, minilm: MiniLM, reading: CrossEncoder
) -> None:
    corpus, store = tmp_path / "corpus", tmp_path / "store"
    corpus.mkdir()
    write(corpus, 0)
    _, generation = update(corpus, store=store, embedder=minilm)
    assistant = Assistant(Library(generation), minilm, reading, corpus=corpus, store=store)
    begun = live = 0
    stop = threading.Event()
    found: list[tuple[int, int, Answer]] = []
    broken: list[BaseException] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                for turns in (QUESTIONS[:1], QUESTIONS):
                    messages = [Message(role="user", content=turn) for turn in turns]
                    before = live
                    answer = assistant.answer(messages)
                    found.append((before, begun, answer))
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for begun in range(1, UPDATES + 1):
        write(corpus, begun)
        assistant.refresh()
        live = begun
    stop.set()
    for thread in threads:
        thread.join()
    assert broken == []
    cited: set[int] = set()
    for before, after, answer in found:
        figures = re.findall(r"€(\d{3}),000", answer.text)
        (version,) = {int(figure) % 100 for figure in figures}
        assert before <= version <= after
        assert answer.citations
        assert all(c.quote == pay(version)[c.start : c.end] for c in answer.citations)
        cited.add(version)
    assert len(cited) > 5
    assert [d.path for d in assistant.library.heads] == [f"{UPDATES}.md", "pay.md"]
