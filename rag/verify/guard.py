"""The guard: no figure in an answer that a cited passage does not hold or a working compute.

A number must stand in what its line cites; a sum of money there with its currency, and for the
period that the line says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from rag.documents.sentences import normalise
from rag.facts.money import HOURS_PER_YEAR, Mention, find_mentions, parse_number
from rag.messages import MARKER
from rag.types import Citation, CitedFact, SalaryFact

_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*(?:\s?k\b)?", re.I)


def unsourced_numbers(
    text: str,
    *,
    quotes: Iterable[str],
    allowed: Iterable[float] = (),
    facts: Iterable[SalaryFact] = (),
) -> list[str]:
    """The figures of a text that none of the quotes holds and that are not allowed otherwise.

    :param quotes: what the text cites, verbatim.
    :param allowed: numbers of the question, of dates and of shown workings; sums of money and
        percentages are never allowed this way.
    :param facts: readings of the quotes' own figures, whose currency or scale stands elsewhere
        in the document (a column's heading, a caption).
    """
    quotes, facts = list(quotes), list(facts)
    known = set(allowed)
    for quote in quotes:
        known |= set(numbers(quote))
    for fact in facts:
        known |= {v for v in (fact.low, fact.high) if v is not None}
        known |= {v / 1000 for v in (fact.low, fact.high) if v is not None}
    said = MARKER.sub(" ", text)
    bad = [raw for raw, value in _values(said) if value not in known]
    sourced = [m for quote in quotes for m in find_mentions(quote)]
    for mention in find_mentions(said):
        raw = said[mention.start : mention.end]
        reported = any(number in raw for number in bad)
        if not reported and not _is_sourced(mention, sourced, facts):
            bad.append(raw)
    return bad


def _is_sourced(mention: Mention, quoted: list[Mention], facts: list[SalaryFact]) -> bool:
    """Whether both ends of a sum stand in the quotes in its currency and, where both say, period."""
    for value in (mention.low, mention.high):
        if value is None:
            continue
        periods = [m.period for m in quoted if m.currency == mention.currency and value in (m.low, m.high)]  # fmt: skip
        periods += [f.period for f in facts if f.currency == mention.currency and value in (f.low, f.high)]  # fmt: skip
        if not periods:
            return False
        if mention.period and None not in periods and mention.period not in periods:
            return False
    return True


def numbers(text: str) -> list[float]:
    """Every number in a text, as written and as money ("$150k" is 150 and 150,000)."""
    values = [value for _, value in _values(text)]
    for mention in find_mentions(text):
        values += [v for v in (mention.low, mention.high) if v is not None]
    return values


def _values(text: str) -> list[tuple[str, float]]:
    found = []
    for match in _NUMBER.finditer(normalise(text)):
        raw = match[0].rstrip(",.")
        thousands = raw.lower().endswith("k")
        value = parse_number(raw.rstrip("kK ").rstrip(",."))
        # What cannot be read as a number is sourced by nothing.
        found.append((raw, float("nan") if value is None else value * 1000 if thousands else value))
    return found


CONSTANTS = frozenset((2.0, 12.0, 52.0, 100.0, float(HOURS_PER_YEAR), 40.0, 5.0, 8.0, 4.0))
"""Numbers of hours, days, weeks and months that a working may convert with."""
MOST_NUMBERS = 24
"""Of one working; a longer one is not followed and so not said."""
ROUNDED = 0.006
"""How far a stated result may be from the exact one, of its value."""


def follows(
    text: str, *, quotes: Iterable[str], given: Iterable[float], facts: Iterable[SalaryFact]
) -> bool:
    """Whether every number of a working is quoted, given, or reckoned from such numbers in it by
    the four operations, a percentage, a sum or a mean.

    Each number that follows may serve for the next, so that a chain of steps is followed.
    """
    known = {*given, *CONSTANTS}
    for quote in quotes:
        known |= set(numbers(quote))
    for fact in facts:
        known |= {v for v in (fact.low, fact.high) if v is not None}
    stated = set(numbers(MARKER.sub(" ", text)))
    if len(stated) > 2 * MOST_NUMBERS:
        return False
    sourced = {v for v in stated if _is_near(v, known)} | CONSTANTS
    left = stated - sourced
    while left:
        reached = {v for v in left if _is_reached(v, sourced - CONSTANTS, sourced)}
        # "$150k" is read as 150 too, which stands for nothing where 150,000 follows.
        reached |= {v for v in left if _is_near(v * 1000, sourced) or _is_near(v / 1000, sourced)}
        if not reached:
            return False
        sourced |= reached
        left -= reached
    return True


def _is_near(value: float, known: Iterable[float]) -> bool:
    return any(abs(value - k) <= 1e-9 * abs(k) for k in known)


def _is_reached(value: float, own: set[float], sourced: set[float]) -> bool:
    """Whether a value is a step away from two known ones, or the sum or mean of several."""
    slack = max(ROUNDED * abs(value), 0.051 if abs(value) < 1000 else 0.5)
    if own and (abs(sum(own) - value) <= slack or abs(sum(own) / len(own) - value) <= slack):
        return True
    for a in sourced:
        for b in sourced:
            steps = [
                a - b,
                a + b,
                a * b,
                (a + b) / 2,
                a * b / 100,
                a * (1 + b / 100),
                a * (1 - b / 100),
            ]
            if b:
                steps += [a / b, 100 * a / b, 100 * (a - b) / b]
            if any(abs(step - value) <= slack for step in steps):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Cited:
    """What an answer rests on. ``facts`` are the pay facts that it cites, each speaks for the lines
    with its marker; ``readings`` are, by marker, what is cited as it is read with the units of its
    columns."""

    citations: Sequence[Citation]
    facts: Sequence[CitedFact] = ()
    readings: Mapping[int, str] = field(default_factory=dict)

    def quotes(self, markers: Set[int]) -> list[str]:
        """The texts that a line with these markers may take figures from; all without any."""
        found = [c.quote for c in self.citations if not markers or c.marker in markers]
        return found + [text for marker, text in self.readings.items() if marker in markers]

    def facts_of(self, markers: Set[int]) -> list[SalaryFact]:
        return [f.fact for f in self.facts if not markers or f.marker in markers]


def guard(
    paragraphs: Sequence[str],
    cited: Cited,
    *,
    workings: Sequence[str] = (),
    allowed: Iterable[float] = (),
    given: Iterable[float] = (),
) -> tuple[list[str], int]:
    """The paragraphs without the lines that state an unsourced figure, and how many went.

    Lines are list items and table rows; a table's head goes with its last row.

    :param allowed: numbers that need no source.
    :param given: the asker's own numbers; workings may start from them.
    """
    allowed = set(allowed)
    known = {*allowed, *given}
    kept: list[str] = []
    removed = 0
    for paragraph in paragraphs:
        if paragraph in workings:
            stands = _follows(paragraph, cited, known)
            kept += [paragraph] if stands else []
            removed += not stands
            continue
        every = paragraph.split("\n")
        lines = [line for line in every if _stands(line, cited, allowed)]
        removed += len(every) - len(lines)
        rows = [line for line in lines if not re.fullmatch(r"\|[-|: ]+\|", line)]
        if rows and not (paragraph.startswith("| ") and len(rows) < 2):
            kept.append("\n".join(lines))
    return kept, removed


def _follows(paragraph: str, cited: Cited, known: set[float]) -> bool:
    quotes = [c.quote for c in cited.citations] + list(cited.readings.values())
    return follows(paragraph, quotes=quotes, given=known, facts=cited.facts_of(frozenset()))


def _stands(line: str, cited: Cited, allowed: set[float]) -> bool:
    markers = {int(m) for m in MARKER.findall(line)}
    quotes, facts = cited.quotes(markers), cited.facts_of(markers)
    return not unsourced_numbers(line, quotes=quotes, allowed=allowed, facts=facts)
