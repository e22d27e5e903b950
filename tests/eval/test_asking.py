"""What the support check is given: a row under its heads, a dated title, no computed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.asking import Bench, ask
from eval.summary import unsourced
from rag.documents import read_document
from rag.types import Answer, Document
from tests.eval.fakes import ScriptedAssistant, Supported, a_decline, a_question, an_answer

PAY = """---
title: Nurse pay 2025
date: 2025-09
---
| Level | Ireland | Spain |
|---|---|---|
| Senior nurse | €60,000 | €40,000 |
"""
ROW = "| Senior nurse | €60,000 | €40,000 |"


@dataclass
class Listening:
    """A check that keeps what it was asked."""

    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def check(self, claim: str, evidence: Sequence[str]) -> Supported:
        self.asked.append((claim, tuple(evidence)))
        return Supported(1.0)


class WithTable(ScriptedAssistant):
    def document(self, path: str) -> Document:
        return read_document(Path(path), corpus=Path("."), data=PAY.encode())


def asked_of(answer: Answer) -> tuple[Bench, Listening]:
    checker = Listening()
    assistant = WithTable({"pay?": answer}, documents={"pay.md": PAY})
    return Bench.of(assistant, checker), checker


def test_a_row_is_read_under_its_heads_and_a_title_with_its_date() -> None:
    start = PAY.index(ROW)
    answer = an_answer("Senior nurses in Ireland: **€60,000** [1].", ("pay.md", ROW))
    citation = answer.citations[0]
    placed = type(citation)(1, "pay.md", "Nurse pay 2025", "", ROW, start, start + len(ROW))
    bench, checker = asked_of(an_answer(answer.text, citations=(placed,)))
    ask(bench, a_question(turns=("pay?",), documents=("pay.md",)))
    _, evidence = checker.asked[0]
    assert evidence == (
        "Nurse pay 2025 (2025-09): Level: Senior nurse; Ireland: €60,000; Spain: €40,000",
    )


def test_what_a_working_computes_is_not_asked_for() -> None:
    answer = an_answer("€20,000 more: €60,000 − €40,000 = €20,000 [1].", ("pay.md", ROW))
    bench, checker = asked_of(answer)
    ask(bench, a_question(turns=("pay?",), documents=("pay.md",)))
    claim, _ = checker.asked[0]
    assert "20,000" not in claim
    assert "€60,000 − €40,000" in claim


def test_a_number_in_a_title_that_a_decline_names_has_its_source() -> None:
    question = a_question(turns=("pay?",), answerable=False)
    bench, _ = asked_of(a_decline("The documents don't say. They cover nurse pay 2025."))
    assert unsourced(ask(bench, question)) == ()
    bench, _ = asked_of(a_decline("The documents don't say. They cover pay since 2019."))
    assert [figure.value for figure in unsourced(ask(bench, question))] == [2019]
