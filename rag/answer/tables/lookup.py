"""Cells -> an answer: the value asked for, or a sum over values with its working."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from rag.answer.draft import Draft
from rag.answer.tables.match import Matched, match_tables
from rag.answer.tables.question import Operation, read_table_question
from rag.facts.series import Series, Value
from rag.facts.wording import joined
from rag.types import Hit

MAX_VALUES = 6
"""Said or added up one by one; more are no answer to a question."""
_MOST = re.compile(r"\b(?:high|larg|great|big|most)", re.I)
# "What share of sales was …": the whole is named before the part.
_WHOLE_FIRST = re.compile(
    r"\b(?:percent(?:age)?|per\s+cent|proportion|share|fraction)\s+of\b.+\b(?:is|was|were|are|do|does|did|came|comes?|made|makes?"
    r"|relat\w+|compris\w+|represent\w*)\b",
    re.I,
)
# "What is goodwill?" asks for words, "what was goodwill?" for its figure.
_ASKS_NUMBER = re.compile(r"\b(?:was|were|did|how\s+(?:much|many)|amounts?|value|number)\b", re.I)
_DIFFERENCE = re.compile(r"\bdifferences?\b", re.I)
_MINUS = "−"


def answer_from_tables(question: str, hits: Sequence[Hit], draft: Draft) -> bool:
    """Write the answer that a table's cells give; False where the question names none clearly.

    :param hits: the retrieved passages, best first; only tables that they are of are read.
    """
    if (asked := read_table_question(question)) is None:
        return False
    matched = match_tables(asked, hits, draft.library)
    text = _SAYING[matched.operation](matched, draft) if matched else ""
    if text:
        draft.say(draft.working(text))
    return bool(text)


# --- saying ---------------------------------------------------------------------------


def _say_values(asked: Matched, draft: Draft) -> str:
    """Of one series in the years asked for, or of several in one year."""
    said = [text for series in asked.series if (text := _say_values_of(series, asked, draft))]
    return "; ".join(said) + "." if said else ""


def _say_values_of(series: Series, asked: Matched, draft: Draft) -> str:
    if not series.years:
        value = series.values[None]
        return f"{_name(series)}: **{value.text}**{_scale(series)} {_cite(series, [value], draft)}"
    found = [(year, series.values[year]) for year in asked.years or series.years]
    if len(found) > MAX_VALUES or not (asked.years or _ASKS_NUMBER.search(asked.text)):
        return ""
    markers = _cite(series, [value for _, value in found], draft)
    if len(found) == 1:
        year, value = found[0]
        return f"{_name(series)}, {year}: **{value.text}**{_scale(series)} {markers}"
    said = joined([f"**{value.text}** in {year}" for year, value in found])
    return f"{_name(series)}: {said}{_scale(series)} {markers}"


def _say_change(asked: Matched, draft: Draft) -> str:
    if len(asked.series) == 2 and len(asked.years) < 2:
        return _say_difference(asked, draft)
    series = asked.series[0]
    ends = _ends(asked.years, series)
    # A difference within one year is between two things, of which only one was found.
    if ends is None or (len(asked.years) == 1 and _DIFFERENCE.search(asked.text)):
        return ""
    (earlier, a), (later, b) = ends
    shown = _difference(b, a)
    working = f"{b.text} {_MINUS} {_bracketed(a)} = **{shown}**{_scale(series)}"
    return f"{_name(series)}, from {earlier} to {later}: {working} {_cite(series, [a, b], draft)}."


def _say_difference(asked: Matched, draft: Draft) -> str:
    """Between two rows of one year."""
    found = _in_one_year(asked)
    if found is None:
        return ""
    (a, b), when = found
    one, other = asked.series
    working = f"{a.text} {_MINUS} {_bracketed(b)} = **{_difference(a, b)}**{_scale(one)}"
    return f"{_name(one)} against {_name(other)}{when}: {working} {_cite(one, [a, b], draft)}."


def _say_percent_change(asked: Matched, draft: Draft) -> str:
    series = asked.series[0]
    ends = _ends(asked.years, series)
    if ends is None or not ends[0][1].number:
        return ""
    (earlier, a), (later, b) = ends
    change = 100 * (b.number - a.number) / abs(a.number)
    base = f"|{a.text}|" if a.number < 0 else a.text
    working = f"({b.text} {_MINUS} {_bracketed(a)}) ÷ {base} = **{_amount(change, '%', 2)}**"
    return f"{_name(series)}, from {earlier} to {later}: {working} {_cite(series, [a, b], draft)}."


def _say_sum(asked: Matched, draft: Draft) -> str:
    terms = _terms(asked)
    if terms is None:
        # "What are the total costs in 2024?" asks for a row, not for a sum.
        return _say_values(asked, draft) if len(asked.series) == len(asked.years) == 1 else ""
    values, name = terms
    first = asked.series[0]
    unit, decimals = _unit(values)
    total = _amount(sum(value.number for value in values), unit, decimals)
    working = f"{_added(values)} = **{total}**{_scale(first)}"
    return f"{name}: {working} {_cite(first, values, draft)}."


def _say_average(asked: Matched, draft: Draft) -> str:
    terms = _terms(asked)
    if terms is None:
        return ""
    values, name = terms
    first = asked.series[0]
    unit, decimals = _unit(values)
    # Nobody states thousandths of a dollar.
    decimals = max(decimals, 2) if unit not in ("", "%") else decimals + 2
    mean = _amount(sum(value.number for value in values) / len(values), unit, decimals)
    working = f"({_added(values)}) ÷ {len(values)} = **{mean}**{_scale(first)}"
    return f"{name}, on average: {working} {_cite(first, values, draft)}."


def _say_share(asked: Matched, draft: Draft) -> str:
    found = _in_one_year(asked)
    if found is None:
        return ""
    (part, whole), when = found
    one, other = asked.series
    if _WHOLE_FIRST.search(asked.text):
        (part, whole), (one, other) = (whole, part), (other, one)
    if not whole.number or not _are_alike([part, whole]):
        return ""
    share = part.number / whole.number
    is_ratio = "ratio" in asked.text.lower()
    shown = _amount(share, "", 2) if is_ratio else _amount(100 * share, "%", 2)
    working = f"{part.text} ÷ {whole.text} = **{shown}**"
    return f"{_name(one)} as a share of {_name(other)}{when}: {working} {_cite(one, [part, whole], draft)}."


def _say_year(asked: Matched, draft: Draft) -> str:
    series = asked.series[0]
    years = list(asked.years or series.years)
    if not 2 <= len(years) <= MAX_VALUES:
        return ""
    most = bool(_MOST.search(asked.text))
    ordered = sorted(years, key=lambda year: series.values[year].number, reverse=most)
    said = joined([f"{series.values[year].text} in {year}" for year in ordered])
    markers = _cite(series, [series.values[year] for year in ordered], draft)
    return f"**{ordered[0]}**. {_name(series)}: {said}{_scale(series)} {markers}."


_SAYING: Mapping[Operation, Callable[[Matched, Draft], str]] = {
    Operation.VALUE: _say_values,
    Operation.CHANGE: _say_change,
    Operation.PERCENT_CHANGE: _say_percent_change,
    Operation.AVERAGE: _say_average,
    Operation.SUM: _say_sum,
    Operation.SHARE: _say_share,
    Operation.YEAR_OF: _say_year,
}


# --- cells ----------------------------------------------------------------------------


def _ends(
    asked: Sequence[int], series: Series
) -> tuple[tuple[int, Value], tuple[int, Value]] | None:
    """The two years between which something changed, the earlier first.

    Of one year that is asked for the year before it is the other; of none the newest two.
    """
    years = list(asked) or series.years[:2]
    if len(years) == 1:
        years += [year for year in series.years if year < years[0]][:1]
    if len(years) != 2 or not _are_alike([series.values[y] for y in years if y in series.values]):
        return None
    earlier, later = sorted(years)
    return (earlier, series.values[earlier]), (later, series.values[later])


def _in_one_year(asked: Matched) -> tuple[tuple[Value, Value], str] | None:
    """The values of two rows in the year asked for, or the newest, and that year in words."""
    if len(asked.series) != 2 or len(asked.years) > 1:
        return None
    one, other = asked.series
    if not one.years:
        return (one.values[None], other.values[None]), ""
    year = asked.years[0] if asked.years else max(set(one.years) & set(other.years), default=0)
    if year not in one.values or year not in other.values:
        return None
    return (one.values[year], other.values[year]), f", {year}"


def _terms(asked: Matched) -> tuple[list[Value], str] | None:
    """What is added up, and its name: several rows of one year, or one row's years."""
    if len(asked.series) > 1:
        year = next(iter(asked.years or asked.series[0].years), None)
        values = [s.values[year] for s in asked.series if year in s.values]
        name = joined([_name(series) for series in asked.series]) + (f", {year}" if year else "")
    else:
        series = asked.series[0]
        years = sorted(asked.years or series.years)
        values = [series.values[year] for year in years if year in series.values]
        name = f"{_name(series)}, {joined([str(year) for year in years])}"
    return (values, name) if 2 <= len(values) <= MAX_VALUES and _are_alike(values) else None


def _are_alike(values: Sequence[Value]) -> bool:
    """Whether they can be added up: there are several, all of them percentages or none."""
    return len(values) > 1 and len({value.unit == "%" for value in values}) == 1


def _cite(series: Series, values: Sequence[Value], draft: Draft) -> str:
    spans = [value.row for value in values]
    if series.note and _scale(series):
        spans.append(series.note)
    markers = (draft.cite(series.document, span) for span in spans)
    return "".join(f"[{marker}]" for marker in dict.fromkeys(markers))


def _name(series: Series) -> str:
    name = series.name or "The value"
    return name[:1].upper() + name[1:]


def _scale(series: Series) -> str:
    return f" (in {series.scale}s)" if series.scale and not series.is_share else ""


def _unit(values: Sequence[Value]) -> tuple[str, int]:
    """The sign that a sum of these has, and its decimals."""
    unit = next((value.unit for value in values if value.unit), "")
    return unit, max(value.decimals for value in values)


def _added(values: Sequence[Value]) -> str:
    return " + ".join(_bracketed(value) for value in values)


def _difference(a: Value, b: Value) -> str:
    unit, decimals = _unit([a, b])
    points = unit == "%"
    shown = _amount(a.number - b.number, "" if points else unit, decimals)
    return f"{shown} percentage points" if points else shown


def _bracketed(value: Value) -> str:
    """A negative term in brackets, as one writes it."""
    if value.number >= 0 or value.text.endswith(")"):
        return value.text
    return f"({value.text})"


def _amount(number: float, unit: str, decimals: int) -> str:
    """A result: its unit's sign on its side, zeros at the end of a fraction left out."""
    digits = f"{abs(round(number, decimals)):,.{decimals}f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    sign = _MINUS if round(number, decimals) < 0 else ""
    return f"{sign}{digits}%" if unit == "%" else f"{sign}{unit}{digits}"
