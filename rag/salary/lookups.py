"""Questions about the figures themselves: the years of a level, their age, what a figure is for."""

from __future__ import annotations

from dataclasses import replace

from rag.draft import Draft
from rag.salary import wording
from rag.salary.facets import STRONG_PAY_CUE
from rag.salary.match import Gap, levels_of, match_facts
from rag.salary.money import PERCENT, find_mentions
from rag.salary.phrases import lower_first, phrase
from rag.salary.places import find_places
from rag.salary.question import PayQuestion, Task
from rag.types import SalaryFact

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


def say_age(question: PayQuestion, draft: Draft) -> bool:
    """From when the figures asked about are, document by document; False where there are none."""
    plain = replace(question, task=Task.AMOUNT, date=None)
    found = match_facts(plain, draft.library.ledger)
    facts = [m.fact for m in found] if not isinstance(found, Gap) else []
    if not facts and not (question.roles or question.places or question.levels):
        facts = list(draft.library.ledger.facts)
    if not facts:
        return False
    by_document: dict[str, SalaryFact] = {}
    for fact in sorted(facts, key=lambda f: f.as_of or "", reverse=True):
        by_document.setdefault(fact.document, fact)
    lines = []
    for path, fact in list(by_document.items())[:MAX_LINES]:
        title = draft.library.documents[path].title
        when = f"from **{wording.date(fact.as_of)}**" if fact.as_of else "**undated**"
        lines.append(f"the figures of “{title}” are {when} [{draft.cite_fact(fact)}]")
    draft.say(wording.capital("; ".join(lines)) + ".")
    if any(f.as_of is None for f in by_document.values()):
        draft.say("An undated source doesn't say when its figures were gathered.")
    return True


def say_in_words(question: PayQuestion, draft: Draft) -> bool:
    """What the documents say of pay in a place without any figure for it; False where they don't."""
    said = []
    for chunk in draft.library.chunks:
        for i, sentence in enumerate(chunk.sentences):
            if not any(m.place in question.places for m in find_places(sentence.plain)):
                continue
            # What is said of pay there may stand in the next sentence.
            run = chunk.sentences[i : i + 2]
            about = next((n for n, s in enumerate(run, 1) if STRONG_PAY_CUE.search(s.plain)), 0)
            if about and not any(find_mentions_of_money(s.plain) for s in run[:about]):
                said.append((chunk, run[:about]))
    if not said:
        return False
    asked = wording.joined([wording.the(p.name) for p in question.places], word="or")
    draft.say(f"The documents give no figure for {asked}. In words:")
    for chunk, sentences in said[:2]:
        draft.say(" ".join(f"{s.plain} [{draft.cite(chunk.document, s.span)}]" for s in sentences))
    return True


def find_mentions_of_money(text: str) -> bool:
    return any(m.currency != PERCENT for m in find_mentions(text))


def say_which(question: PayQuestion, draft: Draft) -> bool:
    """What a figure that the question states is given for, and what else its row holds."""
    ledger = draft.library.ledger
    values = {v for m in question.amounts for v in (m.low, m.high) if v is not None}
    percent = any(m.currency == PERCENT for m in question.amounts)
    found = [
        f
        for f in ledger.facts
        if {f.low, f.high} & values and (f.currency == PERCENT) == percent
        and (not question.components or f.component in {*question.components, "unspecified"} or percent)
    ]  # fmt: skip
    if not values or not found:
        return False
    first = found[0]
    row = ledger.row(first)
    wanted = [row[c] for c in question.components if c in row]
    facts = list(dict.fromkeys([first, *wanted, *found[1:]]))[:MAX_LINES]
    who = wording.capital(wording.who(first))
    where = wording.place(first)
    draft.say(
        f"**{who}**{f' {where}' if where else ''}: {'; '.join(phrase(f, draft) for f in facts)}."
    )
    return True
