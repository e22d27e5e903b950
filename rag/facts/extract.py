"""Documents -> salary facts: every figure about pay, with what its sentence and place say of it.

A figure's own clause decides first; then the rest of its sentence, the label of its list item
or table row, its column's heading, the lead-in, the section headings, the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby

from rag.documents.parsed import strip_markup
from rag.documents.sentences import normalise, split_sentences
from rag.facts.context import Facets, as_component, read_facets
from rag.facts.facets import PAY_CUE, STRONG_PAY_CUE, find_components
from rag.facts.from_prose import Found, find_in_prose
from rag.facts.from_tables import ROLE_HEAD, Unit, find_in_table, read_unit
from rag.facts.money import PERCENT, SHARED_SIGNS, Mention, find_mentions, meant_by_sign
from rag.facts.places import Place, find_place
from rag.facts.roles import (
    canonical_role,
    is_agent_name,
    main_role,
    names_of,
    role_of_caption,
    title_role,
)
from rag.types import Block, BlockKind, Component, Document, SalaryFact, Span, Statistic

_DIGIT = re.compile(r"\d")
_LOWER_CASE_WORD = re.compile(r"\b[a-z]{3,}\b")


def extract_facts(document: Document) -> Iterator[SalaryFact]:
    """Every salary fact of a document, in the order of the text."""
    text = document.text
    role = None if _lists_roles(document) else main_role(document.title, normalise(text))
    whole = Facets(role=role, date=document.date)
    noted_facets, noted_unit = _notes(document)
    whole = whole.over(noted_facets)
    words = frozenset(_LOWER_CASE_WORD.findall(text))
    meant = meant_by_sign(text)
    seen: set[tuple[object, ...]] = set()
    last = ""
    for _, group in groupby(document.blocks, key=lambda b: (b.group, b.headings)):
        members = list(group)
        blocks = [b for b in members if _DIGIT.search(text, b.span.start, b.span.end)]
        asked, last = last, members[-1].span.of(text).rstrip()
        if not blocks:
            continue
        section = _section_facets(document, blocks[0], whole.role).over(whole)
        unit = _section_unit(document, blocks[0]).over(noted_unit)
        rows = [b for b in blocks if b.kind is BlockKind.TABLE_ROW]
        prose = (b for b in blocks if b.kind is not BlockKind.TABLE_ROW)
        found = chain(
            find_in_table(text, rows, _of_titled_table(section, document, blocks[0]), unit),
            ((b, f) for b in prose for f in find_in_prose(text, b, section)),
        )
        for block, one in found:
            for fact in _facts(document, block, one, asked, words):
                key = (fact.span.start, fact.component, fact.region, fact.place, fact.level)
                if key not in seen:
                    seen.add(key)
                    yield replace(fact, currency=meant.get(fact.currency, fact.currency))


def with_one_dollar(
    facts: Sequence[SalaryFact], documents: Mapping[str, Document]
) -> tuple[SalaryFact, ...]:
    """The facts with "$" meaning the same in all documents, where one of them says which dollar it
    is, and none that there is another (it names US dollars, or a place that pays in them)."""
    for taken, others in SHARED_SIGNS.items():
        used = {fact.currency for fact in facts} & {taken, *others}
        if len(used) != 2 or taken not in used:
            continue
        (other,) = used - {taken}
        # The document's own words turned "$" into the other one.
        is_said = any(_bare_signs(f, documents) for f in facts if f.currency == other)
        unsure = [f for f in facts if f.currency == taken]
        if is_said and all(
            _bare_signs(f, documents) is not False and not _pays_in(f, taken) for f in unsure
        ):
            facts = [replace(f, currency=other) if f.currency == taken else f for f in facts]
    return tuple(facts)


def _bare_signs(fact: SalaryFact, documents: Mapping[str, Document]) -> bool | None:
    """Whether the figure is written with no more than a shared sign; None where with none."""
    written = list(find_mentions(fact.span.of(documents[fact.document].text)))
    return all(mention.shared for mention in written) if written else None


def _pays_in(fact: SalaryFact, currency: str) -> bool:
    place = find_place(fact.place or fact.region or "")
    return place is not None and place.currency == currency


def _lists_roles(document: Document) -> bool:
    """Whether a table of the document has a column of occupations, so that none is its subject."""
    named = {
        cell.span.of(document.text).strip().lower()
        for block in document.blocks
        for cell in block.cells
        if ROLE_HEAD.fullmatch(cell.column)
    }
    return len(named - {""}) > 1 and title_role(document.title, document.text[:20_000]) is None


_NOTE = re.compile(
    r"\b(?:figures|amounts|salaries|numbers|values|data|pay|wages|ranges|bands)\s+"
    r"(?:\w+\s+){0,5}?(?:are|is|in|stated|given|shown|quoted|expressed)\b",
    re.I,
)
_SAYS_PERIOD = re.compile(
    r"\b(?:figures|amounts|salaries|values|wages|rates)\s+(?:here\s+|below\s+|above\s+)?(?:are|is)\s+"
    r"(?:(?:all|gross|net|base|basic|pay|salar(?:y|ies)|wages?|given|shown|stated|for|in|before|after|tax|full|time)\s+){0,5}"
    r"(?:per|an?|each)\s+(?:hour|day|week|month|year)\b",
    re.I,
)
"""A note without a currency that says what period the figures are for, and not when they are paid."""
MAX_NOTE_CHARS = 200


def _notes(document: Document) -> tuple[Facets, Unit]:
    """What a sentence says of all figures ("All figures are gross annual base salaries in pounds
    sterling, thousands"): kind and unit, for what nothing nearer says."""
    facets, unit = Facets(), Unit()
    for block in document.blocks:
        if block.kind is BlockKind.TABLE_ROW or not _NOTE.search(
            document.text, block.span.start, block.span.end
        ):
            continue  # fmt: skip
        for span in split_sentences(document.text, block.span):
            sentence = normalise(span.of(document.text))
            if len(sentence) > MAX_NOTE_CHARS or _DIGIT.search(sentence):
                continue
            if not _NOTE.search(sentence):
                continue
            own = read_unit(sentence)
            if not own.currency and not _SAYS_PERIOD.search(sentence):
                continue
            unit = unit.over(own)
            said = read_facets(sentence)
            facets = facets.over(
                Facets(
                    component=said.component,
                    period=said.period,
                    pay=said.pay and bool(own.currency),
                )
            )
    return facets, unit


def _section_facets(document: Document, block: Block, subject: str | None) -> Facets:
    """What headings and lead-in say.

    :param subject: the occupation that the document is about; a heading with only a part of its
        name names no other one.
    """
    facets = Facets()
    for heading in block.headings[1:] if len(block.headings) > 1 else block.headings:
        own = read_facets(heading)
        if len(own.places) > 1 or len(own.levels) > 2:
            own = replace(own, places=(), levels=())
        role = own.role if own.role and len(own.role.split()) > 1 else role_of_caption(heading)
        role = None if role in names_of(subject or "") else role
        facets = replace(own, role=role, statistic=None, point="").over(facets)
    text = strip_markup(normalise(block.lead_in.of(document.text))) if block.lead_in else ""
    if block.kind is not BlockKind.PARAGRAPH and _lends(text):
        own = read_facets(text)
        listed = len(own.places) > 1 or len(own.levels) > 1
        component = own.component if len({c.value for c in find_components(text)}) == 1 else None
        own = replace(own, component=component, role=_announced(text), remote=False)
        facets = (replace(own, places=(), levels=()) if listed else own).over(facets)
    return facets


def _announced(lead_in: str) -> str | None:
    """Whose figures a lead-in says that they are; it may be a job title and nothing else."""
    if is_agent_name(lead_in.split()) and not _NO_TITLE.search(lead_in):
        return canonical_role(lead_in)
    return role_of_caption(lead_in)


_NO_TITLE = re.compile(rf"{PAY_CUE.pattern}|\b(?:by|per|your|the|and)\b", re.I)


def _lends(lead_in: str) -> bool:
    """Whether a paragraph above a table or list speaks of it: it ends in a colon, or in nothing as
    captions do, or names the table, or is about pay without figures of its own."""
    if not lead_in.endswith("."):
        return bool(lead_in)
    of_pay = PAY_CUE.search(lead_in) is not None and not _DIGIT.search(lead_in)
    return of_pay or _NAMES_TABLE.search(lead_in) is not None


_NAMES_TABLE = re.compile(
    r"\b(?:tables?|below|following|overview|list(?:ed)?|figures|columns?)\b", re.I
)


def _of_titled_table(section: Facets, document: Document, block: Block) -> Facets:
    """What is said of a table of grades or jobs in a document whose title says that it is about
    pay."""
    titles = (document.title, *block.headings[:1])
    graded = bool(block.cells) and _GRADED.match(block.cells[0].column) is not None
    told = graded and any(STRONG_PAY_CUE.search(title) for title in titles)
    return replace(section, pay=section.pay or told)


_GRADED = re.compile(
    r"\s*(?:(?:pay|job|salary)\s+)?(?:grades?|levels?|bands?|steps?|points?|ranks?|scales?|jobs?|roles?|posts?|positions?|occupations?|titles?)\b",
    re.I,
)
"""The head of a column of those who are paid."""


def _section_unit(document: Document, block: Block) -> Unit:
    """The unit of bare numbers that the caption or the headings name."""
    unit = Unit()
    if block.lead_in:
        unit = read_unit(block.lead_in.of(document.text)[:400])
    for heading in reversed(block.headings):
        unit = unit.over(read_unit(heading))
    return unit


# --- one fact -------------------------------------------------------------------------


def _facts(
    document: Document, block: Block, found: Found, asked: str, words: frozenset[str]
) -> Iterator[SalaryFact]:
    """One fact for each place that the figure is given for (one where none is).

    :param asked: what stands above the block; where that is a question, this is the answer.
    :param words: that the document writes in lower case, and so are no names of small places.
    """
    mention, facets = found.mention, found.facets
    percent = mention.currency == PERCENT
    component = _component(facets.component, percent=percent)
    versus, less = _compared_with(found, asked) if component == "premium" else ("", False)
    named = tuple(p for p in facets.places if not (p.small and p.name.lower() in words))
    for region, place in _places(named):
        yield SalaryFact(
            document=document.path,
            span=Span(found.origin + mention.start, found.origin + mention.end),
            evidence=found.evidence,
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
            basis=_basis(found) if percent else None,
            label=facets.label,
            versus=versus,
            less=less,
            point=_point(mention, facets),
            in_table=block.kind is BlockKind.TABLE_ROW,
        )


def _point(mention: Mention, facets: Facets) -> str:
    """Where in the distribution the figure lies; a bound is no mean, and a range no point at all."""
    if mention.currency == PERCENT:
        return ""
    if mention.low is None or mention.high is None:
        return "" if facets.point == "mean" else facets.point
    return facets.point if mention.low == mention.high else ""


def _component(said: Component | None, *, percent: bool) -> Component:
    component: Component = said or "unspecified"
    if component == "premium" and not percent:
        return "unspecified"
    if percent and component in {"unspecified", "base", "total"}:
        return "premium"
    return component


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
    countries = [n for n in place.within if (found := find_place(n)) and found.kind == "country"]
    return countries[0] if countries else None


def _statistic(mention: Mention, facets: Facets, *, percent: bool) -> Statistic:
    if facets.statistic == "growth":
        return "growth"
    if percent:
        return "share"
    if facets.statistic == "median" and not facets.point:
        return "median"
    is_range = mention.low is not None and mention.high is not None and mention.low < mention.high
    if is_range or mention.open_ended:
        return "range"
    return "typical"


def _basis(found: Found) -> Component | None:
    """What a percentage is a percentage of, where its clause says."""
    for text in (found.after, found.clause):
        match = re.search(
            r"(?:%|per\s?cent)?\s*of\s+(?:the\s+|their\s+|an?\s+)?(base|total)", text, re.I
        ) or re.search(r"\b(base|total)\b", text, re.I)
        if match:
            return as_component(match[1].lower())
    return None


_THAN = re.compile(
    r"\b(?:than|over|above|compared\s+(?:with|to)|relative\s+to|versus)\s+(?P<other>[^.;,:()]{3,90})",
    re.I,
)
_BEATS = re.compile(
    r"\b(?:outpac\w+|exceed\w*|beat\w*|surpass\w*|tops?|above)\s+(?P<other>[^.;,:()\d]{3,80}?)\s+by\s*$",
    re.I,
)
_COMPARE_TO = re.compile(r"\bcompared?\s+(?:to|with|against)\s+(?P<other>[^.;,:()?]{3,90})", re.I)
_LESS = re.compile(r"\s*(?:\w+\s+){0,2}?(?:less|lower|below|fewer|under)\b", re.I)
_LOWER_BY = re.compile(r"\b(?:less|lower|below|drop\w*|fall\w*|cut|discount)\s+(?:\w+\s+){0,2}$", re.I)  # fmt: skip


def _compared_with(found: Found, asked: str) -> tuple[str, bool]:
    """Whom or what a difference is from, and whether the figure is below it."""
    at = found.clause.find(found.after) if found.after else len(found.clause)
    before = found.clause[: max(0, at)]
    before = before[: len(before) - (found.mention.end - found.mention.start)]
    less = bool(_LESS.match(found.after) or _LOWER_BY.search(before))
    match = _THAN.search(found.after) or _BEATS.search(before.rstrip() + " ")
    if match is None and asked.endswith("?"):
        match = _COMPARE_TO.search(asked)
    return (" ".join(match["other"].split()) if match else ""), less
