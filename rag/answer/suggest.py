"""What to ask next, and the likely readings of a question too vague to answer.

Both are made of what the documents hold: figures next to the one that was given (another place,
the next level, another part of the pay), and sections next to the one that answered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

from rag.documents.words import terms
from rag.facts.facets import PAY_CUE
from rag.facts.money import PERCENT
from rag.facts.wording import level_name, plural, the
from rag.index.library import Library
from rag.types import Answer, BlockKind, Chunk, Hit, SalaryFact

MOST = 3
MOST_EXAMPLES = 4
MAX_PASSAGES = 2000
"""So many are looked at for sections to ask about."""
_RUNGS = ("entry", "mid", "senior", "staff", "principal")
_PAY = re.compile(
    r"\b(?:pay|salar\w*|earn\w*|money|how\s+much|numbers?|range|figures?|offer|worth|normal|income)\b",
    re.I,
)


def suggestions(answer: Answer, hits: Sequence[Hit], library: Library) -> tuple[str, ...]:
    """At most three questions that the documents answer, next to the one just answered.

    :param hits: the passages that were found for it, best first.
    """
    asked = answer.standalone_question
    if answer.facts and not answer.abstained:
        near = list(_next_figures(answer.facts[0].fact, library.facts))
        found = [*near[: MOST - 1], *_sections_near(hits, answer, library), *near[MOST - 1 :]]
    else:
        found = list(_sections_near(hits, answer, library))
    return tuple(_other_than(asked, found)[:MOST])


def readings(question: str, library: Library) -> tuple[str, ...]:
    """At most three questions that a vague one may mean."""
    pay = _figures_by_level(library.facts)
    sections = _sections(library.chunks[:MAX_PASSAGES], library)
    if _PAY.search(question):
        found = [*pay, *sections]
    else:
        found = [*sections[: MOST - 1], *pay[:1], *sections[MOST - 1 :]]
    return tuple(_other_than(question, found)[:MOST])


def examples(library: Library) -> tuple[str, ...]:
    """At most four questions to begin with: on pay and on advice in turn."""
    pay, sections = (
        _figures_by_level(library.facts),
        _sections(library.chunks[:MAX_PASSAGES], library),
    )
    in_turn = [q for pair in zip_longest(pay, sections) for q in pair if q]
    return tuple(dict.fromkeys(in_turn))[:MOST_EXAMPLES]


def _other_than(asked: str, found: Iterable[str]) -> list[str]:
    """Without repetitions, and without what was just asked in other words."""
    own = set(terms(asked))
    fresh = (q for q in found if set(terms(q)) - own)
    return list(dict.fromkeys(fresh))


# --- figures --------------------------------------------------------------------------


def _is_money(fact: SalaryFact) -> bool:
    return fact.currency != PERCENT and fact.statistic != "growth" and fact.component != "budget"


def _next_figures(given: SalaryFact, facts: Sequence[SalaryFact]) -> Iterator[str]:
    """Figures that differ from the given one in a single facet: its place, its level, its part."""
    same_role = [f for f in facts if f.role == given.role and f.confidence >= 0.5]
    here = _where(given)
    for fact in same_role:
        if (
            _is_money(fact)
            and _is_money(given)
            and _rung(fact) == _rung(given)
            and _where(fact) not in {here, ""}
        ):
            yield _pay_question(fact)
            break
    order = _RUNGS[_RUNGS.index(_rung(given)) + 1 :] if _rung(given) in _RUNGS else ()
    for level in order:
        step = next(
            (
                f
                for f in same_role
                if _rung(f) == level and _where(f) == here and f.component == given.component
            ),
            None,
        )
        if step:
            yield _pay_question(step)
            break
    for fact in same_role:
        if fact.component not in {given.component, "premium", "budget", "unspecified"} and _rung(
            fact
        ) == _rung(given):
            yield _pay_question(fact)
            break


def _figures_by_level(facts: Sequence[SalaryFact]) -> list[str]:
    """One question a level, each where the documents hold most figures."""
    usable = [
        f
        for f in facts
        if _is_money(f) and f.role and f.component in {"unspecified", "base", "total"}
    ]
    if not usable:
        return []
    role = Counter(f.role for f in usable).most_common(1)[0][0]
    of_role = [f for f in usable if f.role == role]
    questions = []
    places = [w for w, _ in Counter(_where(f) for f in of_role if _where(f)).most_common()]
    for position, level in enumerate(
        lv for lv in ("senior", "mid", "entry") if any(_rung(f) == lv for f in of_role)
    ):
        at = [f for f in of_role if _rung(f) == level and f.component == "unspecified"] or [
            f for f in of_role if _rung(f) == level
        ]
        wanted = places[position % len(places)] if places else ""
        questions.append(_pay_question(next((f for f in at if _where(f) == wanted), at[0])))
    return questions or [_pay_question(of_role[0])]


def _rung(fact: SalaryFact) -> str:
    """The lowest rung a figure is for; "" for none."""
    return (fact.level or "").split("/")[0].replace("lead", "principal")


def _where(fact: SalaryFact) -> str:
    return fact.place or fact.region or ""


def _pay_question(fact: SalaryFact) -> str:
    role = plural((fact.role or "").split("/")[0]) or "people"
    level = level_name((fact.level or "").split("/")[0])
    who = f"{level} {role}".strip()
    where = _where(fact)
    place = " remotely" if where == "remote" else f" in {the(where)}" if where else ""
    if fact.component in {"bonus", "equity"}:
        part = "bonus" if fact.component == "bonus" else "share of equity"
        return f"What {part} do {who} get{place}?"
    if fact.component == "total":
        return f"What is the total compensation of {who}{place}?"
    if fact.component == "base":
        return f"What is the base salary of {who}{place}?"
    return f"What do {who} earn{place}?"


# --- sections -------------------------------------------------------------------------


def _sections_near(hits: Sequence[Hit], answer: Answer, library: Library) -> Iterator[str]:
    """The sections that were found beside the cited ones, nearest first."""
    cited = {(c.document, c.section) for c in answer.citations}
    for hit in hits:
        if (hit.chunk.document, hit.chunk.section) not in cited and (
            question := _about(hit.chunk, library)
        ):
            yield question


def _sections(chunks: Sequence[Chunk], library: Library) -> list[str]:
    """Sections of advice, one a document before the second of any."""
    by_document: dict[str, list[str]] = {}
    for chunk in chunks:
        text = " ".join(chunk.headings)
        question = _about(chunk, library)
        if question and _ADVICE.search(text):
            listed = by_document.setdefault(chunk.document, [])
            if question not in listed:
                listed.append(question)
    longest = max(map(len, by_document.values()), default=0)
    return [listed[i] for i in range(longest) for listed in by_document.values() if i < len(listed)]


_ADVICE = re.compile(
    r"\b(?:how|skills?|negotiat\w+|interview\w*|career|switch\w*|chang\w+|learn\w*|advanc\w+|certif\w+|path|choos\w+|get(?:ting)?\s+hired|prepar\w+)\b",
    re.I,
)


def _about(chunk: Chunk, library: Library) -> str:
    """A question that a section's heading answers; "" where it says too little."""
    if len(chunk.headings) < 2:
        return ""
    heading = chunk.headings[-1].strip().rstrip(".:")
    if heading.endswith("?"):
        return heading
    subject = _subject_of(heading)
    if not subject or sum(s.kind is not BlockKind.TABLE_ROW for s in chunk.sentences) < 2:
        return ""
    return as_question(_within_a_sentence(subject, library))


_CLAUSE = re.compile(r"(?:how|why|what|who|when|where|which|whether)\b", re.I)
_AGAINST = re.compile(
    r"(?P<one>.+?)\s+(?:versus|vs\.?|compared\s+(?:with|to))\s+(?P<other>.+)", re.I
)
_EITHER = re.compile(r"(?:[\w-]+\s+){1,3}or(?:\s+[\w-]+){1,3}", re.I)
_FURNITURE = re.compile(
    r"\b(?:introduction|conclusions?|overview|summary|references|contents|appendix|notes|contacts?|acknowledge?ments?|disclaimer"
    r"|further\s+reading|see\s+also|(?:related|similar|more)\s+\w+|frequently\s+asked\s+questions|faqs?|at\s+a\s+glance|quick\s+facts|key\s+takeaways)\b",
    re.I,
)


def as_question(subject: str) -> str:
    """A question as people ask it, of what a heading is about (written as within a sentence)."""
    if to := re.match(r"how\s+to\s+(.+)", subject, re.I):
        return f"How do I {to[1]}?"
    if _CLAUSE.match(subject):
        return f"Do you know {subject}?"
    if match := _AGAINST.fullmatch(subject):
        does = "do" if match["one"].endswith("s") else "does"
        return f"How {does} {match['one']} compare with {match['other']}?"
    if _EITHER.fullmatch(subject):
        return f"Which is better, {subject}?"
    return f"What should I know about {subject}?"


@lru_cache(maxsize=10_000)
def _subject_of(heading: str) -> str:
    """What a heading is about; "" where it says too little, or is one on pay, which has its own
    questions."""
    subject = re.split(r":\s", heading)[0]
    short = len(terms(subject)) < 2 or len(subject) > 70 or _FURNITURE.search(subject)
    return "" if short or PAY_CUE.search(subject) else subject


def _within_a_sentence(heading: str, library: Library) -> str:
    """The heading as it is written within a sentence: in small letters, but for words that the
    documents write as names."""
    first, *rest = heading.split(" ")
    small = [_small(w, library) if w.lower() in library.spellings.lower else w for w in rest]
    return " ".join([_small(first, library), *small])


def _small(word: str, library: Library) -> str:
    is_plain = word[1:].islower() or word == "A"
    return word.lower() if is_plain and not library.spellings.writes_as_name(word) else word
