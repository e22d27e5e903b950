"""Money in every way people write it comes back as the value it was made from."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.facts.money import Mention, find_mentions, find_period, meant_by_sign, parse_number
from rag.types import Period

# --- a grammar of money ---------------------------------------------------------------

SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "CA$": "CAD", "A$": "AUD", "S$": "SGD", "₩": "KRW"}  # fmt: skip
CODES = ("USD", "EUR", "GBP", "CHF", "SGD", "INR", "JPY", "CAD", "AUD", "PLN", "SEK")
NAMES = {"dollars": "USD", "US dollars": "USD", "euros": "EUR", "euro": "EUR", "rupees": "INR", "yen": "JPY", "Swiss francs": "CHF", "Canadian dollars": "CAD"}  # fmt: skip
SEPARATORS = (",", ".", " ", "\u202f", "\u00a0", "\u2009", "'", "\u2019", "")
SCALES = {"k": 1e3, "K": 1e3, " k": 1e3, "M": 1e6, "m": 1e6, " million": 1e6, " thousand": 1e3, "bn": 1e9, " billion": 1e9}  # fmt: skip
DASHES = ("-", "\u2013", "\u2014", " - ", " \u2013 ", " \u2014 ", "\u2011", " to ", " and ")
PERIODS: dict[str, Period | None] = {
    "": None, " per hour": "hour", "/hour": "hour", "/hr": "hour", " an hour": "hour", " per month": "month",
    "/month": "month", " a month": "month", " per year": "year", "/year": "year", " a year": "year", "/yr": "year",
    " per annum": "year", " annually": "year", " a week": "week", " per day": "day",
}  # fmt: skip
LOWER = ("upwards of ", "at least ", "more than ", "over ")
UPPER = ("up to ", "at most ", "less than ", "under ", "as much as ")
FRAMES = ("{}", "They earn {} in Berlin.", "Pay in 2026 is {}, for 5 to 9 years of work.", "({})", "**{}**", "Seniors: {}; others less.")  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A number as written, without its currency."""

    text: str
    value: float
    scale: str = ""


def grouped(value: int, separator: str) -> str:
    return f"{value:,}".replace(",", separator)


@st.composite
def plain_numbers(draw: st.DrawFn, low: int = 1, high: int = 9_999_999) -> Written:
    value = draw(st.integers(low, high))
    separator = draw(st.sampled_from(SEPARATORS))
    text = grouped(value, separator)
    if draw(st.booleans()):
        return Written(text, value)
    cents = draw(st.integers(1, 99))
    mark = (
        ","
        if separator == "."
        else draw(st.sampled_from([".", ","] if separator not in {",", ""} else ["."]))
    )
    return Written(f"{text}{mark}{cents:02d}", float(f"{value}.{cents:02d}"))


@st.composite
def scaled_numbers(draw: st.DrawFn, scale: str | None = None, low: int = 1) -> Written:
    scale = draw(st.sampled_from(sorted(SCALES))) if scale is None else scale
    whole = draw(st.integers(low, 999))
    tenth = draw(st.integers(0, 9))
    mark = draw(st.sampled_from(".,"))
    text = f"{whole}{mark}{tenth}" if tenth else f"{whole}"
    return Written(text, round((whole * 10 + tenth) * SCALES[scale] / 10, 2), scale)


@dataclass(frozen=True)
class Money:
    """How the currency is written: before or after the number."""

    before: str
    after: str
    currency: str


currencies = st.one_of(
    st.builds(lambda s, gap: Money(s + gap, "", SYMBOLS[s]), st.sampled_from(sorted(SYMBOLS)), st.sampled_from(["", " ", "\u00a0"])),
    st.builds(lambda s, gap: Money("", gap + s, SYMBOLS[s]), st.sampled_from(["€", "£", "$"]), st.sampled_from(["", " ", "\u202f"])),
    st.builds(lambda c, gap: Money(c + gap, "", c), st.sampled_from(CODES), st.sampled_from([" ", "\u00a0", ""])),
    st.builds(lambda c: Money("", f" {c}", c), st.sampled_from(CODES)),
    st.builds(lambda n: Money("", f" {n}", NAMES[n]), st.sampled_from(sorted(NAMES))),
)  # fmt: skip


@dataclass(frozen=True)
class Phrase:
    text: str
    low: float | None
    high: float | None
    currency: str
    open_ended: bool
    period: Period | None


@st.composite
def singles(draw: st.DrawFn) -> Phrase:
    number = draw(st.one_of(plain_numbers(), scaled_numbers()))
    money = draw(currencies)
    unit, period = draw(st.sampled_from(sorted(PERIODS.items(), key=str)))
    body = f"{money.before}{number.text}{number.scale}"
    bound = draw(st.sampled_from(["", "+", "++", *LOWER, *UPPER]))
    if bound == "+":
        return Phrase(
            f"{body}{money.after}+{unit}", number.value, None, money.currency, True, period
        )
    if bound == "++":
        return Phrase(
            f"{body}+{money.after}{unit}", number.value, None, money.currency, True, period
        )
    text = f"{bound}{body}{money.after}{unit}"
    if bound in LOWER:
        return Phrase(text, number.value, None, money.currency, True, period)
    low = None if bound in UPPER else number.value
    return Phrase(text, low, number.value, money.currency, False, period)


@st.composite
def ranges(draw: st.DrawFn) -> Phrase:
    kind = draw(st.sampled_from(["plain", "scaled", "shared scale"]))
    if kind == "plain":
        one, other = draw(plain_numbers(low=1000)), draw(plain_numbers(low=1000))
    else:
        one = draw(scaled_numbers())
        other = draw(scaled_numbers(scale=one.scale))
    low, high = sorted([one, other], key=lambda w: w.value)
    low_text = low.text + ("" if kind == "shared scale" else low.scale)
    high_text = high.text + high.scale
    money = draw(currencies)
    dash = draw(st.sampled_from(DASHES))
    unit, period = draw(st.sampled_from(sorted(PERIODS.items(), key=str)))
    both = draw(st.booleans())
    left = money.before + low_text + (money.after if both else "")
    right = (money.before if both else "") + high_text + money.after
    plus = draw(st.sampled_from(["", "+"]))
    opening = {" and ": "between ", " to ": draw(st.sampled_from(["", "from "]))}.get(dash, "")
    text = f"{opening}{left}{dash}{right}{plus}{unit}"
    return Phrase(text, low.value, high.value, money.currency, bool(plus), period)


@settings(max_examples=400)
@given(phrase=st.one_of(singles(), ranges()), frame=st.sampled_from(FRAMES))
def test_money_comes_back_as_the_value_it_was_made_from(phrase: Phrase, frame: str) -> None:
    text = frame.format(phrase.text)
    found = list(find_mentions(text))
    assert len(found) == 1, (text, found)
    (mention,) = found
    assert (mention.low, mention.high) == (phrase.low, phrase.high), text
    assert mention.currency == phrase.currency, text
    assert mention.open_ended == phrase.open_ended, text
    assert mention.period == phrase.period, text
    inside = text[mention.start : mention.end]
    assert inside == inside.strip()
    assert inside.lstrip("$€£¥₹₩")[:1] in phrase.text
    assert (
        text.index(phrase.text)
        <= mention.start
        < mention.end
        <= text.index(phrase.text) + len(phrase.text)
    )


# --- cases ----------------------------------------------------------------------------


def found(text: str, *, default: str = "") -> list[tuple[float | None, float | None, str]]:
    return [(m.low, m.high, m.currency) for m in find_mentions(text, default_currency=default)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$165k", (165_000, 165_000, "USD")),
        ("$150-250k", (150_000, 250_000, "USD")),
        ("$150k-250", (150_000, 250_000, "USD")),
        ("€70,000–€120,000", (70_000, 120_000, "EUR")),
        ("between 150.000 and 180.000 €", (150_000, 180_000, "EUR")),
        ("from $90K to as much as $120K", (90_000, 120_000, "USD")),
        ("$250,000–$400,000+", (250_000, 400_000, "USD")),
        ("₹25 lakh", (2_500_000, 2_500_000, "INR")),
        ("₹12,00,000", (1_200_000, 1_200_000, "INR")),
        ("12-18 LPA", (1_200_000, 1_800_000, "INR")),
        ("CHF 120'000", (120_000, 120_000, "CHF")),
        ("Fr. 120'000", (120_000, 120_000, "CHF")),
        ("120 000 zł", (120_000, 120_000, "PLN")),
        ("$.5M", (500_000, 500_000, "USD")),
        ("$1.25 million", (1_250_000, 1_250_000, "USD")),
        ("$30bn", (30e9, 30e9, "USD")),
        ("a $50-an-hour job", (50, 50, "USD")),
        ("$226K/yr", (226_000, 226_000, "USD")),
        ("200,000 USD", (200_000, 200_000, "USD")),
        ("USD200,000", (200_000, 200_000, "USD")),
        ("usd 200,000", (200_000, 200_000, "USD")),
        ("200k usd", (200_000, 200_000, "USD")),
        ("50k eur", (50_000, 50_000, "EUR")),
        ("8%", (8, 8, "%")),
        ("8 to 12 per cent", (8, 12, "%")),
        ("roughly 14%", (14, 14, "%")),
        ("12,5 %", (12.5, 12.5, "%")),
        ("8% - 12%", (8, 12, "%")),
        ("$200,000 or more", (200_000, None, "USD")),
        ("can exceed $250,000", (250_000, None, "USD")),
        ("no more than $90k", (None, 90_000, "USD")),
        ("not more than $90k", (None, 90_000, "USD")),
        ("$90k or less", (None, 90_000, "USD")),
        ("\\$165k", (165_000, 165_000, "USD")),
        ("$ 165,000.00", (165_000, 165_000, "USD")),
        ("$0", (0, 0, "USD")),
        ("R696 000", (696_000, 696_000, "ZAR")),
        ("R4 000–R9 600 a month", (4_000, 9_600, "ZAR")),
        ("R950 an hour", (950, 950, "ZAR")),
        ("R2.5 million", (2_500_000, 2_500_000, "ZAR")),
        ("4 000 rand", (4_000, 4_000, "ZAR")),
        ("₹5 to 6.5 lakh", (500_000, 650_000, "INR")),
        ("₹90 lakh to 1.3 crore", (9_000_000, 13_000_000, "INR")),
        ("Rs 12 lakh", (1_200_000, 1_200_000, "INR")),
        ("CAD 62,000 to 76,000", (62_000, 76_000, "CAD")),
        ("AED 1,500 to 2,500 a month", (1_500, 2_500, "AED")),
        ("NZ$90,000", (90_000, 90_000, "NZD")),
        ("kr 45 000", (45_000, 45_000, "SEK")),
        ("45.000 kr.", (45_000, 45_000, "SEK")),
        ("30 000 Kč", (30_000, 30_000, "CZK")),
        ("6 200 złoty", (6_200, 6_200, "PLN")),
        ("520 000 kroner", (520_000, 520_000, "DKK")),
        ("R180k", (180_000, 180_000, "ZAR")),
        ("40,000 baht", (40_000, 40_000, "THB")),
        ("90 million to 115 million won", (90e6, 115e6, "KRW")),
    ],
)  # fmt: skip
def test_written_money(text: str, expected: tuple[float | None, float | None, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "In 2026", "5 to 9 years", "150 k new roles", "0–2 years", "Q1 2025 to Q2 2026", "GPT-4 and H1B", "version 1.2.3",
        "24/7", "the top 10", "between 2024 and 2026", "100,000 people", "a 3x increase", "iPhone 15", "+1 555 123 4567",
        "I won 3 times", "a real 5", "pound 5", "All 5 of them", "$", "€ and $", "US$", "k", "the TOP 5", "R2-D2", "5 m tall",
        "10 million users", "2.5 hours per week", "won 2 awards", "1 try", "3 real cases", "5 pounds of flour", "R134a",
        "R5 and R 4.2",
    ],
)  # fmt: skip
def test_what_is_no_money(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025 and $5", [(5, 5, "USD")]),
        ("in 2026, $165k", [(165_000, 165_000, "USD")]),
        ("In 2026 $165k", [(165_000, 165_000, "USD")]),
        ("3-5 years: $165k", [(165_000, 165_000, "USD")]),
        ("$100k and $150k", [(100_000, 100_000, "USD"), (150_000, 150_000, "USD")]),
        ("$100k, 10% and 5%", [(100_000, 100_000, "USD"), (10, 10, "%"), (5, 5, "%")]),
        ("$100k in 2025 and 2026", [(100_000, 100_000, "USD")]),
        ("$100k with 5 years", [(100_000, 100_000, "USD")]),
        ("$130,000 2026", [(130_000, 130_000, "USD")]),
        ("€50k ($55k)", [(50_000, 50_000, "EUR"), (55_000, 55_000, "USD")]),
        ("$50k/€45k", [(50_000, 50_000, "USD"), (45_000, 45_000, "EUR")]),
        ("base $210k + bonus $20k", [(210_000, 210_000, "USD"), (20_000, 20_000, "USD")]),
        ("$210k + $20k", [(210_000, 210_000, "USD"), (20_000, 20_000, "USD")]),
        ("$1,000,$2,000", [(1_000, 1_000, "USD"), (2_000, 2_000, "USD")]),
        ("$210k|$307k", [(210_000, 210_000, "USD"), (307_000, 307_000, "USD")]),
        ("raised $5-$3 million", None),
        ("from $165k to $200k, up 21%", [(165_000, 200_000, "USD"), (21, 21, "%")]),
    ],
)  # fmt: skip
def test_several_figures_are_kept_apart(
    text: str, expected: list[tuple[float, float, str]] | None
) -> None:
    if expected is not None:
        assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("All amounts are in Canadian dollars before tax.", {"USD": "CAD"}),
        ("Base salary by sector, NZD a year", {"USD": "NZD"}),
        ("Monthly pay in DKK", {"SEK": "DKK"}),
        ("Amounts in Canadian or Australian dollars: AUD, CAD", {}),
        ("Canadian dollars, but US$5 in Austin", {}),
        ("A$180k, 90,000 Canadian dollars, 5k AUD", {}),
        ("| Toronto (CAD) | Austin ($) | Singapore, SGD |", {}),
        ("$165k", {}),
    ],
)
def test_a_text_may_say_which_dollar_its_dollars_are(text: str, meant: dict[str, str]) -> None:
    assert meant_by_sign(text) == meant


def test_a_sign_of_several_currencies_is_told_from_one_that_says_which() -> None:
    assert [m.shared for m in find_mentions("$5k, $6–7k, 5k dollars, US$5k, $5k CAD, €5k")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_bare_numbers_take_the_currency_of_their_column() -> None:
    assert found("150,000", default="USD") == [(150_000, 150_000, "USD")]
    assert found("100-150", default="EUR") == [(100, 150, "EUR")]
    assert found("€90k", default="USD") == [(90_000, 90_000, "EUR")]
    assert found("€50k - £60k", default="USD") == [(50_000, 50_000, "EUR"), (60_000, 60_000, "GBP")]


def test_approximate_figures_say_so() -> None:
    assert next(find_mentions("around $130,000–$160,000")).approximate
    assert next(find_mentions("~$190k")).approximate
    assert not next(find_mentions("exactly $190k")).approximate


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("150,000", 150_000), ("150.000", 150_000), ("150 000", 150_000), ("150'000", 150_000), ("1,50,000", 150_000),
        ("1.5", 1.5), ("1,5", 1.5), ("1,234.56", 1234.56), ("1.234,56", 1234.56), ("1 234,56", 1234.56), ("0.125", 0.125),
        ("1,234,567", 1_234_567), ("1.2.3", None), ("1,2,3", None), ("1,23,45", None), ("12", 12), ("1'234.5", 1234.5),
        ("1,234 567", None), ("12 34", None), ("1.234.567,89", 1_234_567.89), ("007", 7),
    ],
)  # fmt: skip
def test_numbers(raw: str, value: float | None) -> None:
    assert parse_number(raw) == value


def test_a_scale_makes_a_point_a_fraction() -> None:
    assert parse_number("1.250", scaled=True) == 1.25
    assert parse_number("1,250", scaled=True) == 1250


@given(st.text(alphabet="0123456789,.' ", max_size=30))
def test_any_row_of_digits_is_a_number_or_none(raw: str) -> None:
    if any(c.isdigit() for c in raw) and raw[0].isdigit() and raw[-1].isdigit():
        value = parse_number(raw)
        assert value is None or value >= 0


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("per hour", "hour"), ("$50/h", "hour"), ("an hourly rate", "hour"), ("a day", "day"), ("p.a.", "year"), ("PA", "year"),
        ("monthly", "month"), ("per month, 12 times a year", "month"), ("nothing", None), ("", None), ("the year", None),
        ("each week", "week"), ("annual", "year"), ("pcm", "month"), ("pm", "month"), ("company", None), ("spa", None),
    ],
)  # fmt: skip
def test_periods(text: str, period: Period | None) -> None:
    assert find_period(text) == period


# --- any text -------------------------------------------------------------------------


def assert_in_order(text: str, mentions: list[Mention]) -> None:
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert any(c.isdigit() for c in text[mention.start : mention.end])
        assert mention.low is not None or mention.high is not None
        if mention.low is not None and mention.high is not None:
            assert mention.low <= mention.high
    for earlier, later in pairwise(mentions):
        assert earlier.end <= later.start


PIECES = ("$", "€", "US$", "1", "150", "000", ",", ".", " ", "'", "-", "–", "to", "and", "k", "M", "million", "%", "+", "USD", "per", "hour", "between", "²", "٣", "İ")  # fmt: skip


@given(
    st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)),
    st.sampled_from(["", "USD"]),
)
def test_any_text_gives_mentions_in_order(text: str, default: str) -> None:
    assert_in_order(text, list(find_mentions(text, default_currency=default)))


@pytest.mark.parametrize(
    "piece",
    ["1", "1,", "1 ", "1.1", "$", "$ ", "$1", "$1-", "1,111,", "USD", "USD ", " ", "\n", "1 to ", "1k", "1+", "$1 and ", "€1–", "111 ", "between ", "over ", "~", "k", "A", "a", "1%", "' ", "12 34 ", "US dollar "],
)  # fmt: skip
def test_a_long_evil_text_is_read_in_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    assert_in_order(text, list(find_mentions(text)))
    find_period(text)
    assert time.process_time() - started < 30
