"""From outcomes to the numbers of the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.figures import Figure, parse_figures
from eval.judge import Criterion, Outcome, cited
from eval.metrics import (
    Interval,
    PrecisionRecall,
    abstention_precision_recall,
    bootstrap_interval,
    figure_precision,
    percentile,
    unsourced_figures,
)
from eval.questions import Kind


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many."""

    passed: int
    total: int

    @property
    def share(self) -> float | None:
        return self.passed / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Row:
    """The questions of one kind, or all: how many are right, and each criterion by itself."""

    name: str
    right: Count
    interval: Interval
    criteria: dict[Criterion, Count]


@dataclass(frozen=True, slots=True)
class Summary:
    """``latency_p50_ms`` and ``latency_p95_ms`` cover every question, failed ones included."""

    models: tuple[str, ...]
    overall: Row
    kinds: tuple[Row, ...]
    errors: int
    abstention: PrecisionRecall
    figure_precision: float | None
    figures_total: int
    figures_unsourced: int
    latency_p50_ms: float | None
    latency_p95_ms: float | None


def unsourced(outcome: Outcome) -> tuple[Figure, ...]:
    """The numbers of an outcome's answer that nothing vouches for."""
    answer = outcome.answer
    if answer is None:
        return ()
    return unsourced_figures(
        answer.text,
        quotes=[citation.quote for citation in cited(answer)],
        said_by_user=outcome.question.turns,
        dates=[cited_fact.fact.as_of for cited_fact in answer.facts if cited_fact.fact.as_of],
    )


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """Every number of the report.

    :param outcomes: at least one.
    :raises ValueError: there are none.
    """
    judged = [outcome for outcome in outcomes if outcome.question.answerable is not None]
    latencies = [outcome.latency_ms for outcome in outcomes]
    total = sum(len(parse_figures(o.answer.text)) for o in outcomes if o.answer is not None)
    without_source = sum(len(unsourced(outcome)) for outcome in outcomes)
    return Summary(
        models=tuple(sorted({o.answer.model for o in outcomes if o.answer is not None})),
        overall=_row("all", outcomes),
        kinds=tuple(_rows_by_kind(outcomes)),
        errors=sum(outcome.answer is None for outcome in outcomes),
        abstention=abstention_precision_recall(
            abstained=[outcome.abstained for outcome in judged],
            answerable=[bool(outcome.question.answerable) for outcome in judged],
        ),
        figure_precision=figure_precision(unsourced=without_source, total=total),
        figures_total=total,
        figures_unsourced=without_source,
        latency_p50_ms=percentile(latencies, 50),
        latency_p95_ms=percentile(latencies, 95),
    )


def _rows_by_kind(outcomes: Sequence[Outcome]) -> Iterable[Row]:
    for kind in Kind:
        if of_kind := [outcome for outcome in outcomes if outcome.question.kind is kind]:
            yield _row(kind.value, of_kind)


def _row(name: str, outcomes: Sequence[Outcome]) -> Row:
    right = [outcome.right for outcome in outcomes]
    verdicts = [verdict for outcome in outcomes for verdict in outcome.verdicts]
    by_criterion = {
        criterion: [verdict.passed for verdict in verdicts if verdict.criterion is criterion]
        for criterion in Criterion
    }
    return Row(
        name=name,
        right=Count(sum(right), len(right)),
        interval=bootstrap_interval([float(each) for each in right]),
        criteria={
            criterion: Count(sum(passed), len(passed))
            for criterion, passed in by_criterion.items()
            if passed
        },
    )
