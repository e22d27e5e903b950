"""The report in Markdown, short enough for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.compare import Comparison
from eval.judge import Outcome
from eval.metrics import Difference, Interval
from eval.summary import Summary

MAX_FAILURES = 40


def markdown_report(
    outcomes: Sequence[Outcome], summary: Summary, comparison: Comparison | None
) -> str:
    """The whole file's text; holds nothing that varies between equal runs."""
    right = summary.overall.right
    lines = [
        f"## Evaluation: {right.passed} of {right.total} right "
        f"({_percent(right.share)}, {_interval(summary.overall.interval)})",
        "",
    ]
    if comparison is not None:
        lines += [*_compared(comparison), ""]
    lines += [
        *_table(
            ("measure", "value", "95 % interval", "of"),
            (
                (m.title, _percent(m.value), _interval(m.interval), str(m.of))
                for m in summary.measures
                if m.value is not None
            ),
        ),
        "",
        *_table(
            ("kind", "questions", "right", "95 % interval"),
            (
                (row.name, str(row.right.total), _percent(row.right.share), _interval(row.interval))
                for row in (*summary.kinds, summary.overall)
            ),
        ),
        "",
    ]
    wrong = [outcome for outcome in outcomes if not outcome.right]
    if wrong:
        lines += [f"<details><summary>{len(wrong)} not right</summary>", ""]
        lines += _table(
            ("id", "question", "lost where", "why"),
            (
                (o.question.id, o.question.turns[-1], str(o.stage), " · ".join(o.reasons))
                for o in wrong[:MAX_FAILURES]
            ),
        )
        if len(wrong) > MAX_FAILURES:
            lines += ["", f"… and {len(wrong) - MAX_FAILURES} more, in report.html"]
        lines += ["", "</details>", ""]
    return "\n".join(lines)


def difference_text(difference: Difference) -> str:
    """One sentence on whether the later run is better."""
    low, high = difference.interval.low * 100, difference.interval.high * 100
    verdict = "no more than chance can explain"
    if difference.beyond_chance:
        verdict = f"{'better' if difference.mean > 0 else 'worse'}, beyond chance"
    return (
        f"{difference.mean * 100:+.1f} points right ({low:+.1f} to {high:+.1f}, "
        f"p = {difference.p_value:.3f}): {verdict}"
    )


def _compared(comparison: Comparison) -> list[str]:
    lines = []
    if comparison.difference is not None:
        lines.append(f"**{difference_text(comparison.difference)}.**")
    for name, keys in (("fixed", comparison.fixed), ("broke", comparison.broke)):
        lines.append(f"- {len(keys)} {name}{': ' if keys else ''}{', '.join(map(_cell, keys))}")
    return lines


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(headings)} |",
        f"|{'---|' * len(headings)}",
        *(f"| {' | '.join(map(_cell, row))} |" for row in rows),
    ]


def _cell(text: str) -> str:
    """Nothing in a question may end the cell or become markup."""
    escaped = "".join(f"\\{c}" if c in "\\`*_[]<>|~#" else c for c in text)
    return " ".join(escaped.split())


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f} %"


def _interval(interval: Interval | None) -> str:
    return "–" if interval is None else f"{interval.low * 100:.0f}–{interval.high * 100:.0f} %"
