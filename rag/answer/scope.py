"""What a question is tied to and the documents are not: a place, a year, an employer, a job.

Evidence on the right subject does not answer where the question asks of Brazil and the passages
speak of Asia. A place or a year must stand beside the evidence, an employer or a job somewhere
in the documents. What the question says of the user is no tie ("I live in Lyon, how do I …").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from rag.answer.pay.match import Gap
from rag.documents.words import terms
from rag.facts.places import Place, find_places
from rag.facts.roles import find_roles, same_role
from rag.index.library import Library
from rag.types import Chunk, Evidence, Hit

CONSIDERED = 6
"""Pieces of evidence, from the best, in whose passages a tie may be held."""
MAX_COVERED = 6
MAX_TITLES = 50

_YEAR = re.compile(r"(?<![\d$€£.,])(?:19|20)\d\d(?![\d%]|\s*(?:hours|people|jobs))")
# Clauses about the user: no subject of the question.
_OF_THE_USER = re.compile(
    r"(?:^|(?<=[,.;!?:])|\b(?:and|but|as|since|because|if|that|when|while))\s*\b(?:i|we)(?:'\w+)?\s[^,.;?!]*"
    r"|\b(?:i|we)(?:'m|'re|'ve|\s+(?:am|are|was|were|have|live|work(?:ed)?|come|moved?|studied))\b[^,.;?!]*",
    re.I,
)


def untied(question: str, evidence: Sequence[Evidence], *, library: Library) -> Gap | None:
    """The first thing that the question is tied to and that no considered passage names."""
    subject = _OF_THE_USER.sub(" ", question)
    chunks = list({id(e.chunk): e.chunk for e in evidence[:CONSIDERED]}.values())
    texts = [_full_text(c) for c in chunks]
    return (
        _place(subject, texts, library)
        or _year(subject, chunks, texts, library)
        or _employer(subject, library)
        or _role(subject, chunks, library)
    )


def pages_about(question: str, *, library: Library) -> frozenset[str]:
    """The documents about the occupations that a question names; none where no other document is
    about another occupation.

    A page of a handbook says of its own occupation what the others say of theirs in the same words.
    """
    asked = set(library.ledger.roles_in(question))
    about = library.occupations
    own = frozenset(document for document, names in about.items() if asked & names)
    return own if len(own) < len(about) else frozenset()


def on_subject(question: str, hits: Sequence[Hit], *, library: Library) -> tuple[Hit, ...]:
    """The hits without those of pages about other occupations that do not name the one asked for,
    where there are pages about that one."""
    own = pages_about(question, library=library)
    if not own:
        return tuple(hits)
    ledger, about = library.ledger, library.occupations
    asked = set(ledger.roles_in(question))
    return tuple(
        hit
        for hit in hits
        if (document := hit.chunk.document) in own
        or document not in about
        or asked & set(ledger.roles_in(_full_text(hit.chunk)))
    )


def _full_text(chunk: Chunk) -> str:
    return "\n".join([chunk.title, chunk.section, *(s.plain for s in chunk.sentences)])


def _place(subject: str, texts: Sequence[str], library: Library) -> Gap | None:
    asked = [m.place for m in find_places(subject, lenient=True) if not m.place.small]
    if not asked:
        return None
    found = [m.place for text in texts for m in find_places(text)]
    # Opportunity is a town too, but not where the documents write the word.
    words_too = library.spellings.lower
    named = [p for p in found if not (p.small and p.name.lower() in words_too)]
    if any(_meet(a, n) for a in asked for n in named):
        return None
    # Where two places are compared and one is there, the answer can say so itself.
    return Gap("place", asked[0].name, _first(n.name for n in named))


def _meet(a: Place, b: Place) -> bool:
    return a.covers(b) or b.covers(a)


def _year(
    subject: str, chunks: Sequence[Chunk], texts: Sequence[str], library: Library
) -> Gap | None:
    asked = _YEAR.findall(subject)
    if not asked:
        return None
    dates = [library.documents[c.document].date or "" for c in chunks]
    named = [y for text in (*texts, *dates) for y in _YEAR.findall(text)]
    if any(a in named for a in asked):
        return None
    return Gap("date", asked[0], tuple(sorted(set(named))[-MAX_COVERED:]))


def _employer(subject: str, library: Library) -> Gap | None:
    for name in library.names_in(subject):
        if not _somewhere(name, library):
            return Gap("name", name, ())
    return None


def _role(subject: str, chunks: Sequence[Chunk], library: Library) -> Gap | None:
    asked = [r.name for r in find_roles(subject) if " " in r.name]
    titles = [d.title for d in library.heads[:MAX_TITLES]]
    mains = [r.name for text in titles for r in find_roles(text)]
    if not asked or any(same_role(a, m) for a in asked for m in mains):
        return None
    if any(_somewhere(a, library) for a in asked):
        return None
    near = [r.name for c in chunks for s in c.sentences for r in find_roles(s.plain)]
    return Gap("role", asked[0], _first(mains or [n for n in near if " " in n]))


def _somewhere(name: str, library: Library) -> bool:
    """Whether one passage holds all words of a name."""
    held = np.ones(len(library.chunks), dtype=bool)
    for term in terms(name):
        held &= library.lexical.scores([term]) > 0
    return bool(held.any())


def _first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:MAX_COVERED]
