"""Is every figure of a sentence that a model wrote the figure of the source that it cites?

A sentence is read with the same reader of pay facts as the documents are, so that a figure is
compared with what it is for: value, currency, period, kind of pay, level, years, place, role and
date. What is no figure of pay (shares, counts, years, amounts of other things) is compared with
the numbers of the source, together with its unit. What cannot be compared does not pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.documents.parsed import find_date
from rag.documents.sentences import normalise
from rag.facts.extract import extract_facts
from rag.facts.facets import find_levels
from rag.facts.money import PERCENT, Mention, find_mentions, parse_number
from rag.facts.places import Place, find_place, find_places
from rag.facts.roles import find_roles
from rag.generate.sources import Source
from rag.messages import MARKER
from rag.types import Block, BlockKind, Document, SalaryFact, Span

MAX_OWN_NUMBER = 100
"""Numbers up to this in the question (years, percentages) may be said back."""

MARKER_GROUP = re.compile(r"(?:\s?\[\d{1,3}\])+")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence as it is to be checked: plain text with its markers, what was said just before
    it, and the question that it answers."""

    text: str
    before: str = ""
    question: str = ""


def unsourced_figures(claim: Claim, sources: Sequence[Source]) -> list[str]:
    """The figures of a sentence that the sources it cites do not hold, as it writes them.

    A figure's source is what the next markers behind it name; without any, all ``sources``.
    """
    plain = normalise(claim.text)
    blank = MARKER_GROUP.sub(lambda match: " " * len(match[0]), plain)
    wrong = _foreign_numerals(blank)
    mentions = list(find_mentions(blank))
    claimed = _claimed_facts(blank, claim.before)
    for mention in mentions:
        cited = _cited_at(plain, mention.end, sources)
        facts = [f for f in claimed if f.span.start == mention.start]
        if not any(_holds(source, mention, facts, blank, claim.question) for source in cited):
            wrong.append(blank[mention.start : mention.end])
    rest = _blanked(blank, [(m.start, m.end) for m in mentions])
    for start, raw, value, unit in _numbers(rest):
        cited = _cited_at(plain, start, sources)
        if not _number_held(value, unit, cited, claim.question):
            wrong.append(raw)
    wrong += _spelled_wrongly(rest, sources, claim.question)
    return wrong + _wrong_names(blank, sources, claim.question)


def has_figure(text: str) -> bool:
    """Whether a text states any number, in digits or words."""
    blank = MARKER_GROUP.sub(" ", normalise(text))
    return any(c.isnumeric() for c in blank) or any(_spelled(blank))


def _cited_at(plain: str, position: int, sources: Sequence[Source]) -> Sequence[Source]:
    group = MARKER_GROUP.search(plain, position)
    if group is None:
        return sources
    numbers = {int(n) for n in MARKER.findall(group[0])}
    return [s for s in sources if s.marker in numbers]


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _foreign_numerals(text: str) -> list[str]:
    """Digits of other scripts, Chinese numerals, fractions and the like; never a source's own."""
    return [c for c in text if not c.isascii() and unicodedata.numeric(c, None) is not None]


# --- figures of pay, and other sums and shares ----------------------------------------


def _claimed_facts(sentence: str, before: str) -> list[SalaryFact]:
    """The pay facts of a sentence; read in the light of the one before, where it doesn't name by
    itself whose pay it states. Spans count in it."""
    if next(find_roles(sentence), None):
        before = ""
    text = f"{before} {sentence}" if before else sentence
    block = Block(BlockKind.PARAGRAPH, Span(0, len(text)), ("Pay",), 0)
    document = Document("", "", text, (block,), "")
    offset = len(text) - len(sentence)
    return [
        _moved(fact, offset) for fact in extract_facts(document) if fact.span.start >= offset
    ]  # fmt: skip


def _moved(fact: SalaryFact, offset: int) -> SalaryFact:
    return replace(fact, span=Span(fact.span.start - offset, fact.span.end - offset))


def _holds(
    source: Source, mention: Mention, claimed: Sequence[SalaryFact], sentence: str, question: str
) -> bool:
    """Whether a source holds a figure, for what the sentence says that it is for."""
    if _POINTS.search(sentence[mention.start : mention.end]) and not _POINTS.search(source.text):
        return False
    same = [
        f for f in source.facts if f.currency == mention.currency and _fits(mention, f, sentence)
    ]
    if same:
        return any(_is_for(claimed, fact, mention, source, question) for fact in same)
    for other in find_mentions(source.text):
        if other.currency != mention.currency or not _fits(mention, other, sentence):
            continue
        if mention.period in {None, other.period}:
            return True
    return False


_POINTS = re.compile(r"\bpoints?\b", re.I)
_LOW_END = re.compile(r"\b(?:start|begin|from|low|min|floor|least|bottom|above|over)", re.I)
_HIGH_END = re.compile(r"\b(?:reach|top|up\s+to|max|high|ceiling|much|most|upper|end|under)", re.I)


def _fits(claim: Mention, source: Mention | SalaryFact, sentence: str) -> bool:
    """Whether a claimed value is the source's, or an end of its range that is said to be one."""
    if claim.open_ended and not (source.open_ended or source.high != source.low):
        return False
    if (claim.low, claim.high) == (source.low, source.high):
        return source.open_ended or not claim.open_ended or source.high is None
    is_range = source.low != source.high
    if claim.low is None:
        return is_range and claim.high == source.high
    if claim.high is None:
        return is_range and claim.low == source.low
    if claim.low != claim.high or not is_range:
        return False
    before = sentence[max(0, claim.start - 40) : claim.start]
    if claim.low == source.low and source.high is not None:
        return bool(_LOW_END.search(before))
    return claim.high == source.high and source.low is not None and bool(_HIGH_END.search(before))


def _is_for(
    claimed: Sequence[SalaryFact], fact: SalaryFact, mention: Mention, source: Source, question: str
) -> bool:
    """Whether all that a claim says of its figure holds for a fact with that figure."""
    if not claimed:
        # The reader saw no pay in the sentence: what it names is checked as names are.
        return fact.currency == PERCENT or (mention.period or "year") == fact.period
    return _same_places(claimed, fact, source) and all(
        _same_kind(c, fact)
        and _same_level(c, fact, source, question)
        and _same_years(c, fact, source, question)
        and _same_role(c, fact, source)
        and _same_date(c, fact, source)
        for c in claimed
    )


def _same_kind(claim: SalaryFact, fact: SalaryFact) -> bool:
    if claim.currency != PERCENT and claim.period != fact.period:
        return False
    if claim.component not in {"unspecified", fact.component}:
        return False
    if claim.statistic in {"median", "growth"} and claim.statistic != fact.statistic:
        return False
    if claim.basis and claim.basis != fact.basis:
        return False
    if claim.less != fact.less and (claim.versus or fact.versus):
        return False
    # A percentile left unsaid would make it a figure for all.
    return claim.point == fact.point or (not claim.point and fact.point == "mean")


def _same_level(claim: SalaryFact, fact: SalaryFact, source: Source, question: str) -> bool:
    named = set((claim.level or "").split("/")) - {""}
    if not named:
        return True
    own = set((fact.level or "").split("/")) - {""}
    if own:
        return named <= own
    # A band of years that the question's level led to; or a level of the headings.
    stated = {t.value for t in find_levels(source.everything)}
    asked = {t.value for t in find_levels(question)} if fact.min_years is not None else set()
    return named <= stated | asked


def _same_years(claim: SalaryFact, fact: SalaryFact, source: Source, question: str) -> bool:
    if claim.min_years is None:
        return True
    if fact.min_years is None:
        known = _values(source.everything) | _values(question)
        return claim.min_years in known and claim.max_years in known | {None}
    top = fact.max_years if fact.max_years is not None else float("inf")
    claimed_top = claim.max_years if claim.max_years is not None else float("inf")
    return fact.min_years <= claim.min_years and claimed_top <= top


def _same_places(claimed: Sequence[SalaryFact], fact: SalaryFact, source: Source) -> bool:
    """A claim may name the fact's place and, beside it, what lies within or around it."""
    names = {c.place or c.region for c in claimed} - {None}
    if not names:
        return True
    own = fact.place or fact.region
    if own is None:
        return all(str(name).lower() in source.everything.lower() for name in names)
    if own in names:
        here = find_place(own)
        others = [find_place(str(n)) for n in names - {own}]
        return all(o is not None and here is not None and _related(here, o) for o in others)
    return False


def _related(one: Place, other: Place) -> bool:
    return one.covers(other) or other.covers(one)


def _same_role(claim: SalaryFact, fact: SalaryFact, source: Source) -> bool:
    if not claim.role:
        return True
    known = f"{fact.role or ''} {source.everything}".lower()
    return all(word[:-1] in known for word in re.findall(r"\w{2,}", claim.role.lower()))


def _same_date(claim: SalaryFact, fact: SalaryFact, source: Source) -> bool:
    if not claim.as_of:
        return True
    given = fact.as_of or source.date
    return bool(given) and (given.startswith(claim.as_of) or claim.as_of.startswith(given))


# --- other numbers --------------------------------------------------------------------

_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*(?:\s?[kK]\b)?")
_UNIT = r"(?P<unit>years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|times|x\b|fold|percentage\s+points?|(?<=-)figures?|figures)"
_UNIT_AFTER = re.compile(
    rf"\+?(?:\s?(?:-|–|—|to|or|and)\s?(?:\d[\d,.]*|[a-z]{2, 9}))?\+?[\s-]*(?:(?:or|and)\s+more\s+)?{_UNIT}",
    re.I,
)
_WITH_LETTERS = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w+\b")


def _numbers(text: str) -> Iterator[tuple[int, str, float, str]]:
    """Where a number stands, as written, its value (NaN where it cannot be read), and its unit."""
    for match in _NUMBER.finditer(text):
        raw = match[0].rstrip(",.")
        thousands = raw[-1:] in "kK"
        value = parse_number(raw.rstrip("kK ").rstrip(",."))
        end = match.start() + len(raw)
        unit = _unit_at(text, end)
        number = float("nan") if value is None else value * 1000 if thousands else value
        yield match.start(), raw, number, unit


def _unit_at(text: str, end: int) -> str:
    """What a number that ends there counts: "year", "month", ...; "" for things."""
    after = _UNIT_AFTER.match(text, end)
    name = after["unit"].lower().rstrip("s") if after else ""
    return {"yr": "year", "hr": "hour"}.get(name, name)


def _bare(text: str) -> list[tuple[float, str]]:
    plain = normalise(text)
    plain = _blanked(plain, [(m.start, m.end) for m in find_mentions(plain)])
    digits = [(value, unit) for _, _, value, unit in _numbers(plain)]
    return digits + [(value, unit) for _, value, unit in _spelled(plain)]


def _values(text: str) -> set[float]:
    return {value for value, _ in _bare(text)}


def _number_held(value: float, unit: str, sources: Sequence[Source], question: str) -> bool:
    own = [(v, u) for v, u in _bare(question) if v <= MAX_OWN_NUMBER]
    if (value, unit) in own:
        return True
    for source in sources:
        known = _bare(source.everything)
        years = {y for f in source.facts for y in (f.min_years, f.max_years)} - {None}
        dates = " ".join([source.date, *(f.as_of or "" for f in source.facts)]).replace("-", " ")
        known += [(float(y), "year") for y in years if y is not None]
        if not unit:
            known += [(v, "") for v, _ in [*known, *_bare(dates)]]
        elif unit in source.everything.lower():
            # "Experience (years): 3-6" has its unit before the number.
            known += [(v, unit) for v, u in known if not u]
        if (value, unit) in known:
            return True
    return False


# --- numbers in words -----------------------------------------------------------------

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {w: float(i) for i, w in enumerate(_UNITS)} | {
    w: 10.0 * i for i, w in enumerate(_TENS, start=2)
}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "grand": 1e3, "lakh": 1e5, "million": 1e6, "crore": 1e7, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
}  # fmt: skip
_MULTIPLES = r"half|halves|quarters?|thirds?|double[ds]?|doubling|twice|thrice|triple[ds]?|tripling|quadruple[ds]?|\w+fold"
_WORD = rf"(?:{'|'.join([*_UNITS, *_TENS])}|(?:{'|'.join(_SCALES)})s?)"
_RUN = re.compile(rf"\b{_WORD}(?:(?:\s+and\s+|[\s-]+){_WORD})*\b", re.I)
_MULTIPLE = re.compile(rf"\b(?:{_MULTIPLES})\b", re.I)
_MONEY_SIGN = re.compile(
    r"[$€£¥₹₩₽₺₪฿₫₦₱¢%‰]|\b(?:dollars?|bucks?|cents?|euros?|pounds?|quid|rupees?|yen|yuan|francs?|pesos?|reais"
    r"|krona|kronor|zloty|shekels?|dirhams?|per\s?cent|percentage\s+points?|pct|basis\s+points?"
    r"|USD|EUR|GBP|INR|CHF|SGD|CAD|AUD|JPY|AED|CNY)\b",
    re.I,
)


def _spelled(text: str) -> Iterator[tuple[str, float, str]]:
    """Numbers in words, their values and units; a lone "one" is no number."""
    for match in _RUN.finditer(text):
        value = _value_of(re.findall(r"[a-z]+", match[0].lower()))
        if value != 1:
            yield match[0], value, _unit_at(text, match.end())


def _value_of(words: Sequence[str]) -> float:
    total = part = 0.0
    for word in words:
        singular = word if word in _SCALES else word.removesuffix("s")
        if word in _SMALL:
            part += _SMALL[word]
        elif singular in _SCALES:
            scale = _SCALES[singular]
            part = (part or 1.0) * scale
            if scale >= 1000:
                total, part = total + part, 0.0
    return total + part


def _spelled_wrongly(rest: str, sources: Sequence[Source], question: str) -> list[str]:
    """Numbers in words, multiples and signs of money that no source has so.

    :param rest: the sentence without the sums that were checked.
    """
    everything = " ".join(s.everything for s in sources)
    texts = f"{everything} {question}"
    wrong = [
        raw
        for raw, value, unit in _spelled(rest)
        if not _number_held(value, unit, sources, question)
    ]
    low = _blanked(everything, [(m.start, m.end) for m in find_mentions(everything)]).lower()
    wrong += [m[0] for p in (_MULTIPLE, _MONEY_SIGN) for m in p.finditer(rest)
              if not re.search(rf"(?<!\w){re.escape(m[0].lower())}(?!\w)", low)]  # fmt: skip
    known = {w.lower() for w in re.findall(r"\w+", texts)}
    return wrong + [m[0] for m in _WITH_LETTERS.finditer(rest)
                    if m[0].lower() not in known and not re.fullmatch(r"\d[\d,.]*[kK]", m[0])]  # fmt: skip


# --- names beside the figures ---------------------------------------------------------

_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_PERIOD_WORDS = {
    "hour": r"hourly|(?:an|per|each|every)\s+hour|/\s?h(?:ou)?r",
    "day": r"daily|(?:a|per|each|every)\s+day|/\s?day",
    "week": r"weekly|(?:a|per|each|every)\s+week|/\s?w(?:ee)?k",
    "month": r"monthly|(?:a|per|each|every)\s+month|/\s?mo(?:nth)?",
}
_QUARTERLY = re.compile(
    r"\b(?:quarterly|fortnightly|bi-?weekly|semi-?monthly|per\s+quarter)\b", re.I
)


def _wrong_names(text: str, sources: Sequence[Source], question: str) -> list[str]:
    """Levels, places, months and periods that a sentence with a figure names and no source does."""
    if not has_figure(text):
        return []
    known = " ".join([*(s.everything for s in sources), question])
    facts = [f for s in sources for f in s.facts]
    levels = {t.value for t in find_levels(known)}
    levels |= {level for f in facts for level in (f.level or "").split("/")}
    wrong = [text[t.start : t.end] for t in find_levels(text) if t.value not in levels]
    places = [p.place for p in find_places(known, lenient=True)]
    places += [p for f in facts for name in (f.place, f.region) if name and (p := find_place(name))]
    wrong += [
        text[p.start : p.end]
        for p in find_places(text)
        if not any(_related(p.place, q) for q in places)
    ]
    dates = [s.date for s in sources] + [f.as_of or "" for f in facts]
    months = {d[5:7] for d in dates if len(d) >= 7}
    wrong += [m[0] for m in _MONTH.finditer(text)
              if m[0] not in known and (find_date(f"{m[0]} 2000") or "")[5:7] not in months]  # fmt: skip
    stated = " ".join(s.everything for s in sources)
    wrong += [m[0] for m in _QUARTERLY.finditer(text) if m[0].lower() not in stated.lower()]
    periods = {f.period for f in facts}
    for period, pattern in _PERIOD_WORDS.items():
        found = re.search(rf"(?:\b|(?=/))(?:{pattern})\b", text, re.I)
        if found and period not in periods and not re.search(period, stated, re.I):
            wrong.append(found[0])
    return wrong
