"""Chosen candidates -> what the answer says, each statement with the markers of what it rests on.

The best comes first, for it answers; what stands with it in the documents follows in their order.
What two documents say alike is said once with both markers, a sentence that leans on the one
before it brings that one along, three rows of one table and more are a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from rag.answer.draft import Draft
from rag.answer.gather import Candidate
from rag.answer.pay.phrases import lower_first
from rag.documents.parsed import strip_markup
from rag.documents.sentences import plain_text
from rag.documents.words import terms
from rag.types import Block, BlockKind, Sentence

SAME = 0.7
"""Two sentences say the same where this share of the shorter one's words is in the other."""
ROWS_OF_A_TABLE = 3
MAX_LEAN_WORDS = 30
"""A longer sentence is not brought along for the one that leans on it."""

# A sentence that opens so takes its subject from the one before it.
_LEANS = re.compile(
    r"(?:(?:and|but|so|yet|also|however)\b,?\s*)*(?:it|its|they|their|them|this|these|that|those|such|he|she|both)\b",
    re.I,
)


def say(chosen: Sequence[Candidate], draft: Draft, *, verdict: str = "") -> None:
    """Write the chosen candidates, the best first, into a draft.

    :param verdict: what the answer begins with, if what it says is told in prose.
    """
    said: list[list[Candidate]] = []
    for candidate in _in_order(chosen):
        same = next((s for s in said if _repeats(candidate.sentence, s[0].sentence)), None)
        if same is None:
            said.append([candidate])
        elif all(candidate.chunk.document != c.chunk.document for c in same):
            same.append(candidate)
    for table, group in groupby(said, key=lambda s: _table_of(s[0], draft)):
        found = list(group)
        if table is not None and len(found) >= ROWS_OF_A_TABLE and _say_table([s[0] for s in found], draft):  # fmt: skip
            continue
        said_of = " ".join(_sentence(s, draft) for s in found)
        begins = verdict and not draft.paragraphs and not re.match(rf"{verdict[:-1]}\b", said_of)
        draft.say(f"{verdict} {said_of}" if begins else said_of)


def _in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The best one, then those of its passage as they stand, then the other passages likewise."""
    passages: dict[int, list[Candidate]] = {}
    for candidate in chosen:
        passages.setdefault(candidate.passage, []).append(candidate)
    ordered: list[Candidate] = []
    for mates in passages.values():
        first, *rest = mates
        ordered += [first, *sorted(rest, key=lambda c: c.position)]
    return ordered


def _table_of(candidate: Candidate, draft: Draft) -> tuple[str, int] | None:
    """Which table a row is of; None for prose."""
    if candidate.sentence.kind is not BlockKind.TABLE_ROW:
        return None
    return candidate.chunk.document, _block(candidate, draft).group


def _sentence(alike: Sequence[Candidate], draft: Draft) -> str:
    """What one candidate says, with the one it leans on, and the markers of all that say it."""
    best = alike[0]
    before = _leant_on(best)
    lead = ""
    if before is not None and not draft.cites(best.chunk.document, before.span):
        lead = f"{as_sentence(before.plain)} [{draft.cite(best.chunk.document, before.span)}] "
    said = _said(best, draft)
    markers = "".join(
        dict.fromkeys(f"[{draft.cite(c.chunk.document, c.sentence.span)}]" for c in alike)
    )
    return f"{lead}{said} {markers}"


def _said(candidate: Candidate, draft: Draft) -> str:
    """The candidate as a sentence; of a row its name, then what each column gives."""
    sentence, block = candidate.sentence, _block(candidate, draft)
    if sentence.kind is not BlockKind.TABLE_ROW or not block.cells:
        return as_sentence(sentence.plain)
    text = draft.library.documents[candidate.chunk.document].text
    columns = [plain_text(c.column) for c in block.cells]
    draft.heads += columns
    values = [plain_text(c.span.of(text)) for c in block.cells]
    if not any(columns) or len(columns) < 2:
        return as_sentence(sentence.plain)
    section = plain_text(block.cells[0].row)
    name = f"{section}, {values[0]}" if section else values[0]
    rest = [with_unit(c, v) for c, v in zip(columns[1:], values[1:], strict=True) if v]
    said = as_sentence(f"{name}: {', '.join(rest)}")
    draft.readings[draft.cite(candidate.chunk.document, sentence.span)] = said
    return said


_UNIT = re.compile(r"\s*\((?P<unit>[^()]{1,24})\)\s*$|,\s*(?P<after>[^,()]{1,16})$")
_BARE = re.compile(r"[\d\s.,'–-]+")


def with_unit(column: str, value: str) -> str:
    """A cell as one says it: "Median (₹ lakh)" over "9.2" is "median ₹9.2 lakh"."""
    found = _UNIT.search(column)
    if not found or not _BARE.fullmatch(value):
        return f"{lower_first(column)} {value}".strip()
    unit, head = (found["unit"] or found["after"]).strip(), column[: found.start()]
    sign, _, scale = unit.partition(" ")
    if len(sign) <= 2 and not sign.isalnum():
        said = f"{sign}{value} {scale}".rstrip()
    else:
        said = f"{value} {unit}"
    return f"{lower_first(head)} {said}".strip()


def as_sentence(plain: str) -> str:
    """A text without markup, with a capital first and a full stop last."""
    text = strip_markup(plain).lstrip("# ").rstrip(";, ")
    ended = text if text.endswith((".", "!", "?", "…", '"', "”", ":")) else f"{text}."
    return ended[:1].upper() + ended[1:]


def _leant_on(candidate: Candidate) -> Sentence | None:
    """The sentence before one that cannot be understood without it."""
    if not _LEANS.match(candidate.sentence.plain) or not candidate.position:
        return None
    before = candidate.chunk.sentences[candidate.position - 1]
    if before.kind is not candidate.sentence.kind or before.plain.endswith(":"):
        return None
    return before if len(before.plain.split()) <= MAX_LEAN_WORDS else None


def _say_table(rows: Sequence[Candidate], draft: Draft) -> bool:
    """Rows of one table as a table; False where they have no heads or not the same cells."""
    found = sorted(rows, key=lambda c: c.sentence.span.start)
    blocks = [_block(c, draft) for c in found]
    columns = [plain_text(c.column) for c in blocks[0].cells]
    if not any(columns) or any(len(b.cells) != len(columns) for b in blocks):
        return False
    draft.heads += columns
    text = draft.library.documents[found[0].chunk.document].text
    lines = [_row([*columns, "Source"]), "|" + " --- |" * (len(columns) + 1)]
    for candidate, block in zip(found, blocks, strict=True):
        cells = [plain_text(c.span.of(text)) for c in block.cells]
        marker = draft.cite(candidate.chunk.document, candidate.sentence.span)
        lines.append(_row([*cells, f"[{marker}]"]))
    draft.say("\n".join(lines))
    return True


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _block(candidate: Candidate, draft: Draft) -> Block:
    return draft.library.block_at(candidate.chunk.document, candidate.sentence.span)


def _repeats(a: Sentence, b: Sentence) -> bool:
    """Whether two sentences say the same in nearly the same words, and the same figures."""
    if _figures(a.plain) != _figures(b.plain):
        return False
    a_terms, b_terms = set(terms(a.plain)), set(terms(b.plain))
    shorter = min(len(a_terms), len(b_terms))
    return shorter > 0 and len(a_terms & b_terms) / shorter >= SAME


def _figures(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d[\d.,]*", text))
