"""A table's numbers by name and year, from Markdown and HTML as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.documents import read_document
from rag.facts.series import Series, read_series, read_value
from rag.types import BlockKind, Span
from tests.rag.fakes import document_of

HERE = Span(0, 1)


def series_of(text: str, name: str = "a.md") -> dict[str, Series]:
    document = read_document(Path(name), corpus=Path("."), data=text.encode())
    rows = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    return {each.name: each for each in read_series(document, rows)}


def numbers(series: Series) -> dict[int | None, float]:
    return {year: value.number for year, value in series.values.items()}


@pytest.mark.parametrize(
    ("text", "number", "unit", "decimals"),
    [
        ("$1,452.4", 1452.4, "$", 1),
        ("$ (44.1)", -44.1, "$", 1),
        ("(9,688)", -9688, "", 0),
        ("-7", -7, "", 0),
        ("12 %", 12, "%", 0),
        ("(2.1% )", -2.1, "%", 1),
        ("€ 70", 70, "€", 0),
        (".5", 0.5, "", 1),
    ],
)
def test_cells_that_are_one_number(text: str, number: float, unit: str, decimals: int) -> None:
    value = read_value(text, row=HERE)
    assert value is not None
    assert (value.number, value.unit, value.decimals) == (number, unit, decimals)


@pytest.mark.parametrize("text", ["", "–", "n/a", "3-5", "2019 and 2018", "$100k-$150k", "1,2,3"])
def test_other_cells_are_none(text: str) -> None:
    assert read_value(text, row=HERE) is None


def test_years_above_the_columns() -> None:
    found = series_of(
        "# Mill\n\n|  | Year ended 31 March 2024 | 2023 |\n|---|---|---|\n"
        "| Flour sold | 410 | 395 |\n| Waste (1) | (12) | – |\n"
    )
    assert numbers(found["Flour sold"]) == {2024: 410, 2023: 395}
    assert numbers(found["Waste"]) == {2024: -12}


def test_years_in_the_first_row() -> None:
    found = series_of(
        "| (in thousands) |  |  |\n|---|---|---|\n| At 31 December: | 2024 | 2023 |\n| Loaves | 80 | 75 |\n"
    )
    assert list(found) == ["Loaves"]
    assert numbers(found["Loaves"]) == {2024: 80, 2023: 75}
    assert found["Loaves"].scale == "thousand"


def test_years_before_the_rows() -> None:
    found = series_of(
        "| Season | Guests | Nights |\n|---|---|---|\n| 2023 | 41 | 97 |\n| 2024 | 44 | 99 |\n"
    )
    assert numbers(found["Guests"]) == {2023: 41, 2024: 44}
    assert numbers(found["Nights"]) == {2023: 97, 2024: 99}


def test_a_year_above_several_columns() -> None:
    found = series_of(
        "<table><tr><td></td><th colspan=2>2024</th><th colspan=2>2023</th></tr>"
        "<tr><td></td><th>Sheep</th><th>Goats</th><th>Sheep</th><th>Goats</th></tr>"
        "<tr><td>Farm A</td><td>86</td><td>9</td><td>87</td><td>8</td></tr></table>",
        "a.html",
    )
    assert numbers(found["Farm A (Sheep)"]) == {2024: 86, 2023: 87}
    assert numbers(found["Farm A (Goats)"]) == {2024: 9, 2023: 8}


def test_a_column_of_changes_is_of_no_year() -> None:
    found = series_of("|  | 2024 | 2023 | Change |\n|---|---|---|---|\n| Rent | 12 | 10 | 2 |\n")
    assert numbers(found["Rent"]) == {2024: 12, 2023: 10}
    assert numbers(found["Rent (Change)"]) == {None: 2}


def test_several_dates_of_one_year_are_kept_apart() -> None:
    found = series_of(
        "| Quarter ended | July 27, 2024 | April 27, 2024 |\n|---|---|---|\n| Orders | 31 | 29 |\n"
    )
    assert sorted(numbers(series)[2024] for series in found.values()) == [29, 31]


def test_a_table_without_years() -> None:
    found = series_of("| Ward | Beds | Nurses |\n|---|---|---|\n| North | 32 | 11 |\n")
    assert numbers(found["North (Beds)"]) == {None: 32}
    assert numbers(found["North (Nurses)"]) == {None: 11}


def test_a_row_alone_heads_those_below() -> None:
    found = series_of(
        "|  | 2024 | 2023 |\n|---|---|---|\n| Income: |  |  |\n| Tickets | 5 | 4 |\n| Costs: |  |  |\n| Coal | 3 | 2 |\n"
    )
    assert found["Tickets"].section == "Income:"
    assert found["Coal"].section == "Costs:"


@pytest.mark.parametrize(
    ("above", "head", "scale"),
    [
        ("Figures", "$ million", "million"),
        ("Figures", "(in thousands)", "thousand"),
        ("Figures", "€m", "million"),
        ("Figures (in thousands, except per share):", "Line", "thousand"),
        ("All amounts are in millions.", "Line", "million"),
        ("We earned 3 million in all.", "Line", ""),
    ],
)
def test_what_the_numbers_are_in(above: str, head: str, scale: str) -> None:
    text = f"# Mill\n\n{above}\n\n| {head} | 2024 | 2023 |\n|---|---|---|\n| Sales | 5 | 4 |\n"
    series = series_of(text)["Sales"]
    assert series.scale == scale
    if series.note:
        assert f"in {scale}s" in series.note.of(document_of(text).text)


def test_a_year_across_two_is_the_later() -> None:
    found = series_of("|  | 2022/2023 | 2023/24 |\n|---|---|---|\n| Pupils | 310 | 322 |\n")
    assert numbers(found["Pupils"]) == {2023: 310, 2024: 322}
