"""Documents -> salary facts: every figure about pay, with what its sentence and place say of it.

A figure's own clause decides first; then the rest of its sentence, the label of its list item
or table row, its column's heading, the lead-in, the section headings, the document.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from rag.documents.parsed import find_date, strip_markup
from rag.salary.facets import (
    NOT_PAY_CUE,
    PAY_CUE,
    STRONG_PAY_CUE,
    Term,
    Years,
    find_components,
    find_levels,
    find_statistics,
    find_years,
    statistic_of,
)
from rag.salary.money import PERCENT, Mention, find_mentions, find_period
from rag.salary.places import Place, PlaceMention, find_places
from rag.salary.roles import RoleMention, find_roles, main_role
from rag.sentences import normalise, split_sentences
from rag.types import Block, BlockKind, Component, Document, Period, SalaryFact, Span, Statistic

MIN_YEARLY, MAX_YEARLY = 1_000, 20_000_000
MAX_HOURLY = 2_000
MAX_PERCENT = 400


@dataclass(frozen=True, slots=True)
class Facets:
    """What a text says about a figure in it or near it. Empty fields say nothing."""

    levels: tuple[str, ...] = ()
    years: Years | None = None
    places: tuple[Place, ...] = ()
    component: Component | None = None
    statistic: Statistic | None = None
    period: Period | None = None
    role: str | None = None
    date: str | None = None
    pay: bool = False
    remote: bool = False
    label: str = ""

    def over(self, other: Facets) -> Facets:
        """These facets, with those of ``other`` where these say nothing."""
        # A level and its years are one thing: "senior" here is not the "3-6 years" of elsewhere.
        same_rung = set(self.levels) <= set(other.levels)
        return Facets(
            levels=self.levels or (() if self.years else other.levels),
            years=self.years or (other.years if same_rung else None),
            places=self.places or (() if self.remote else other.places),
            component=self.component or other.component,
            statistic=self.statistic or other.statistic,
            period=self.period or other.period,
            role=_more_specific(self.role, other.role),
            date=_more_precise(self.date, other.date),
            pay=self.pay or other.pay,
            remote=self.remote or (other.remote and not self.places),
            label=self._label(other, same_rung=same_rung),
        )

    def _label(self, other: Facets, *, same_rung: bool) -> str:
        """The fuller label of one rung: the one with the years."""
        if not same_rung:
            return self.label
        return (
            other.label or self.label
            if other.years and not self.years
            else self.label or other.label
        )


def _more_specific(own: str | None, other: str | None) -> str | None:
    """The own role, or the other where it is the same job said in full ("engineer", "AI engineer")."""
    if own and other and other.endswith(f" {own}"):
        return other
    return own or other


def _more_precise(own: str | None, other: str | None) -> str | None:
    return other if own and other and other.startswith(own) else own or other


T = TypeVar("T", Term, Years, PlaceMention, RoleMention)
_REMOTE = re.compile(r"\b(?:fully\s+)?remote(?:ly)?(?:-only)?\b", re.I)


def read_facets(text: str, *, lenient: bool = False) -> Facets:
    """All facets a short text names; of several components, the first."""
    plain = normalise(text)
    components = [t.value for t in find_components(plain)]
    statistics = [t.value for t in find_statistics(plain)]
    return Facets(
        levels=tuple(dict.fromkeys(t.value for t in find_levels(plain))),
        years=next(find_years(plain), None),
        places=tuple(dict.fromkeys(p.place for p in find_places(plain, lenient=lenient))),
        component=_component(components[0]) if components else None,
        statistic=statistic_of(statistics[0]) if statistics else None,
        period=find_period(plain),
        role=next((r.name for r in find_roles(plain)), None),
        date=find_date(plain),
        pay=bool(PAY_CUE.search(plain)),
        remote=bool(_REMOTE.search(plain)),
    )


_DIGIT = re.compile(r"\d")


def extract_facts(document: Document) -> Iterator[SalaryFact]:
    """Every salary fact of a document, in the order of the text."""
    whole = Facets(
        role=main_role(document.title, normalise(document.text)),
        date=document.date,
    )
    seen: set[tuple[object, ...]] = set()
    for _, group in groupby(document.blocks, key=lambda b: (b.group, b.headings)):
        blocks = [b for b in group if _DIGIT.search(document.text, b.span.start, b.span.end)]
        if not blocks:
            continue
        section = _section_facets(document, blocks[0]).over(whole)
        for block in blocks:
            found = (
                _row_facts(document, block, section)
                if block.kind is BlockKind.TABLE_ROW
                else _prose_facts(document, block, section)
            )
            for fact in found:
                key = (fact.span.start, fact.component, fact.region, fact.place, fact.level)
                if key not in seen:
                    seen.add(key)
                    yield fact


def _section_facets(document: Document, block: Block) -> Facets:
    """What headings and lead-in say; headings give no role but the document's own subject."""
    facets = Facets()
    for heading in block.headings[1:] if len(block.headings) > 1 else block.headings:
        own = read_facets(heading)
        if len(own.places) > 1 or len(own.levels) > 2:
            own = replace(own, places=(), levels=())
        facets = replace(own, role=None, statistic=None).over(facets)
    if block.lead_in and block.kind is not BlockKind.PARAGRAPH:
        text = strip_markup(normalise(block.lead_in.of(document.text)))
        own = read_facets(text)
        listed = len(own.places) > 1 or len(own.levels) > 1
        component = own.component if len({c.value for c in find_components(text)}) == 1 else None
        own = replace(own, component=component, role=None, remote=False)
        facets = (replace(own, places=(), levels=()) if listed else own).over(facets)
    return facets


# --- prose ----------------------------------------------------------------------------


def _prose_facts(document: Document, block: Block, section: Facets) -> Iterator[SalaryFact]:
    label, label_end = _label(document.text, block)
    carried = Facets()
    for number, span in enumerate(split_sentences(document.text, block.span)):
        text = normalise(span.of(document.text)).replace("*", " ")
        # The label speaks through its own facets, not as part of the first sentence.
        label_chars = max(0, min(label_end - span.start, len(text)))
        text = " " * label_chars + text[label_chars:]
        if not _DIGIT.search(text):
            carried = _carry(read_facets(text), carried)
            continue
        mentions = [m for m in find_mentions(text) if not _is_no_amount(text, m)]
        terms = _Terms.read(text)
        own_start = carried if number else Facets()
        for index, mention in enumerate(mentions):
            local = terms.facets_of(mentions, index)
            facets = local.over(own_start).over(label).over(section)
            before = mentions[index - 1].end if index else 0
            after = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
            clause = text[before:after]
            if not _is_pay(mention, clause, text, facets):
                continue
            # A label that says whose figure it is belongs to the evidence.
            labelled = facets.label == label.label != ""
            evidence = Span(block.span.start, span.end) if labelled else span
            shifted = replace(
                mention,
                start=mention.start + span.start - evidence.start,
                end=mention.end + span.start - evidence.start,
            )
            yield from _facts(document, evidence, shifted, facets, clause=clause)
        carried = _carry(terms.all_facets(), carried)


def _carry(sentence: Facets, before: Facets) -> Facets:
    """What later sentences of a paragraph may leave unsaid: who and where, if there was one."""
    own = replace(
        sentence,
        component=None,
        statistic=None,
        date=None,
        levels=sentence.levels if len(sentence.levels) == 1 else (),
        places=sentence.places if len(sentence.places) == 1 else (),
    )
    return own.over(before)


_LABEL = re.compile(r"[*_\s]*(?P<label>[^.:\n]{3,80}?)[*_\s]*:[*_\s]")


def _label(text: str, block: Block) -> tuple[Facets, int]:
    """The facets of a list item's label ("Mid-career (3-6 years):") without its pay words, and
    where it ends (at the block's start where there is none)."""
    match = _LABEL.match(block.span.of(text))
    if not match or any(True for _ in find_mentions(match["label"])):
        return Facets(), block.span.start
    facets = read_facets(match["label"])
    if not (facets.levels or facets.years or facets.places):
        return Facets(), block.span.start
    rung = match["label"].strip() if facets.levels or facets.years else ""
    return replace(
        facets, component=None, statistic=None, label=rung
    ), block.span.start + match.end()


@dataclass(frozen=True, slots=True)
class _Terms:
    """The facet terms of one sentence, with where they stand."""

    text: str
    levels: tuple[Term, ...]
    years: tuple[Years, ...]
    places: tuple[PlaceMention, ...]
    components: tuple[Term, ...]
    statistics: tuple[Term, ...]
    roles: tuple[RoleMention, ...]
    remotes: tuple[Term, ...]

    @classmethod
    def read(cls, text: str) -> _Terms:
        return cls(
            text=text,
            levels=tuple(find_levels(text)),
            years=tuple(find_years(text)),
            places=tuple(find_places(text)),
            components=tuple(find_components(text)),
            statistics=tuple(find_statistics(text)),
            roles=tuple(find_roles(text)),
            remotes=tuple(Term(m.start(), m.end(), "remote") for m in _REMOTE.finditer(text)),
        )

    def all_facets(self) -> Facets:
        return read_facets(self.text)

    def facets_of(self, mentions: Sequence[Mention], index: int) -> Facets:
        """The facets that belong to one of the sentence's figures."""
        window = _Window.around(self.text, mentions, index)
        places = window.pick(self.places, many=True)
        remote = window.pick(self.remotes)
        if places and remote:
            # "Austin reported $210k, and remote-only roles $190k": the nearer one counts.
            if window.distance(remote[0]) < window.distance(places[0]):
                places = []
            else:
                remote = []
        levels = window.pick(self.levels, many=True)
        years = window.pick(self.years)
        component = window.component(self.components, percent=mentions[index].currency == PERCENT)
        statistic = window.pick(self.statistics)
        roles = window.subjects(self.roles)
        clause = window.clause
        return Facets(
            levels=tuple(dict.fromkeys(t.value for t in levels)),
            years=years[0] if years else None,
            places=tuple(dict.fromkeys(p.place for p in places)),
            component=component,
            statistic=statistic_of(statistic[0].value) if statistic else None,
            period=mentions[index].period or find_period(self.text),
            role="/".join(roles) or None,
            date=_date_near(clause) or _date_near(self.text),
            pay=bool(PAY_CUE.search(self.text)),
            remote=bool(remote),
            label=_rung_label(self.text, levels, years),
        )


def _rung_label(text: str, levels: Sequence[Term], years: Sequence[Years]) -> str:
    """The level in the source's own words ("Senior and lead (7+ years)")."""
    names = [text[t.start : t.end] for t in sorted(levels, key=lambda t: t.start)]
    span = text[years[0].start : years[0].end] if years else ""
    label = " and ".join(dict.fromkeys(names))
    return f"{label} ({span})" if label and span else label or span


_BREAK = re.compile(
    r"[;]|,(?!\s?\d{3}\b)|\s(?:and|while|but|whereas|versus|vs\.?|or)\s|\s[–—-]\s", re.I
)
_AFTER_LINK = re.compile(
    r"\s*(?:\([^)]{0,60}\)\s*)?(?:USD|EUR|GBP)?\s*(?:(?:a|per)\s+(?:year|hour|month)\s*|annually\s*)?(?:of\s+\w+(?:\s+(?:salary|pay))?\s+)?(?:more\s+|less\s+|higher\s+|extra\s+)?(?:for|in|to|at|among|with|as)\b",
    re.I,
)


_DIFFERENCE = re.compile(
    r"\s*(?:\w+\s+){0,2}?(?:more|less|higher|lower|increase|bump|premium|raise|discount|uplift)\b",
    re.I,
)
_COMPARED = re.compile(
    r"\b(?:than|versus|vs\.?|over|compared\s+(?:with|to)|relative\s+to)\s+(?:\w+\s+){0,4}$", re.I
)


@dataclass(frozen=True, slots=True)
class _Window:
    """Where the terms of one figure are looked for: behind it ("8% for juniors, 12% for
    seniors") where a link word says so, else before it back to the figure before, else
    anywhere earlier in the sentence, else after."""

    start: int
    end: int
    previous_end: int
    previous_mention_end: int
    next_start: int
    after_end: int
    linked_after: bool
    clause: str
    text: str

    @classmethod
    def around(cls, text: str, mentions: Sequence[Mention], index: int) -> _Window:
        mention = mentions[index]
        previous_end = mentions[index - 1].end if index else 0
        next_start = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        tail = text[mention.end : next_start]
        if index + 1 < len(mentions):
            breaks = list(_BREAK.finditer(tail))
            after_end = mention.end + (breaks[-1].start() if breaks else len(tail))
        else:
            after_end = next_start
        # What stands behind the figure before belongs to it, where it is linked to it.
        if index:
            gap = text[previous_end : mention.start]
            if _AFTER_LINK.match(gap):
                breaks = list(_BREAK.finditer(gap))
                previous_end += breaks[-1].start() if breaks else 0
        return cls(
            start=mention.start,
            end=mention.end,
            previous_end=previous_end,
            previous_mention_end=mentions[index - 1].end if index else -9,
            next_start=next_start,
            after_end=after_end,
            linked_after=bool(_AFTER_LINK.match(tail)),
            clause=text[previous_end:after_end],
            text=text,
        )

    def pick(self, terms: Sequence[T], *, many: bool = False) -> list[T]:
        after = [t for t in terms if self.end <= t.start < self.after_end]
        before = [t for t in terms if self.previous_end <= t.start < self.start]
        earlier = [t for t in terms if t.start < self.previous_end]
        if self.linked_after and after:
            chosen = after
        elif before:
            chosen = before[::-1]
        elif after:
            chosen = after
        else:
            chosen = earlier[::-1]
            return chosen[:1]
        if not many:
            return chosen[:1]
        # Terms that stand together ("senior and lead", "Singapore, South Korea and Japan").
        return [t for t in chosen if abs(t.start - chosen[0].start) < 40]

    def component(self, terms: Sequence[Term], *, percent: bool) -> Component | None:
        """What the figure is: of a percentage not what it is a percentage of; of money a bonus
        or equity only where that stands right beside it."""
        beside = [t for t in terms if 0 <= t.start - self.end <= 2 and t.value != "premium"]
        if beside:
            return _component(beside[0].value)
        # "$200k base and $307k in all": what stands beside the figure before is that one's.
        terms = [t for t in terms if not 0 <= t.start - self.previous_mention_end <= 2]
        if percent and _DIFFERENCE.match(self.text[self.end :]):
            return "premium"
        if percent:
            parts = [t for t in terms if t.value not in {"base", "total"}]
            chosen = self.pick([t for t in parts if t.value != "premium"]) or self.pick(parts)
        else:
            chosen = self.pick([t for t in terms if self._is_amount_of(t)])
        return _component(chosen[0].value) if chosen else None

    def _is_amount_of(self, term: Term) -> bool:
        if term.value in {"base", "total"}:
            return True
        return term.value != "premium" and (
            0 <= self.start - term.end < 30 or 0 <= term.start - self.end < 12
        )

    def subjects(self, roles: Sequence[RoleMention]) -> list[str]:
        """Whose figure it is: the roles named before it, but for one it is compared with."""
        own = [r for r in roles if not _COMPARED.search(self.text[: r.start])]
        before = [r for r in own if self.previous_end <= r.start < self.start]
        chosen = before or self.pick(own)
        return list(dict.fromkeys(r.name for r in chosen))

    def distance(self, term: Term | PlaceMention) -> int:
        return min(abs(term.start - self.start), abs(term.end - self.start))


def _date_near(text: str) -> str | None:
    match = re.search(
        r"\b(?:in|as of|by|since|of|for|during|updated)\s+(?:early\s+|late\s+|mid-)?((?:[a-z]+\.?\s+)?(?:19|20)\d\d)\b",
        text,
        re.I,
    )
    return find_date(match[1]) if match else None


def _component(name: str) -> Component:
    known: dict[str, Component] = {
        "base": "base", "total": "total", "bonus": "bonus", "equity": "equity", "premium": "premium", "budget": "budget",
    }  # fmt: skip
    return known[name]


# --- is it pay? -----------------------------------------------------------------------


_ROUNDING = re.compile(
    r"\b(?:nearest|rounded\s+to|increments\s+of|within)\s+(?:the\s+)?(?:nearest\s+)?$", re.I
)


def _is_no_amount(text: str, mention: Mention) -> bool:
    """A unit of rounding, not an amount."""
    return bool(_ROUNDING.search(text[max(0, mention.start - 30) : mention.start]))


def _is_pay(mention: Mention, clause: str, sentence: str, facets: Facets) -> bool:
    low = mention.low if mention.low is not None else mention.high or 0.0
    if mention.currency == PERCENT:
        return _is_pay_percent(clause, sentence, low)
    if facets.period == "hour" or mention.period == "hour":
        plausible = 0 < low <= MAX_HOURLY
    else:
        plausible = MIN_YEARLY <= low <= MAX_YEARLY or (
            facets.period in {"day", "week", "month"} and low >= 20
        )
    if not plausible or not facets.pay:
        return False
    return not _is_other_money(mention, clause, sentence)


_FOR_OTHERS = re.compile(r"[\w\s/]{0,16}\b(?:in|for|on|of)\s+(?:\w+\s+)?$", re.I)


def _is_other_money(mention: Mention, clause: str, sentence: str) -> bool:
    """Whether a word of other money ("invested", "in rent") stands nearer than one of pay."""
    at = clause.find(sentence[mention.start : mention.end])
    end = at + mention.end - mention.start
    others = list(NOT_PAY_CUE.finditer(clause))
    if any(m.start() >= end and _FOR_OTHERS.fullmatch(clause[end : m.start()]) for m in others):
        return True
    return _nearest(others, at, end) < _nearest(STRONG_PAY_CUE.finditer(clause), at, end)


def _nearest(matches: Iterable[re.Match[str]], start: int, end: int) -> float:
    """Characters from a figure to the nearest match; infinite for none."""
    return min((max(start - m.end(), m.start() - end, 0) for m in matches), default=math.inf)


_PERCENT_PAY = re.compile(
    r"\b(?:bonus(?:es)?|equity|stock|salary|salaries|pay|paid|wages?|compensation|comp|earn(?:s|ings)?|base|premium|bump|raises?)\b",
    re.I,
)
_PERCENT_OF_OTHERS = re.compile(
    r"\b(?:roles?|postings?|jobs?|hiring|women|men|share\s+of|candidates?|petitions?|projects?|firms?|companies|respondents?|workers?|employment|rounds?|stakes?|valuation|accuracy)\b",
    re.I,
)


_PERCENT_OF = re.compile(
    r"(?:%|per\s?cent|pct)\s+(?:of|(?:\w+\s+){0,2}(?:increase|rise|growth|drop|decline|jump)\s+in|more(?!\s+(?:than|for|on|per|by|as|if|in|at)\b)|fewer)\s+(?P<whole>(?:[\w'\"-]+\s*){1,6})",
    re.I,
)


def _is_pay_percent(clause: str, sentence: str, value: float) -> bool:
    if not 0 < value <= MAX_PERCENT or not _PERCENT_PAY.search(sentence):
        return False
    whole = _PERCENT_OF.search(clause)
    if whole and not _PERCENT_PAY.search(whole["whole"]):
        return False
    return bool(_PERCENT_PAY.search(clause)) or not _PERCENT_OF_OTHERS.search(clause)


# --- tables ---------------------------------------------------------------------------


def _row_facts(document: Document, block: Block, section: Facets) -> Iterator[SalaryFact]:
    text = document.text
    values = [(cell, strip_markup(normalise(cell.span.of(text)))) for cell in block.cells]
    heads = {cell.column: read_facets(cell.column) for cell, _ in values}
    row = Facets()
    measured: list[int] = []
    for i, (cell, value) in enumerate(values):
        if _mentions_in_cell(value, cell.column):
            measured.append(i)
        else:
            own = read_facets(value)
            label = value if own.levels or own.years else ""
            row = row.over(
                replace(
                    own,
                    label=label,
                    remote=own.remote and i == 0,
                    component=own.component if i == 0 else None,
                    statistic=None,
                )
            )
    for i in measured:
        cell, value = values[i]
        column = heads[cell.column]
        raw = normalise(cell.span.of(text))
        for mention in _mentions_in_cell(raw, cell.column):
            own = read_facets(raw[mention.end :])
            head = replace(column, component=_head_component(cell.column), role=None)
            own = Facets(places=own.places, statistic=own.statistic, period=own.period)
            # A table is about pay where its head, row, caption or section says so.
            facets = own.over(head).over(row).over(section)
            head_says_other = bool(NOT_PAY_CUE.search(cell.column)) and not STRONG_PAY_CUE.search(
                cell.column
            )
            named = " ".join([cell.column, values[0][1]])
            if mention.currency == PERCENT:
                if not _PERCENT_PAY.search(named) or _PERCENT_OF_OTHERS.search(cell.column):
                    continue
            elif head_says_other or not _is_pay(mention, cell.column, named, facets):
                continue
            placed = replace(mention, start=mention.start, end=mention.end)
            yield from _facts(
                document, block.span, placed, facets, clause=cell.column, offset=cell.span.start
            )


_BARE_MONEY_HEAD = re.compile(
    r"\b(?:salar(?:y|ies)|pay|wages?|compensation|comp|earnings|income|bonus|base|stipend|tc|rate)\b",
    re.I,
)


def _mentions_in_cell(value: str, column: str) -> list[Mention]:
    """Figures of a cell; a bare number takes its unit from the column's heading."""
    found = list(find_mentions(value))
    if found or not re.match(r"[\s~≈<>]*\d", value):
        return found
    head = normalise(column)
    unit = next((c for c in _head_currencies(head)), "")
    if "%" in head and not unit:
        return list(find_mentions(value, default_currency=PERCENT))
    if not unit or not _BARE_MONEY_HEAD.search(head):
        return []
    thousands = re.search(r"(?:[$€£]\s?|\b)(?:k|000s?|thousands?)\b", head, re.I)
    mentions = list(find_mentions(value, default_currency=unit))
    if not thousands:
        return mentions
    return [replace(m, low=m.low and m.low * 1000, high=m.high and m.high * 1000) for m in mentions]


def _head_currencies(head: str) -> Iterator[str]:
    """Currencies that a column's heading names ("Salary (USD)", "Pay in €")."""
    for match in re.finditer(r"[$€£¥₹]|\b[A-Z]{3}\b|\b(?:dollars?|euros?|pounds?)\b", head):
        probe = f"1000 {match[0]}" if match[0].isalpha() else f"{match[0]}1000"
        for mention in find_mentions(probe):
            yield mention.currency


def _head_component(head: str) -> Component | None:
    """What a column holds: "Total comp (incl. equity & bonus)" is total, "Bonus (% of base)" bonus."""
    outside = re.sub(r"\([^)]*\)", " ", normalise(head))
    for text in (outside, normalise(head)):
        for term in find_components(text):
            return _component(term.value)
    return None


# --- facts ----------------------------------------------------------------------------


def _facts(
    document: Document,
    evidence: Span,
    mention: Mention,
    facets: Facets,
    *,
    clause: str,
    offset: int | None = None,
) -> Iterator[SalaryFact]:
    """One fact for each place that the figure is given for (one where none is)."""
    origin = evidence.start if offset is None else offset
    percent = mention.currency == PERCENT
    component: Component = facets.component or "unspecified"
    if component == "premium" and not percent:
        component = "unspecified"
    if percent and component in {"unspecified", "base", "total"}:
        component = "premium"
    places = _places(facets.places)
    for region, place in places:
        yield SalaryFact(
            document=document.path,
            span=Span(origin + mention.start, origin + mention.end),
            evidence=evidence,
            low=mention.low,
            high=mention.high,
            currency=mention.currency,
            open_ended=mention.open_ended,
            period=mention.period or facets.period or "year",
            component=component,
            statistic=_statistic(mention, facets, percent=percent),
            role=facets.role,
            level="/".join(facets.levels) or None,
            min_years=facets.years.low if facets.years else None,
            max_years=facets.years.high if facets.years else None,
            region=region,
            place="remote" if facets.remote and place is None else place,
            as_of=facets.date,
            basis=_basis(clause) if percent else None,
            label=facets.label,
            in_table=offset is not None,
        )


def _places(places: tuple[Place, ...]) -> list[tuple[str | None, str | None]]:
    """(region, place) pairs: what is a city is a place, the rest regions; a city that lies in a
    named region is an example of it ("in Asia, particularly in Singapore")."""
    if not places:
        return [(None, None)]
    whole = [p for p in places if any(p.covers(q) and p != q for q in places)]
    if whole:
        return [(whole[0].name, None)]
    return [(_region(p), p.name if p.kind in {"city", "state"} else None) for p in places]


def _region(place: Place) -> str | None:
    if place.kind in {"region", "country"}:
        return place.name
    from rag.salary.places import find_place

    countries = [n for n in place.within if (found := find_place(n)) and found.kind == "country"]
    return countries[0] if countries else None


def _statistic(mention: Mention, facets: Facets, *, percent: bool) -> Statistic:
    if facets.statistic == "growth":
        return "growth"
    if percent:
        return "share"
    if facets.statistic == "median":
        return "median"
    is_range = mention.low is not None and mention.high is not None and mention.low < mention.high
    if is_range or mention.open_ended:
        return "range"
    return "typical"


def _basis(clause: str) -> Component | None:
    """What a percentage is a percentage of, where its clause says."""
    match = re.search(
        r"(?:%|per\s?cent)?\s*of\s+(?:the\s+|their\s+|an?\s+)?(base|total)", clause, re.I
    ) or re.search(r"\b(base|total)\b", clause, re.I)
    return _component(match[1].lower()) if match else None
