"""The report: a printed table, JSON files, and the comparison with an earlier run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.figures import Figure, parse_figures
from eval.judge import Criterion, Outcome
from eval.summary import Count, Row, Summary, unsourced
from rag.errors import InputError

FORMAT_VERSION = 1
RESULTS = "results.json"
SUMMARY = "summary.json"
_MAX_FAILURES_PRINTED = 25
_HEADINGS = {
    Criterion.ABSTENTION: "abstain",
    Criterion.FIGURES: "figures",
    Criterion.NOT_FORBIDDEN: "none\nforbid.",
    Criterion.NO_MONEY: "no\nmoney",
    Criterion.POINTS: "points",
    Criterion.DOCUMENTS: "cited",
    Criterion.CONFLICT: "conflict",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ids of questions whose verdict differs from an earlier run's.

    ``added`` and ``removed`` are the questions that only one of the two runs has.
    """

    earlier: Path
    fixed: tuple[str, ...]
    broke: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


# --- files ----------------------------------------------------------------------------


def write_report(outcomes: Sequence[Outcome], summary: Summary, folder: Path) -> None:
    """Write ``results.json`` and ``summary.json``; all that varies between equal runs is in
    keys that name a latency.

    :raises InputError: the folder cannot be written.
    """
    results = {"version": FORMAT_VERSION, "questions": [result_of(each) for each in outcomes]}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / RESULTS, results)
        _write_json(folder / SUMMARY, {"version": FORMAT_VERSION, **asdict(summary)})
    except OSError as error:
        raise InputError(
            f"cannot write the report to {folder} ({error}); choose another folder with --out"
        ) from None


def result_of(outcome: Outcome) -> dict[str, Any]:
    """One question of ``results.json``."""
    answer = outcome.answer
    return {
        "id": outcome.question.id,
        "right": outcome.right,
        "reasons": [verdict.reason for verdict in outcome.verdicts if not verdict.passed],
        "verdicts": {verdict.criterion.value: verdict.passed for verdict in outcome.verdicts},
        "question": {**asdict(outcome.question), **_expected_figures(outcome)},
        "error": outcome.error,
        "answer": _answer_of(outcome),
        "figures": _figures(parse_figures(answer.text)) if answer else [],
        "unsourced_figures": _figures(unsourced(outcome)),
        "latency_ms": round(outcome.latency_ms, 1),
    }


def load_verdicts(folder: Path) -> dict[str, bool]:
    """Of an earlier run: was the question with this id right?

    :raises InputError: the folder holds no results of this format.
    """
    path = folder / RESULTS
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        version = results["version"]
        verdicts = {str(each["id"]): bool(each["right"]) for each in results["questions"]}
    except FileNotFoundError:
        raise InputError(
            f"there is no {path}; give --compare the --out folder of an earlier run"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not the result of a run ({error!r}); run it again") from None
    if version != FORMAT_VERSION:
        raise InputError(f"{path} is of format {version}, this is {FORMAT_VERSION}; run it again")
    return verdicts


def compare_with(
    earlier: Mapping[str, bool], outcomes: Sequence[Outcome], *, folder: Path
) -> Comparison:
    """What was fixed and what broke since an earlier run.

    :param earlier: its verdicts, from :func:`load_verdicts`.
    :param folder: where they came from, for the report.
    """
    now = {outcome.question.id: outcome.right for outcome in outcomes}
    return Comparison(
        earlier=folder,
        fixed=tuple(key for key, right in now.items() if right and earlier.get(key) is False),
        broke=tuple(key for key, right in now.items() if not right and earlier.get(key) is True),
        added=tuple(key for key in now if key not in earlier),
        removed=tuple(key for key in earlier if key not in now),
    )


# --- the terminal ---------------------------------------------------------------------


def print_report(outcomes: Sequence[Outcome], summary: Summary, *, console: Console) -> None:
    """The tables by kind, the measures over all questions, and why each wrong answer is wrong."""
    console.print(_kinds_table(summary))
    if set(summary.overall.criteria) & set(_HEADINGS):
        console.print(_criteria_table(summary))
    for line in _measures(summary):
        console.print(line, highlight=False)
    wrong = [outcome for outcome in outcomes if not outcome.right]
    if wrong:
        console.print(f"\n[bold]{len(wrong)} not right[/bold]", highlight=False)
    for outcome in wrong[:_MAX_FAILURES_PRINTED]:
        reasons = [verdict.reason for verdict in outcome.verdicts if not verdict.passed]
        line = f"{outcome.question.id}: {' · '.join(dict.fromkeys(reasons))}"
        console.print(f"  {escape(line)}", highlight=False)
    if len(wrong) > _MAX_FAILURES_PRINTED:
        rest = len(wrong) - _MAX_FAILURES_PRINTED
        console.print(f"  … and {rest} more, in {RESULTS}", highlight=False)


def print_comparison(
    comparison: Comparison, outcomes: Sequence[Outcome], *, console: Console
) -> None:
    """What was fixed, what broke and why, and how the two sets of questions differ."""
    console.print(
        f"\n[bold]Compared with {escape(str(comparison.earlier))}[/bold]", highlight=False
    )
    by_id = {outcome.question.id: outcome for outcome in outcomes}
    _print_ids("fixed", comparison.fixed, console=console)
    _print_ids("broke", comparison.broke, console=console)
    for key in comparison.broke:
        reasons = [verdict.reason for verdict in by_id[key].verdicts if not verdict.passed]
        line = f"{key}: {' · '.join(dict.fromkeys(reasons))}"
        console.print(f"  {escape(line)}", highlight=False)
    if comparison.added:
        _print_ids("new questions", comparison.added, console=console)
    if comparison.removed:
        _print_ids("questions no longer asked", comparison.removed, console=console)


def _print_ids(name: str, ids: Sequence[str], *, console: Console) -> None:
    listed = f": {', '.join(ids)}" if ids else ""
    console.print(f"{len(ids)} {name}{escape(listed)}", highlight=False)


def _kinds_table(summary: Summary) -> Table:
    """How many are right, by kind."""
    table = _new_table("kind", "n", "right", "95 % interval", "completed")
    for row in summary.kinds:
        table.add_row(*_kind_cells(row))
    table.add_section()
    table.add_row(*_kind_cells(summary.overall), style="bold")
    return table


def _kind_cells(row: Row) -> list[str]:
    return [
        row.name,
        str(row.right.total),
        _percent(row.right.share),
        f"{row.interval.low * 100:.0f}–{row.interval.high * 100:.0f} %",
        _fraction(row.criteria.get(Criterion.COMPLETED)),
    ]


def _criteria_table(summary: Summary) -> Table:
    """Each criterion by itself, by kind: met, of the questions that it applies to."""
    shown = [each for each in _HEADINGS if each in summary.overall.criteria]
    table = _new_table("criteria met", *(_HEADINGS[criterion] for criterion in shown))
    for row in summary.kinds:
        table.add_row(row.name, *(_fraction(row.criteria.get(each)) for each in shown))
    table.add_section()
    cells = (_fraction(summary.overall.criteria.get(each)) for each in shown)
    table.add_row(summary.overall.name, *cells, style="bold")
    return table


def _new_table(first: str, *others: str) -> Table:
    # Without side borders both tables fit 80 columns, the width of a pipe.
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for heading in others:
        table.add_column(heading, justify="right")
    return table


def _measures(summary: Summary) -> list[str]:
    sourced = summary.figures_total - summary.figures_unsourced
    latency = " · ".join(
        f"{name} {_milliseconds(value)}"
        for name, value in (("p50", summary.latency_p50_ms), ("p95", summary.latency_p95_ms))
    )
    return [
        f"abstention: precision {_percent(summary.abstention.precision)}, "
        f"recall {_percent(summary.abstention.recall)}",
        f"figure precision: {_percent(summary.figure_precision)} "
        f"({sourced} of {summary.figures_total} numbers are quoted or computed)",
        f"latency: {latency}",
        f"model: {escape(', '.join(summary.models) or '–')}",
        f"errors: {summary.errors}",
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f} ms"


def _fraction(count: Count | None) -> str:
    return "·" if count is None else f"{count.passed}/{count.total}"


# --- JSON -----------------------------------------------------------------------------


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _figures(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [{"value": figure.value, "unit": figure.unit} for figure in figures]


def _expected_figures(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        "figures": _figures(question.figures),
        "forbidden_figures": _figures(question.forbidden_figures),
    }


def _answer_of(outcome: Outcome) -> dict[str, Any] | None:
    """What a reader of the results needs; timings stay out, so that equal runs are equal."""
    answer = outcome.answer
    if answer is None:
        return None
    return {
        "text": answer.text,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "standalone_question": answer.standalone_question,
        "model": answer.model,
        "citations": [asdict(citation) for citation in answer.citations],
        "conflicts": [asdict(conflict) for conflict in answer.conflicts],
    }
