"""What a question says of its asker's own pay: an offer added up, a raise, another period, and how
an amount stands beside the documents' figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from rag.answer.draft import Draft
from rag.answer.pay.arithmetic import YEAR_OF_HOURS, conversion
from rag.answer.pay.match import Match
from rag.documents.sentences import normalise
from rag.facts import wording
from rag.facts.facets import find_components, number_of
from rag.facts.money import PERCENT, Mention, find_periods
from rag.facts.not_pay import MAX_HOURLY
from rag.types import Component, Period, SalaryFact
from rag.understand.pay import PayQuestion, find_amounts

MAX_MONTHLY = 60_000
"""Above it, "$250k a month" asks what a year's pay is a month."""
MAX_COMPARED = 6

_OPINION = re.compile(
    r"\b(?:good|fair|decent|enough|competitive|reasonable|realistic|low|high|normal|typical|ok(?:ay)?|underpaid|overpaid|below|above|accept|market|worth"
    r"|too\s+(?:low|high|much|little)|stand|right)\b",
    re.I,
)
_OWN = re.compile(
    r"\b(?:I|we)(?:['’](?:m|re|ve|d)|\s+(?:am|are|have|was|were|got|get|make|earn|would|currently|now))\b|\b[Mm]y\b|\boffer(?:ed|s)?\b"
)
_CUT = re.compile(r"\b(?:cut|less|lower|decrease|reduction|drop)\b", re.I)
_CHANGE = re.compile(
    r"\b(?:raises?|rise|hike|increase|bump|cut|decrease|reduction|more|less|jump|difference|per\s?cent(?:age)?|what\s+%)\b",
    re.I,
)
_SPREAD = re.compile(r"\b(?:over|across|vest\w*(?:\s+over)?)\s+(?P<years>\d{1,2}|two|three|four|five)\s+years\b|\b(?P<term>\d)[\s-]years?\s+vest", re.I)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """What comes on top of a base: a share of it, or an amount spread over some years."""

    kind: Component
    mention: Mention
    years: int = 1

    def of(self, base: float) -> float:
        low = self.mention.low or 0.0
        return base * low / 100 if self.mention.currency == PERCENT else low / self.years

    def words(self, base: Mention) -> str:
        value = wording.money(round(self.of(base.low or 0.0), 2), base.currency)
        if self.mention.currency == PERCENT:
            return f"{value} {self.kind} ({self.mention.low:g}% of base)"
        whole = wording.money(self.mention.low or 0.0, self.mention.currency)
        return f"{value} {self.kind}" + (f" ({whole} ÷ {self.years} years)" if self.years > 1 else "")  # fmt: skip


@dataclass(slots=True)
class _Offer:
    base: Mention
    parts: list[_Part] = field(default_factory=list)

    @property
    def total(self) -> float:
        base = self.base.low or 0.0
        return round(base + sum(part.of(base) for part in self.parts), 2)

    def words(self) -> str:
        base = f"{wording.money(self.base.low or 0.0, self.base.currency)} base"
        return " + ".join([base, *(part.words(self.base) for part in self.parts)])


def say_own_sum(question: PayQuestion, draft: Draft) -> bool:
    """Work out what the question's own figures come to: a package, two of them, a raise, another
    period. False where it has none, or asks how they stand beside the documents'."""
    if _OPINION.search(question.text):
        return False
    # As written: a bare "180k" has no currency, and a sum needs none.
    question = replace(question, amounts=find_amounts(question.text))
    offers = _offers(question)
    if offers and any(offer.parts for offer in offers):
        _say_packages(offers, draft)
        return True
    if question.levels or question.years or question.labels or question.places or question.roles:
        return False
    return _say_raise(question, draft) or _say_period(question, draft)


def _say_packages(offers: Sequence[_Offer], draft: Draft) -> None:
    for number, offer in enumerate(offers, 1):
        name = f"Offer {number}: " if len(offers) > 1 else ""
        total = wording.money(offer.total, offer.base.currency)
        draft.say(draft.working(f"{name}**{total}** a year: {offer.words()}."))
    best, *others = sorted(offers, key=lambda offer: offer.total, reverse=True)
    if others and others[0].total and best.base.currency == others[0].base.currency:
        first, second = best.total, others[0].total
        if first == second:
            draft.say("Both come to the same.")
            return
        money = [wording.money(round(v, 2), best.base.currency) for v in (first - second, first, second)]  # fmt: skip
        draft.say(draft.working(
            f"Offer {offers.index(best) + 1} comes to **{money[0]} more** a year: {money[1]} − {money[2]} "
            f"({(first / second - 1) * 100:.1f}% on top)."
        ))  # fmt: skip


def _offers(question: PayQuestion) -> list[_Offer]:
    """The packages that a question describes: each a base with what comes on top of it."""
    if not question.amounts:
        return []
    offers: list[_Offer] = []
    loose: list[_Part] = []  # named before any base: "an 8% bonus on $130k"
    text = normalise(question.text)
    ends = [*(m.start for m in question.amounts[1:]), len(text)]
    kinds = _kinds(text, question.amounts)
    for mention, kind, end in zip(question.amounts, kinds, ends, strict=True):
        yearly = mention.period in {None, "year"} and not mention.open_ended
        if mention.low is None or mention.high != mention.low or not yearly:
            return []
        if kind in {"bonus", "equity"} and (offers or mention.currency == PERCENT):
            spread = _SPREAD.search(text, mention.end, end)
            years = spread["years"] or spread["term"] if spread else "1"
            part = _Part(kind, mention, int(number_of(years)) or 1)
            if not offers:
                loose.append(part)
            elif mention.currency in {PERCENT, offers[-1].base.currency}:
                offers[-1].parts.append(part)
        elif mention.currency != PERCENT and kind in {"base", "unspecified"}:
            offers.append(_Offer(mention, [] if offers else loose))
        else:
            return []
    return offers


def _kinds(text: str, amounts: Sequence[Mention]) -> list[Component]:
    """What each figure is, by the words for parts of pay: each belongs to the figure nearest to it,
    and halfway to the one before, or the one behind where the first figure has its word before it
    ("base 180k bonus 20%")."""
    terms = list(find_components(text))
    word_first = any(t.end <= amounts[0].start for t in terms)
    nearest: list[tuple[int, Component]] = [(len(text), "unspecified")] * len(amounts)
    for term in terms:
        gaps = [max(term.start - m.end, m.start - term.end) for m in amounts]
        owners = [i for i, gap in enumerate(gaps) if gap == min(gaps)]
        owner = owners[-1 if word_first else 0]
        nearest[owner] = min(nearest[owner], (gaps[owner], cast(Component, term.value)))
    return [kind for _, kind in nearest]


def _say_raise(question: PayQuestion, draft: Draft) -> bool:
    """An amount with a percentage on or off it; the percentage that lies between two amounts."""
    sums = [m for m in question.amounts if m.currency != PERCENT]
    shares = [m.low for m in question.amounts if m.currency == PERCENT and m.low == m.high]
    currencies = {m.currency for m in sums}
    values = [v for m in sums for v in dict.fromkeys((m.low, m.high)) if v]
    if not _CHANGE.search(question.text) or len(currencies) != 1:
        return False
    (currency,) = currencies
    if len(values) == 1 and len(shares) == 1:
        value, share = values[0], shares[0] or 0.0
        sign, word, mark = (-1, "less", "−") if _CUT.search(question.text) else (1, "more", "+")
        result, by = (round(v, 2) for v in (value * (1 + sign * share / 100), value * share / 100))
        shown = [wording.money(v, currency) for v in (result, value, by)]
        draft.say(draft.working(f"**{shown[0]}**: {shown[1]} × (100% {mark} {share:g}%), {shown[2]} {word}."))  # fmt: skip
        return True
    if len(values) == 2 and not shares and all(m.low and m.high for m in sums):
        first, second = values
        gap = abs(second - first)
        word = "more" if second > first else "less"
        shown = [wording.money(round(v, 2), currency) for v in (first, second, gap)]
        draft.say(draft.working(
            f"**{gap / first * 100:.1f}% {word}**: from {shown[0]} to {shown[1]} is {shown[2]} {word} ({shown[2]} ÷ {shown[0]})."
        ))  # fmt: skip
        return True
    return False


def _say_period(question: PayQuestion, draft: Draft) -> bool:
    """An amount in another period: "$65 an hour" a year, "$250k" a month."""
    if len(question.amounts) != 1 or question.amounts[0].currency == PERCENT:
        return False
    mention = question.amounts[0]
    given, asked = _periods(question, mention)
    if given == asked:
        return False
    ends = [v for v in dict.fromkeys((mention.low, mention.high)) if v is not None]
    factor, by = conversion(given, asked)
    shown = [
        f"**{wording.money(round(v * factor, 2), mention.currency)}** {wording.per(asked)}: "
        f"{wording.money(v, mention.currency)} {wording.per(given)} {by}"
        for v in ends
    ]
    draft.say(draft.working(f"{'; '.join(shown)}."))
    if "hour" in {given, asked}:
        draft.say(draft.working(f"{YEAR_OF_HOURS}, before tax."))  # fmt: skip
    return True


def _periods(question: PayQuestion, mention: Mention) -> tuple[Period, Period]:
    """The period of the question's own amount, and the one it asks for."""
    named = list(find_periods(normalise(question.text)))
    value = mention.low or mention.high or 0.0
    most = MAX_HOURLY if mention.period == "hour" else MAX_MONTHLY
    if mention.period in {"hour", "day", "week", "month"} and value > most:
        return "year", mention.period
    given = mention.period or ("hour" if named == ["year"] and value <= MAX_HOURLY else "year")
    return given, next((p for p in named if p != given), given)


# --- beside the documents' figures --------------------------------------------------------


def standing(question: PayQuestion, matches: Sequence[Match], draft: Draft) -> str:
    """How an amount of the question's own stands beside the figures found: "**Below all of these**:
    $140k is $25k below [2] ..."; "" where it doesn't ask."""
    if not (_OPINION.search(question.text) or _OWN.search(question.text)):
        return ""
    sums = [m for m in question.amounts if m.currency != PERCENT and m.low and m.high]
    if len(sums) != 1:
        return ""
    own = sums[0]
    beside = [m.fact for m in matches if m.fact.currency == own.currency][:MAX_COMPARED]
    if not beside:
        return ""
    places = [_beside(own, fact, draft) for fact in beside]
    signs = {sign for sign, _ in places}
    one = len(places) == 1
    verdict = {
        frozenset({-1}): "Below it" if one else "Below all of these",
        frozenset({1}): "Above it" if one else "Above all of these",
        frozenset({0}): "Within the range" if one else "Within all of these",
    }.get(frozenset(signs), "Between what the documents give")
    amount = "–".join(dict.fromkeys(wording.money(v or 0.0, own.currency) for v in (own.low, own.high)))  # fmt: skip
    line = f"**{verdict}**: {amount} is {'; '.join(words for _, words in places)}."
    return draft.working(line)


def _beside(own: Mention, fact: SalaryFact, draft: Draft) -> tuple[int, str]:
    """-1 below, 0 within, 1 above a figure; and that in words."""
    scale, _ = conversion(own.period or "year", fact.period)
    low, high = (own.low or 0.0) * scale, (own.high or 0.0) * scale
    marker = f"[{draft.cite_fact(fact)}]"
    single = fact.low == fact.high and not fact.open_ended
    lower, upper = fact.low or 0.0, float("inf") if fact.open_ended or fact.high is None else fact.high  # fmt: skip
    if high < lower:
        gap = wording.money(round(lower - high, 2), fact.currency)
        return -1, f"{gap} below {marker}" if single else f"{gap} below the lower end of {marker}"
    if low > upper:
        gap = wording.money(round(low - upper, 2), fact.currency)
        return 1, f"{gap} above {marker}" if single else f"{gap} above the upper end of {marker}"
    return 0, f"the figure of {marker}" if single else f"within the range of {marker}"
