"""Two or more figures side by side: difference and ratio, with the working shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.answer.draft import Draft
from rag.answer.pay.match import Gap, Match, PlaceFit, levels_of, match_facts
from rag.answer.pay.phrases import amount, lower_first
from rag.answer.pay.premium import difference, stated_differences
from rag.facts import wording
from rag.facts.facets import find_levels
from rag.facts.ledger import label_names
from rag.facts.money import PERCENT
from rag.facts.roles import find_roles
from rag.types import SalaryFact
from rag.understand.pay import PayQuestion, Task

MAX_PAIRS = 4
MAX_SIDES = 8
MAX_FIGURES_A_SIDE = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its name in words, and the question for it alone."""

    name: str
    question: PayQuestion


@dataclass(frozen=True, slots=True)
class _Found:
    side: Side
    facts: tuple[SalaryFact, ...]


def compare_facts(question: PayQuestion, draft: Draft) -> bool:
    """Compare what the question names two of (levels, rows, years, places, components, roles).

    Returns False where it does not name two, or there is no figure for either.
    """
    sides = _sides(question)[:MAX_SIDES]
    if len(sides) < 2:
        return False
    found: list[_Found] = []
    missing: list[tuple[Side, Gap]] = []
    for side in sides:
        matches = match_facts(side.question, draft.library.ledger)
        if isinstance(matches, Gap):
            missing.append((side, matches))
        else:
            found.append(_found(side, matches))
    if not found or (missing and len(question.roles) >= 2):
        return False
    if len(found) == 1:
        _one_side(found[0], missing, draft)
        return True
    if len({one.facts for one in found}) == 1 and len(found) > 1:
        return False  # both sides are answered by the same figures: there is nothing to compare
    pairs = _pairs(found)
    if len(found) > 2 or not pairs:
        _side_by_side(found, draft)
    for a, b in pairs[:MAX_PAIRS] if len(found) == 2 else pairs:
        draft.say(_difference(question, a, b, draft))
    _say_why_not(found, pairs, draft)
    _check_against_stated(question, pairs, draft)
    if missing:
        lacking = wording.joined([side.name for side, _ in missing])
        draft.say(f"The documents have no such figure for {lacking}.")
    return True


def _found(side: Side, matches: list[Match]) -> _Found:
    facts = tuple(_facts(matches, levels_asked=_names_level(side.question)))
    if all(m.fit is PlaceFit.WIDER for m in matches):
        # The figure is the wider place's, and goes by that place's name.
        wider = wording.the(wording.place_name(facts[0]))
        side = replace(side, name=f"{wider} (there is no figure for {side.name} itself)")
    return _Found(side, facts)


def _facts(matches: list[Match], *, levels_asked: bool) -> list[SalaryFact]:
    """The figures of a side; without a level asked for, those for all levels where there are any."""
    here = [m for m in matches if m.fit in {PlaceFit.EXACT, PlaceFit.NARROWER} or m.all_levels]
    near = here if any(m.fact.place for m in here) else matches
    near = [m for m in near if m.fit is not PlaceFit.WIDER or m.all_levels] or near
    facts = [m.fact for m in near if not m.unsaid] or [m.fact for m in near]
    if levels_asked:
        return facts
    return [f for f in facts if not f.level and f.min_years is None] or facts


def _names_level(question: PayQuestion) -> bool:
    return bool(question.levels or question.years or question.labels)


# --- the sides --------------------------------------------------------------------------


def _sides(question: PayQuestion) -> list[Side]:
    plain = replace(question, task=Task.AMOUNT)
    rungs = _rungs(question)
    if len(rungs) >= 2 and len(rungs) == len(question.places):
        return [
            Side(f"{name} in {wording.the(place.name)}", replace(asked, places=(place,)))
            for (name, asked), place in zip(rungs, question.places, strict=True)
        ]
    if len(question.roles) >= 2:
        return [_role_side(role, plain) for role in question.roles]
    if len(rungs) >= 2:
        return [Side(name, asked) for name, asked in rungs]
    if len(question.years) >= 2 and not question.levels:
        return [Side(f"{y.low:g} years", replace(plain, years=(y,))) for y in question.years]
    if len(question.places) >= 2 or (question.places and question.remote):
        sides = [
            Side(wording.the(p.name), replace(plain, places=(p,), remote=False))
            for p in question.places
        ]
        if question.remote:
            sides.append(Side("remote roles", replace(plain, places=(), remote=True)))
        return sides
    if len(question.dates) >= 2:
        return [Side(wording.date(d), replace(plain, dates=(d,))) for d in question.dates]
    if len(question.components) >= 2:
        return [Side(c, replace(plain, components=(c,))) for c in question.components]
    return []


def _rungs(question: PayQuestion) -> list[tuple[str, PayQuestion]]:
    """The levels and rows that a question names, in its own order, each as a question."""
    plain = replace(question, task=Task.AMOUNT)
    text = question.text
    named: list[tuple[int, str, PayQuestion]] = []
    for level in question.levels:
        start = next((t.start for t in find_levels(text) if t.value == level), len(text))
        asked = replace(plain, levels=(level,), labels=())
        named.append((start, wording.level_name(level), asked))
    for label in question.labels:
        starts = [
            m.start()
            for n in label_names(label)
            if (m := re.search(rf"(?<![\w-]){re.escape(n)}", text, re.I))
        ]
        asked = replace(plain, levels=(), labels=(label,))
        named.append((min(starts, default=len(text)), lower_first(label_names(label)[0]), asked))
    return [(name, asked) for _, name, asked in sorted(named, key=lambda n: n[0])]


def _role_side(role: str, plain: PayQuestion) -> Side:
    """A role with the level that stands right before it ("architect or senior engineer")."""
    asked = replace(plain, roles=(role,))
    mention = next((m for m in find_roles(plain.text) if m.name == role), None)
    if mention is None or not plain.levels:
        return Side(wording.plural(role), asked)
    own = tuple(
        t.value for t in find_levels(plain.text) if 0 <= mention.start - t.end <= 2
    )  # fmt: skip
    shared = tuple(v for v in plain.levels if v not in _levels_beside_roles(plain.text))
    levels = own or shared
    name = " ".join([*(wording.level_name(v) for v in levels), wording.plural(role)])
    return Side(name, replace(asked, levels=levels))


def _levels_beside_roles(text: str) -> set[str]:
    starts = [m.start for m in find_roles(text)]
    return {t.value for t in find_levels(text) if any(0 <= s - t.end <= 2 for s in starts)}


# --- differences ------------------------------------------------------------------------


_Pair = tuple[tuple[str, SalaryFact], tuple[str, SalaryFact]]


def _pairs(found: list[_Found]) -> list[_Pair]:
    """Figures of one kind that can be set against each other: of one document where it has both,
    of several where they say the same kind of thing."""
    neighbours = list(pairwise(found))
    pairs: list[_Pair] = []
    for a, b in neighbours:
        own = [(x, y) for x in a.facts for y in b.facts if comparable(x, y)]
        across = [(x, y) for x in a.facts for y in b.facts if _same_kind(x, y)]
        for x, y in own or across:
            pairs.append(((a.side.name, x), (b.side.name, y)))
    if len(found) > 2:
        # Sides in other money stand between: compare those that share theirs.
        apart = [(a, b) for i, a in enumerate(found) for b in found[i + 2 :]]
        linked = {(x[0], y[0]) for x, y in pairs}
        for a, b in apart:
            if len(found) == 3 and not pairs_link(a, b, linked):
                own = [(x, y) for x in a.facts for y in b.facts if comparable(x, y)]
                pairs += [((a.side.name, x), (b.side.name, y)) for x, y in own[:1]]
    return pairs


def pairs_link(a: _Found, b: _Found, linked: set[tuple[str, str]]) -> bool:
    """Whether two sides are compared already, directly or through a third."""
    names = {a.side.name, b.side.name}
    touched = [pair for pair in linked if names & set(pair)]
    return len(touched) >= 2


def comparable(a: SalaryFact, b: SalaryFact) -> bool:
    """Whether a difference between two figures means something: one document, unit and kind."""
    if a.document != b.document or a == b or not _same_unit(a, b):
        return False
    if a.evidence == b.evidence:
        return True
    unsaid = "unspecified" in {a.component, b.component} and _is_single(a) and _is_single(b)
    return (a.component == b.component and a.statistic == b.statistic) or unsaid


def _same_unit(a: SalaryFact, b: SalaryFact) -> bool:
    same = (a.currency, a.period, a.point) == (b.currency, b.period, b.point)
    return same and a.low is not None and b.low is not None


def _is_single(fact: SalaryFact) -> bool:
    return fact.low == fact.high


def _same_kind(a: SalaryFact, b: SalaryFact) -> bool:
    same = (a.component, a.statistic, a.as_of) == (b.component, b.statistic, b.as_of)
    return _same_unit(a, b) and same and a != b


def _difference(
    question: PayQuestion,
    first: tuple[str, SalaryFact],
    second: tuple[str, SalaryFact],
    draft: Draft,
) -> str:
    """ "**$253k more** for principal than for senior: $560k − $307k = $253k, 82.4% on top ... [1][2]"."""
    (a_name, a), (b_name, b) = sorted((first, second), key=lambda side: _ends(side[1]), reverse=True)  # fmt: skip
    markers = list(dict.fromkeys(draft.cite_fact(f) for _, f in (first, second)))
    cited = "".join(f"[{n}]" for n in markers)
    kind = wording.kind(a)
    if a.component != b.component:
        kind = f"{wording.kind(a)} against {wording.kind(b)}"
    when = f", {wording.date(a.as_of)}" if a.as_of else ""
    per = f", {wording.per(a.period)}" if a.period != "year" and a.currency != PERCENT else ""
    about = f"({kind}{per}{when})"
    names = f"{wording.capital(_named(a_name, a))} against {_named(b_name, b)}"
    if _ASKS_SHARE.search(question.text) and a.low and b.low and a.high == a.low:
        short = wording.is_short(a, draft.library.documents[a.document].text)
        high, low = (wording.money(f.low or 0.0, f.currency, short=short) for f in (a, b))
        return draft.working(f"**{b.low / a.low * 100:.1f}%**: {low} ÷ {high} {about} {cited}.")
    lower = bool(_ASKS_LOWER.search(question.text))
    if a.high == a.low and b.high == b.low:
        times = question.task is Task.RATIO and not lower
        worked = _worked((a.low or 0, b.low or 0), (a, b), draft, lower=lower, times=times)
        return draft.working(f"{names}: {worked} {about} {cited}.")
    text = draft.library.documents
    figures = f"{wording.figure(a, text[a.document].text)} against {wording.figure(b, text[b.document].text)}"
    lows = _worked((a.low or 0, b.low or 0), (a, b), draft, lower=lower)
    if a.high is None or b.high is None:
        return draft.working(f"{names}: {figures} {about}; at the lower end {lows} {cited}.")
    highs = _worked((a.high, b.high), (a, b), draft, lower=lower)
    return draft.working(
        f"{names}: {figures} {about}; at the lower end {lows}, at the upper end {highs} {cited}."
    )


def _named(side: str, fact: SalaryFact) -> str:
    """A side's name; a level goes by the source's own word for it ("associate")."""
    if fact.label and side in {wording.level_name(v) for v in levels_of(fact)}:
        return lower_first(fact.label.partition(" (")[0])
    return side


def _ends(fact: SalaryFact) -> tuple[float, float]:
    return (fact.low or 0.0, fact.high or 0.0)


_ASKS_SHARE = re.compile(
    r"\b(?:(?:percent(?:age)?|share|fraction|proportion|part|portion)|how\s+much)\s+of\b", re.I
)
_ASKS_LOWER = re.compile(r"\b(?:lower|less|below|worse|lose|drop|discount)\b", re.I)


def _worked(
    values: tuple[float, float],
    facts: tuple[SalaryFact, SalaryFact],
    draft: Draft,
    *,
    lower: bool = False,
    times: bool = False,
) -> str:
    """ "**$253k more**: $560k − $307k = $253k, 82.4% on top"; with ``lower``, what
    the smaller one is below the larger one; with ``times``, the ratio first."""
    (a, b), (a_fact, b_fact) = values, facts
    short = wording.is_short(a_fact, draft.library.documents[a_fact.document].text)
    difference = wording.money(abs(a - b), a_fact.currency, short=short)
    if a_fact.currency == PERCENT:
        difference = f"{abs(a - b):g} percentage points"
    if a == b:
        return f"**no difference**: {wording.money(a, a_fact.currency, short=short)} each"
    word = "more" if a > b else "less"
    ratio = ""
    if a and b and a_fact.currency != PERCENT:
        high, low = (wording.money(v, a_fact.currency, short=short) for v in (a, b))
        ratio = (
            f", so the lower one is {(1 - b / a) * 100:.1f}% below (1 − {low} ÷ {high} = {(1 - b / a) * 100:.1f}%)"
            if lower
            else f", {(a / b - 1) * 100:.1f}% on top ({high} ÷ {low} = {a / b:.2f} times)"
        )
        if times:
            return f"**{a / b:.2f} times**: {high} ÷ {low}, {difference} or {(a / b - 1) * 100:.1f}% more"
    return (
        f"**{difference} {word}**: {wording.money(a, a_fact.currency, short=short)} − "
        f"{wording.money(b, b_fact.currency, short=short)} = {wording.money(a - b, a_fact.currency, short=short)}{ratio}"
    )


def _check_against_stated(question: PayQuestion, pairs: list[_Pair], draft: Draft) -> None:
    """Where the documents also state the difference as a percentage: say it, and whether it fits."""
    stated = [f for f in stated_differences(question, draft) if _is_about(f, question)]
    if not stated:
        return
    draft.say(f"{wording.capital('; '.join(difference(f, draft) for f in stated))}.")
    for (_, a), (_, b) in pairs:
        high, low = max(a.low or 0, b.low or 0), min(a.low or 0, b.low or 0)
        for fact in stated:
            if not high or fact.low is None or fact.high is None or a.high != a.low:
                continue
            share = (1 - low / high) * 100 if fact.less else (high / low - 1) * 100 if low else 0
            if not fact.low - 1 <= share <= fact.high + 1:
                markers = [draft.cite_fact(f) for f in (a, b, fact)]
                draft.conflict("the difference in pay", markers)
                draft.say(
                    "**The two do not agree**: the percentage is smaller than the gap between the figures, or larger; it may be an average over other places or levels."
                )
                return


def _is_about(fact: SalaryFact, question: PayQuestion) -> bool:
    """Whether a stated difference is between what the question compares."""
    return question.remote and fact.place == "remote"


# --- side by side -----------------------------------------------------------------------


def _side_by_side(found: list[_Found], draft: Draft) -> None:
    lines = []
    for one in found:
        items = [_item(f, one.side, draft) for f in one.facts[:MAX_FIGURES_A_SIDE]]
        lines.append(f"- {wording.capital(one.side.name)}: {'; '.join(items)}")
    draft.say("\n".join(lines))


def _item(fact: SalaryFact, side: Side, draft: Draft) -> str:
    named = wording.place_name(fact)
    where = "" if named in side.name or named == "not stated" else wording.place(fact)
    rung = wording.rung(fact)
    if rung.partition(" (")[0].lower() in side.name.lower():
        rung = wording.years(fact)
    rung = lower_first(rung)
    kind = "" if fact.component == "unspecified" and not fact.point else wording.kind(fact)
    when = wording.date(fact.as_of) if fact.as_of else ""
    details = ", ".join(filter(None, [rung, where, kind, when]))
    return f"{amount(fact, draft)}{f' ({details})' if details else ''} [{draft.cite_fact(fact)}]"


def _say_why_not(found: list[_Found], pairs: list[_Pair], draft: Draft) -> None:
    """Why some of the sides are set side by side only."""
    compared = {name for pair in pairs for name, _ in pair}
    if all(one.side.name in compared for one in found):
        return
    currencies = {f.currency for one in found for f in one.facts}
    if len(currencies) > 1:
        draft.say(
            "Figures in different currencies are not compared: the documents give no exchange rate."
        )
    else:
        draft.say(
            "They are of different kinds or from different sources, so a difference between them would mislead."
        )


def _one_side(found: _Found, missing: list[tuple[Side, Gap]], draft: Draft) -> None:
    lacking = wording.joined([side.name for side, _ in missing])
    items = [_item(f, found.side, draft) for f in found.facts[:MAX_FIGURES_A_SIDE]]
    draft.say(f"{wording.capital(found.side.name)}: {'; '.join(items)}.")
    draft.say(f"The documents have no such figure for {lacking}, so I can't compare the two.")
