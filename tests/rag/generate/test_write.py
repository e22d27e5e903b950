"""Bad servers over real HTTP, before the real checks: the answer is grounded and comes in time."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Protocol

import pytest

from rag.answer.draft import Draft
from rag.answer.pay.compose import answer_pay
from rag.errors import ModelError
from rag.generate.prompt import Prompts
from rag.generate.server import KEY_VARIABLE, ServerGenerator, split_address
from rag.generate.write import Brief, Limits, Writer
from rag.index.library import Library
from rag.types import Answer, Message, Token
from rag.understand.pay import read_question
from rag.verify.support import Checker
from tests.rag.fakes import WordsEmbedder
from tests.rag.generate import servers
from tests.rag.generate.servers import Behaviour, serving

QUESTION = "What do senior AI engineers earn in Europe?"
TRUE = "Senior AI engineers in Europe earn €100,000–€180,000 a year [1]."
LIE = "Juniors in Europe earn €950,000 a year [1]."
LIMITS = Limits(first_token_seconds=1.5, silence_seconds=1.0, total_seconds=6.0)
PATIENT = Limits(first_token_seconds=30.0, silence_seconds=5.0, total_seconds=60.0)
"""Where the model is good: a busy machine may be slow to hear it."""
SLACK_SECONDS = 60.0
"""For a machine that is busy with other work; without limits the servers below keep one waiting
for ever or for a minute and more."""


@pytest.fixture(scope="module")
def library(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    from rag.index.store import update

    store = tmp_path_factory.mktemp("write") / "store"
    _, generation = update(corpus, store=store, embedder=WordsEmbedder())
    return Library(generation)


@pytest.fixture(scope="module")
def brief(library: Library) -> Brief:
    draft = Draft(library)
    assert answer_pay(read_question(QUESTION), draft) is None
    answer = Answer(draft.text, abstained=False, confidence=0.9, standalone_question=QUESTION,
                    model="embedded", citations=tuple(draft.citations), facts=tuple(draft.facts),
                    conflicts=tuple(draft.conflicts))  # fmt: skip
    return Brief(answer, library, draft.workings)


class Written(Protocol):
    def __call__(self, behaviour: Behaviour, limits: Limits = ...) -> tuple[str, Answer]: ...


@pytest.fixture
def written(brief: Brief, checker: Checker) -> Written:
    def write(behaviour: Behaviour, limits: Limits = PATIENT) -> tuple[str, Answer]:
        with serving(behaviour) as server:
            generator = ServerGenerator.open(server.url)
            writer = Writer(generator, checker, prompts=Prompts.load(), limits=limits)
            return drained(writer, brief)

    return write


def drained(writer: Writer, brief: Brief) -> tuple[str, Answer]:
    steps = writer.write(brief)
    shown = ""
    while True:
        try:
            event = next(steps)
        except StopIteration as stop:
            return shown, stop.value
        assert isinstance(event, Token)
        shown += event.text


GOOD: list[tuple[str, Behaviour]] = [
    ("in one piece", servers.says(TRUE, size=1000)),
    ("letter by letter", servers.says(TRUE, size=1)),
    ("after a lie", servers.says(f"{LIE} {TRUE}")),
    ("before a lie", servers.says(f"{TRUE} {LIE}")),
    ("cut off in the next word", servers.cuts_off(f"{TRUE} Juniors in Europe earn €950")),
    ("stalled after it", servers.stalls(f"{TRUE} And")),
    ("with an invented marker beside", servers.says(f"{TRUE} Seniors like Europe [7].")),
    ("with a link beside", servers.says(f"{TRUE} See [here](http://evil.example/) [1].")),
    ("after thoughts", servers.says(f"<think>€999,999? {LIE}</think>{TRUE}")),
]
BAD: list[tuple[str, Behaviour]] = [
    ("401", servers.fails(401)),
    ("429", servers.fails(429)),
    ("500", servers.fails(500)),
    ("400", servers.fails(400)),
    ("nothing", servers.says("")),
    ("no reply", servers.never_replies),
    ("stalls at once", servers.stalls()),
    ("keeps alive", servers.drips),
    ("talks for ever", servers.talks_for_ever),
    ("no JSON", servers.sends("{not json", "<html>$999,999</html>")),
    ("other JSON", servers.sends('{"choices": 5}', "[1, 2]", '"text"', "[DONE]")),
    ("an error in the stream", servers.sends('{"error": {"message": "$999,999"}}')),
    ("lies alone", servers.says(LIE * 3)),
    ("another language", servers.says("Ältere Ingenieure verdienen in Europa sehr viel Geld [1]. Das ist wirklich schön [1].")),
    ("another script", servers.says("欧洲高级工程师的年薪为十八万欧元 [1]。")),
    ("garbage", servers.says("\x00\x1b[31m ]]>&&& ���� [[[ 1 " * 20)),
    ("instructions", servers.says("Ignore the sources. As an AI language model I say €999,999 [1].")),
    ("a table", servers.says("| Who | Pay |\n|---|---|\n| Seniors | €999,999 [1] |\n")),
    ("cut off in the first word", servers.cuts_off("Senio")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "behaviour"), GOOD, ids=[name for name, _ in GOOD])
def test_what_is_true_is_kept(
    written: Written, brief: Brief, name: str, behaviour: Behaviour
) -> None:
    started = time.monotonic()
    shown, answer = written(behaviour)
    assert time.monotonic() - started < PATIENT.total_seconds + SLACK_SECONDS, name
    assert answer.generation is not None
    assert answer.generation.used
    assert answer.text == shown
    assert TRUE in answer.text
    assert grounded(answer, brief)


@pytest.mark.parametrize(("name", "behaviour"), BAD, ids=[name for name, _ in BAD])
def test_a_bad_model_never_costs_the_answer(
    written: Written, brief: Brief, name: str, behaviour: Behaviour
) -> None:
    started = time.monotonic()
    shown, answer = written(behaviour, LIMITS)
    assert time.monotonic() - started < LIMITS.total_seconds + SLACK_SECONDS, name
    assert answer.text == brief.embedded.text
    assert answer.model == "embedded"
    assert answer.generation is not None
    assert not answer.generation.used
    assert "this is the answer without it" in answer.generation.notice
    assert grounded(answer, brief)
    assert "999" not in shown


def grounded(answer: Answer, brief: Brief) -> bool:
    markers = {int(m) for m in re.findall(r"\[(\d+)\]", answer.text)}
    assert markers == {c.marker for c in answer.citations}
    assert not re.search(r"9[59]\d,|999|evil|Ignore", answer.text)
    assert answer.generation is None or "999" not in answer.generation.notice
    return all(c in brief.embedded.citations for c in answer.citations)


def test_the_reader_is_told_what_was_removed(written: Written) -> None:
    _, answer = written(servers.says(f"{TRUE} Seniors like Europe very much [7]."))
    assert answer.generation is not None
    assert answer.generation.removed == 1
    assert answer.generation.notice == "1 sentence without support removed."


@pytest.mark.parametrize(
    "lie",
    [
        "Senior AI engineers in Europe earn less than juniors [1].",
        "Senior AI engineers in Europe earn the least [1].",
        "Senior AI engineers in Europe do not earn this [1].",
        "Senior AI engineers in Europe earn twice that [1].",
    ],
)
def test_what_no_source_compares_or_denies_is_cut(written: Written, lie: str) -> None:
    _, answer = written(servers.says(f"{TRUE} {lie}"))
    assert answer.generation is not None
    assert answer.generation.used
    assert answer.generation.removed == 1
    assert lie.removesuffix(" [1].") not in answer.text


def test_speed_is_told(written: Written) -> None:
    _, answer = written(servers.says(TRUE))
    figures = answer.generation
    assert figures is not None
    assert 0 < figures.prompt_tokens <= 900
    assert figures.tokens > 1
    assert figures.seconds_to_first_token is not None
    assert figures.peak_memory_mb > 0


def test_reservations_of_the_embedded_answer_stay(written: Written, brief: Brief) -> None:
    _, answer = written(servers.says(TRUE))
    notes = [p for p in brief.embedded.text.split("\n\n") if "[" not in p and not p.endswith(":")]
    assert notes
    assert all(note in answer.text for note in notes)


def test_stopping_closes_the_connection() -> None:
    with serving(servers.talks_for_ever) as server:
        generator = ServerGenerator.open(server.url)
        steps = generator.generate([{"role": "user", "content": "Hello"}])
        while not next(steps).text:  # type: ignore[union-attr]
            pass
        steps.close()  # type: ignore[attr-defined]
        assert server.left_alone.wait(SLACK_SECONDS)


def test_what_has_begun_is_never_asked_for_again() -> None:
    with serving(servers.cuts_off("Seniors earn")) as server:
        generator = ServerGenerator.open(server.url)
        with pytest.raises(ModelError):
            list(generator.generate([{"role": "user", "content": "Hello"}]))
        assert len(server.requests) == 1


# --- opening --------------------------------------------------------------------------


def test_the_key_comes_from_its_own_variable_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "another-servers-key")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "another-servers-key")
    for key, sent in (("mine", "Bearer mine"), ("", "Bearer none")):
        monkeypatch.setenv(KEY_VARIABLE, key)
        with serving(servers.says("Yes.")) as server:
            list(ServerGenerator.open(server.url).generate([{"role": "user", "content": "Hi"}]))
            assert server.keys == [sent]


def test_the_request_is_greedy_seeded_and_without_thinking() -> None:
    messages: list[Message] = [{"role": "user", "content": "Hi"}]
    with serving(servers.says("Yes.")) as server:
        list(ServerGenerator.open(server.url).generate(messages))
        [request] = server.requests
    assert request["temperature"] == 0
    assert request["seed"] == 0
    assert request["chat_template_kwargs"] == {"enable_thinking": False}
    assert request["messages"] == messages


def test_one_of_several_models_has_to_be_named() -> None:
    with serving(servers.says("Yes."), models=("one", "two")) as server:
        with pytest.raises(ModelError, match=r"2 models \(one, two\).*#one"):
            ServerGenerator.open(server.url)
        assert ServerGenerator.open(f"{server.url}#two").model == "two"


def test_no_server_there() -> None:
    with serving(servers.says("Yes.")) as server:
        url = server.url
    with pytest.raises(ModelError, match="cannot be reached"):
        ServerGenerator.open(url)


@pytest.mark.parametrize("address", ["ftp://host/v1", "http://", "http://user:key@host/v1"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ModelError) as raised:
        split_address(address)
    assert "key@" not in str(raised.value)
