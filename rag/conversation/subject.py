"""The occupation that all documents are about, where a turn only points to it ("this career")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.salary.roles import find_roles

_POINTS = re.compile(
    r"\b(?:this|the|that)\s+(?:job|career|profession|field|occupation|line\s+of\s+work)\b"
    r"(?!\s+(?:of|as|in|for|at|i|you|we|they|he|she|that|which|market|search\w*|offers?|titles?|ads?|interviews?|levels?|descriptions?"
    r"|postings?|outlook|paths?|ladders?|growth|prospects|advice|moves?|changes?|seekers?|openings?)\b)",
    re.I,
)


def with_subject(turns: Sequence[str], role: str | None) -> list[str]:
    """The turns with the documents' occupation named where they point to it and none names another.

    >>> with_subject(["Is this job stressful?"], "AI engineer")
    ['Is this job as an AI engineer stressful?']
    """
    if role is None or any(next(find_roles(turn), None) for turn in turns):
        return list(turns)
    article = "an" if role[0].lower() in "aeio" else "a"
    return [_POINTS.sub(rf"\g<0> as {article} {role}", turn) for turn in turns]
