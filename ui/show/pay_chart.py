"""The figures behind an answer: a chart, a table that says the same, and CSV.

Pure functions from the typed facts to HTML, SVG and text. Positions in the SVG are percentages
and sizes are pixels, so that the chart is readable at any width; pay.js draws the same as a PNG.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Collection, Sequence
from html import escape

from rag.answer.pay.chart import Bar, Chart, charts
from rag.facts.wording import money
from rag.types import Answer, CitedFact
from ui.show.bidi import without_overrides

MarkerHtml = Callable[[int], str]
"""The chip that opens a source, by its number; "" for a number that stands for nothing."""

_LEAST_TOP = 1e-9  # of an axis; steps below would be too small to count with
_CSV_COLUMNS = (
    "figure", "low", "high", "open_ended", "currency", "period", "component", "statistic",
    "role", "level", "min_years", "max_years", "region", "place", "as_of", "sources_differ",
    "source", "document", "quote",
)  # fmt: skip


def pay_html(answer: Answer, marker_html: MarkerHtml) -> str:
    """Each chart of an answer with its table; "" where there is nothing to compare."""
    disputed = disputed_markers(answer)
    return "".join(_chart_html(chart, disputed, marker_html) for chart in charts(answer.facts))


def disputed_markers(answer: Answer) -> frozenset[int]:
    """The markers of sources that give different figures for the same thing."""
    return frozenset(marker for conflict in answer.conflicts for marker in conflict.markers)


def pay_csv(answer: Answer) -> str:
    """One row a fact, figures as plain numbers; for spreadsheets."""
    disputed = disputed_markers(answer)
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CSV_COLUMNS)
    for cited in dict.fromkeys(answer.facts):
        writer.writerow([_cell(value) for value in _row(cited, disputed, quotes)])
    return text.getvalue()


# --- figures in words -----------------------------------------------------------------


def amount(bar: Bar, currency: str) -> str:
    """ "€70,000–€120,000", "$210,000", "from $155,000", "up to 30%"."""
    low, high = bar.low, bar.high
    if low is not None and high is not None:
        text = (
            money(low, currency)
            if low == high
            else f"{money(low, currency)}–{money(high, currency)}"
        )
        return f"{text}+" if bar.open_ended else text
    if low is not None:
        return f"from {money(low, currency)}"
    return f"up to {money(high or 0.0, currency)}"


def _short(value: float, currency: str) -> str:
    """For the axis: "$150k"."""
    if currency == "%" or abs(value) < 1000:
        return money(value, currency)
    scaled, suffix = (value / 1e6, "M") if abs(value) >= 1e6 else (value / 1e3, "k")
    return f"{money(scaled, currency)}{suffix}"


# --- chart and table ------------------------------------------------------------------


def _chart_html(chart: Chart, disputed: Collection[int], marker_html: MarkerHtml) -> str:
    title = escape(without_overrides(f"{chart.title} ({chart.unit})"))
    note = (
        '<p class="differ-note"><span class="differ-key"></span>Sources differ on these figures</p>'
        if any(bar.marker in disputed for bar in chart.bars)
        else ""
    )
    return (
        f'<section class="pay"><p class="label">{title}</p>'
        f'<figure role="img" title="{title}">{_bars_html(chart, disputed)}</figure>{note}'
        f'<details class="figures"><summary>Table</summary>{_table(chart, disputed, marker_html)}'
        '</details><button type="button" class="tool-csv" value="csv">CSV</button>'
        '<button type="button" class="tool-png" value="png">PNG</button></section>'
    )


def _bars_html(chart: Chart, disputed: Collection[int]) -> str:
    """One row a bar over the lines of the axis. Labels are text, so that they wrap."""
    steps = _steps(chart.top)
    rows = "".join(
        _row_html(bar, chart.currency, steps[-1], differs=bar.marker in disputed)
        for bar in chart.bars
    )
    return f'<div class="chart">{_axis_svg(steps, chart.currency)}{rows}</div>'


def _axis_svg(steps: Sequence[float], currency: str) -> str:
    """Lines at the steps, named below; the outer names stay within the picture."""
    parts = []
    for index, step in enumerate(steps):
        at = f"{100 * step / steps[-1]:.2f}%"
        anchor = "start" if index == 0 else "end" if index == len(steps) - 1 else "middle"
        parts.append(
            f'<line class="grid" x1="{at}" x2="{at}" y1="0" y2="100%"></line>'
            f'<text class="tick" x="{at}" y="100%" text-anchor="{anchor}">'
            f"{escape(_short(step, currency))}</text>"
        )
    return f'<svg class="axis" width="100%" height="100%">{"".join(parts)}</svg>'


def _row_html(bar: Bar, currency: str, end: float, *, differs: bool) -> str:
    """The label and the figure in words, and below them a bar from low to high.

    A single figure is a thin line from 0 to a dot; an open end is a pale stretch beyond.

    :param end: the last step of the axis.
    """
    low = bar.low if bar.low is not None else 0.0
    high = bar.high if bar.high is not None else low
    kind = "bar differs" if differs else "bar"
    if bar.low is not None and low == high:
        shape = _rect(f"{kind} thin", 0.0, low, end, 5, 2) + (
            f'<circle class="{kind} dot" cx="{100 * low / end:.2f}%" cy="6" r="6"></circle>'
        )
    else:
        shape = _rect(kind, low, high, end, 1, 10)
    if bar.open_ended or bar.high is None:
        shape += _rect(f"{kind} beyond", high, min(end, high + end * 0.06), end, 1, 10)
    label = escape(without_overrides(f"{bar.label} [{bar.marker}]"))
    return (
        f'<div class="row"><p class="line"><span class="what">{label}</span> '
        f'<span class="amount">{escape(amount(bar, currency))}</span></p>'
        f'<svg class="track" width="100%" height="12">{shape}</svg></div>'
    )


def _rect(kind: str, low: float, high: float, end: float, y: int, height: int) -> str:
    x, width = 100 * low / end, max(0.4, 100 * (high - low) / end)
    return (
        f'<rect class="{kind}" x="{x:.2f}%" y="{y}" width="{width:.2f}%" height="{height}" '
        f'rx="{min(4, height // 2)}"></rect>'
    )


def _table(chart: Chart, disputed: Collection[int], marker_html: MarkerHtml) -> str:
    rows = "".join(
        f'<tr class="{"differs" if bar.marker in disputed else "agrees"}">'
        f'<th scope="row">{escape(without_overrides(bar.label))}</th>'
        f"<td>{escape(amount(bar, chart.currency))}</td>"
        f"<td>{escape(without_overrides(bar.kind))}</td>"
        f"<td>{escape(without_overrides(bar.date or 'undated'))}</td>"
        f"<td>{marker_html(bar.marker)}{' differs' if bar.marker in disputed else ''}</td></tr>"
        for bar in chart.bars
    )
    heads = ("For", f"Pay, {chart.unit}", "Kind", "As of", "Source")
    columns = "".join(f'<th scope="col">{escape(without_overrides(head))}</th>' for head in heads)
    return (
        f'<div class="scroll"><table><thead><tr>{columns}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _steps(top: float) -> list[float]:
    """Round values from 0 to the first at or beyond ``top``, three to six of them."""
    if not math.isfinite(top) or top < _LEAST_TOP:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(top))
    size = next(power * m for m in (0.25, 0.5, 1.0, 2.5, 5.0) if top / (power * m) <= 5)
    return [size * step for step in range(math.ceil(top / size - 1e-9) + 1)]


# --- CSV ------------------------------------------------------------------------------


def _row(cited: CitedFact, disputed: Collection[int], quotes: dict[int, str]) -> tuple[object, ...]:
    fact = cited.fact
    return (
        fact.label, fact.low, fact.high, fact.open_ended, fact.currency, fact.period,
        fact.component, fact.statistic, fact.role, fact.level, fact.min_years, fact.max_years,
        fact.region, fact.place, fact.as_of, cited.marker in disputed,
        cited.marker, fact.document, quotes.get(cited.marker, ""),
    )  # fmt: skip


def _cell(value: object) -> str:
    """A value as a spreadsheet takes it: text that would be read as a formula is not.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}" if value != int(value) else str(int(value))
    text = str(value)
    is_formula = isinstance(value, str) and text[:1] in set("=+-@\t\r")
    return f"'{text}" if is_formula else text
