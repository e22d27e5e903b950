"""A figure that a question takes for granted ("since juniors earn $300k, what do seniors earn?")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.documents.sentences import normalise
from rag.facts.facets import PAY_CUE
from rag.facts.money import PERCENT, find_mentions
from rag.understand.pay import read_question


@dataclass(frozen=True, slots=True)
class Premise:
    """What is taken for granted, and what is asked."""

    text: str
    rest: str


_GIVEN = r"since|because|now\s+that|(?:given|considering|seeing)(?:\s+that)?"
_FIRST = re.compile(
    rf"^\W*(?:{_GIVEN}|as|if|(?:assuming|knowing)(?:\s+that)?)\s+"
    r"(?P<premise>.{8,160}?)(?:,\s+(?:then\s+)?|\s+then\s+)(?P<rest>\D.{8,})$",
    re.I,
)
_LAST = re.compile(
    rf"^(?P<rest>.{{8,}}?),?\s+(?:{_GIVEN})\s+(?P<premise>.{{8,160}}?)\W*$",
    re.I,
)


def premise_of(text: str) -> Premise | None:
    """The premise of a question that states somebody's pay and asks for another's; None for none.

    The asker's own pay is no premise, and neither is what a question without pay rests on.
    """
    plain = normalise(text)
    match = _FIRST.match(plain) or _LAST.match(plain)
    if match is None or re.search(r"\b(?:I|my|we|our)\b", match["premise"], re.I):
        return None
    stated = [m for m in find_mentions(match["premise"]) if m.currency != PERCENT]
    asked = read_question(match["rest"])
    if not PAY_CUE.search(match["premise"]) or len(stated) != 1 or asked.amounts:
        return None
    return Premise(match["premise"], match["rest"])
