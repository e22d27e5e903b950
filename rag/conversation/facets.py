"""What a pay question names: where it stands, taking it over, and putting another in its place."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.conversation.phrases import noun_phrases
from rag.lexical import terms
from rag.salary.facets import STRONG_PAY_CUE, find_components, find_levels, find_years
from rag.salary.places import find_places
from rag.salary.question import asks_for_pay, other_terms, read_question
from rag.salary.roles import find_roles, is_person

Spans = list[tuple[int, int]]
Find = Callable[[str], Spans]


def level_spans(text: str) -> Spans:
    return [(t.start, t.end) for t in find_levels(text)]


_GATHERED = re.compile(
    r"\s+(?:under\s+(?:my|our|your)\s+belt|behind\s+(?:me|us)|in\s+the\s+bag)\b", re.I
)


def year_spans(text: str) -> Spans:
    """Years of experience, with an idiom that says they are somebody's ("under my belt")."""
    spans = [
        (y.start, idiom.end() if (idiom := _GATHERED.match(text, y.end)) else y.end)
        for y in find_years(text)
    ]
    bare = re.search(r"\b(?:with|for|at|after|and)\s+(\d{1,2})(?=\s*\??$)", text)
    return spans or ([(bare.start(1), bare.end(1))] if bare else [])


def named_places(text: str) -> Spans:
    return [(p.start, p.end) for p in find_places(text, lenient=True)]


def place_spans(text: str) -> Spans:
    """Places, or where none is named that the work is remote."""
    return named_places(text) or [
        (m.start(), m.end()) for m in re.finditer(r"\bremote(?:ly)?(?:[\s-]only)?\b", text, re.I)
    ]


def component_spans(text: str) -> Spans:
    return [(t.start, t.end) for t in find_components(text) if t.value != "premium"]


def role_spans(text: str) -> Spans:
    return [(r.start, r.end) for r in find_roles(text) if " " in r.name]


def person_spans(text: str) -> Spans:
    """Occupations and other people by the noun for them ("journeyman", "industrial electricians")."""
    found = []
    for phrase in noun_phrases(text):
        said = list(re.finditer(r"[\w'’-]+", phrase.text))
        at = max((n for n, w in enumerate(said) if is_person(w[0].lower())), default=None)
        if at is not None:
            found.append((phrase.start, phrase.start + said[at].end()))
    return found


def date_spans(text: str) -> Spans:
    return [
        (m.start(), m.end()) for m in re.finditer(r"(?<![\d$€£,.])\b(?:19|20)\d\d\b(?!\s*h)", text)
    ]


FACETS: tuple[Find, ...] = (
    level_spans, year_spans, place_spans, component_spans, date_spans, role_spans,
)  # fmt: skip
_PREPOSITIONS: dict[Find, str] = {
    level_spans: "for ", year_spans: "with ", place_spans: "in ", component_spans: "", date_spans: "in ",
    role_spans: "for ",
}  # fmt: skip


def is_pay(text: str) -> bool:
    return asks_for_pay(read_question(text))


def values(text: str, find: Find) -> list[str]:
    return [text[a:b] for a, b in find(text)]


def first(text: str, find: Find) -> str:
    return next(iter(values(text, find)), "")


def in_a_noun(value: str) -> str:
    """What a turn names as it fits into another question: "all in" and "total" alone do not."""
    return "total compensation" if _ALL_IN.fullmatch(value) else value


_ALL_IN = re.compile(r"(?:with\s+)?(?:everything|all)\b.*|totals?", re.I)


def names_facets(text: str) -> bool:
    return any(find(text) for find in FACETS)


def names_pay(text: str) -> bool:
    """Whether a text says itself that it is of pay: a part of it, or a word for it."""
    return bool(component_spans(text) or STRONG_PAY_CUE.search(text))


def names_whom(text: str) -> bool:
    """Whether a text names a level, years, a place or a role."""
    return any(find(text) for find in (level_spans, year_spans, place_spans, role_spans))


def own_terms(text: str) -> set[str]:
    """The words of a turn that are neither facets nor bare numbers."""
    return {t for t in other_terms(_GATHERED.sub(" ", text)) if not t.isdigit()}


def is_complete(text: str) -> bool:
    """A pay question that leaves nothing open that a follow-up would: of whom, and where."""
    asked = read_question(text)
    whom = bool(asked.levels or asked.years or asked.roles)
    clause = re.search(r"\b(?:what|how|who|which|do|does|did|is|are)\b", text, re.I)
    return (
        whom
        and bool(asked.places)
        and bool(STRONG_PAY_CUE.search(text) or (clause and asks_for_pay(asked)))
    )


def stem_of(question: str) -> str:
    """The question without what ends it."""
    return question.rstrip(" ?.!,;:")


def appended(question: str, phrase: str) -> str:
    return f"{stem_of(question)} {phrase}?"


def in_place(place: str) -> str:
    """ "in Berlin", "in the US", "remotely"."""
    if re.match(r"remote", place, re.I):
        return "remotely"
    return f"in {_with_article(place)}"


def _with_article(place: str) -> str:
    needs = re.match(
        r"(?:us|usa|uk|uae|united\b|netherlands|bay\s+area|states|eu\b|middle\s+east)", place, re.I
    )
    return f"the {place}" if needs else place


def swapped(question: str, find: Find, text: str) -> str:
    """The question with ``text`` in the place of what it names of one facet."""
    old = find(question)
    if find is year_spans and text.isdigit():
        text = f"{text} years"
    if not old and find in {level_spans, year_spans}:
        # "with 8 years" takes the place of "seniors", and the other way round.
        other = level_spans if find is year_spans else year_spans
        return _rung_swapped(question, other, text, find)
    if not old:
        if find is place_spans:
            return appended(question, in_place(text))
        return appended(question, f"{_PREPOSITIONS[find]}{text}")
    if find is place_spans:
        return _place_swapped(question, old, text)
    named = question[old[0][0] : old[0][1]].lower()
    same = [s for s in old if question[s[0] : s[1]].lower() == named]
    if len(same) > 1 and len(same) == len(old):
        for start, end in reversed(same):
            question = question[:start] + text + question[end:]
        return question
    start, end = _cluster(old)
    return _with_its_article(question[:start], text) + question[end:]


def _with_its_article(before: str, text: str) -> str:
    """ "an AI engineer" -> "a research scientist"."""
    article = re.search(r"\ban?\s+$", before, re.I)
    if not article:
        return before + text
    an = "an " if text[:1].lower() in "aeiou" else "a "
    return f"{before[: article.start()]}{an}{text}"


def _cluster(spans: Spans) -> tuple[int, int]:
    """The first value, with those named beside it ("seniors and juniors")."""
    last = spans[0]
    for span in spans[1:]:
        if span[0] - last[1] <= 8:
            last = span
    return spans[0][0], last[1]


def _place_swapped(question: str, old: Spans, text: str) -> str:
    start, end = _cluster(old)
    before = re.search(r"\b(?:(?:in|at|from|for|to)\s+)?(?:the\s+)?$", question[:start], re.I)
    start = before.start() if before else start
    lead = before[0].lower() if before else ""
    if re.match(r"remote", text, re.I):
        return _tidy(f"{question[:start]} {text} {question[end:]}")
    preposition = lead.split()[0] if lead.split() and lead.split()[0] != "the" else ""
    if not preposition and re.match(r"remote", question[old[0][0] : old[0][1]], re.I):
        return appended(_tidy(question[:start] + question[end:]), in_place(text))
    place = _with_article(text) if preposition else text
    return _tidy(f"{question[:start]} {preposition} {place}{question[end:]}")


def _rung_swapped(question: str, other: Find, text: str, find: Find) -> str:
    old = other(question)
    if not old:
        return appended(question, f"{_PREPOSITIONS[find]}{text}")
    start, end = _cluster(old)
    if find is year_spans and re.match(r"(?:just\s+)?start", question[start:end], re.I):
        return f"{question[:start]}with {text}{question[end:]}"  # "starting out"
    if find is year_spans:
        # A rung before a noun ("senior engineers") leaves the noun; alone it becomes "people".
        noun = re.match(
            r"\s+(?:[\w-]+\s+){0,2}?(?:engineer|developer|scientist|people|person|dev|architect)s?\b",
            question[end:],
            re.I,
        )
        if noun:
            cut = end + noun.end()
            before = _with_its_article(question[:start], question[end:cut].strip())
            return _tidy(f"{before} with {text}{question[cut:]}")
        return _tidy(f"{question[:start]}people with {text}{question[end:]}")
    with_ = re.search(r"\b(?:with|after|at)\s+$", question[:start], re.I)
    if with_:
        experience = re.match(r"\s+(?:of\s+)?experience\b", question[end:], re.I)
        end += experience.end() if experience else 0
        return _tidy(f"{question[: with_.start()]}for {text}{question[end:]}")
    return question[:start] + text + question[end:]


def _tidy(text: str) -> str:
    text = re.sub(r"\s{2,}", " ", text)
    return re.sub(r"\s+([?.,!])", r"\1", text).strip()


def with_open_facets(before: str, turn: str) -> str:
    """The turn, with the facets of the question before that it leaves open."""
    question = turn
    has_rung = bool(level_spans(turn) or year_spans(turn))
    for find in FACETS:
        if find(turn) or (has_rung and find in {level_spans, year_spans}):
            continue
        old = first(before, find)
        if not old:
            continue
        if find is place_spans:
            question = appended(question, in_place(old))
        else:
            old = f"{old} years" if find is year_spans and old.isdigit() else old
            question = appended(question, f"{_PREPOSITIONS[find]}{old}")
    return question


def subject(before: str) -> str:
    """What a pay question was about, for a question on another side of it."""
    named = dict.fromkeys(v for find in FACETS for v in values(before, find))
    return ", ".join(named) or stem_of(before)


# --- the ladder -----------------------------------------------------------------------

_LADDER = ("entry", "mid", "senior", "staff", "principal")
_LADDER_WORDS = {
    "entry": "entry-level", "mid": "mid-level", "senior": "senior", "staff": "staff", "principal": "principal",
}  # fmt: skip
_LADDER_PLURALS = {
    "entry": "juniors", "mid": "mid-levels", "senior": "seniors", "staff": "staff engineers", "principal": "principals",
}  # fmt: skip
_RUNG = r"\b(?:one\s+|a\s+|the\s+)?(?:level|step|rung)"
_UP = re.compile(
    rf"{_RUNG}\s+(?:up|above|higher|after)|\b(?:the\s+)?next\s+(?:level|step|rung)|\bafter\s+(?:(?:an?|the|my|one|first|next)\s+)*promotion",
    re.I,
)
_DOWN = re.compile(rf"{_RUNG}\s+(?:down|below|lower|before)|\bprevious\s+level", re.I)


_BECOMING = frozenset(
    terms("become becomes turn turns mean means bring brings change changes rise go look")
)
_NAMED_STEP = re.compile(
    rf"{_RUNG}s?\s+(?P<way>up\s+from|above|over|higher\s+than|after|down\s+from|below|under|lower\s+than|before)\s+(?:an?\s+|the\s+)?(?=\S)",
    re.I,
)


def asks_along_the_ladder(turn: str) -> bool:
    return bool(_UP.search(turn) or _DOWN.search(turn))


def step_named(turn: str) -> str:
    """A turn that names a rung by another ("one level above senior") with the rung itself.

    Past either end of the ladder it says so, so that nothing is made up.
    """
    match = _NAMED_STEP.search(turn)
    level = next((t for t in find_levels(turn) if match and t.start == match.end()), None)
    if not match or not level or level.value not in {*_LADDER, "lead"}:
        return turn
    step = -1 if re.match(r"down|below|under|lower|before", match["way"], re.I) else 1
    return f"{turn[: match.start()]}{_rung_at(level.value, step)}{turn[level.end :]}"


def _rung_at(level: str, step: int, *, plural: bool = False) -> str:
    """The words for the rung ``step`` above a level; what says that there is none past an end."""
    at = _LADDER.index("principal" if level == "lead" else level) + step
    if not 0 <= at < len(_LADDER):
        return f"the level {ABOVE_ALL if step > 0 else BELOW_ALL}"
    return (_LADDER_PLURALS if plural else _LADDER_WORDS)[_LADDER[at]]


ABOVE_ALL, BELOW_ALL = "above principal", "below entry level"


def is_off_the_ladder(question: str) -> bool:
    """Whether a question asks past either end of the ladder."""
    return any(f"the level {end}" in question for end in (ABOVE_ALL, BELOW_ALL))


def next_step(level: str, turn: str) -> str:
    """The words for the rung above or below a level that a turn asks for ("the next step"); ""
    where it asks for none, or the level is no rung."""
    step = 1 if _UP.search(turn) else -1 if _DOWN.search(turn) else 0
    rung = next((t.value for t in find_levels(level) if t.value in {*_LADDER, "lead"}), None)
    return _rung_at(rung, step) if step and rung else ""


def along_the_ladder(before: str, turn: str) -> str | None:
    """The question one rung up or down ("one level up"); None where the turn asks for none.

    Past either end of the ladder the question says so itself, so that nothing is made up.
    """
    step = 1 if _UP.search(turn) else -1 if _DOWN.search(turn) else 0
    levels = [t for t in find_levels(before) if t.value in {*_LADDER, "lead"}]
    if not step or not levels or not is_pay(before):
        return None
    if own_terms(_UP.sub("", _DOWN.sub("", turn))) - set(terms(before)) - _BECOMING:
        return None
    plural = first(before, level_spans).endswith("s")
    rung = _rung_at(levels[-1].value, step, plural=plural)
    if rung.startswith("the "):
        start, stop = _cluster(level_spans(before))
        return _tidy(f"{before[:start]}{rung}{before[stop:]}")
    return swapped(before, level_spans, rung)
