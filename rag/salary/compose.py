"""Matched facts -> the pay answer: figure first, sources side by side, conflicts, working shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from rag.documents.parsed import strip_markup
from rag.draft import Draft
from rag.lexical import stem, terms
from rag.salary import wording
from rag.salary.arithmetic import (
    amount_of_percent,
    check_total,
    per_period,
    raised_by,
    range_measure,
)
from rag.salary.compare import compare_facts
from rag.salary.match import Gap, Match, PlaceFit, fact_place, levels_of, match_facts
from rag.salary.money import PERCENT, find_mentions
from rag.salary.question import PayQuestion, Task, percent_asked
from rag.sentences import normalise
from rag.types import SalaryFact

MAX_ROWS = 14


def answer_pay(question: PayQuestion, draft: Draft) -> Gap | None:
    """Write the answer to a pay question into the draft, or say what the corpus lacks."""
    facts = draft.library.facts
    if question.task is Task.CHECK and check_total(question, draft):
        return None
    if question.task in {Task.DIFFERENCE, Task.RATIO} and compare_facts(question, draft):
        return None
    if percent_asked(question) and raised_by(question, draft):
        return None
    if question.in_money and amount_of_percent(question, draft):
        return None
    named = question.levels or question.years or question.places
    if question.task is not Task.AMOUNT and not named and not question.components:
        return Gap("comparison", "", ())
    found = match_facts(question, facts)
    if isinstance(found, Gap):
        return found
    if gap := unmatched_name(question, found, draft):
        return gap
    if question.task in {Task.HIGHEST, Task.LOWEST}:
        found = _extreme(found, highest=question.task is Task.HIGHEST)
    _write(question, found, draft)
    range_measure(question, [m.fact for m in found], draft)
    if question.period:
        per_period(question, [m.fact for m in found], draft)
    return None


def unmatched_name(question: PayQuestion, matches: Sequence[Match], draft: Draft) -> Gap | None:
    """A name in the question ("at Google"), or a kind of bonus, that none of the figures is for."""
    said = " ".join(
        m.fact.evidence.of(draft.library.documents[m.fact.document].text) for m in matches
    )
    held = set(terms(said))
    for name in draft.library.names_in(question.text):
        if stem(name.lower()) not in held:
            return Gap("name", name, ())
    for kind in question.kinds:
        if stem(kind.split()[0]) not in held:
            return Gap("component", kind, ())
    return None


def _extreme(matches: list[Match], *, highest: bool) -> list[Match]:
    """The matches in order of their upper (lower) end, of one currency."""
    currencies = [m.fact.currency for m in matches]
    main = max(set(currencies), key=currencies.count)
    of_one = [m for m in matches if m.fact.currency == main]
    return sorted(
        of_one,
        key=lambda m: -(m.fact.high or m.fact.low or 0.0) if highest else (m.fact.low or 0.0),
    )[:6]


def _write(question: PayQuestion, matches: list[Match], draft: Draft) -> None:
    shown = matches[:MAX_ROWS]
    claimed = {m.low for m in question.amounts if m.currency != PERCENT}
    if claimed and not claimed & {v for m in matches for v in (m.fact.low, m.fact.high)}:
        draft.say("I can only report what the documents say, and that figure is not in them.")
    markers = {id(m): draft.cite_fact(m.fact) for m in shown}
    differing = _conflicts(shown, markers, draft)
    if len(shown) <= 2:
        draft.say(" ".join(_sentence(m, markers[id(m)], draft) for m in shown))
    else:
        draft.say(_lead(question, shown, markers, draft, differing=bool(differing)))
        draft.say(_table(shown, markers, draft))
    if differing:
        draft.say(differing)
    notes = _notes(question, shown)
    if notes:
        draft.say(notes)
    if len(matches) > MAX_ROWS:
        draft.say(
            "There are more figures than fit here: name a level or a place to narrow them down."
        )


# --- sentences and tables -------------------------------------------------------------


def _sentence(match: Match, marker: int, draft: Draft) -> str:
    fact = match.fact
    text = draft.library.documents[fact.document].text
    if (own := _own_sentence(fact, draft)) is not None:
        return f"{own} [{marker}]."
    amount = f"**{wording.figure(fact, text)}**"
    who = wording.who(fact)
    where = wording.place(fact)
    when = f", {wording.date(fact.as_of)}" if fact.as_of else ""
    if fact.currency == PERCENT:
        of = f" of {fact.basis}" if fact.basis else ""
        return f"{wording.capital(who)}{_space(where)}: {amount}{of} as {wording.kind(fact)}{when} [{marker}]."
    detail = f" ({wording.kind(fact)}{when})" if fact.component != "unspecified" or when else ""
    if fact.component == "unspecified":
        detail = f" ({wording.date(fact.as_of)})" if fact.as_of else ""
    return (
        f"{wording.capital(who)}{_space(where)}: {amount}{wording.period(fact)}{detail} [{marker}]."
    )


MAX_OWN_SENTENCE_CHARS = 240


def _own_sentence(fact: SalaryFact, draft: Draft) -> str | None:
    """The source's own sentence, with the figure in bold, where it says all by itself: who, for
    how much, with the reservations it makes. None for table rows and for sentences with several
    figures or without their subject."""
    document = draft.library.documents[fact.document]
    if fact.in_table:
        return None
    sentence = fact.evidence.of(document.text)
    if len(sentence) > MAX_OWN_SENTENCE_CHARS or len(list(find_mentions(sentence))) != 1:
        return None
    if not all(
        name.lower() in sentence.lower()
        for name in [fact.label.partition(" (")[0], fact.place or ""]
    ):
        return None
    if not any(r.split()[-1] in sentence.lower() for r in (fact.role or "").split("/") if r):
        return None
    start, end = fact.span.start - fact.evidence.start, fact.span.end - fact.evidence.start
    before, amount, after = (
        strip_markup(normalise(p)) for p in (sentence[:start], sentence[start:end], sentence[end:])
    )
    spaced = f"{before} **{amount}**{'' if after[:1] in '.,;:)' else ' '}{after}"
    return wording.capital(spaced.rstrip(".").strip())


def _space(text: str) -> str:
    return f" {text}" if text else ""


def _lead(
    question: PayQuestion,
    matches: Sequence[Match],
    markers: dict[int, int],
    draft: Draft,
    *,
    differing: bool,
) -> str:
    facts = [m.fact for m in matches]
    documents = {f.document for f in facts}
    if question.task in {Task.HIGHEST, Task.LOWEST}:
        word = "highest" if question.task is Task.HIGHEST else "lowest"
        first = _sentence(matches[0], markers[id(matches[0])], draft)
        return f"The {word} in the documents: {first[0].lower() + first[1:] if first[1:2].islower() else first}"
    about = _about(question)
    if len(documents) > 1 and differing:
        return f"The sources differ on {about}:"
    give = "The documents give" if len(documents) > 1 else "The one source for this gives"
    return f"{give} these figures for {about}:"


def _about(question: PayQuestion) -> str:
    components = [
        {"total": "total compensation", "base": "base salary"}.get(c, c)
        for c in question.components
    ]
    what = wording.joined(components) or "pay"
    levels = wording.joined([wording.level_name(v) for v in question.levels])
    roles = wording.joined([wording.plural(r) for r in question.roles])
    who = " ".join(filter(None, [levels, roles or ("roles" if levels else "")]))
    years = ""
    if question.years:
        low, high = question.years[0].low, question.years[0].high
        years = f" with {low:g}{'+' if high is None else '' if high == low else f'–{high:g}'} years"
    where = wording.joined([wording.the(p.name) for p in question.places])
    remote = " in remote roles" if question.remote else ""
    return f"{what}{f' of {who}' if who else ''}{years}{f' in {where}' if where else ''}{remote}"


def _table(matches: Sequence[Match], markers: dict[int, int], draft: Draft) -> str:
    """A Markdown table of the facts; columns that say the same of all are kept, for clarity."""
    lines = ["| Who | Where | Figure | What | As of | Source |", "|---|---|---|---|---|---|"]
    for match in matches:
        fact = match.fact
        document = draft.library.documents[fact.document]
        cells = [
            wording.capital(wording.who(fact)),
            wording.place_name(fact),
            f"**{wording.figure(fact, document.text)}**{wording.period(fact)}",
            wording.kind(fact)
            + (f" (of {fact.basis})" if fact.currency == PERCENT and fact.basis else ""),
            wording.date(fact.as_of),
            f"[{markers[id(match)]}]",
        ]
        lines.append("| " + " | ".join(c.replace("|", "/") for c in cells) + " |")
    return "\n".join(lines)


# --- conflicts and notes --------------------------------------------------------------


def _conflicts(matches: Sequence[Match], markers: dict[int, int], draft: Draft) -> str:
    """Find figures for the same thing that disagree; record them, and say what may explain it."""
    pairs = [(a, b) for a, b in combinations(matches, 2) if disagree(a.fact, b.fact)]
    if not pairs:
        return ""
    involved = list(dict.fromkeys(m.fact for pair in pairs for m in pair))
    numbers = sorted({markers[id(m)] for pair in pairs for m in pair})
    first = involved[0]
    about = f"{wording.kind(first)} of {wording.who(first)}{_space(wording.place(first))}"
    draft.conflict(about, numbers)
    cited = wording.joined([f"[{n}]" for n in numbers])
    within = len({f.document for f in involved}) == 1
    who = "The source contradicts itself" if within else "The sources disagree"
    reasons = _explanations(involved)
    why = (
        f" It may be that {wording.joined(reasons)}."
        if reasons
        else " The documents don't say why."
    )
    return f"**{who}** ({cited}).{why}"


def disagree(a: SalaryFact, b: SalaryFact) -> bool:
    """Whether two facts give different figures for the same thing.

    Same level, place, currency, period and component, as far as both say; and neither range
    holds the other.
    """
    if (a.currency, a.period) != (b.currency, b.period) or (
        a.evidence == b.evidence and a.document == b.document
    ):
        return False
    if a.component != b.component and "unspecified" not in {a.component, b.component}:
        return False
    if a.currency == PERCENT and a.basis and b.basis and a.basis != b.basis:
        return False
    if not set(levels_of(a)) & set(levels_of(b)) and not _same_years(a, b):
        return False
    if not _same_region(a, b):
        return False
    if (a.place and b.place and a.place != b.place) or "remote" in {a.place, b.place}:
        return False
    return not _holds(a, b) and not _holds(b, a)


def _same_region(a: SalaryFact, b: SalaryFact) -> bool:
    """Whether both are for one region, as far as they say; one that doesn't may be about a
    place whose own money it is in."""
    if a.region and b.region:
        return a.region == b.region
    named = fact_place(a) or fact_place(b)
    return named is None or named.currency == a.currency


def _same_years(a: SalaryFact, b: SalaryFact) -> bool:
    if a.min_years is None or b.min_years is None or (a.level and b.level):
        return False
    return min(a.max_years or 99, b.max_years or 99) - max(a.min_years, b.min_years) > 0


def _holds(outer: SalaryFact, inner: SalaryFact) -> bool:
    """Whether one range holds the other; an open end is where its figure is."""
    low, high = outer.low or 0.0, outer.high if outer.high is not None else float("inf")
    inner_low = inner.low if inner.low is not None else inner.high or 0.0
    inner_high = inner.high if inner.high is not None else inner_low
    return low <= inner_low and inner_high <= high


def _explanations(facts: Sequence[SalaryFact]) -> list[str]:
    reasons = []
    if len({f.component for f in facts}) > 1:
        stated = [f for f in facts if f.component != "unspecified"]
        reasons.append(
            f"some mean {wording.joined(list(dict.fromkeys(wording.kind(f) for f in stated)))} and others don't say what they mean"
        )
    if len({f.place or f.region for f in facts}) > 1:
        reasons.append("not all name the same place")
    if len({f.as_of for f in facts}) > 1:
        dates = list(dict.fromkeys(wording.date(f.as_of) for f in facts))
        reasons.append(f"they differ in age ({wording.joined(dates)})")
    if len({(f.min_years, f.max_years) for f in facts if f.min_years is not None}) > 1:
        reasons.append("they count different years into the level")
    return reasons


def _notes(question: PayQuestion, matches: Sequence[Match]) -> str:
    """What a reader must know to use the figures: what the source leaves unsaid."""
    facts = [m.fact for m in matches]
    notes = []
    asked = wording.joined([wording.the(p.name) for p in question.places], word="or")
    if any(m.fit is PlaceFit.WIDER for m in matches):
        wider = wording.joined(
            list(
                dict.fromkeys(
                    wording.the(m.fact.region or "") for m in matches if m.fit is PlaceFit.WIDER
                )
            )
        )
        notes.append(f"The documents have no figure for {asked} itself at that level, so this is the one for {wider}."
                     if question.levels or question.years else
                     f"The documents have no figure for {asked} itself, so this is the one for {wider}.")  # fmt: skip
    if any(m.fit is PlaceFit.UNSTATED for m in matches):
        notes.append(
            f"Where no place is stated, the figure is in the currency of {asked} but the source doesn't tie it to a place."
        )
    if any(m.all_levels for m in matches):
        notes.append("A figure without a level is for all levels together.")
    if any(f.component == "unspecified" for f in facts) and all(
        f.currency != PERCENT for f in facts
    ):
        if all(f.component == "unspecified" for f in facts):
            notes.append("The source doesn't say whether this is base or total pay." if len(facts) == 1 else
                         "The sources don't say whether these are base or total pay.")  # fmt: skip
        else:
            notes.append('"Pay" means that the source doesn\'t say whether it is base or total.')
    if len(facts) <= 2 and all(f.as_of is None for f in facts):
        notes.append("The source gives no date." if len(facts) == 1 else "The figures are undated.")
    return " ".join(notes)
