"""Where a text names facets of pay."""

from __future__ import annotations

import re

from rag.documents.sentences import normalise
from rag.facts.facets import find_components, find_levels, find_points, find_statistics, find_years
from rag.facts.places import find_places
from rag.facts.roles import find_roles

REMOTE = re.compile(r"\b(?:remote(?:ly)?|work(?:ing)?\s+from\s+home|wfh)\b", re.I)


def facet_spans(text: str) -> list[tuple[int, int]]:
    """Where a text names facets of pay."""
    plain = normalise(text)
    return [
        *((t.start, t.end) for t in find_levels(plain)),
        *((y.start, y.end) for y in find_years(plain)),
        *((p.start, p.end) for p in find_places(plain, lenient=True)),
        *((c.start, c.end) for c in find_components(plain)),
        *((r.start, r.end) for r in find_roles(plain)),
        *((t.start, t.end) for t in find_statistics(plain)),
        *((t.start, t.end) for t in find_points(plain)),
        *(m.span() for m in REMOTE.finditer(plain)),
    ]
