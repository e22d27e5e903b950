"""The report as one HTML file that needs nothing else: styles, charts and filters are in it.

Every text of a question, document or answer is escaped; the file's policy lets it load nothing
and run nothing but the one script that stands in it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from eval.compare import Comparison, Earlier
from eval.judge import Criterion, Outcome, cited
from eval.model_judge import Opinion, Opinions, agreement
from eval.questions import Question
from eval.summary import Measure, Row, Summary, Timings, unsourced
from rag.messages import MARKER
from rag.types import Citation

TEMPLATES = Path(__file__).parent / "templates"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link"])


@dataclass(frozen=True, slots=True)
class Extras:
    """What a report may show beside the run itself: an earlier run, a language model's opinions."""

    comparison: Comparison | None = None
    opinions: Opinions | None = None


RUN_ALONE = Extras()


@dataclass(frozen=True, slots=True)
class Card:
    """One question as the report shows it."""

    outcome: Outcome
    earlier: Earlier | None
    change: str
    expected: tuple[tuple[str, tuple[str, ...]], ...]
    citations: tuple[Citation, ...]
    unsourced: tuple[str, ...]
    opinion: Opinion | None

    @property
    def question(self) -> Question:
        return self.outcome.question

    @property
    def answer_html(self) -> Markup:
        return as_html(self.outcome.answer.text) if self.outcome.answer else Markup()

    @property
    def earlier_html(self) -> Markup | None:
        """The earlier answer where it reads otherwise."""
        if self.earlier is None or not self.outcome.answer:
            return None
        if self.earlier.answer == self.outcome.answer.text:
            return None
        return as_html(self.earlier.answer or "*no answer*")

    @property
    def search_text(self) -> str:
        answer = self.outcome.answer.text if self.outcome.answer else ""
        return " ".join([self.question.id, *self.question.turns, answer]).lower()


def html_report(
    outcomes: Sequence[Outcome],
    summary: Summary,
    timings: Timings,
    extras: Extras,
) -> str:
    """The whole file's text."""
    comparison, opinions = extras.comparison, extras.opinions
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("report.html").render(
        summary=summary,
        timings=timings,
        comparison=comparison,
        headline=headline(summary),
        groups=_groups(summary.measures),
        before=_before(comparison),
        opinions=opinions,
        agreement=agreement(opinions, outcomes) if opinions else None,
        cards=[_card(outcome, extras) for outcome in outcomes],
        criteria=_shown_criteria(summary.overall),
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_hash=digest,
        curve=_curve_points(summary),
    )


def headline(summary: Summary) -> str:
    """What an owner wants to know first, in one or two sentences."""
    right = summary.overall.right
    text = f"{right.passed} of {right.total} questions are answered right."
    lost = max(summary.stages.items(), key=lambda item: item[1], default=None)
    if lost is not None:
        text += f" Of the {right.total - right.passed} others, the largest group: {lost[0]} ({lost[1]})."
    if summary.figures_unsourced:
        text += f" {summary.figures_unsourced} of {summary.figures_total} figures have no source."
    elif summary.figures_total:
        text += f" Each of the {summary.figures_total} figures has a source."
    return text


def as_html(markdown: str) -> Markup:
    """An answer's Markdown, raw HTML escaped, links and pictures left as text."""
    rendered = _MARKDOWN.render(markdown)
    return Markup(MARKER.sub(r'<sup class="marker">\1</sup>', rendered))


def percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value * 100:.{digits}f} %"


def _groups(measures: Iterable[Measure]) -> dict[str, list[Measure]]:
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        if measure.value is not None:
            groups.setdefault(measure.group, []).append(measure)
    return groups


def _before(comparison: Comparison | None) -> dict[str, float]:
    """The earlier share of right answers, by kind."""
    changes = comparison.changes if comparison else ()
    return {change.name: change.before / change.total for change in changes}


def _shown_criteria(row: Row) -> list[Criterion]:
    return [each for each in Criterion if each in row.criteria and each is not Criterion.COMPLETED]


def _card(outcome: Outcome, extras: Extras) -> Card:
    comparison, opinions = extras.comparison, extras.opinions
    return Card(
        outcome=outcome,
        earlier=comparison.earlier.questions.get(outcome.question.id) if comparison else None,
        change=_change(outcome.question.id, comparison),
        expected=tuple(_expected(outcome.question)),
        citations=cited(outcome.answer) if outcome.answer else (),
        unsourced=tuple(str(figure) for figure in unsourced(outcome)),
        opinion=opinions.by_id.get(outcome.question.id) if opinions else None,
    )


def _change(key: str, comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    lists = {
        "fixed": comparison.fixed,
        "broke": comparison.broke,
        "new": comparison.added,
        "reworded": comparison.reworded,
    }
    return next((name for name, keys in lists.items() if key in keys), "")


def _expected(question: Question) -> Iterable[tuple[str, tuple[str, ...]]]:
    answerable = {True: "an answer", False: "a decline", None: "either an answer or a decline"}
    yield "expected", (answerable[question.answerable],)
    rows = {
        "figures": tuple(str(figure) for figure in question.figures),
        "points": tuple(" / ".join(alternatives) for alternatives in question.points),
        "documents": question.documents,
        "evidence": tuple(f"{each.document}: {each.quote}" for each in question.evidence),
        "conflict": ("that the sources differ",) if question.conflict else (),
        "not": (*map(str, question.forbidden_figures), *question.forbidden_points),
        "note": (question.note,) if question.note else (),
    }
    for name, values in rows.items():
        if values:
            yield name, values


CURVE_WIDTH, CURVE_HEIGHT = 400, 180


def _curve_points(summary: Summary) -> str:
    """The risk–coverage curve as the points of an SVG line."""
    if summary.curve is None:
        return ""
    return " ".join(
        f"{coverage * CURVE_WIDTH:.1f},{(1 - risk) * CURVE_HEIGHT:.1f}"
        for coverage, risk in summary.curve.points
    )
