"""Facts from sentences: which of a sentence's words belong to which of its figures.

A figure's own clause decides first; then the rest of its sentence, the sentences before it, the
label of its list item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rag.documents.parsed import find_date
from rag.documents.sentences import normalise, split_sentences
from rag.facts.context import REMOTE, Facets, as_component, date_near, outside_roles, read_facets
from rag.facts.facets import (
    PAY_CUE,
    Term,
    Years,
    find_components,
    find_levels,
    find_points,
    find_statistics,
    find_years,
    in_order,
    statistic_of,
    without_accounts,
)
from rag.facts.money import PERCENT, Mention, find_mentions, find_period
from rag.facts.not_pay import is_pay, is_rounding
from rag.facts.places import PlaceMention, find_places
from rag.facts.roles import (
    ALL_WORKERS,
    MEDIAN_EMPLOYEE,
    RoleMention,
    canonical_role,
    find_roles,
    is_agent_name,
    paid_subject,
    same_role,
    subject_role,
)
from rag.types import Block, BlockKind, Component, Span


@dataclass(frozen=True, slots=True)
class Found:
    """A figure of pay in a text: where, in which evidence, and what is said of it.

    ``mention`` counts in ``origin``'s text; ``clause`` is the part of it that is the figure's own.
    """

    mention: Mention
    origin: int
    evidence: Span
    facets: Facets
    clause: str
    after: str = ""


_DIGIT = re.compile(r"\d")
_REFERS_BACK = re.compile(r"\b(?:these|those|such)\s+[a-z]+", re.I)
MAX_EVIDENCE_CHARS = 600


def find_in_prose(text: str, block: Block, section: Facets) -> Iterator[Found]:
    """The figures of a paragraph or list item, in order."""
    label, label_end = _label(text, block)
    if label.role and find_period(block.span.of(text)):
        label = replace(label, pay=True)  # "Ticket sellers: NOK 371,500 a year"
    carried = Facets()
    before: Span | None = None
    for number, span in enumerate(split_sentences(text, block.span)):
        plain = normalise(span.of(text)).replace("*", " ")
        # The label speaks through its own facets, not as part of the first sentence.
        label_chars = max(0, min(label_end - span.start, len(plain)))
        plain = " " * label_chars + plain[label_chars:]
        context = carried if number else Facets()
        if _DIGIT.search(plain):
            yield from _in_sentence(
                plain, span, before, over=(context, label, section), block=block
            )
        carried = _carry(read_facets(plain), carried, plain)
        before = span


def _in_sentence(
    plain: str,
    span: Span,
    before: Span | None,
    *,
    over: tuple[Facets, Facets, Facets],
    block: Block,
) -> Iterator[Found]:
    context, label, section = over
    plain = _EXCEPTED.sub(lambda m: " " * len(m[0]), without_accounts(plain))
    terms = _Terms.read(plain)
    points = [(t.start, t.end) for t in terms.points]
    mentions = [
        m
        for m in find_mentions(plain)
        if not is_rounding(plain, m) and not any(s <= m.start < e for s, e in points)
    ]
    for index, mention in enumerate(mentions):
        facets = terms.facets_of(mentions, index).over(context).over(label).over(section)
        if facets.role and MEDIAN_EMPLOYEE in facets.role:
            facets = replace(facets, levels=(), label="")  # of "Executive compensation", above
        first = mentions[index - 1].end if index else 0
        last = mentions[index + 1].start if index + 1 < len(mentions) else len(plain)
        clause = plain[first:last]
        if not is_pay(mention, clause=clause, sentence=plain, facets=facets):
            continue
        evidence = span
        if facets.label == label.label != "":
            # A label that says whose figure it is belongs to the evidence.
            evidence = Span(block.span.start, span.end)
        elif before and _REFERS_BACK.search(plain[: mention.start]):
            # "Experts in these domains": which ones stands in the sentence before.
            wider = Span(before.start, span.end)
            evidence = wider if wider.end - wider.start <= MAX_EVIDENCE_CHARS else span
        yield Found(mention, span.start, evidence, facets, clause, plain[mention.end : last])


_EXCEPTED = re.compile(
    r"\((?:other\s+than|excluding|except)\b[^()]{0,100}\)"
    r"|,\s*(?:other\s+than|excluding|except(?:\s+for)?)\s+(?:our|the|its|their)\s[^,.;()\d]{0,80}(?=[,.;)])",
    re.I,
)
"""Who is not meant by a figure: "our employees, other than our chief executive, were paid …"."""


def _carry(sentence: Facets, before: Facets, plain: str) -> Facets:
    """What later sentences of a paragraph may leave unsaid: who, where and when, if there was one."""
    own = replace(
        sentence,
        component=None,
        statistic=None,
        point="",
        date=date_near(plain),
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
    words = match["label"].split()
    if not facets.role and block.kind is BlockKind.LIST_ITEM and is_agent_name(words):
        facets = replace(facets, role=canonical_role(match["label"].strip("*_ ")))
    if not (facets.levels or facets.years or facets.places or facets.role):
        return Facets(), block.span.start
    rung = match["label"].strip() if facets.levels or facets.years else ""
    end = block.span.start + match.end()
    return replace(facets, component=None, statistic=None, point="", label=rung), end


# --- one sentence ---------------------------------------------------------------------

T = TypeVar("T", Term, Years, PlaceMention, RoleMention)


@dataclass(frozen=True, slots=True)
class _Terms:
    """The facet terms of one sentence, with where they stand."""

    text: str
    levels: tuple[Term, ...]
    years: tuple[Years, ...]
    places: tuple[PlaceMention, ...]
    components: tuple[Term, ...]
    statistics: tuple[Term, ...]
    points: tuple[Term, ...]
    roles: tuple[RoleMention, ...]
    remotes: tuple[Term, ...]
    subject: str | None

    @classmethod
    def read(cls, text: str) -> _Terms:
        roles = tuple(find_roles(text))
        unlisted = _unlisted(text, roles)
        return cls(
            text=text,
            levels=tuple(t for t in find_levels(text) if not _is_within(t, unlisted)),
            years=tuple(find_years(text)),
            places=tuple(
                outside_roles(find_places(text), [*roles, unlisted] if unlisted else roles)
            ),
            components=tuple(find_components(text)),
            statistics=tuple(find_statistics(text)),
            points=tuple(find_points(text)),
            roles=roles,
            remotes=tuple(Term(m.start(), m.end(), "remote") for m in REMOTE.finditer(text)),
            subject=subject_role(text) or (unlisted.name if unlisted else None),
        )

    def facets_of(self, mentions: Sequence[Mention], index: int) -> Facets:
        """The facets that belong to one of the sentence's figures."""
        mention = mentions[index]
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
        elsewhere = _ELSEWHERE.search(self.text, mention.end, window.after_end)
        statistic = window.pick(self.statistics)
        point = window.pick(self.points)
        single = mention.low == mention.high or mention.low is None or mention.high is None
        return Facets(
            levels=in_order(t.value for t in levels),
            years=years[0] if years else None,
            places=() if elsewhere else tuple(dict.fromkeys(p.place for p in places)),
            component=window.component(self.components, percent=mention.currency == PERCENT),
            statistic=statistic_of(statistic[0].value) if statistic else None,
            point=point[0].value if point and single and mention.currency != PERCENT else "",
            period=mention.period or find_period(self.text),
            role=window.subject(self.roles, self.subject),
            date=date_near(window.clause) or date_near(self.text),
            pay=bool(PAY_CUE.search(self.text)),
            remote=bool(remote),
            label=_rung_label(self.text, levels, years)
            or _grade_before(self.text[: mention.start])
            or self._group(mentions, index),
        )

    def _group(self, mentions: Sequence[Mention], index: int) -> str:
        """The group within the occupation that a figure is for ("in private schools")."""
        mention = mentions[index]
        if _FORMERLY.search(self.text[max(0, mention.start - 24) : mention.start]):
            return "formerly"
        after = mentions[index + 1].start if index + 1 < len(mentions) else len(self.text)
        if match := _ELSEWHERE.search(self.text[mention.end : after]):
            return match[0]
        before = mentions[index - 1].end if index else 0
        for role in self.roles:
            if not before <= role.start < mention.start:
                continue
            match = _GROUP.match(self.text, role.end, mention.start)
            if match and not self._is_facet(match["group"]):
                return match["group"]
        return ""

    @staticmethod
    def _is_facet(text: str) -> bool:
        """Whether a qualifier says where, when or what of pay, and so names no group."""
        finders = (
            find_places,
            find_years,
            find_components,
            find_levels,
            find_statistics,
            find_points,
        )
        return bool(PAY_CUE.search(text) or date_near(text) or find_date(text)) or any(
            any(True for _ in find(text)) for find in finders
        )


def _unlisted(text: str, roles: Sequence[RoleMention]) -> RoleMention | None:
    """A subject that no list knows, where the sentence names no occupation that it is."""
    subject = paid_subject(text)
    return None if subject and any(same_role(r.name, subject.name) for r in roles) else subject


def _is_within(term: Term, role: RoleMention | None) -> bool:
    """Whether a level is a part of a title ("shift lead")."""
    return role is not None and role.start <= term.start and term.end <= role.end


_LEVEL_BY_VERB = re.compile(r"start|just|graduat|out\s+of|first\s+job", re.I)


_FORMERLY = re.compile(
    r"\b(?:once|formerly|previously|used\s+to\s+be|was\s+once)\b[^,;.]{0,16}$", re.I
)
_ELSEWHERE = re.compile(r"\b(?:elsewhere|in\s+other\s+(?:cities|regions|places|countries))\b", re.I)
_GROUP = re.compile(
    r"\s(?P<group>(?:working\s+|employed\s+|who\s+work\s+)?(?:in|at|for|with)\s+(?:the\s+|an?\s+)?"
    r"(?:(?!(?:can|could|may|might|earn|earned|make|made|is|are|was|were|have|had|get|receive|typically|often|usually)\b)[\w&'-]+\s?){1,5})"
    r"(?=\s*(?:can|could|may|might|earn|make|made|is|are|was|were|have|had|get|receive|typically|often|usually|,)\b|\s*,)",
    re.I,
)


_GRADE_BEFORE = re.compile(
    r"\b(?P<grade>(?!Q[1-4]\b|H[12]\b|FY)[A-Z]{1,3}[ -]?\d{1,2}|(?:[Gg]rade|[Bb]and|[Ll]evel|[Ss]tep|[Tt]ier|[Ss]cale)\s(?:\d{1,2}|[A-Z]))"
    r"\s*(?:[:–—-]|\(|is|at|pays?|earns?)?\s*$"
)


def _grade_before(text: str) -> str:
    """The code of the grade that stands right before a figure ("GS-14 – $87,263")."""
    match = _GRADE_BEFORE.search(text)
    return match["grade"] if match else ""


def _rung_label(text: str, levels: Sequence[Term], years: Sequence[Years]) -> str:
    """The level in the source's own words ("Senior and lead (7+ years)")."""
    named = (text[t.start : t.end] for t in sorted(levels, key=lambda t: t.start))
    names = [n for n in named if not _LEVEL_BY_VERB.match(n)]
    span = text[years[0].start : years[0].end] if years else ""
    label = " and ".join(dict.fromkeys(names))
    return f"{label} ({span})" if label and span else label or span


_BREAK = re.compile(
    r"[;]|\.\s+(?=[A-Z])|,(?!\s?\d{3}\b)|\s(?:and|while|but|whereas|versus|vs\.?|or)\s|\s[–—-]\s",
    re.I,
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


_ON_TOP = re.compile(r"\b(?:plus|and|with|before|excluding|without)\b|\+", re.I)


@dataclass(frozen=True, slots=True)
class _Window:
    """Where the terms of one figure are looked for: behind it ("8% for juniors, 12% for
    seniors") where a link word says so, else before it back to the figure before, else
    anywhere earlier in the sentence, else after."""

    start: int
    end: int
    previous_end: int
    previous_mention_end: int
    after_end: int
    linked_after: bool
    clause: str
    text: str

    @classmethod
    def around(cls, text: str, mentions: Sequence[Mention], index: int) -> _Window:
        mention = mentions[index]
        previous_end = mentions[index - 1].end if index else 0
        after_end = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        tail = text[mention.end : after_end]
        if index + 1 < len(mentions):
            breaks = list(_BREAK.finditer(tail))
            after_end = mention.end + (breaks[-1].start() if breaks else len(tail))
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
            after_end=after_end,
            linked_after=bool(_AFTER_LINK.match(tail)),
            clause=text[previous_end:after_end],
            text=text,
        )

    def pick(self, terms: Sequence[T], *, many: bool = False) -> list[T]:
        after = [t for t in terms if self.end <= t.start < self.after_end]
        before = [t for t in terms if self.previous_end <= t.start < self.start]
        if self.linked_after and after:
            chosen = after
        elif before:
            chosen = before[::-1]
        elif after:
            chosen = after
        else:
            return [t for t in terms if t.start < self.previous_end][::-1][:1]
        if not many:
            return chosen[:1]
        # Terms that stand together ("senior and lead", "Singapore, South Korea and Japan").
        return [t for t in chosen if abs(t.start - chosen[0].start) < 40]

    def component(self, terms: Sequence[Term], *, percent: bool) -> Component | None:
        """What the figure is: of a percentage not what it is a percentage of; of money a bonus
        or equity only where that stands right beside it."""
        beside = [t for t in terms if 0 <= t.start - self.end <= 2 and t.value != "premium"]
        if beside and not percent:
            return as_component(beside[0].value)
        # "$200k base and $307k in all": what stands beside the figure before is that one's.
        terms = [t for t in terms if not 0 <= t.start - self.previous_mention_end <= 2]
        if percent and _DIFFERENCE.match(self.text[self.end :]):
            return "premium"
        if beside:
            return as_component(beside[0].value)
        if percent:
            parts = [t for t in terms if t.value not in {"base", "total"}]
            chosen = self.pick([t for t in parts if t.value != "premium"]) or self.pick(parts)
        else:
            chosen = self.pick([t for t in terms if self._is_amount_of(t)])
        return as_component(chosen[0].value) if chosen else None

    def _is_amount_of(self, term: Term) -> bool:
        if term.value in {"base", "total"}:
            return True
        if term.value == "premium":
            return False
        gap = self.text[self.end : term.start]
        return 0 <= self.start - term.end < 30 or (
            0 <= term.start - self.end < 12 and not _ON_TOP.search(gap)
        )

    def subject(self, roles: Sequence[RoleMention], stated: str | None) -> str | None:
        """Whose figure it is: whom the sentence states the pay of, else the roles named before the
        figure, but for one it is compared with."""
        own = [r for r in roles if not _COMPARED.search(self.text[: r.start])]
        before = [r for r in own if self.previous_end <= r.start < self.start]
        if stated and (
            stated == ALL_WORKERS or all(r.name.lower() in stated.lower() for r in before)
        ):
            return stated
        names = list(dict.fromkeys(r.name for r in before or self.pick(own)))
        # "Research scientists ... AI research scientists": one job, said in short and in full.
        whole = [n for n in names if not any(m != n and m.endswith(f" {n}") for m in names)]
        return "/".join(whole) or stated

    def distance(self, term: Term | PlaceMention) -> int:
        return min(abs(term.start - self.start), abs(term.end - self.start))
