"""Evidence -> an answer from sentences: the best first, or the points of several documents.

What several documents say alike is one point with a marker for each. A sentence that leans on the
one before it brings that one along, a list its lead-in, table rows their column heads.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import fmean

from rag.disagree import disagreement
from rag.documents.parsed import strip_markup
from rag.draft import Draft
from rag.intent import listed, wants_points
from rag.lexical import stem, terms
from rag.salary.money import PERCENT, find_mentions
from rag.sections import Key, Section, keys_of
from rag.sentences import MAX_LEAD_IN_CHARS, plain_text
from rag.types import Block, BlockKind, Document, Evidence

MAX_POINTS = 7
MIN_POINTS = 3
MAX_SENTENCES = 2
"""Of an answer to a question that asks for one thing."""

NEAR, NEAR_POINT = 0.8, 1.0
"""A sentence belongs to the answer where its log-odds are at most this far below the best one's;
the second where points are asked for."""

COMPANY, COMPANY_OF_POINTS = 0.3, 0.5
"""How much of a sentence's log-odds is that of the best two of its passage; the second where
points are asked for: a passage on the subject has more of them. These were set on the
development questions, by the share whose key points are all said (of fact 89 to 92 %, of advice
77 to 78 %, with as many of the picked sentences answering)."""

SPECIFIC_SHARE, SPECIFIC_PASSAGES = 0.1, 5
"""A word that at most this share of the passages holds, or so few, names something that documents
can differ on; a corpus's own subject is no such thing."""

HEADING = 0.5
"""What a heading that is the question adds to the log-odds of its section's sentences."""
WHOLE = 0.4
"""From this nearness of its heading to the question on, a section is said whole,"""
OFF_KIND = 0.8
"""What a sentence loses in log-odds that doesn't name the kinds that are asked for."""
LEADS, SURE = 0.65, 0.5
LEADS_BY_KIND, SURE_BY_KIND = 0.5, 0.0
"""From this nearness on, what stands under the nearest heading comes first, unless the log-odds of
a sentence are above the second; the other pair
where the heading names the kinds that are asked for."""
UNSURE, HEADED = -0.5, 0.45
"""Where no sentence's log-odds are above the first, a question that asks for one thing is answered
by what stands under a heading at least so near."""
RELATED = 0.3
"""With points enough, a sentence from under a heading less near is left out."""
NEAR_MATE, NEAR_MATE_IN_PROSE = 3.0, 1.5
"""but for sentences that are this far in log-odds behind its best; each item of a list is a point,
of a paragraph's sentences some only lead from one to the next;"""
MAX_OF_SECTION = 5
"""and at most so many of them."""

CONSIDERED = 12
"""Sentences, from the best, among which a difference is looked for."""

ASKED_OF_TABLE = 0.5
"""The share of a question's words, beside those of the page's title, that the sentence before a
table must hold for the table to answer."""
MAX_ROWS_SAID = 12
"""Of a table that is said whole; a longer one is to be looked up."""

SAME = 0.7
"""Two sentences say the same where this share of the shorter one's words is in the other."""

_INTRODUCES = re.compile(
    r":\W*$|\b(?:tables?|charts?|lists?|listed|following|follows|below)\b", re.I
)

MIN_WORDS = 5
"""Of a sentence of a paragraph that is a point."""

# A sentence that opens so only says where more is said.
_ELSEWHERE = re.compile(
    r"\W*(?:(?:read|learn|find\s+out|see)\s+(?:more|also|below|here)\b|for\s+(?:more|further|additional)\b"
    r"|(?:click|visit|subscribe|sign\s+up|join\s+(?:now|today|us))\b)",
    re.I,
)

WORTH_ADDING = 1.5
"""How far below the best sentence's log-odds one may be that is added when more is asked for."""

# A sentence that opens so takes its subject from the one before it.
_LEANS = re.compile(
    r"(?:(?:and|but|so|yet|also|instead|otherwise|however|therefore|moreover)\b,?\s*)*"
    r"(?:it|its|they|their|them|this|these|that|those|such|he|she|both|the\s+(?:former|latter|same|other|others|first|second))\b"
    r"(?!\s+(?:is\s+(?:why|because)|year|chapter))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to say: the evidence that says it best, and what says the same elsewhere.

    ``group`` is the section whose points it is said among, where that isn't its own.
    """

    best: Evidence
    also: tuple[Evidence, ...] = ()
    group: Key | None = None

    @property
    def section(self) -> Key:
        """The section that it is said with: its own, or the one around it."""
        return self.group or (self.best.chunk.document, self.best.chunk.headings)


def answer_from_evidence(
    question: str,
    evidence: Sequence[Evidence],
    draft: Draft,
    *,
    sections: Sequence[Section] = (),
) -> None:
    """Write the sentences that answer: one or two, or points where several were asked for.

    :param sections: those that the evidence is of and the ones around them, where they are known.
    """
    if _say_introduced(question, evidence, draft):
        return
    kinds = {stem(word) for word in listed(question)}
    unsure = not evidence or log_odds(evidence[0].score) < UNSURE
    headed = any(s.match >= HEADED for s in sections)
    several = wants_points(question) or (unsure and headed)
    if several and sections:
        points = pick_from_sections(evidence, sections, limit=MAX_POINTS, kinds=kinds)
    else:
        points = pick(
            evidence,
            limit=MAX_POINTS if several else MAX_SENTENCES,
            company=COMPANY_OF_POINTS if several else COMPANY,
            within=NEAR_POINT if several else NEAR,
        )
    if several:
        points = _say_difference(question, evidence, points, draft)
    prose = [p for p in points if p.best.sentence.kind is not BlockKind.TABLE_ROW]
    rows = [p.best for p in points if p.best.sentence.kind is BlockKind.TABLE_ROW]
    if several and (table := _table_of(kinds, rows, evidence, draft)):
        # The table is the list that was asked for: it is said first, and whole.
        _say_rows(table, draft)
        rows = []
    if points and points[0].best not in rows and (not several or len(prose) >= MIN_POINTS):
        # Sentences say it all; a lone row beside them is of something else.
        rows = [r for r in rows if several and _rows_beside(r, rows, draft)]
    if several and len(prose) >= MIN_POINTS:
        _say_points(_in_order(prose), draft)
    elif prose:
        draft.say(" ".join(_sentence(p, draft) for p in prose))
    _say_rows(rows, draft)


def _table_of(
    kinds: Set[str], rows: Sequence[Evidence], evidence: Sequence[Evidence], draft: Draft
) -> list[Evidence]:
    """All rows of the first table whose first column is headed by what is asked for; none where
    no row of such a table was picked, or it is long."""
    for row in rows:
        block = _block(row, draft)
        if block.cells and kinds & set(terms(block.cells[0].column)):
            table = [
                e
                for e in evidence
                if e.chunk.document == row.chunk.document
                and e.sentence.kind is BlockKind.TABLE_ROW
                and _block(e, draft).group == block.group
            ]
            return table if len(table) <= MAX_ROWS_SAID else []
    return []


def _rows_beside(row: Evidence, rows: Sequence[Evidence], draft: Draft) -> bool:
    """Whether other rows of the same table are among them."""
    group = _block(row, draft).group
    return any(
        e is not row and e.chunk.document == row.chunk.document and _block(e, draft).group == group
        for e in rows
    )


def _say_introduced(question: str, evidence: Sequence[Evidence], draft: Draft) -> bool:
    """Where one of the best sentences introduces a table of what is asked for ("The largest
    employers were as follows:"), that table; False where none does."""
    found = ranked(evidence, COMPANY)
    asked = set(terms(question))
    for odds, candidate in found:
        if odds < found[0][0] - NEAR:
            break
        # The subject of a page is in all that it says.
        own = asked - set(terms(candidate.chunk.title))
        said = set(terms(f"{candidate.sentence.context} {candidate.sentence.plain}"))
        if not own or len(own & said) < ASKED_OF_TABLE * len(own):
            continue
        if rows := _introduced(candidate, draft):
            draft.say(f"{_said(candidate)} {_marker(candidate, draft)}")
            _say_table(draft.library.documents[candidate.chunk.document], rows, draft)
            return True
    return False


def _introduced(evidence: Evidence, draft: Draft) -> list[Block]:
    """The rows of the table that a sentence introduces; none where it does not, or they are many."""
    sentence = evidence.sentence
    if sentence.kind is not BlockKind.PARAGRAPH or not _INTRODUCES.search(sentence.plain):
        return []
    block = _block(evidence, draft)
    blocks = draft.library.documents[evidence.chunk.document].blocks
    at = blocks.index(block)
    rows = [
        b
        for b in blocks[at + 1 : at + 2 + MAX_ROWS_SAID]
        if b.kind is BlockKind.TABLE_ROW and b.lead_in == block.span
    ]
    even = len({len(b.cells) for b in rows}) == 1
    whole = even and sentence.span.end >= block.span.end and 2 <= len(rows) <= MAX_ROWS_SAID
    return rows if whole else []


def _say_table(document: Document, rows: Sequence[Block], draft: Draft) -> None:
    """Rows of one table, each with its marker; names and figures without heads as a list."""
    columns = [plain_text(c.column) for c in rows[0].cells]
    lines = [_row([*columns, "Source"]), "|" + " --- |" * (len(columns) + 1)]
    headed = any(columns)
    draft.heads += columns
    for block in rows:
        cells = [plain_text(c.span.of(document.text)) for c in block.cells]
        marker = f"[{draft.cite(document.path, block.span)}]"
        if headed:
            lines.append(_row([*cells, marker]))
        else:
            lines.append(f"- {': '.join(c for c in cells if c)} {marker}")
    draft.say("\n".join(lines if headed else lines[2:]))


def _say_difference(
    question: str, evidence: Sequence[Evidence], points: list[Point], draft: Draft
) -> list[Point]:
    """Where two documents judge what is asked about differently, that first; the points left."""
    most = max(SPECIFIC_PASSAGES, SPECIFIC_SHARE * len(draft.library.chunks))
    asked = [t for t in dict.fromkeys(terms(question)) if draft.library.lexical.holding(t) <= most]
    differ = disagreement(asked, evidence[:CONSIDERED])
    if differ is None:
        return points
    markers = [_marker(e, draft) for e in differ]
    said = [f"{_said(e)} {marker}" for e, marker in zip(differ, markers, strict=True)]
    draft.say(f"The documents differ on this. {said[0]} But: {said[1]}")
    draft.conflict("what they make of it", [int(m.strip("[]")) for m in markers])
    return [p for p in points if not any(repeats(p.best, e) for e in differ)]


# --- picking --------------------------------------------------------------------------


def pick(
    evidence: Sequence[Evidence], *, limit: int, company: float = COMPANY, within: float = NEAR
) -> list[Point]:
    """The best sentences, in order of score; those that say the same are one point.

    :param company: how much of a sentence's log-odds is its passage's, 0..1.
    :param within: how far below the best one's log-odds a sentence may be.
    """
    picked: list[Point] = []
    candidates = [(x, e) for x, e in ranked(evidence, company) if _says_something(e)]
    for odds, candidate in candidates:
        if odds < candidates[0][0] - within:
            break
        same = next((n for n, p in enumerate(picked) if repeats(candidate, p.best)), None)
        if same is None and len(picked) < limit:
            picked.append(Point(candidate))
        elif same is not None and _is_elsewhere(candidate, picked[same]):
            picked[same] = replace(picked[same], also=(*picked[same].also, candidate))
    return picked


def pick_from_sections(
    evidence: Sequence[Evidence],
    sections: Sequence[Section],
    *,
    limit: int,
    kinds: Set[str] = frozenset(),
) -> list[Point]:
    """The best sentences as :func:`pick` finds them, where a heading near to the question lifts
    what stands under it, and brings in the rest of its section.
    """
    near = {s.key: s for s in sections}
    lifted = sorted(
        (
            (
                odds
                + HEADING * max((s.match for s in _around(e, near)), default=0.0)
                - OFF_KIND * _is_of_other_kind(e, kinds),
                e,
            )
            for odds, e in ranked(evidence, COMPANY_OF_POINTS)
            if _is_point(e)
        ),
        key=lambda pair: -pair[0],
    )
    picked: list[Point] = []
    said: set[Key] = set()

    def say(section: Section | None) -> None:
        if section and section.key not in said:
            said.add(section.key)
            mates = [m for m in _mates(section) if not _is_of_other_kind(m, kinds)]
            for mate in mates:
                _add(Point(mate, group=section.key), picked, limit=limit)

    nearest = max(sections, key=lambda s: s.match, default=None)
    surest = lifted[0][0] if lifted else -math.inf
    if nearest and (
        (nearest.match >= LEADS and surest < SURE)
        or (nearest.match >= LEADS_BY_KIND and surest < SURE_BY_KIND and _names(nearest, kinds))
    ):
        say(nearest)
    for odds, e in lifted:
        if odds < lifted[0][0] - NEAR_POINT:
            break
        around = _around(e, near)
        best = e is lifted[0][1]
        related = best or not said or not around or around[0].match >= RELATED
        if len(picked) >= MIN_POINTS and not related and odds < SURE:
            continue
        whole = around[0] if around and around[0].match >= WHOLE else None
        _add(Point(e, group=whole.key if whole else None), picked, limit=limit)
        if whole:
            say(whole)
    if picked and len(picked) < MIN_POINTS:
        first = picked[0].best
        say(
            next(
                (s for s in sections if s.key == (first.chunk.document, first.chunk.headings)), None
            )
        )
    return picked


def _names(section: Section, kinds: Set[str]) -> bool:
    """Whether the heading names the kind that is asked for."""
    return bool(kinds & set(terms(plain_text(section.headings[-1]))))


def _is_of_other_kind(evidence: Evidence, kinds: Set[str]) -> bool:
    """Whether neither a sentence nor the headings over it name the kind that is asked for."""
    said = f"{evidence.sentence.context} {evidence.sentence.plain}"
    return bool(kinds) and not kinds & set(terms(said))


def _around(evidence: Evidence, near: Mapping[Key, Section]) -> list[Section]:
    """The sections that a sentence is a part of, the nearest to the question first."""
    return sorted(
        (near[key] for key in keys_of([evidence.chunk]) if key in near), key=lambda s: -s.match
    )


def _mates(section: Section) -> list[Evidence]:
    """The points of a section that is said whole, the best first."""
    points = sorted(filter(_is_point, section.evidence), key=_odds, reverse=True)
    if section.is_outline:
        return points[:MAX_OF_SECTION]
    return [e for e in points if _odds(e) >= _odds(points[0]) - _near_mate(e)][:MAX_OF_SECTION]


def _near_mate(evidence: Evidence) -> float:
    is_prose = evidence.sentence.kind is BlockKind.PARAGRAPH
    return NEAR_MATE_IN_PROSE if is_prose else NEAR_MATE


def _odds(evidence: Evidence) -> float:
    return log_odds(evidence.score)


def _add(point: Point, picked: list[Point], *, limit: int) -> None:
    """Add a point, or its marker to the one that says the same."""
    same = next((n for n, p in enumerate(picked) if repeats(point.best, p.best)), None)
    if same is None and len(picked) < limit:
        picked.append(point)
    elif same is not None and _is_elsewhere(point.best, picked[same]):
        p = picked[same]
        picked[same] = replace(p, also=(*p.also, point.best))


def _is_point(evidence: Evidence) -> bool:
    """Not a lead-in or a fragment, nor a row of a table of pay; no question, and nothing that only
    leads elsewhere ("Read more about …")."""
    kind, plain = evidence.sentence.kind, evidence.sentence.plain.strip()
    if kind is BlockKind.TABLE_ROW and any(m.currency != PERCENT for m in find_mentions(plain)):
        return False
    if kind is BlockKind.PARAGRAPH and len(plain.split()) < MIN_WORDS:
        return False
    return _says_something(evidence) and not plain.endswith("?") and not _ELSEWHERE.match(plain)


def ranked(evidence: Sequence[Evidence], company: float) -> list[tuple[float, Evidence]]:
    """Best first, by log-odds in which the sentences around have a say.

    Each item of a list is as good as the list's lead-in; then ``company`` of the log-odds is
    that of the passage's best two.
    """
    leads = {
        (e.chunk.document, e.sentence.plain[-MAX_LEAD_IN_CHARS:]): log_odds(e.score)
        for e in reversed(evidence)
        if e.sentence.plain.rstrip().endswith(":")
    }
    lifted = [
        max(log_odds(e.score), leads.get((e.chunk.document, _lead_in(e)), -math.inf))
        for e in evidence
    ]
    passages: dict[int, list[float]] = {}
    for odds, e in zip(lifted, evidence, strict=True):
        passages.setdefault(id(e.chunk), []).append(odds)
    best = {key: fmean(sorted(found)[-2:]) for key, found in passages.items()}
    weighed = [
        ((1 - company) * odds + company * best[id(e.chunk)], e)
        for odds, e in zip(lifted, evidence, strict=True)
    ]
    return sorted(weighed, key=lambda pair: -pair[0])


def _lead_in(evidence: Evidence) -> str:
    """What introduces the list or table that the sentence is of; of a paragraph, its heading."""
    return evidence.sentence.context.rpartition(" > ")[2]


def log_odds(probability: float) -> float:
    """Of a probability in 0..1, kept finite."""
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def _is_elsewhere(candidate: Evidence, point: Point) -> bool:
    documents = {e.chunk.document for e in (point.best, *point.also)}
    return candidate.chunk.document not in documents


def _says_something(evidence: Evidence) -> bool:
    """Not a lead-in ("On average:"), not a fragment of two words."""
    plain = evidence.sentence.plain
    return not plain.rstrip().endswith(":") and len(plain.split()) >= 3


def repeats(a: Evidence, b: Evidence) -> bool:
    """Whether two sentences say the same in nearly the same words."""
    a_terms, b_terms = set(terms(a.sentence.plain)), set(terms(b.sentence.plain))
    shorter = min(len(a_terms), len(b_terms))
    return shorter > 0 and len(a_terms & b_terms) / shorter >= SAME


def _in_order(points: Sequence[Point]) -> list[Point]:
    """Points of one section together, in its order; sections by their best point."""
    sections: dict[Key, list[Point]] = {}
    for point in points:
        sections.setdefault(point.section, []).append(point)
    return [
        p for s in sections.values() for p in sorted(s, key=lambda p: p.best.sentence.span.start)
    ]


# --- saying ---------------------------------------------------------------------------


def _say_points(points: Sequence[Point], draft: Draft) -> None:
    """A bulleted list; points of one section under its name where there are several sections."""
    sections = [(key, list(part)) for key, part in groupby(points, key=lambda p: p.section)]
    lines = []
    for (_, headings), part in sections:
        label = plain_text(headings[-1]) if headings else ""
        if len(sections) > 1 and len(part) > 1 and label:
            lines.append(f"- **{label}**")
            lines += [f"  - {_sentence(p, draft)}" for p in part]
        else:
            lines += [f"- {_sentence(p, draft)}" for p in part]
    draft.say("\n".join(lines))


def untold(evidence: Sequence[Evidence], answer: str) -> list[Evidence]:
    """What an earlier answer did not say; nothing where that is much less to the point."""
    left = [e for e in evidence if _said(e) not in answer]
    if not left or log_odds(left[0].score) < log_odds(evidence[0].score) - WORTH_ADDING:
        return []
    return left


def say_sentences(evidence: Sequence[Evidence], draft: Draft) -> None:
    """A paragraph of them, each with its marker."""
    draft.say(" ".join(_sentence(Point(e), draft) for e in evidence))


def _sentence(point: Point, draft: Draft) -> str:
    """The point's sentence, with the one it leans on, and the markers of all that say it."""
    before = _leant_on(point.best)
    if before and draft.cites(before.chunk.document, before.sentence.span):
        before = None  # said already
    lead = f"{_said(before)} {_marker(before, draft)} " if before else ""
    markers = "".join(dict.fromkeys(_marker(e, draft) for e in (point.best, *point.also)))
    return f"{lead}{_said(point.best)} {markers}"


def _marker(evidence: Evidence, draft: Draft) -> str:
    return f"[{draft.cite(evidence.chunk.document, evidence.sentence.span)}]"


def _leant_on(evidence: Evidence) -> Evidence | None:
    """The sentence before one that cannot be understood without it."""
    if not _LEANS.match(evidence.sentence.plain):
        return None
    sentences = evidence.chunk.sentences
    at = sentences.index(evidence.sentence)
    before = sentences[at - 1] if at else None
    if before is None or before.kind is not evidence.sentence.kind or before.plain.endswith(":"):
        return None
    return Evidence(evidence.chunk, before, evidence.score)


def _said(evidence: Evidence) -> str:
    """The sentence as the answer says it: without markup, as a sentence."""
    plain = strip_markup(evidence.sentence.plain).lstrip("# ").rstrip(";, ")
    ended = plain if plain.endswith((".", "!", "?", "…", '"', "”", ":")) else f"{plain}."
    return ended[:1].upper() + ended[1:]


def _say_rows(rows: Sequence[Evidence], draft: Draft) -> None:
    """Rows of one table as a table; a single row as a sentence."""
    for _, part in groupby(rows, key=lambda e: (e.chunk.document, _block(e, draft).group)):
        found = sorted(part, key=lambda e: e.sentence.span.start)
        blocks = [_block(e, draft) for e in found]
        columns = [plain_text(c.column) for c in blocks[0].cells]
        draft.heads += columns
        if len(found) > 1 and any(columns) and all(len(b.cells) == len(columns) for b in blocks):
            text = draft.library.documents[found[0].chunk.document].text
            lines = [_row([*columns, "Source"]), "|" + " --- |" * (len(columns) + 1)]
            for evidence, block in zip(found, blocks, strict=True):
                cells = [plain_text(c.span.of(text)) for c in block.cells]
                lines.append(_row([*cells, _marker(evidence, draft)]))
            draft.say("\n".join(lines))
        else:
            for evidence in found:
                draft.say(f"{_said(evidence)} {_marker(evidence, draft)}")


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _block(evidence: Evidence, draft: Draft) -> Block:
    return draft.library.block_at(evidence.chunk.document, evidence.sentence.span)
