from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from rag.index.store import IndexReport
from rag.types import FailedDocument
from tests.ui.fakes import HOSTILE_ANSWER, MID_EUROPE, FakeAssistant
from ui.commands.doctor import percentile_95, print_examination
from ui.show.serialise import report_json
from ui.show.terminal import print_answer, print_hits, print_index_report


def console() -> Console:
    return Console(file=io.StringIO(), width=100)


def text_of(terminal: Console) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return " ".join(terminal.file.getvalue().split())


def test_an_answer_shows_its_numbered_sources() -> None:
    terminal = console()
    print_answer(terminal, MID_EUROPE, asked="mid-level?")
    shown = text_of(terminal)
    assert "€70,000–€120,000 a year [1]." in shown
    assert "[1] Pay by stage (pay.md) Pay by stage > Europe" in shown
    assert "“| Principal | $300k | $560k |”" in shown
    assert "searched for: What does a mid-level AI engineer earn in Europe?" in shown
    assert "0.2 s · embedded" in shown


def test_markup_in_an_answer_is_text() -> None:
    terminal = console()
    print_answer(terminal, HOSTILE_ANSWER, asked="")
    assert "[1]: javascript:window.pwned=1" in text_of(terminal)


def test_hits_say_why_they_rank() -> None:
    terminal = console()
    print_hits(terminal, FakeAssistant().search("pay"))
    assert "score 0.800 dense 0.8 lexical 2" in text_of(terminal)


REPORT = IndexReport(
    added=("new.md",),
    changed=(),
    removed=("old.md",),
    unchanged=("a.md", "b.md"),
    failed=(FailedDocument("bad[red].pdf", "it is [locked]"),),
    chunks=12,
    facts=5,
    seconds=1.25,
    store=Path("/store"),
    embedded=10,
    embed_seconds=0.5,
    peak_memory_bytes=300 * 2**20,
)


def test_an_index_report() -> None:
    terminal = console()
    print_index_report(terminal, REPORT)
    shown = text_of(terminal)
    assert "added new.md removed old.md failed bad[red].pdf: it is [locked]" in shown
    assert "3 documents (2 unchanged), 12 passages, 5 figures about pay, in 1.2 s" in shown
    assert "(10 embedded, 20 a second; at most 300 MB of memory)" in shown
    written = report_json(REPORT)
    assert written["documents"] == 3
    assert (written["chunks_per_second"], written["peak_memory_mb"]) == (20.0, 300)
    unchanged = report_json(replace(REPORT, embedded=0, embed_seconds=0.0))
    assert unchanged["chunks_per_second"] is None
    assert written["failed"] == [{"path": "bad[red].pdf", "reason": "it is [locked]"}]


def test_names_of_files_stay_on_one_line() -> None:
    terminal = console()
    named = FailedDocument("b\tad\x1b[31m.doc", "save it as .docx")
    print_index_report(
        terminal, replace(REPORT, added=("pay\n2026 \u202eзп.txt",), failed=(named,))
    )
    shown = text_of(terminal)
    assert r"added pay\n2026 \u202eзп.txt" in shown
    assert r"failed b\tad\x1b[31m.doc: save" in shown


def test_percentile_95_is_the_nearest_rank() -> None:
    assert percentile_95([1.0]) == 1.0
    assert percentile_95(list(range(1, 21))) == 19
    assert percentile_95(list(range(1, 101))) == 95


def test_an_examination() -> None:
    terminal = console()
    print_examination(
        terminal,
        {
            "machine": "Linux", "python": "3.11", "packages": {"torch": "2"}, "model": "embedded",
            "embedding_model": {"name": "MiniLM", "verified": True}, "corpus": "c", "store": "s",
            "documents": 4, "failed": [{"path": "x.pdf", "reason": "locked"}], "chunks": 9,
            "facts": 3,
            "seconds_to_first_answer": 7.0, "answers_timed": 20, "answer_seconds_median": 0.2,
            "answer_seconds_p95": 0.4, "peak_memory_mb": 900, "outside_connections": [],
            "local_servers": [
                {"name": "Ollama", "base_url": "http://127.0.0.1:1/v1", "choices": ["http://127.0.0.1:1/v1#m"]},
            ],
        },
    )  # fmt: skip
    shown = text_of(terminal)
    assert "network: 0 connections outside this machine" in shown
    assert "as published (SHA-256 holds)" in shown
    assert "x.pdf locked" in shown
    assert "Ollama --model http://127.0.0.1:1/v1#m" in shown
