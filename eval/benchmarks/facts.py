"""Measure how pay figures are read: ``python -m eval.benchmarks.facts --data DIR``.

DIR holds the labelled corpora's folders with their ``docs/``. Every pay figure of some of their
documents was marked by hand (``data/facts.jsonl``): whose it is, its amounts, period and kind.
Those that one may take for pay or not (``facts-doubtful.jsonl``) count neither way. Printed is, for figures by their amounts alone and for figures with whose, which level, period and
kind they are, the share of what was read that is marked (precision) and of what is marked that was
read (recall).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from rag.documents.words import terms
from rag.errors import CareerChatError, InputError
from rag.index.library import Library
from rag.index.store import update
from rag.models.embedder import MiniLM
from rag.types import Embedder, SalaryFact

MARKED = Path(__file__).parent / "data" / "facts.jsonl"
DOUBTFUL = MARKED.with_name("facts-doubtful.jsonl")
SHARED = 0.6
"""A fact stands in a marked quote where so much of the shorter one's words are in the other."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A pay figure as a person reads it; amounts as in :class:`rag.types.SalaryFact`."""

    corpus: str
    document: str
    quote: str
    low: float | None
    high: float | None
    currency: str
    period: str | None
    component: str
    role: str | None
    level: str | None
    place: str | None


def load(file: Path = MARKED) -> list[Marked]:
    """:raises InputError: the file cannot be read."""
    try:
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        return [Marked(**{name: row[name] for name in Marked.__slots__}) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot read {file} as marked figures ({error!r})") from None


Same = Callable[[SalaryFact, Marked], bool]


def same_amounts(fact: SalaryFact, marked: Marked) -> bool:
    return (fact.low, fact.high, fact.currency) == (marked.low, marked.high, marked.currency)


def same_period(fact: SalaryFact, marked: Marked) -> bool:
    return fact.currency == "%" or marked.period in {None, fact.period}


def same_kind(fact: SalaryFact, marked: Marked) -> bool:
    """Bonus, allowance and the like are told from pay; allowances are premiums or budgets."""
    alike = ({"base", "total", "unspecified"}, {"premium", "budget"})
    kinds = {fact.component, marked.component}
    return len(kinds) == 1 or any(kinds <= own for own in alike)


def same_role(fact: SalaryFact, marked: Marked) -> bool:
    """The marked role's words are in the fact's role or label, or the other way round."""
    if marked.role is None:
        return True
    wanted = set(terms(marked.role))
    said = set(terms(f"{fact.role or ''} {fact.label}"))
    return bool(wanted & said) and (
        wanted <= said or said <= wanted or bool(fact.role and wanted & set(terms(fact.role)))
    )


def same_level(fact: SalaryFact, marked: Marked) -> bool:
    if marked.level is None:
        return True
    said = f"{fact.level or ''} {fact.label}".lower()
    return marked.level.lower() in said


ASPECTS: Mapping[str, Same] = {
    "period": same_period, "kind": same_kind, "whose": same_role, "level": same_level,
}  # fmt: skip


def tokens(text: str) -> frozenset[str]:
    """Lower-case words and numbers, without markup."""
    return frozenset(re.findall(r"\w+", re.sub(r"<[^>]{0,300}>", " ", text).lower()))


def stands_in(evidence: str, quote: str) -> bool:
    """Whether a fact's evidence and a marked quote are of one place in the document."""
    said, wanted = tokens(evidence), tokens(quote)
    return len(said & wanted) >= SHARED * max(1, min(len(said), len(wanted)))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Facts with the marked figures that they are; each of either once."""

    pairs: tuple[tuple[SalaryFact, Marked], ...]
    facts: int
    marked: int
    beside: tuple[str, ...] = ()
    """What was read and is not marked, in words."""

    def share(self, of: int, same: Sequence[Same]) -> float:
        """Pairs that agree in all of ``same``, of so many, 0..1."""
        agreeing = sum(all(s(fact, marked) for s in same) for fact, marked in self.pairs)
        return agreeing / of if of else 0.0


def pair(facts: Sequence[SalaryFact], marked: Sequence[Marked], library: Library) -> Pairs:
    """Those of one corpus, by amounts and place; of several that fit, the one that agrees most."""
    left = list(facts)
    found = []
    for wanted in marked:
        fitting = [
            fact
            for fact in left
            if fact.document == wanted.document
            and same_amounts(fact, wanted)
            and stands_in(fact.evidence.of(library.documents[fact.document].text), wanted.quote)
        ]
        if fitting:
            best = max(fitting, key=lambda f: sum(s(f, wanted) for s in ASPECTS.values()))
            left.remove(best)
            found.append((best, wanted))
    return Pairs(tuple(found), len(facts), len(marked))


def measure(
    data: Path, marked: Sequence[Marked], doubtful: Sequence[Marked], embedder: Embedder
) -> Pairs:
    """:raises InputError: a corpus is missing."""
    by_corpus: dict[str, list[Marked]] = defaultdict(list)
    for figure in marked:
        by_corpus[figure.corpus].append(figure)
    found: list[tuple[SalaryFact, Marked]] = []
    beside: list[str] = []
    facts = 0
    for corpus, own in by_corpus.items():
        documents = data / corpus / "docs"
        if not documents.is_dir():
            raise InputError(f"there is no corpus {documents}")
        with tempfile.TemporaryDirectory() as store:
            _, generation = update(documents, store=Path(store), embedder=embedder)
            library = Library(generation)
            names = {figure.document for figure in own}
            read = [f for f in library.facts if f.document in names]
            paired = pair(read, own, library)
            right = {id(fact) for fact, _ in paired.pairs}
            rest = [fact for fact in read if id(fact) not in right]
            spared = pair(rest, [d for d in doubtful if d.corpus == corpus], library)
        found += paired.pairs
        due = {id(fact) for fact, _ in spared.pairs}
        beside += [_in_words(fact, library) for fact in rest if id(fact) not in due]
        facts += paired.facts - len(spared.pairs)
    return Pairs(tuple(found), facts, len(marked), tuple(beside))


def _in_words(fact: SalaryFact, library: Library) -> str:
    said = fact.evidence.of(library.documents[fact.document].text)[:120]
    return f"{fact.low}-{fact.high} {fact.currency} {fact.component}; {fact.document}: {said}"


def report(pairs: Pairs) -> Table:
    table = Table("", "precision", "recall")
    rows: list[tuple[str, Sequence[Same]]] = [("amounts", ())]
    rows += [(f"amounts and {name}", (same,)) for name, same in ASPECTS.items()]
    rows.append(("all of these", tuple(ASPECTS.values())))
    for name, same in rows:
        precision, recall = pairs.share(pairs.facts, same), pairs.share(pairs.marked, same)
        table.add_row(name, f"{precision:.1%}", f"{recall:.1%}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.facts", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled corpora")
    parser.add_argument(
        "--list", action="store_true", help="name what was read wrongly or not at all"
    )
    options = parser.parse_args(arguments)
    console = Console()
    try:
        marked = load()
        pairs = measure(options.data, marked, load(DOUBTFUL), MiniLM.load())
    except CareerChatError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    console.print(report(pairs))
    console.print(f"{pairs.facts} figures were read, {pairs.marked} are marked")
    if options.list:
        for line in faults(pairs, marked):
            console.print(line, markup=False, highlight=False)
    return 0


def faults(pairs: Pairs, marked: Sequence[Marked]) -> list[str]:
    """What was marked and not read, and what was read otherwise."""
    read: Mapping[int, Any] = {id(m): f for f, m in pairs.pairs}
    lines = []
    for wanted in marked:
        fact = read.get(id(wanted))
        where = f"{wanted.corpus}/{wanted.document}: {wanted.quote[:120]}"
        if fact is None:
            lines.append(f"not read: {wanted.low}-{wanted.high} {wanted.currency}; {where}")
            continue
        wrong = [name for name, same in ASPECTS.items() if not same(fact, wanted)]
        if wrong:
            said = f"{fact.role}/{fact.level}/{fact.label}/{fact.period}/{fact.component}"
            due = f"{wanted.role}/{wanted.level}/{wanted.period}/{wanted.component}"
            lines.append(f"{', '.join(wrong)}: {said} for {due}; {where}")
    return [*lines, *(f"not marked: {line}" for line in pairs.beside)]


if __name__ == "__main__":
    sys.exit(main())
