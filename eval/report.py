"""The report: a printed table, HTML, Markdown and JSON files.

=============  =======================================================================
report.html    for people: one file with charts, filters and every question
report.md      for a pull request
opinions.json  what a language model made of the answers, where one was asked (--judge)
results.json   every question with its answer and verdicts
summary.json   every number
timings.json   what varies between equal runs; the JSON files beside it do not
=============  =======================================================================
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.compare import FORMAT_VERSION, RESULTS, Comparison
from eval.figures import Figure, parse_figures
from eval.judge import Criterion, Outcome
from eval.model_judge import Opinions, agreement
from eval.report_html import RUN_ALONE, Extras, html_report
from eval.report_markdown import difference_text, markdown_report
from eval.summary import Count, Measure, Row, Summary, Timings, unsourced
from rag.errors import InputError

SUMMARY = "summary.json"
TIMINGS = "timings.json"
OPINIONS = "opinions.json"
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


# --- files ----------------------------------------------------------------------------


def write_report(
    outcomes: Sequence[Outcome],
    summary: Summary,
    timings: Timings,
    folder: Path,
    *,
    extras: Extras = RUN_ALONE,
) -> None:
    """Write every file of the report.

    :raises InputError: the folder cannot be written.
    """
    results = {"version": FORMAT_VERSION, "questions": [result_of(each) for each in outcomes]}
    latencies = {outcome.question.id: round(outcome.latency_ms, 1) for outcome in outcomes}
    compared = _comparison_of(extras.comparison) if extras.comparison else None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / RESULTS, results)
        _write_json(
            folder / SUMMARY,
            {"version": FORMAT_VERSION, **asdict(summary), "comparison": compared},
        )
        _write_json(folder / TIMINGS, {**asdict(timings), "latency_ms": latencies})
        if extras.opinions:
            _write_json(folder / OPINIONS, asdict(extras.opinions))
        else:
            (folder / OPINIONS).unlink(missing_ok=True)
        html = html_report(outcomes, summary, timings, extras)
        (folder / "report.html").write_text(html, encoding="utf-8")
        markdown = markdown_report(outcomes, summary, extras.comparison)
        (folder / "report.md").write_text(markdown, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"cannot write the report to {folder} ({error}); choose another folder with --out"
        ) from None


def result_of(outcome: Outcome) -> dict[str, Any]:
    """One question of ``results.json``; holds nothing that varies between equal runs."""
    answer = outcome.answer
    return {
        "id": outcome.question.id,
        "right": outcome.right,
        "stage": outcome.stage,
        "reasons": [verdict.reason for verdict in outcome.verdicts if not verdict.passed],
        "verdicts": {verdict.criterion.value: verdict.passed for verdict in outcome.verdicts},
        "question": {**asdict(outcome.question), **_expected_figures(outcome)},
        "error": outcome.error,
        "answer": _answer_of(outcome),
        "figures": _figures(parse_figures(answer.text)) if answer else [],
        "unsourced_figures": _figures(unsourced(outcome)),
        "retrieval": asdict(outcome.retrieval) if outcome.retrieval else None,
        "statements": [
            {
                "text": each.statement.text,
                "markers": each.statement.markers,
                "supported": each.supported,
                "faithful": each.faithful,
            }
            for each in outcome.statements
        ],
    }


def _comparison_of(comparison: Comparison) -> dict[str, Any]:
    return {
        "earlier": str(comparison.earlier.folder),
        "fixed": comparison.fixed,
        "broke": comparison.broke,
        "added": comparison.added,
        "removed": comparison.removed,
        "difference": asdict(comparison.difference) if comparison.difference else None,
    }


# --- the terminal ---------------------------------------------------------------------


def print_report(
    outcomes: Sequence[Outcome], summary: Summary, timings: Timings, *, console: Console
) -> None:
    """The tables by kind, the measures over all questions, and why each wrong answer is wrong."""
    console.print(_kinds_table(summary))
    if set(summary.overall.criteria) & set(_HEADINGS):
        console.print(_criteria_table(summary))
    console.print(_measures_table(summary))
    for line in _facts(summary, timings):
        console.print(line, highlight=False)
    wrong = [outcome for outcome in outcomes if not outcome.right]
    if wrong:
        console.print(f"\n[bold]{len(wrong)} not right[/bold]", highlight=False)
    for outcome in wrong[:_MAX_FAILURES_PRINTED]:
        line = f"{outcome.question.id} ({outcome.stage}): {' · '.join(outcome.reasons)}"
        console.print(f"  {escape(line)}", highlight=False)
    if len(wrong) > _MAX_FAILURES_PRINTED:
        rest = len(wrong) - _MAX_FAILURES_PRINTED
        console.print(f"  … and {rest} more, in {RESULTS}", highlight=False)


def print_comparison(
    comparison: Comparison, outcomes: Sequence[Outcome], *, console: Console
) -> None:
    """What was fixed, what broke and why, and how the two sets of questions differ."""
    console.print(
        f"\n[bold]Compared with {escape(str(comparison.earlier.folder))}[/bold]", highlight=False
    )
    if comparison.difference is not None:
        console.print(difference_text(comparison.difference), highlight=False)
    by_id = {outcome.question.id: outcome for outcome in outcomes}
    _print_ids("fixed", comparison.fixed, console=console)
    _print_ids("broke", comparison.broke, console=console)
    for key in comparison.broke:
        line = f"{key}: {' · '.join(by_id[key].reasons)}"
        console.print(f"  {escape(line)}", highlight=False)
    if comparison.added:
        _print_ids("new questions", comparison.added, console=console)
    if comparison.removed:
        _print_ids("questions no longer asked", comparison.removed, console=console)


def print_opinions(opinions: Opinions, outcomes: Sequence[Outcome], *, console: Console) -> None:
    """How far a language model agrees with the rules; not among the measures."""
    found = agreement(opinions, outcomes)
    kappa = "" if found.kappa is None else f" (kappa {found.kappa:.2f})"
    note = f"; {opinions.note}" if opinions.note else ""
    line = f"opinion of {opinions.model}, in no measure: as the rules on {found.same} of {found.of}{kappa}{note}"
    console.print(escape(line), highlight=False)


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


def _measures_table(summary: Summary) -> Table:
    table = _new_table("measure", "value", "95 % interval", "of")
    for measure in summary.measures:
        if measure.value is not None:
            table.add_row(*_measure_cells(measure))
    return table


def _measure_cells(measure: Measure) -> list[str]:
    interval = measure.interval
    between = f"{interval.low * 100:.0f}–{interval.high * 100:.0f} %" if interval else "–"
    name = f"{measure.title} (lower is better)" if measure.lower_is_better else measure.title
    return [name, _percent(measure.value), between, str(measure.of)]


def _facts(summary: Summary, timings: Timings) -> list[str]:
    sourced = summary.figures_total - summary.figures_unsourced
    latency = " · ".join(
        f"{name} {_milliseconds(value)}"
        for name, value in (("p50", timings.latency_p50_ms), ("p95", timings.latency_p95_ms))
    )
    memory = timings.peak_memory_mb
    stages = ", ".join(f"{stage} {count}" for stage, count in summary.stages.items())
    return [
        f"figures: {sourced} of {summary.figures_total} numbers are quoted or computed",
        f"latency: {latency}, {timings.at_once} at a time"
        + (f" · memory {memory:,.0f} MB a process" if memory else ""),
        f"model: {escape(', '.join(summary.models) or '–')}",
        f"lost where: {stages or '–'}",
        f"errors: {summary.errors}",
        *_warnings(summary),
    ]


def _warnings(summary: Summary) -> list[str]:
    if not summary.evidence_not_found:
        return []
    ids = escape(", ".join(summary.evidence_not_found[:_MAX_FAILURES_PRINTED]))
    return [f"evidence that no passage holds (correct the quotes): {ids}"]


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
