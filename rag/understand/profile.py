"""What the user says of themselves: years, level, role, place, goals, dislikes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.facts.facets import find_levels, find_years
from rag.facts.places import find_places
from rag.facts.roles import find_roles
from rag.types import Trait, TraitCorrection, TraitKind

SINGLE: tuple[TraitKind, ...] = ("years", "level", "role", "place")
"""Of these a later statement replaces the earlier one; of the others there may be several."""
MAX_TRAITS = 12

_STATEMENT = re.compile(
    r"\b(?:i\s*am|i'm|im|i\s*have|i've|ive|i\s+(?:live|work|got|know|use|do|did|just|also|want|hope|plan|hate|dislike|love|prefer|moved|joined|studied|earn|make)"
    r"|i'd\s+(?:like|love|rather|prefer)|we're|we\s+(?:live|are|moved)|my\s+(?:years|experience|goal|aim|dream|skills?|background|job)|living|based|moving\s+to"
    r"|(?:years?|yrs?|yoe)\b['’]?|(?:junior|senior|graduate|student|engineer|developer|dev)\s+here)\b",
    re.I,
)
SOMEONE_ELSE = re.compile(
    r"\b(?:friend|brother|sister|cousin|colleague|daughter|son|wife|husband|partner|boyfriend|girlfriend|mother|father|mom|mum|dad|uncle|aunt|someone|somebody|roommate|flatmate|neighbou?r|teammate|coworker|nephew|niece|he|she|he's|she's|his|her)\b",
    re.I,
)
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:and\s+|but\s+|so\s+|ok,?\s+)?(?:what|whats|which|who|where|when|why|how|do|does|did|can|could|would|will|should|is|are|tell|show|give|list|compare|explain)\b",
    re.I,
)
_CLAUSE_ASKS = re.compile(
    r"[,;–—-]\s*(?:and\s+|so\s+|but\s+)?(?:what|whats|which|who|where|when|why|how|do|does|can|could|would|will|should|is|are)\b.*$",
    re.I | re.S,
)
_GOAL = re.compile(
    r"\b(?:i\s+(?:want|hope|plan|aim|intend|wish)|i'd\s+(?:like|love)|i'm\s+(?:hoping|planning|aiming|trying|looking)|my\s+(?:goal|aim|dream|plan)\s+is)\s+to\s+"
    r"((?:become|be|move|switch|get|go|work|lead|earn|grow|start|join|found|build|specialise|specialize|transition|break)\b[^.!?;,]{2,80}?)(?=\s+(?:and|but|so|though)\s+(?:i|i['’]?(?:m|ve|d)|we|my|what|how|which)\b|[.!?;,]|$)",
    re.I,
)
_DISLIKE = re.compile(
    r"\b(?:i'd\s+rather\s+not|i\s+would\s+rather\s+not|i\s+(?:do\s+not|don't|dont|never)\s+(?:really\s+)?(?:want|like|wish)(?:\s+to)?|i\s+(?:really\s+)?(?:hate|dislike|can't\s+stand)(?:\s+to)?|i'm\s+not\s+(?:interested\s+in|keen\s+on|into|good\s+at))\s+"
    r"([^.!?;,]{3,60}?)(?=\s+(?:but|and\s+i|though|so)\b|[.!?;,]|$)",
    re.I,
)
_INDIRECT = re.compile(
    r"\b(?:like|want|need|wish)\s+to\s+(?:know|learn|hear|understand|see|ask|find\s+out)\b|\b(?:curious|wondering|wonder)\b|\b(?:tell|show|give)\s+me\b",
    re.I,
)
_UNDECIDED = re.compile(r"\b(?:between|torn|undecided|unsure)\b|\beither\b.*\bor\b", re.I)
_OF_OTHERS = re.compile(
    r"\b(?:for|only|of)\s+(?:people|those|engineers|folks|everyone|anyone|\w+s\s+with)\b", re.I
)


def _sentences(turn: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?;])\s+", turn.strip()) if s]


def told(turn: str) -> list[str]:
    """The parts of a turn that state something of the user."""
    stated = []
    for sentence in _sentences(turn):
        if any(p.search(sentence) for p in (_INDIRECT, _OF_OTHERS, _UNDECIDED)):
            continue
        if _ASKS.match(sentence) and not _CLAUSE_ASKS.search(sentence):
            continue
        part = _CLAUSE_ASKS.sub("", sentence)
        if part == sentence and sentence.rstrip().endswith("?"):
            # "I'm in Paris what do I get?": the statement ends where the question begins.
            part = re.split(
                r"\s(?=(?:what|how|which|where|when|why|should|can|could)\b)",
                sentence,
                maxsplit=1,
                flags=re.I,
            )[0]
            if part == sentence:
                continue
        if _STATEMENT.search(part) and not SOMEONE_ELSE.search(part):
            stated.append(part.strip())
    return stated


def read_traits(turn: str) -> tuple[Trait, ...]:
    """What a turn says of the user, in the order of its sentences."""
    return tuple(dict.fromkeys(t for part in told(turn) for t in _traits(part)))


def _traits(part: str) -> Iterator[Trait]:
    plans = [*_GOAL.finditer(part), *_DISLIKE.finditer(part)]
    for match in _GOAL.finditer(part):
        yield Trait("goal", match[1].strip())
    for match in _DISLIKE.finditer(part):
        yield Trait("dislike", match[1].strip())
    place = _place(part)
    # What someone wants to become is not what they are.
    for match in sorted(plans, key=lambda m: -m.start()):
        part = part[: match.start()] + part[match.end() :]
    for years in list(find_years(part))[:1]:
        yield Trait("years", part[years.start : years.end])
    for level in list(find_levels(part))[:1]:
        yield Trait("level", part[level.start : level.end])
    for role in list(find_roles(part))[:1]:
        name = part[role.start : role.end]
        yield Trait("role", re.sub(r"^(?:an?|the)\s+", "", name))
    if place:
        yield Trait("place", place)


def _place(part: str) -> str:
    if remote := re.search(r"\bremote(?:ly)?\b", part, re.I):
        return remote[0]
    named = [part[m.start : m.end] for m in find_places(part)]
    return named[-1] if named else ""


def updated(profile: Sequence[Trait], new: Sequence[Trait]) -> tuple[Trait, ...]:
    """The profile with what was said last: a new rung (years or level) replaces the old one."""
    kinds = {t.kind for t in new if t.kind in SINGLE}
    if kinds & {"years", "level"}:
        kinds |= {"years", "level"}
    kept = [t for t in profile if t.kind not in kinds]
    return tuple(dict.fromkeys([*kept, *new]))[-MAX_TRAITS:]


def corrected(traits: Sequence[Trait], corrections: Sequence[TraitCorrection]) -> tuple[Trait, ...]:
    """The traits as the user put them right."""
    found = []
    for trait in traits:
        meant = [
            c.meant
            for c in corrections
            if (c.kind, c.said.lower()) == (trait.kind, trait.text.lower())
        ]
        if not meant:
            found.append(trait)
        elif meant[-1].strip():
            found.append(Trait(trait.kind, meant[-1].strip()))
    return tuple(found)


def added(corrections: Sequence[TraitCorrection]) -> tuple[Trait, ...]:
    """What the user put down by hand that no turn says."""
    return tuple(
        Trait(c.kind, c.meant.strip()) for c in corrections if not c.said and c.meant.strip()
    )


def in_words(trait: Trait) -> str:
    """A trait as an answer names it: "4 years of experience", "senior level"."""
    if trait.kind == "years":
        return trait.text if "experience" in trait.text else f"{trait.text} of experience"
    if trait.kind == "level" and re.fullmatch(r"[a-z]+[^s\W]", trait.text, re.I):
        return f"{trait.text} level"
    if trait.kind == "dislike":
        gerund = re.match(r"\w+ing\b", trait.text)
        return f"you don't like {trait.text}" if gerund else f"you'd rather not {trait.text}"
    if trait.kind == "goal":
        return f"you want to {trait.text}"
    return trait.text
