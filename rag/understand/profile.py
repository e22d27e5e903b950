"""What the user says of themselves: years, level, role, place, goals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.facts.facets import find_levels, find_years
from rag.facts.places import find_places
from rag.facts.roles import find_roles
from rag.facts.spans import REMOTE
from rag.types import Trait, TraitCorrection, TraitKind

SINGLE: tuple[TraitKind, ...] = ("years", "level", "role", "place")
"""Of these a later statement replaces the earlier one; of the others there may be several."""
MAX_TRAITS = 12

MAX_GOAL = 80
"""Characters of what someone wants, in their own words."""
TELLS = ("fact", "goal")
"""What a part of a turn may tell of the asker."""
SURE = {"fact": 0.4, "goal": 0.2}
"""How likely it must be: with five folds on the labelled parts, 77 % of what is taken for a fact is one,
and 76 % of the facts are found; goals are rare, so that few are told for sure."""
_PART_ENDS = re.compile(r"(?<=[.!?;:])\s+|,\s+")


def parts_of(turn: str) -> list[str]:
    """A turn cut where a sentence or a clause ends."""
    return [part for piece in _PART_ENDS.split(turn) if (part := piece.strip(" ,;"))]


def is_told(tells: Mapping[str, float]) -> bool:
    """Whether a part of a turn tells anything of the user."""
    return any(tells[kind] >= SURE[kind] for kind in TELLS)


def traits_of(part: str, tells: Mapping[str, float]) -> Iterator[Trait]:
    """What a part of a turn says of the user.

    :param tells: how likely, 0..1, it tells each of ``TELLS``.
    """
    if tells["goal"] >= SURE["goal"]:
        yield Trait("goal", part[:MAX_GOAL].rstrip(" .!"))
        return
    if tells["fact"] < SURE["fact"]:
        return
    for years in list(find_years(part))[:1]:
        yield Trait("years", part[years.start : years.end])
    for level in list(find_levels(part))[:1]:
        yield Trait("level", part[level.start : level.end])
    for role in list(find_roles(part))[:1]:
        yield Trait("role", part[role.start : role.end])
    if place := _place(part):
        yield Trait("place", place)


def _place(part: str) -> str:
    if remote := REMOTE.search(part):
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
    if trait.kind == "goal":
        return f"“{trait.text}”"
    return trait.text
