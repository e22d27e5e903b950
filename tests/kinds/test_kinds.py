"""Each case's folder is opened once: the pay figures read in it, and what is answered from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.assistant import Assistant
from rag.index.library import Library
from rag.index.store import update
from rag.models.cross_encoder import CrossEncoder
from rag.models.embedder import MiniLM
from tests.kinds.cases import CASES, Asked, Case, Expected

FACTS_NOT_YET = frozenset(
    "branch-leaflet-unrelated-items clinic-table-in-a-cell columns-of-unequal-length "
    "council-pay-scale-numbers deleted-and-inserted-words dialysis-caption "
    "harbour-hong-kong-dollars hospital-bank-rates hostel-dorm-captains "
    "lock-keepers-base-and-total-agree pulp-mill-title-row salaries-average-by-site "
    "sentence-goes-on-in-the-second-column stonemasons-colon three-cards-in-a-row "
    "tram-drivers-pay-rise turkey-pluckers-and-china-painters upholsterers-paragraphs-in-a-cell "
    "warehouse-night-crews".split()
)
ANSWERS_NOT_YET = frozenset(
    "apprentices-counted apprenticeship-asked-in-a-second-turn archive-paragraphs-in-a-cell "
    "branch-leaflet-unrelated-items clinic-table-in-a-cell columns-of-unequal-length "
    "course-catalogue-maximum deleted-and-inserted-words deleted-row dialysis-caption "
    "dog-groomers-caption fleet-average georgia-lincoln grants-by-region header-with-version "
    "hostel-dorm-captains jewellers-columns-are-jobs kestrel-rail-beside-kestrel-air "
    "lock-keepers-base-and-total-agree manila-us-dollars moved-sentence no-relocation-handbook "
    "norvik-beside-halden nursery-bullets-side-by-side office-head-count opera-auditions "
    "printed-orders-total pulp-mill-title-row reviewers-comment saddlery-in-leeds-closed "
    "salaries-average-by-site stonemasons-colon three-cards-in-a-row "
    "tomasz-wilk-beside-maria-okafor training-log-lacks-a-person training-spend-by-department "
    "tram-drivers-pay-rise tramway-columns-are-jobs underwater-welding-course "
    "upholsterers-paragraphs-in-a-cell vacancies-page-total vets-of-another-practice".split()
)

_WORD = re.compile(r"[^\W_]+")
_MARKER = re.compile(r"\[\d+(?:, ?\d+)*\]")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)k\b")
_SPACE = re.compile(r"\s+")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_GROUPED.sub("", text))]


def _in_order(quote: str, text: str) -> bool:
    """Whether the words of the quote stand in the text in their order, whatever is between."""
    rest = iter(_words(text))
    return all(word in rest for word in _words(quote))


def _plain(text: str) -> str:
    text = _MARKER.sub(" ", text.replace("*", "").replace("’", "'"))
    text = _SPACE.sub(" ", _GROUPED.sub("", text)).casefold()
    return _THOUSANDS.sub(lambda found: f"{float(found[1]) * 1000:.0f}", text)


def _holds(text: str, wanted: str) -> bool:
    """Whether the text has the words as they stand, a figure only where it is whole."""
    wanted = re.escape(_plain(wanted).strip())
    pattern = rf"(?<![\w])(?<!\d[.,]){wanted}(?![.,]?\d)"
    return re.search(pattern, _plain(text)) is not None


def _same_role(expected: str, fact: Any, *, whole: bool) -> bool:
    named = [(part or "").casefold() for part in (fact.role, fact.label)]
    if whole:
        return expected in named
    return any(expected in part for part in named)


def _meets(fact: Any, expected: Expected, evidence: str, *, whole_role: bool = False) -> bool:
    compared = (
        (expected.low, fact.low),
        (expected.high, fact.high),
        (expected.currency, fact.currency),
        (expected.period, fact.period),
        (expected.level, fact.level),
        (expected.component, fact.component),
    )
    return (
        all(wanted is None or wanted == read for wanted, read in compared)
        and (expected.place is None or expected.place in (fact.place, fact.region))
        and (expected.role is None or _same_role(expected.role, fact, whole=whole_role))
        and _in_order(expected.quote, evidence)
    )


def _shown(facts: Sequence[tuple[Any, str]]) -> str:
    parts = ("low", "high", "currency", "period", "role", "level", "place", "region", "component")
    return "\n".join(
        f"{[getattr(fact, part) for part in parts]} in {evidence!r}" for fact, evidence in facts
    )


def cases(found: Sequence[Case], not_yet: frozenset[str]) -> list[Any]:
    """Cases to test with; those that are not mended yet must fail."""
    unmended = pytest.mark.xfail(strict=True, reason="not mended yet")
    return [
        pytest.param(c, id=f"{c.kind}-{c.name}", marks=[unmended] if c.name in not_yet else [])
        for c in found
    ]


def folder_of(case: Case, folder: Path) -> Path:
    """The case's files, written."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, content in case.files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content()
        (corpus / name).write_bytes(data)
    return corpus


@pytest.mark.parametrize(
    "case", cases([c for c in CASES if c.facts or c.absent or c.once], FACTS_NOT_YET)
)
def test_facts_of_a_case(case: Case, tmp_path: Path, minilm: MiniLM) -> None:
    _, generation = update(folder_of(case, tmp_path), store=tmp_path / "store", embedder=minilm)
    library = Library(generation)
    texts = {name: library.document(name).text for name in case.files}
    facts = [(fact, fact.evidence.of(texts[fact.document])) for fact in library.facts]
    missed = [e for e in case.facts if not any(_meets(f, e, text) for f, text in facts)]
    wrong = [
        e for e in case.absent if any(_meets(f, e, text, whole_role=True) for f, text in facts)
    ]
    everything = _plain("\n".join(texts.values()))
    often = {words: count for words in case.once if (count := everything.count(_plain(words))) != 1}
    faults = (
        [f"not read: {e}" for e in missed]
        + [f"read: {e}" for e in wrong]
        + [f"stands {count} times: {words!r}" for words, count in often.items()]
    )
    assert not faults, "\n".join([*faults, "All that was read:", _shown(facts)])


def _faults(asked: Asked, text: str, abstained: bool) -> list[str]:
    faults = [f"lacks {words!r}" for words in asked.says if not _holds(text, words)]
    faults += [f"says {words!r}" for words in asked.not_says if _holds(text, words)]
    if asked.declines and not abstained:
        faults.append("does not decline")
    if asked.says and not asked.declines and abstained:
        faults.append("declines")
    return faults


@pytest.mark.parametrize("case", cases([c for c in CASES if c.asked], ANSWERS_NOT_YET))
def test_answers_of_a_case(
    case: Case, tmp_path: Path, minilm: MiniLM, reading: CrossEncoder
) -> None:
    corpus, store = folder_of(case, tmp_path), tmp_path / "store"
    _, generation = update(corpus, store=store, embedder=minilm)
    assistant = Assistant(Library(generation), minilm, reading, corpus=corpus, store=store)
    found = []
    for asked in case.asked:
        answer = assistant.answer([{"role": "user", "content": turn} for turn in asked.turns])
        faults = _faults(asked, answer.text, answer.abstained)
        if faults:
            found.append(f"{' / '.join(asked.turns)}: {', '.join(faults)} in {answer.text!r}")
    assert not found, "\n".join(found)
