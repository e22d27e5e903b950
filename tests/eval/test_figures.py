from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.figures import CURRENCIES, Figure, holds, parse_figures, same, says, states


def eur(*values: float) -> list[Figure]:
    return [Figure(value, "EUR") for value in values]


def usd(*values: float) -> list[Figure]:
    return [Figure(value, "USD") for value in values]


def of(unit: str, *values: float) -> list[Figure]:
    return [Figure(value, unit) for value in values]


HAND_WORKED: list[tuple[str, list[Figure]]] = [
    # Money.
    ("€70,000–€120,000", eur(70_000, 120_000)),
    ("$250k", usd(250_000)),
    ("$165 k base, $1.2M", usd(165_000, 1_200_000)),
    ("$200,000-$300,000+", usd(200_000, 300_000)),
    ("**$50,000–$100,000** (USD equivalent)", usd(50_000, 100_000)),
    ("€**70k** a year", eur(70_000)),
    (r"\$70,000 to \$80,000", usd(70_000, 80_000)),
    ("exceeding $30 bn in 2025", [*usd(30e9), *of("count", 2025)]),
    ("USD 1.2 million, 70 000 €, 90k euros", [*usd(1_200_000), *eur(70_000, 90_000)]),
    ("€70.000 and €1.250.000", eur(70_000, 1_250_000)),
    ("70\u202f000 EUR", eur(70_000)),
    ("C$90k, A$80k, $70,000 CAD", [*of("CAD", 90_000), *of("AUD", 80_000), *of("CAD", 70_000)]),
    ("£45,000, CHF 120'000, ₹12,00,000", [*of("GBP", 45e3), *of("CHF", 12e4), *of("INR", 12e5)]),
    # The ways of other countries.
    ("R696 000, R4 000–R9 600, R1 380 000, R950", of("ZAR", 696e3, 4e3, 9600, 1380e3, 950)),
    ("R2.5 million, R2-D2, R5, R 12 000", [*of("ZAR", 2.5e6), *of("ZAR", 12_000)]),
    ("12 000 zł, PLN 8 500, 30 000 Kč", [*of("PLN", 12_000, 8_500), *of("CZK", 30_000)]),
    ("kr 45 000, 45.000 kr., 520 000 kroner", [*of("SEK", 45e3, 45e3), *of("NOK", 520e3)]),
    (
        "90 million to 115 million won, in 2024 won 3",
        [*of("KRW", 9e7, 1.15e8), *of("count", 2024, 3)],
    ),
    ("12 LPA, 12–18 LPA, Rs 12 lakh", of("INR", 12e5, 12e5, 18e5, 12e5)),
    ("9,000 dirhams, 4 000 rand, NZ$90,000", [*of("AED", 9e3), *of("ZAR", 4e3), *of("NZD", 9e4)]),
    ("771 000 a year in 2025", of("count", 771_000, 2025)),
    # Ranges share what they state once.
    ("₹5 to 6.5 lakh, ₹90 lakh to 1.3 crore", of("INR", 5e5, 6.5e5, 9e6, 1.3e7)),
    (
        "CAD 62,000 to 76,000, from AED 1,800 to 2,000",
        [*of("CAD", 62e3, 76e3), *of("AED", 1800, 2000)],
    ),
    ("between €70,000 and 80,000", eur(70_000, 80_000)),
    (
        "$0.70 or 60 cents, $90k to 2026",
        [*usd(0.7), *of("count", 60), *usd(90e3), *of("count", 2026)],
    ),
    ("$150–250k", usd(150_000, 250_000)),
    ("US$70k–90k", usd(70_000, 90_000)),
    ("150k–250 USD", usd(150_000, 250_000)),
    ("$150k-$250k, 150k-250k USD", usd(150_000, 250_000, 150_000, 250_000)),
    ("0-to-1", of("count", 0, 1)),
    ("$900–1.2k", usd(900, 1_200)),
    ("€70–120,000", eur(70, 120_000)),
    ("between 70 and 120 thousand euros", eur(70_000, 120_000)),
    ("$80,000 to $150,000+ USD equivalent", usd(80_000, 150_000)),
    ("from 2024 to 15 %", [*of("count", 2024), *of("%", 15)]),
    ("10‑15 %", of("%", 10, 15)),
    ("2–5 years", of("years", 2, 5)),
    ("two to four years", of("years", 2, 4)),
    (
        "twenty-four months, two and a half years, a half-year",
        [*of("months", 24), *of("years", 2.5, 0.5)],
    ),
    # A subtraction is no range and no sign; a sign is a sign.
    ("$560k − $307k = $253k", usd(560_000, 307_000, 253_000)),
    ("$560 −$307k", usd(560, 307_000)),
    ("a change of -5 %", of("%", -5)),
    # Other units.
    ("8 %, 18%, 20 percent, 3 per cent", of("%", 8, 18, 20, 3)),
    ("1.3×, 3x, 1.5 times", of("x", 1.3, 3, 1.5)),
    ("2 × $165k", [*of("count", 2), *usd(165_000)]),
    ("7+ years, a 5-year plan, 3 yrs, one year", of("years", 7, 5, 3, 1)),
    ("within 12 months", of("months", 12)),
    ("an estimated 150 k new roles by 2028", of("count", 150_000, 2028)),
    ("4 of 5 (80 %)", [*of("count", 4, 5), *of("%", 80)]),
    ("early 2020s, June 2026, 2026-06, 2026-06-15", of("count", 2020, 2026, 2026, 2026)),
    # Markup and names are not numbers.
    ("H1B, H‑1B, Tier‑1, Q1, GPT-4, 1st, 3D, 10kg, 401k, 000_912.txt", []),
    ("said [1], [2, 3], [^4], [5](#source-5), https://x.org/2026/7", []),
    ("1. ten\n2. eleven\n   12) twelve", []),
    ("one of the best, for one", []),
    ("<sup>1</sup>", of("count", 1)),
    (
        "| Engineer (2‑5 yr) | $165 k | 30 % |\n| Staff | $260 k | 50 % |",
        [*of("years", 2, 5), *usd(165e3), *of("%", 30), *usd(260e3), *of("%", 50)],
    ),
    ("between €70,000 and\n€120,000 after 5\nyears", [*eur(70_000, 120_000), *of("years", 5)]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), HAND_WORKED)
def test_hand_worked(text: str, expected: list[Figure]) -> None:
    assert list(parse_figures(text)) == expected


@pytest.mark.parametrize(
    ("text", "wanted", "stated"),
    [
        ("2.6×", Figure(2.62, "x"), True),
        ("$338k", Figure(337_700, "USD"), True),
        ("$338,000", Figure(337_700, "USD"), True),
        ("€5,833", Figure(5833.33, "EUR"), True),
        ("$340k", Figure(337_700, "USD"), False),
        ("$310,000", Figure(307_000, "USD"), False),
        ("$170k", Figure(165_000, "USD"), False),
        ("$1.2M", Figure(1_249_000, "USD"), False),
        ("20 %", Figure(22, "%"), False),
        ("2030", Figure(2028, "count"), False),
        ("$70,000", Figure(70_000, "EUR"), False),
    ],
)
def test_an_expected_figure_may_be_rounded_as_it_is_written(
    text: str, wanted: Figure, stated: bool
) -> None:
    assert states(parse_figures(text), wanted) is stated


def test_a_sign_of_several_currencies_is_the_one_that_is_meant() -> None:
    text = "$90k, 80 dollars, C$70k, kr 45 000, 900 kr"
    assert parse_figures(text) == (*usd(90_000, 80), *of("CAD", 70_000), *of("SEK", 45_000, 900))
    meant = parse_figures(text, currencies={"NZD", "DKK"})
    assert meant == (*of("NZD", 90e3, 80), *of("CAD", 70e3), *of("DKK", 45e3, 900))


@pytest.mark.parametrize(
    ("text", "wanted", "said"),
    [
        ("$67,300 in small NGOs", Figure(67_300, "NZD"), True),
        ("C$67,300 in small NGOs", Figure(67_300, "NZD"), False),
        ("55,000 kr. a month", Figure(55_000, "DKK"), True),
        ("By the third year it was 3.8 lakh.", Figure(380_000, "INR"), True),
        ("- T1: 66,300 to 70,100", Figure(70_100, "CHF"), True),
        ("Nine employees", Figure(9, "count"), True),
        ("called 0.7 times in a week", Figure(0.7, "count"), True),
        ("three years", Figure(3, "count"), False),
        ("The median age is 41.", Figure(41, "years"), True),
        ("five months against seven", Figure(7, "months"), True),
        ("41 months", Figure(41, "years"), False),
        ("Seventy-one per cent", Figure(71, "%"), True),
        ("8, 12 and 15 %", Figure(12, "%"), True),
        ("8, 12 and 15", Figure(12, "%"), False),
        ("one of [3]", Figure(3, "count"), False),
        ("$338k", Figure(337_700, "CAD"), True),
    ],
)
def test_what_a_reader_hears_who_knows_what_was_asked(
    text: str, wanted: Figure, said: bool
) -> None:
    assert says(text, wanted) is said


def test_a_figure_reads_well() -> None:
    figures = [*usd(250_000), *of("x", 2.5), *of("count", 2026, 1500), *of("years", 3)]
    assert [str(each) for each in figures] == ["250,000 USD", "2.5 x", "2026", "1,500", "3 years"]


# --- laws -----------------------------------------------------------------------------

money = st.integers(min_value=1, max_value=9_999_999)
# 401k is no sum but a pension plan, and is read as one.
thousands = st.integers(min_value=1, max_value=999).filter(lambda n: n != 401)
currency = st.sampled_from(sorted(CURRENCIES))
dash = st.sampled_from(["-", "–", "—", "‑", " - ", " – ", " to "])


@given(money, currency)
def test_a_sum_is_read_back_however_it_is_written(value: int, code: str) -> None:
    wanted = [Figure(value, code)]
    for text in (
        f"{code} {value}",
        f"{value:,} {code}",
        f"**{value:,}** {code}.",
        f"({code}{value:,})",
    ):
        assert list(parse_figures(text)) == wanted


@given(thousands, thousands, st.sampled_from(["-", "–", "—", "‑"]), st.sampled_from("kK"))
def test_a_range_shares_currency_and_scale(a: int, b: int, between: str, scale: str) -> None:
    low, high = sorted((a, b))
    wanted = usd(low * 1000, high * 1000)
    assert list(parse_figures(f"${low}{between}{high}{scale}")) == wanted
    assert list(parse_figures(f"{low}{scale}{between}{high}{scale} USD")) == wanted


@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=2),
    dash,
    st.sampled_from(["years", "%", "months"]),
)
def test_a_range_shares_its_unit(ends: list[int], between: str, unit: str) -> None:
    low, high = ends
    assert list(parse_figures(f"{low}{between}{high} {unit}")) == of(unit, low, high)


@given(st.decimals(min_value=0, max_value=1000, places=2))
def test_a_decimal_percentage_is_exact(value: object) -> None:
    assert same(parse_figures(f"about {value} % of base")[0], Figure(float(str(value)), "%"))


@given(money, st.integers(1, 99))
def test_markers_never_become_figures(value: int, marker: int) -> None:
    assert list(parse_figures(f"**${value:,}** [{marker}][{marker}], [{marker}, 2]")) == usd(value)


@given(st.lists(st.tuples(money, currency), max_size=6))
def test_cells_and_lines_do_not_run_into_each_other(row: list[tuple[int, str]]) -> None:
    wanted = [Figure(value, code) for value, code in row]
    cells = [f"{value:,} {code}" for value, code in row]
    assert list(parse_figures("| " + " | ".join(cells) + " |")) == wanted
    assert list(parse_figures("\n".join(f"- {cell}" for cell in cells))) == wanted


@given(st.text(alphabet="0123456789.,'kKmM$€%x×-–+ |*[]()\nabto years", max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for figure in parse_figures(text):
        assert figure.step >= 0
        assert holds([figure], figure)


@given(st.text(max_size=200))
def test_any_unicode_is_read_without_an_error(text: str) -> None:
    parse_figures(text)
