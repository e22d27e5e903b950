"""Two runs side by side: what was fixed, what broke, and whether that is beyond chance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.judge import Outcome
from eval.metrics import Difference, paired_difference
from eval.questions import Kind
from rag.errors import InputError

FORMAT_VERSION = 1
RESULTS = "results.json"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run answered; ``answer`` is "" where it failed."""

    right: bool
    answer: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A finished run as its folder keeps it, by the questions' ids."""

    folder: Path
    questions: Mapping[str, Earlier]


@dataclass(frozen=True, slots=True)
class Change:
    """Of one kind: how many of its questions were right, before and after, of ``total``."""

    name: str
    total: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ids of questions whose verdict differs from an earlier run's.

    ``added`` and ``removed`` are the questions that only one of the two runs has. The rest is
    over the questions that both have: ``changes`` by kind, ``difference`` of the shares that are
    right (None where there is no such question), ``reworded`` the ids of other answers.
    """

    earlier: EarlierRun
    fixed: tuple[str, ...]
    broke: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    reworded: tuple[str, ...]
    changes: tuple[Change, ...]
    difference: Difference | None


def load_run(folder: Path) -> EarlierRun:
    """:raises InputError: the folder holds no results of this format."""
    path = folder / RESULTS
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        version = results["version"]
        questions = {str(each["id"]): _earlier(each) for each in results["questions"]}
    except FileNotFoundError:
        raise InputError(
            f"there is no {path}; give --compare the --out folder of an earlier run"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not the result of a run ({error!r}); run it again") from None
    if version != FORMAT_VERSION:
        raise InputError(f"{path} is of format {version}, this is {FORMAT_VERSION}; run it again")
    return EarlierRun(folder, questions)


def _earlier(entry: dict[str, Any]) -> Earlier:
    answer = entry["answer"]
    return Earlier(
        right=bool(entry["right"]),
        answer=str(answer["text"]) if answer else "",
        reasons=tuple(str(reason) for reason in entry["reasons"]),
    )


def compare_with(earlier: EarlierRun, outcomes: Sequence[Outcome]) -> Comparison:
    """What became of each question since an earlier run."""
    now = {outcome.question.id: outcome for outcome in outcomes}
    before = earlier.questions
    both = [key for key in now if key in before]
    return Comparison(
        earlier=earlier,
        fixed=tuple(key for key in both if now[key].right and not before[key].right),
        broke=tuple(key for key in both if not now[key].right and before[key].right),
        added=tuple(key for key in now if key not in before),
        removed=tuple(key for key in before if key not in now),
        reworded=tuple(key for key in both if _text(now[key]) != before[key].answer),
        changes=tuple(_changes([now[key] for key in both], before)),
        difference=paired_difference(
            [float(before[key].right) for key in both], [float(now[key].right) for key in both]
        )
        if both
        else None,
    )


def _text(outcome: Outcome) -> str:
    return outcome.answer.text if outcome.answer else ""


def _changes(outcomes: Sequence[Outcome], before: Mapping[str, Earlier]) -> list[Change]:
    by_kind = {
        kind: [outcome for outcome in outcomes if outcome.question.kind is kind] for kind in Kind
    }
    return [
        Change(
            name=kind.value,
            total=len(of_kind),
            before=sum(before[outcome.question.id].right for outcome in of_kind),
            after=sum(outcome.right for outcome in of_kind),
        )
        for kind, of_kind in by_kind.items()
        if of_kind
    ]
