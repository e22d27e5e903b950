"""May a sentence that a model wrote stand? Its form, its citations, its figures, its support."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.documents.parsed import strip_markup
from rag.documents.words import terms
from rag.generate.sentence_figures import MARKER_GROUP, Claim, has_figure, unsourced_figures
from rag.generate.sources import Source
from rag.generate.stream import Spoken

MAX_SENTENCE_CHARS = 600
MIN_SUPPORT = 0.5
"""From which support (0..1) on a sentence counts as said by what it cites."""
MIN_FAMILIAR = 0.5
"""The share of a sentence's words that its sources, headings or the question must hold."""


class Supported(Protocol):
    @property
    def support(self) -> float: ...


class SupportCheck(Protocol):
    """How far evidence supports a claim; ``rag.verify.support.Checker`` is one."""

    def check(self, claim: str, evidence: Sequence[str]) -> Supported: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """The sentence as it may be shown, or why it may not ("" where it may)."""

    spoken: Spoken
    fault: str = ""

    @property
    def stands(self) -> bool:
        return not self.fault


@dataclass(frozen=True, slots=True)
class SentenceCheck:
    """Checks the sentences of one answer, each in the light of the one before it."""

    support: SupportCheck
    sources: Sequence[Source]
    question: str

    def check(self, spoken: Spoken, *, before: str = "") -> Verdict:
        """The verdict; a sentence without a citation is given the one that holds it, if one does."""
        if fault := fault_of_form(spoken.text):
            return Verdict(spoken, fault)
        known = {s.marker: s for s in self.sources}
        if any(marker not in known for marker in spoken.markers):
            return Verdict(spoken, "cites a source that does not exist")
        if spoken.markers:
            cited = [known[marker] for marker in spoken.markers]
            return Verdict(spoken, self._fault(spoken.text, cited, before))
        fault = "cites nothing"
        for source in self.sources:
            text = _with_marker(spoken.text, source.marker)
            fault = self._fault(text, [source], before)
            if not fault:
                return Verdict(replace(spoken, text=text))
        return Verdict(spoken, fault)

    def is_lead_in(self, spoken: Spoken) -> bool:
        """Whether a sentence states nothing itself but leads into a list ("For seniors:")."""
        text = spoken.text.rstrip("* ")
        return (
            text.endswith(":")
            and not spoken.item
            and not spoken.markers
            and not has_figure(text)
            and not fault_of_form(text)
            and self._familiar(text, self.sources)
        )

    def _fault(self, text: str, cited: Sequence[Source], before: str) -> str:
        plain = strip_markup(text)
        claim = Claim(plain, before=MARKER_GROUP.sub("", strip_markup(before)), question=self.question)  # fmt: skip
        if wrong := unsourced_figures(claim, cited):
            return f"states {wrong[0]}, which its source does not"
        said = MARKER_GROUP.sub("", plain).strip()
        if not self._familiar(said, cited):
            return "is in other words than its source"
        if _negates(said) and not any(_negates(s.everything) for s in cited):
            return "denies what its source does not"
        if _COMPARISON.search(said) and not any(_COMPARISON.search(s.everything) for s in cited):
            return "compares what its source does not"
        evidence = [f"{s.heading}: {s.text}" for s in cited]
        if self.support.check(said, evidence).support < MIN_SUPPORT:
            return "is not supported by its source"
        return ""

    def _familiar(self, text: str, cited: Sequence[Source]) -> bool:
        own = set(terms(MARKER_GROUP.sub(" ", text)))
        known = set(
            terms(" ".join([*(s.everything for s in cited), *_names(cited), self.question]))
        )
        return bool(own) and len(own & known) / len(own) >= MIN_FAMILIAR


def _names(sources: Sequence[Source]) -> list[str]:
    """What the facts of the sources are for, in the words of this program and of the source."""
    facts = [f for s in sources for f in s.facts]
    names = [(f.level, f.label, f.role, f.place, f.region, f.component, f.period) for f in facts]
    return [name for row in names for name in row if name] + ["pay", "salary", "earn", "source"] * bool(facts)  # fmt: skip


_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|\w+n't|hardly|false)\b", re.I
)


# Alignment of words cannot tell "A earns more than B" from "B earns more than A".
_COMPARISON = re.compile(
    r"\b(?:than|most|least|best|worst|highest|lowest|greatest|biggest|smallest"
    r"|exceeds?|outearns?|surpass(?:es)?)\b",
    re.I,
)


def _negates(text: str) -> bool:
    return bool(_NEGATION.search(text.replace("\u2019", "'")))


def _with_marker(text: str, marker: int) -> str:
    body = text.rstrip()
    end = re.search(r"[.!?]+[\"')*]*$", body)
    at = end.start() if end else len(body)
    return f"{body[:at]} [{marker}]{body[at:]}"


_LETTERS = re.compile(r"[^\W\d_]{2,}")
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("is a heading", re.compile(r"^\s*#")),
    ("is a row of a table", re.compile(r"\|")),
    ("is code", re.compile(r"```|\{\{|\}\}|^\s*[{}]")),
    ("holds a link", re.compile(r"\]\(|https?://|www\.", re.I)),
    ("holds markup", re.compile(r"<[a-z/!|]|&#?\w{1,30};|\\", re.I)),
    ("hides digits in markup", re.compile(r"\d[*_~`^]+\d|[*_~`^]\d*[.,]\d|\d\W?[\u0300-\u036f\u20d0-\u20ff\u0488\u0489]")),
    ("addresses the program", re.compile(r"\b(?:as an ai\b|language model|my instructions|system prompt|the prompt)", re.I)),
)  # fmt: skip


def fault_of_form(text: str) -> str:
    """What is wrong with a sentence before its content is looked at; "" for nothing."""
    if len(text) > MAX_SENTENCE_CHARS:
        return "is too long"
    if len(_LETTERS.findall(MARKER_GROUP.sub(" ", text))) < 2:
        return "is no sentence"
    return next((name for name, pattern in _FORMS if pattern.search(text)), "")
