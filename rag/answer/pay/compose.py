"""A pay question -> its answer in a draft: figure first, sources side by side, conflicts said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rag.answer.draft import Draft
from rag.answer.pay.arithmetic import (
    amount_of_percent,
    check_total,
    convert,
    per_period,
    raised_by,
    range_measure,
)
from rag.answer.pay.asker_pay import say_own_sum, standing
from rag.answer.pay.compare import compare_facts
from rag.answer.pay.conflicts import note_conflicts, note_others
from rag.answer.pay.lookups import say_bands, say_in_words, say_which
from rag.answer.pay.match import Gap, Match, PlaceFit, is_group, match_facts
from rag.answer.pay.phrases import amount, lower_first, own_sentence, phrase, who_within
from rag.answer.pay.premise import Premise, premise_of
from rag.answer.pay.premium import say_nearby, say_premiums
from rag.answer.pay.rank import along_dimension, say_beyond, say_ranking
from rag.facts import wording
from rag.facts.money import PERCENT
from rag.types import SalaryFact
from rag.understand.pay import PayQuestion, Task, percent_asked, read_question, resolved

MAX_ROWS = 12
MAX_BY_LEVEL = 8


def answer_pay(question: PayQuestion, draft: Draft) -> Gap | None:
    """Write the answer to a pay question into the draft, or say what the corpus lacks.

    :param question: as :func:`rag.understand.pay.resolved` returns it.
    """
    if premise := premise_of(question.text):
        question = _correct(premise, question.task, draft)
    checks = question.task is Task.CHECK
    if not checks and question.amounts and say_own_sum(question, draft):
        return None
    if not checks and percent_asked(question) and raised_by(question, draft):
        return None
    in_money = question.in_money or question.period in {"hour", "day", "week", "month"}
    if not checks and in_money and amount_of_percent(question, draft):
        return None
    if _answered_by_task(question, draft):
        return None
    found = match_facts(question, draft.library.ledger)
    if isinstance(found, Gap):
        answered = say_premiums(question, draft) or (
            found.facet == "place" and say_in_words(question, draft)
        )
        return None if answered else found
    _write(question, found, draft)
    facts = [m.fact for m in found]
    if question.task is Task.DIFFERENCE:
        say_nearby(facts, draft)
    range_measure(question, facts, draft)
    convert(question, facts, draft)
    if question.period:
        per_period(question, facts, draft)
    return None


def _correct(premise: Premise, task: Task, draft: Draft) -> PayQuestion:
    """The question behind a premise; what the documents give instead of the premise is said first."""
    question = resolved(read_question(premise.rest, task), draft.library.ledger)
    asked = resolved(read_question(premise.text), draft.library.ledger)
    if not question.places and _THERE.search(premise.rest):
        question = replace(question, places=asked.places)
    found = match_facts(asked, draft.library.ledger)
    facts = [] if isinstance(found, Gap) else [m.fact for m in found if m.fact.currency != PERCENT]
    said = [v for m in asked.amounts for v in (m.low, m.high) if v is not None]
    if facts and not any(_holds(f, v) for f in facts for v in said):
        figures = [f"{amount(f, draft)} [{draft.cite_fact(f)}]" for f in facts[:MAX_CORRECTIONS]]
        draft.say(f"The documents don't bear that out: for {_about(asked)} they give {wording.joined(figures)}.")  # fmt: skip
    return question


_THERE = re.compile(r"\b(?:there|in\s+that\s+(?:country|city|place|region))\b", re.I)
MAX_CORRECTIONS = 3


def _holds(fact: SalaryFact, value: float) -> bool:
    """Whether a value is a figure's, or lies within it."""
    high = fact.low if fact.high is None else fact.high
    return (fact.low or 0.0) <= value <= (high or 0.0)


def _answered_by_task(question: PayQuestion, draft: Draft) -> bool:
    if say_beyond(question, draft):
        return True
    match question.task:
        case Task.CHECK:
            return check_total(question, draft)
        case Task.BANDS:
            return say_bands(question, draft)
        case Task.WHICH:
            return say_which(question, draft)
        case Task.HIGHEST | Task.LOWEST:
            return say_ranking(question, draft)
        case Task.DIFFERENCE | Task.RATIO:
            # "What is the median, and how far above the rest is it?" asks for a figure too.
            own = question.median and len(question.roles) < 2 and not question.remote
            return compare_facts(question, draft) or (not own and say_premiums(question, draft))
        case _:
            return say_premiums(question, draft, asked_only=True)


# --- what was asked for -----------------------------------------------------------------


def _write(question: PayQuestion, matches: list[Match], draft: Draft) -> None:
    if question.task is Task.TABLE:
        matches = along_dimension(question, matches)
    for_all, by_level = _split(question, matches)
    shown = for_all[:MAX_ROWS]
    if claim := standing(question, matches, draft) or _on_claim(question, matches):
        draft.say(claim)
    if question.task is Task.TABLE and (table := _pivot(matches, draft)):
        draft.say(table)
        differing = note_others(matches, [c.fact for c in draft.facts], draft)
    else:
        differing = note_conflicts(shown, draft)
        _say_figures(question, shown, draft, differing=bool(differing))
        _say_levels(by_level, draft)
    if differing:
        draft.say(differing)
    if notes := _notes(question, shown, draft):
        draft.say(notes)
    if len(for_all) > MAX_ROWS and question.task is not Task.TABLE:
        draft.say(
            "There are more figures than fit here: name a level or a place to narrow them down."
        )


def _split(question: PayQuestion, matches: list[Match]) -> tuple[list[Match], list[Match]]:
    """The figures for all levels and those of single levels, where the question names no level
    and both are there."""
    named = question.levels or question.years or question.labels or question.task is Task.TABLE
    whole = [m for m in matches if not m.fact.level and m.fact.min_years is None]
    if named or not whole:
        return matches, []
    return whole, [m for m in matches if m not in whole]


def _say_figures(
    question: PayQuestion, matches: Sequence[Match], draft: Draft, *, differing: bool
) -> None:
    if len(matches) > 2:
        draft.say(_lead(question, matches, differing=differing))
        draft.say(_table(matches, draft))
        return
    said = []
    for _, group in groupby(matches, key=lambda m: (m.fact.document, m.fact.evidence)):
        together = list(group)
        own = own_sentence([m.fact for m in together], draft)
        said += (
            [f"{own}{_also(together[0], draft)}."]
            if own
            else [f"{phrase(m.fact, draft)}{_also(m, draft)}." for m in together]
        )
    draft.say(" ".join(said))


def _also(match: Match, draft: Draft) -> str:
    """The markers of the other documents that give the same figure."""
    return "".join(f"[{draft.cite_fact(f)}]" for f in match.also)


def _say_levels(matches: Sequence[Match], draft: Draft) -> None:
    """The figures of single levels in one line a kind, where that is short."""
    if not matches:
        return
    if len(matches) > MAX_BY_LEVEL:
        draft.say("There are figures by level too: name a level or a place to see them.")
        return
    for key, group in groupby(matches, key=lambda m: (wording.kind(m.fact), m.fact.as_of)):
        kind, when = key
        items = [
            f"{lower_first(wording.rung(m.fact))} {amount(m.fact, draft)} [{draft.cite_fact(m.fact)}]"
            for m in group
        ]
        dated = f", {wording.date(when)}" if when else ""
        draft.say(f"By level ({kind}{dated}): {'; '.join(items)}.")


_YES_OR_NO = re.compile(
    r"^\W*(?:so\W+)?(?:is|are|was|were|do|does|did|would|will|can|could|isn't|aren't|don't|really)\b|\breally\b|\btrue\b|\bright\s*\?|\bcorrect\b",
    re.I,
)


def _on_claim(question: PayQuestion, matches: Sequence[Match]) -> str:
    """What the documents say of a figure that the question states."""
    claimed = [m for m in question.amounts if m.currency != PERCENT]
    values = {v for m in claimed for v in (m.low, m.high) if v is not None}
    if not values:
        return ""
    facts = [m.fact for m in matches]
    given = {v for f in facts for v in (f.low, f.high)}
    if values & given:
        return ""
    if not _YES_OR_NO.search(question.text) and not _TOLD.search(question.text):
        return ""
    within = any(f.low is not None and f.high is not None and f.low <= v <= f.high for v in values for f in facts)  # fmt: skip
    if within:
        return "No source gives that very figure, but it lies within a range that one gives:"
    return "No document gives that figure. What they do give:"


_TOLD = re.compile(
    r"\b(?:tell|say|said|heard|read|told|claims?|thought|believe|guess|since|given\s+that)\b", re.I
)


# --- tables -----------------------------------------------------------------------------


def _lead(question: PayQuestion, matches: Sequence[Match], *, differing: bool) -> str:
    about = _about(question)
    several = len({m.fact.document for m in matches}) > 1
    if several and differing:
        return f"The sources differ on {about}:"
    give = "The documents give" if several else "One document gives"
    return f"{give} these figures for {about}:"


def _about(question: PayQuestion) -> str:
    components = [
        {"total": "total compensation", "base": "base salary"}.get(c, c)
        for c in question.components
    ]
    what = wording.joined(components) or "pay"
    # The chief executive officer's level is in the name.
    unsaid = [v for v in question.levels if not any(v in role.lower() for role in question.roles)]
    levels = wording.joined(
        [*(wording.level_name(v) for v in unsaid), *(lower_first(v) for v in question.labels)]
    )  # fmt: skip
    roles = wording.joined([wording.plural(r) for r in question.roles])
    who = " ".join(filter(None, [levels, roles or ("roles" if question.levels else "")]))
    years = ""
    if question.years:
        low, high = question.years[0].low, question.years[0].high
        years = f" with {low:g}{'+' if high is None else '' if high == low else f'–{high:g}'} years"
    where = wording.joined([wording.the(p.name) for p in question.places])
    remote = " in remote roles" if question.remote else ""
    outside = wording.joined([wording.the(p.name) for p in question.excluded], word="or")
    outside = f" outside {outside}" if outside else ""
    return f"{what}{f' of {who}' if who else ''}{years}{f' in {where}' if where else ''}{remote}{outside}"


_COLUMNS = ("Who", "Where", "Figure", "What", "As of", "Source")


def _table(matches: Sequence[Match], draft: Draft) -> str:
    """A Markdown table of the figures; a column that no row fills is left out."""
    rows = []
    for match in matches:
        fact = match.fact
        of = f" (of {fact.basis})" if fact.currency == PERCENT and fact.basis else ""
        rows.append(
            [
                wording.capital(who_within(fact)),
                wording.place_name(fact),
                amount(fact, draft),
                wording.kind(fact) + of,
                wording.date(fact.as_of),
                f"[{draft.cite_fact(fact)}]{_also(match, draft)}",
            ]
        )
    empty = {"not stated", "undated"}
    kept = [
        i
        for i in range(len(_COLUMNS))
        if any(row[i] not in empty for row in rows)
        and not (_COLUMNS[i] == "What" and all(row[i] == "pay" for row in rows))
    ]
    return _markdown([_COLUMNS[i] for i in kept], [[row[i] for i in kept] for row in rows])


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(c.replace("|", "/") for c in row) + " |" for row in rows]
    return "\n".join(lines)


def _pivot(matches: Sequence[Match], draft: Draft) -> str:
    """The source's own table, a line a row, where the figures are the columns of one table."""
    ledger = draft.library.ledger
    by_table: dict[object, list[SalaryFact]] = {}
    for match in matches:
        if (table := ledger.table_of(match.fact)) is not None:
            by_table.setdefault(table, []).append(match.fact)
    largest = max(by_table.values(), key=len, default=[])
    columns = list(dict.fromkeys(_column_of(f) for f in largest))
    rows: dict[object, list[SalaryFact]] = {}
    for fact in largest:
        rows.setdefault(fact.evidence, []).append(fact)
    if len(largest) * 2 < len(matches) or len(columns) < 2 or len(rows) < 2:
        return ""
    with_place = len({wording.place_name(f) for f in largest}) > 1 and not any(
        wording.place_name(f) in _column_of(f) for f in largest
    )
    lines = []
    for facts in sorted(rows.values(), key=lambda facts: facts[0].span.start):
        cells = {_column_of(f): amount(f, draft) for f in facts}
        name = wording.place_name(facts[0]) if with_place else wording.rung(facts[0])
        (marker,) = {f"[{draft.cite_fact(f)}]" for f in facts}
        lines.append([wording.capital(name or wording.who(facts[0])), *(cells.get(c, "–") for c in columns), marker])  # fmt: skip
    when = wording.date(largest[0].as_of) if largest[0].as_of else "undated"
    who = wording.joined([wording.plural(r) for r in (largest[0].role or "").split("/") if r])
    draft.say(f"{wording.capital(who or 'Pay')}, {when}:")
    return _markdown(["Place" if with_place else "Level", *columns, "Source"], lines[:MAX_ROWS])


def _column_of(fact: SalaryFact) -> str:
    kind = wording.capital(wording.kind(fact))
    of = f" (% of {fact.basis})" if fact.currency == PERCENT and fact.basis else ""
    if fact.component == "unspecified" and not fact.point and fact.statistic != "median":
        return wording.capital(wording.place_name(fact))
    return kind + of


# --- notes ------------------------------------------------------------------------------


def _notes(question: PayQuestion, matches: Sequence[Match], draft: Draft) -> str:
    """What a reader must know to use the figures: what the source leaves unsaid."""
    facts = [m.fact for m in matches]
    notes = [*_place_notes(question, matches)]
    if any(m.all_levels for m in matches):
        notes.append("A figure without a level is for all levels together.")
    if question.median and facts and not any(f.statistic == "median" for f in facts):
        notes.append("None of these is given as a median.")
    money = [f for f in facts if f.currency != PERCENT and f.component in {"base", "total", "unspecified"}]  # fmt: skip
    unsaid = [f for f in money if f.component == "unspecified"]
    ledger = draft.library.ledger
    if unsaid and not all(f.document in ledger.of_wages for f in unsaid):
        if len(unsaid) < len(money):
            numbers = list(dict.fromkeys(draft.cite_fact(f) for f in unsaid))
            markers = wording.joined([f"[{n}]" for n in numbers])
            notes.append(f"{markers} {'does' if len(numbers) == 1 else 'do'} not say whether base or total is meant.")  # fmt: skip
        else:
            notes.append("The source doesn't say whether this is base or total pay." if len(facts) == 1 else
                         "The sources don't say whether these are base or total pay.")  # fmt: skip
    if facts and all(f.as_of is None for f in facts):
        notes.append("The source gives no date." if len(facts) == 1 else "The figures are undated.")
    return " ".join(notes)


def _place_notes(question: PayQuestion, matches: Sequence[Match]) -> list[str]:
    asked = wording.joined([wording.the(p.name) for p in question.places], word="or")
    notes = []
    wider = list(dict.fromkeys(wording.the(m.fact.place or m.fact.region or "") for m in matches if m.fit is PlaceFit.WIDER))  # fmt: skip
    if wider:
        at_level = " at that level" if question.levels or question.years else ""
        notes.append(f"The documents have no figure for {asked} {'itself' if len(question.places) == 1 else 'themselves'}{at_level}, so this is the one for {wording.joined(wider)}.")  # fmt: skip
    if any(m.fit is PlaceFit.UNSTATED and not is_group(m.fact) for m in matches):
        notes.append(
            f"Where no place is stated, the figure is in the currency of {asked} but the source doesn't tie it to a place."
        )
    return notes
