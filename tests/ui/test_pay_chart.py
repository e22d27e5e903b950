"""The chart, the table and the CSV say what the facts say."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.types import CitedFact
from tests.ui.fakes import MID_CAREER, MID_EUROPE, fact
from tests.ui.test_render import assert_inert
from ui.show.pay_chart import amount, disputed_markers, pay_csv, pay_html

LEVELS = ("entry", "mid", "senior", "staff")


def answer_with(*figures: tuple[float | None, float | None, bool]) -> object:
    facts = []
    for (low, high, open_ended), level in zip(figures, LEVELS, strict=False):
        base = fact(MID_CAREER, "€70,000–€120,000", 1, 2, "EUR", level=level, region="Europe")
        facts.append(CitedFact(replace(base, low=low, high=high, open_ended=open_ended), 1))
    return replace(MID_EUROPE, facts=tuple(facts), conflicts=())


def bars(html: str) -> list[tuple[float, float]]:
    found = re.findall(r'class="bar[^"]*" x="([\d.]+)%" y="\d+" width="([\d.]+)%"', html)
    return [(float(x), float(width)) for x, width in found]


def test_a_range_is_drawn_from_low_to_high() -> None:
    html = pay_html(answer_with((50_000, 100_000, False), (100_000, 200_000, False)), str)  # type: ignore[arg-type]
    assert bars(html) == [(25.0, 25.0), (50.0, 50.0)]
    assert "$" not in html
    assert "€50,000–€100,000" in html


def test_an_open_end_goes_on_beyond_the_figure() -> None:
    html = pay_html(answer_with((50_000, 100_000, True), (100_000, None, True)), str)  # type: ignore[arg-type]
    assert html.count("beyond") == 2
    assert "€50,000–€100,000+" in html
    assert "from €100,000" in html


@given(
    st.lists(
        st.tuples(st.none() | st.floats(0, 1e12), st.none() | st.floats(0, 1e12), st.booleans()),
        max_size=4,
    )
)
def test_any_figures_stay_within_the_picture(
    figures: list[tuple[float | None, float | None, bool]],
) -> None:
    html = pay_html(answer_with(*figures), str)  # type: ignore[arg-type]
    assert "nan" not in html
    assert "inf" not in html
    for x, width in bars(html):
        assert -0.01 <= x <= 100.01
        assert width <= 100.5
    assert_inert(html)


def test_one_figure_is_not_drawn() -> None:
    assert pay_html(answer_with((50_000, 100_000, False)), str) == ""  # type: ignore[arg-type]


def test_what_sources_differ_on_is_marked_and_said() -> None:
    html = pay_html(MID_EUROPE, lambda number: f"<{number}>")
    assert disputed_markers(MID_EUROPE) == {1, 2}
    assert html.count('<tr class="differs">') == 2
    assert "Sources differ on these figures" in html
    assert "<td>&lt;" not in html
    assert "<2> differs" in html


def test_csv_has_a_row_a_fact_with_plain_numbers() -> None:
    rows = list(csv.DictReader(io.StringIO(pay_csv(MID_EUROPE))))
    assert [(row["low"], row["high"], row["currency"]) for row in rows] == [
        ("70000", "120000", "EUR"),
        ("300000", "300000", "USD"),
        ("560000", "560000", "USD"),
    ]
    assert rows[2]["component"] == "total"
    assert rows[2]["quote"] == "| Principal | $300k | $560k |"
    assert rows[0]["sources_differ"] == "True"


def test_csv_holds_no_formula() -> None:
    evil = replace(MID_EUROPE.facts[0].fact, role='=HYPERLINK("http://e")', place="@x", level="+1")
    rows = list(csv.reader(io.StringIO(pay_csv(replace(MID_EUROPE, facts=(CitedFact(evil, 1),))))))
    assert not [cell for cell in rows[1] if cell[:1] in set("=+-@")]


def test_amounts_in_words() -> None:
    from rag.answer.pay.chart import charts

    bar = charts(answer_with((1, 2, False), (3, 4, False)).facts)[0].bars[0]  # type: ignore[attr-defined]
    assert amount(replace(bar, low=None, high=90_000), "GBP") == "up to £90,000"
    assert amount(replace(bar, low=8, high=8), "%") == "8%"
