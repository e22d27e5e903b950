"""The pay facts of a corpus, with the look-ups that answering needs. Made once a generation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from rag.documents.sentences import normalise
from rag.documents.words import STOP_WORDS, stem, terms, words
from rag.facts.money import PERCENT
from rag.facts.roles import ALL_WORKERS, abbreviate, find_roles, names_of, same_role
from rag.types import Block, Component, Document, SalaryFact

MAX_ROLE_WORDS = 8
MAIN_SHARE = 0.75
MAX_INITIALS = 4
_INITIALS = re.compile(r"\b(?P<initials>[A-Z]{2,4})(?P<plural>s?)\b(?=(?P<next>[^,.;:?!]{0,40}))")
_WAGE = re.compile(r"\bwages?\b", re.I)
_WORK = re.compile(
    r"\b(\w{3,}ing)\s+(?:jobs?|roles?|positions?|occupations?|careers?|professions?)\b", re.I
)
_PERSON = re.compile(r"(?:[A-Z][\w'’.-]*\s+){1,3}[A-Z][\w'’-]+\s*(?:[,(]|$)")
_TITLED = re.compile(r"\b(?:Mr|Ms|Mrs|Dr)\.?\s+([A-Z][\w'’-]*?)(?:['’]s)?(?![\w'’-])")
MAX_ENDING = 3
"""Letters of "teacher" beyond "teach"."""
_CONJUNCTIONS = frozenset(stem(w) for w in ("and", "or", "vs", "versus", "than"))


class Ledger:
    """Facts in the order of the documents."""

    def __init__(self, facts: Sequence[SalaryFact], documents: Mapping[str, Document]) -> None:
        self.facts = tuple(facts)
        self._documents = documents
        self._contexts: dict[tuple[str, int, int], frozenset[str]] = {}

    def text(self, fact: SalaryFact) -> str:
        """The text of the fact's document."""
        return self._documents[fact.document].text

    # --- roles --------------------------------------------------------------------------

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The occupations that facts are about, the most frequent first."""
        counts = Counter(r for f in self.facts for r in (f.role or "").split("/") if r)
        return tuple(sorted(counts, key=lambda r: (-counts[r], r)))

    @cached_property
    def subjects(self) -> dict[str, str | None]:
        """The occupation that most figures of each document are for."""
        counts: dict[str, Counter[str | None]] = {}
        for fact in self.facts:
            counts.setdefault(fact.document, Counter())[fact.role] += 1
        return {document: roles.most_common(1)[0][0] for document, roles in counts.items()}

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """All dates of figures."""
        return tuple(dict.fromkeys(f.as_of for f in self.facts if f.as_of))

    @cached_property
    def main_role(self) -> str | None:
        """The one occupation that most facts are about, if there is one."""
        counts = Counter(f.role for f in self.facts if f.role and f.role != ALL_WORKERS)
        if not counts:
            return None
        role, count = max(counts.items(), key=lambda item: (item[1], item[0]))
        return role if count > MAIN_SHARE * counts.total() else None

    @cached_property
    def _role_stems(self) -> dict[tuple[str, ...], str]:
        """Every single occupation, by the stems of its words."""
        named = dict.fromkeys(n for r in self.occupations for n in names_of(r))
        return {tuple(stem(w) for w in words(n)): n for n in named}

    @cached_property
    def _initials(self) -> dict[str, tuple[str, ...]]:
        """The first words of occupations' names by their initials: "RN", "HR"."""
        found: dict[str, dict[tuple[str, ...], None]] = {}
        for name in self._role_stems.values():
            named = tuple(name.lower().split())
            for length in range(2, min(len(named), MAX_INITIALS) + 1):
                initials = "".join(w[0] for w in named[:length]).upper()
                found.setdefault(initials, {})[named[:length]] = None
        return {i: tuple(" ".join(n) for n in names) for i, names in found.items()}

    def in_full(self, text: str) -> str:
        """A text with the corpus's own occupations written in full where it gives the initials of
        their first words ("RNs", "HR managers")."""

        def full(match: re.Match[str]) -> str:
            following = words(match["next"])[:1]
            for named in self._initials.get(match["initials"], ()):
                stems = tuple(stem(w) for w in (*named.split(), *following))
                if stems[: len(named.split())] in self._role_stems:
                    return named + ("s" if match["plural"] else "")
                if any(role[: len(stems)] == stems for role in self._role_stems):
                    return named
            return match[0]

        return _INITIALS.sub(full, text)

    def roles_in(self, text: str) -> tuple[str, ...]:
        """The corpus's own occupations that a text names in full or by their initials ("RN"), the
        longest name of each place; of a list ("civil and mechanical engineers") each."""
        plain = normalise(self.in_full(text))
        if re.search(r"\b(?:all|the\s+average|every)\s+(?:workers?|occupations?)\b", plain, re.I):
            return (ALL_WORKERS,) if ALL_WORKERS in self.roles else ()
        stems = [stem(w) for w in words(plain)]
        found: list[tuple[int, str]] = []
        i = 0
        while i < len(stems):
            for length in range(min(MAX_ROLE_WORDS, len(stems) - i), 0, -1):
                role = self._role_stems.get(tuple(stems[i : i + length]))
                if role:
                    found += [*self._joined_before(stems, i, length), (i, role)]
                    i += length - 1
                    break
            i += 1
        found += [(len(stems), r) for w in _WORK.findall(plain) for r in self._heads_of(w)]
        return tuple(dict.fromkeys(role for _, role in sorted(found)))

    def _heads_of(self, work: str) -> Iterator[str]:
        """The jobs of a line of work ("nursing": nurse), as the names of occupations end."""
        root = work.lower().removesuffix("ing")
        heads = {name.split()[-1] for name in self._role_stems.values()}
        yield from sorted(
            h for h in heads if h.startswith(root) and len(h) - len(root) <= MAX_ENDING
        )

    def _joined_before(
        self, stems: Sequence[str], start: int, length: int
    ) -> Iterator[tuple[int, str]]:
        """The occupations of a list whose last one names the job for all of them."""
        for shared in range(1, length):
            tail = tuple(stems[start + length - shared : start + length])
            end = start
            while end > 0:
                if stems[end - 1] in _CONJUNCTIONS:
                    end -= 1
                    continue
                sizes = (n for n in (2, 1) if end - n >= 0)
                size = next(
                    (n for n in sizes if (*stems[end - n : end], *tail) in self._role_stems), 0
                )
                if not size:
                    break
                yield end - size, self._role_stems[(*stems[end - size : end], *tail)]
                end -= size

    # --- what figures are for -------------------------------------------------------------

    def context(self, fact: SalaryFact) -> frozenset[str]:
        """The stems of what stands around a figure: its evidence, its label, its role, its headings."""
        key = (fact.document, fact.evidence.start, fact.evidence.end)
        if key not in self._contexts:
            block = self._block(fact)
            above = " ".join(block.headings)
            said = fact.evidence.of(self.text(fact))
            self._contexts[key] = frozenset(terms(abbreviate(normalise(f"{above} {said}"))))
        return self._contexts[key] | frozenset(terms(f"{fact.label} {fact.role or ''}"))

    def _block(self, fact: SalaryFact) -> Block:
        blocks = self._documents[fact.document].blocks
        position = bisect_right(blocks, fact.span.start, key=lambda b: b.span.start) - 1
        return blocks[max(position, 0)]

    def table_of(self, fact: SalaryFact) -> tuple[str, int] | None:
        """Which table a figure stands in; None for one in a sentence."""
        return (fact.document, self._block(fact).group) if fact.in_table else None

    def head_of(self, fact: SalaryFact) -> str:
        """The heading of the first column of the figure's table ("Industry"); "" for none."""
        block = self._block(fact)
        return block.cells[0].column if block.cells else ""

    def column_of(self, fact: SalaryFact) -> str:
        """The heading of the figure's own column; "" for one in a sentence."""
        cells = self._block(fact).cells
        return next((c.column for c in cells if c.span.start <= fact.span.start < c.span.end), "")

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """In how many facts' contexts each stem stands."""
        return Counter(t for f in self.facts for t in self.context(f))

    def row(self, fact: SalaryFact) -> dict[Component, SalaryFact]:
        """The figures of the fact's own table row or sentence, by component."""
        return {f.component: f for f in self._rows.get((fact.document, fact.evidence), ())}

    @cached_property
    def _rows(self) -> dict[tuple[str, object], list[SalaryFact]]:
        rows: dict[tuple[str, object], list[SalaryFact]] = {}
        for fact in self.facts:
            rows.setdefault((fact.document, fact.evidence), []).append(fact)
        return rows

    def currency_of(self, value: float | None) -> str:
        """The currency that a bare amount is probably meant in: that of the figure of this value,
        else the one that most figures are in."""
        money = [f for f in self.facts if f.currency != PERCENT]
        same = [f.currency for f in money if value is not None and value in (f.low, f.high)]
        counts = Counter(same or (f.currency for f in money))
        return counts.most_common(1)[0][0] if counts else ""

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Those that the figures are in."""
        return frozenset(f.currency for f in self.facts if f.currency != PERCENT)

    @cached_property
    def of_wages(self) -> frozenset[str]:
        """The documents that speak of wages. A wage is what is paid for the work: base and total
        are not told apart there."""
        if self.tells_components:
            return frozenset()
        return frozenset(
            f.document for f in self.facts if _WAGE.search(f.evidence.of(self.text(f)))
        )

    @cached_property
    def tells_components(self) -> bool:
        """Whether any figure says to be base or total, so that the difference matters here."""
        return any(f.component in {"base", "total"} and f.currency != PERCENT for f in self.facts)

    def labels_in(self, text: str) -> tuple[str, ...]:
        """The labels of rows without a known level that a text names ("Grade 7", "Engineer")."""
        plain = normalise(text)
        found: dict[str, int] = {}
        for label in self._labels:
            for name in label_names(label):
                for match in re.finditer(rf"(?<![\w-]){re.escape(name)}s?(?![\w-])", plain, re.I):
                    if self._is_before_role(name, plain) or not _is_part_of_role(
                        name, match, plain
                    ):
                        found[label] = min(match.start(), found.get(label, match.start()))
        return tuple(sorted(found, key=lambda label: found[label]))

    def people_in(self, text: str) -> tuple[str, ...]:
        """The labels of the people whom a text names, by first and last name or with a title
        ("Ms. Ortega"); their figures stand in rows of a column of names."""
        asked = set(re.findall(r"[\w'’-]+", normalise(text).lower().replace("'s", "")))
        titled = {m[1].lower() for m in _TITLED.finditer(normalise(text))}
        return tuple(
            label
            for label, (first, last) in self._people.items()
            if last in asked and (first in asked or last in titled)
        )

    @cached_property
    def _people(self) -> dict[str, tuple[str, str]]:
        """First and last name of each person, by label."""
        found = {}
        for fact in self.facts:
            if fact.label in found or not fact.in_table or not _PERSON.match(fact.label):
                continue
            if re.search(r"\bnames?\b", self.head_of(fact), re.I):
                names = re.findall(r"[^\W\d_][\w'’-]*", re.split(r"[,(]", fact.label)[0].lower())
                found[fact.label] = (names[0], names[-1])
        return found

    @property
    def occupations(self) -> tuple[str, ...]:
        """The occupations that figures are for, without "all workers"."""
        return tuple(r for r in self.roles if r != ALL_WORKERS)

    def _is_before_role(self, name: str, text: str) -> bool:
        """Whether a row's name stands before an occupation of the corpus ("probationer teachers")."""
        before = f"{name.lower()} "
        return any(
            r.name.lower().startswith(before) and self._knows(r.name[len(before) :])
            for r in find_roles(text)
        )

    def _knows(self, role: str) -> bool:
        return any(same_role(role, known) for known in self.roles)

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.label for f in self.facts if f.label and not f.level))


def label_names(label: str) -> list[str]:
    """The names that a row goes by: "Principal/Lead (10+ yr)" is "Principal" and "Lead"."""
    core = re.sub(r"\([^)]*\)", " ", label).strip()
    parts = [core, *core.split("/")] if "/" in core else [core]
    parts += [
        p for p in re.findall(r"\(([^()]{1,12})\)", label) if not re.search(r"\by(?:ea)?rs?\b", p)
    ]
    return [p.strip() for p in parts if len(p.strip()) > 1 and p.strip().lower() not in STOP_WORDS]


def _is_part_of_role(name: str, match: re.Match[str], text: str) -> bool:
    """Whether a label's word only stands in an occupation's name ("Engineer" in "AI engineer")."""
    roles = [r for r in find_roles(text) if r.start <= match.start() < r.end]
    if any(r.name.lower() != name.lower() for r in roles):
        return True
    before = text[: match.start()].rstrip().rsplit(" ", 1)[-1].lower()
    return bool(roles) and before.strip("-") in _RUNG_WORDS


_RUNG_WORDS = frozenset(
    "senior junior staff principal lead entry mid associate level mid-level entry-level".split()
)
