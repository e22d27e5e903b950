"""Evidence -> an answer from sentences: the best first, or the points of several documents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.parsed import strip_markup
from rag.draft import Draft
from rag.lexical import terms
from rag.types import BlockKind, Evidence

MAX_POINTS = 6
MIN_POINTS = 3
NEAR = 0.78
"""A sentence belongs to the answer where its score is at least this share of the best one's."""

SAME = 0.7
"""Two sentences say the same where this share of the shorter one's words is in the other."""

_ASKS_FOR_SEVERAL = re.compile(
    r"\b(?:how\s+(?:can|do|to|should|could|would|does\s+one)|which|what\s+(?:are|skills?|kinds?|should|can|could|makes?|factors?|drives?|influences?|affects?|challenges?|tools?|roles?|jobs?|responsibilities|do\s+(?:ai|they|engineers|i|you|we))|ways|tips|advice|list|reasons|why|examples?|prepare|improve|compare|pros|types|should\s+i|steps|explain)\b",
    re.I,
)


def answer_from_evidence(question: str, evidence: Sequence[Evidence], draft: Draft) -> None:
    """Write the sentences that answer: one to three, or points where several were asked for."""
    several = bool(_ASKS_FOR_SEVERAL.search(question))
    picked = pick(evidence, limit=MAX_POINTS if several else 2)
    if several and len(picked) >= MIN_POINTS:
        draft.say(
            "\n".join(
                f"- {_said(e)} [{draft.cite(e.chunk.document, e.sentence.span)}]" for e in picked
            )
        )
        return
    draft.say(
        " ".join(f"{_said(e)} [{draft.cite(e.chunk.document, e.sentence.span)}]" for e in picked)
    )


def pick(evidence: Sequence[Evidence], *, limit: int) -> list[Evidence]:
    """The best sentences that do not repeat each other, in order of score."""
    picked: list[Evidence] = []
    if not evidence:
        return picked
    floor = evidence[0].score * NEAR
    for candidate in evidence:
        if candidate.score < floor or len(picked) == limit:
            break
        if _says_something(candidate) and not any(repeats(candidate, p) for p in picked):
            picked.append(candidate)
    return picked


def _says_something(evidence: Evidence) -> bool:
    """Not a lead-in ("On average:"), not a fragment of two words."""
    plain = evidence.sentence.plain
    return not plain.rstrip().endswith(":") and len(plain.split()) >= 3


def repeats(a: Evidence, b: Evidence) -> bool:
    """Whether two sentences say the same in nearly the same words."""
    a_terms, b_terms = set(terms(a.sentence.plain)), set(terms(b.sentence.plain))
    shorter = min(len(a_terms), len(b_terms))
    return shorter > 0 and len(a_terms & b_terms) / shorter >= SAME


def _said(evidence: Evidence) -> str:
    """The sentence as the answer says it: without markup; a row as "column: cell" pairs."""
    plain = strip_markup(evidence.sentence.plain)
    if evidence.sentence.kind is BlockKind.TABLE_ROW:
        return plain
    return plain[:1].upper() + plain[1:]
