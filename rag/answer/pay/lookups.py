"""Questions about the figures themselves: the years of a level, what a figure is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from rag.answer.draft import Draft
from rag.answer.pay.match import levels_of
from rag.answer.pay.phrases import amount, lower_first, phrase, who_within
from rag.documents.parsed import strip_markup
from rag.documents.sentences import split_sentences
from rag.documents.words import terms
from rag.facts import wording
from rag.facts.facets import STRONG_PAY_CUE
from rag.facts.money import PERCENT, find_mentions
from rag.facts.places import Place, find_places
from rag.types import Block, BlockKind, Document, SalaryFact, Span
from rag.understand.pay import BASE_OR_TOTAL, OF_LEVELS, PayQuestion

MAX_LINES = 8


def say_bands(question: PayQuestion, draft: Draft) -> bool:
    """The years of experience that each document means by a level; False where none says."""
    ledger = draft.library.ledger
    asked = set(question.levels)
    bands: dict[tuple[str, float, float | None], SalaryFact] = {}
    for fact in ledger.facts:
        named = asked & set(levels_of(fact)) or fact.label in question.labels
        if fact.min_years is not None and (named or not (asked or question.labels)):
            bands.setdefault((fact.document, fact.min_years, fact.max_years), fact)
    if not bands or not (asked or question.labels):
        return False
    said = [
        f"**{wording.years(f)}** ({lower_first(f.label.partition(' (')[0] or wording.level_name(f.level or ''))}, "
        f"{draft.library.documents[f.document].title}) [{draft.cite_fact(f)}]"
        for f in list(bands.values())[:MAX_LINES]
    ]  # fmt: skip
    if len(said) == 1:
        draft.say(f"{said[0]}.")
        return True
    documents = {f.document for f in bands.values()}
    if len(documents) > 1 and len({(low, high) for _, low, high in bands}) > 1:
        markers = [draft.cite_fact(f) for f in bands.values()]
        draft.say(f"The sources draw the line differently: {'; '.join(said)}.")
        draft.conflict("the years that a level stands for", markers)
    else:
        draft.say(f"{'; '.join(said)}.")
    return True


def say_in_words(question: PayQuestion, draft: Draft) -> bool:
    """What the documents say of pay in a place without any figure for it; False where they don't."""
    said = [
        (document.path, spans)
        for document in _naming(question.places, draft)
        for block in document.blocks
        if block.kind is not BlockKind.TABLE_ROW
        and any(p.name in block.span.of(document.text) for p in question.places)
        for spans in _on_pay_there(document, block, question.places)
    ]
    if not said:
        return False
    asked = wording.joined([wording.the(p.name) for p in question.places], word="or")
    draft.say(f"The documents give no figure for {asked}. In words:")
    for path, spans in said[:2]:
        text = draft.library.documents[path].text
        draft.say(" ".join(f"{strip_markup(s.of(text))} [{draft.cite(path, s)}]" for s in spans))
    return True


def _naming(places: Sequence[Place], draft: Draft) -> list[Document]:
    """The documents with a passage that holds words of the places."""
    library = draft.library
    scores = library.lexical.scores([t for place in places for t in terms(place.name)])
    paths = dict.fromkeys(library.chunks.document_at(int(i)) for i in np.flatnonzero(scores))
    return [library.documents[path] for path in paths]


MAX_SENTENCES_APART = 3


def _on_pay_there(
    document: Document, block: Block, places: Sequence[Place]
) -> Iterator[list[Span]]:
    """The sentence that names a place, with those up to what is said of pay; none with a figure."""
    spans = list(split_sentences(document.text, block.span))
    for i, span in enumerate(spans):
        if not any(m.place in places for m in find_places(span.of(document.text))):
            continue
        run = spans[i : i + MAX_SENTENCES_APART]
        texts = [s.of(document.text) for s in run]
        about = next((n for n, t in enumerate(texts, 1) if STRONG_PAY_CUE.search(t)), 0)
        if about and not any(m for t in texts[:about] for m in find_mentions(t)):
            # What lies between says how the place came to pay so, not what it pays.
            yield [run[0], *run[about - 1 : about]] if about > 1 else run[:1]


def say_which(question: PayQuestion, draft: Draft) -> bool:
    """What a figure that the question states is given for, and what else its row holds."""
    ledger = draft.library.ledger
    values = {v for m in question.amounts for v in (m.low, m.high) if v is not None}
    if BASE_OR_TOTAL.search(question.text):
        question = replace(question, components=())
    percent = any(m.currency == PERCENT for m in question.amounts)
    found = [
        f
        for f in ledger.facts
        if {f.low, f.high} & values and (f.currency == PERCENT) == percent
        and (not question.components or f.component in {*question.components, "unspecified"} or percent)
    ]  # fmt: skip
    if question.levels or OF_LEVELS.search(question.text):
        found = [f for f in found if levels_of(f) or f.label] or _near(
            values, question, ledger.facts
        )
    if not values or not found:
        return False
    if _OF_DOCUMENTS.search(question.text):
        by_document = {f.document: f for f in reversed(found)}
        said = [
            f"“{draft.library.documents[path].title}” ({phrase(f, draft)})"
            for path, f in sorted(by_document.items())
        ]
        draft.say(f"{'; '.join(said)}.")
        return True
    first = found[0]
    row = ledger.row(first)
    wanted = [row[c] for c in question.components if c in row]
    facts = list(dict.fromkeys([first, *wanted, *found[1:]]))[:MAX_LINES]
    who = wording.capital(who_within(first))
    where = wording.place(first)
    items = [_what(f, draft) if wording.who(f) == wording.who(first) else phrase(f, draft) for f in facts]  # fmt: skip
    draft.say(f"**{who}**{f' {where}' if where else ''}: {'; '.join(items)}.")
    return True


_OF_DOCUMENTS = re.compile(
    r"\b(?:documents?|sources?|reports?|guides?|articles?|files?)\b|\bwhere\b", re.I
)


NEAR = 0.05
"""A figure so near, as a share of it, is what "about $300k" may mean."""


def _near(
    values: set[float], question: PayQuestion, facts: Sequence[SalaryFact]
) -> list[SalaryFact]:
    """Figures of rungs near a value or around it, the nearest first; none for a percentage."""
    currencies = {m.currency for m in question.amounts if m.currency != PERCENT}
    rungs = [f for f in facts if f.currency in currencies and (levels_of(f) or f.label)]
    gaps = [(min(_gap(f, v) for v in values), n) for n, f in enumerate(rungs)]
    once: dict[tuple[object, ...], SalaryFact] = {}
    for fact in (rungs[n] for gap, n in sorted(gaps) if gap <= NEAR):
        once.setdefault((fact.document, fact.low, fact.high, fact.component), fact)
    return list(once.values())


def _gap(fact: SalaryFact, value: float) -> float:
    """How far a value is from a figure, as a share of the value; 0 within a range."""
    low = fact.low if fact.low is not None else fact.high or 0.0
    high = fact.high if fact.high is not None else low
    return max(low - value, value - high, 0.0) / value if value else float("inf")


def _what(fact: SalaryFact, draft: Draft) -> str:
    of = f" of {fact.basis}" if fact.currency == PERCENT and fact.basis else ""
    when = f", {wording.date(fact.as_of)}" if fact.as_of else ""
    linked = "as " if fact.currency == PERCENT else ""
    return f"{amount(fact, draft)}{of} {linked}{wording.kind(fact)}{when} [{draft.cite_fact(fact)}]"
