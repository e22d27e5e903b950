"""Dates and inline marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.parsed import find_date, stated_date, strip_markup


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("June 2026", "2026-06"),
        ("Sept. 2025", "2025-09"),
        ("March 3, 2025", "2025-03"),
        ("may 2024", "2024-05"),
        ("3 May 2024", "2024-05"),
        ("2026-06-15", "2026-06-15"),
        ("2026-06", "2026-06"),
        ("in 2026", "2026"),
        ("$2026", None),
        ("12026", None),
        ("3020", None),
        ("no date", None),
        ("", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert find_date(text) == date


def test_a_stated_date_needs_its_word() -> None:
    assert stated_date("Founded in 1998. Last updated: June 2026.") == "2026-06"
    assert stated_date("Founded in 1998.") is None


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("**Bold:** and *it* and _em_ and `code`", "Bold: and it and em and code"),
        ('a [link](https://x.org/a_(b) "t") here', "a link here"),
        ("an ![image](x.png) here", "an image here"),
        ("[![badge](b.svg)](https://x.org)", "badge"),
        ("<https://x.org/a>", "https://x.org/a"),
        ("one<br>two<br/>three", "one two three"),
        ("<b>bold</b>ly", "boldly"),
        ("2 * 3 and snake_case_name and _private", "2 * 3 and snake_case_name and private"),
        (r"\*not\* \$5", "*not* $5"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("pay <$100k and >$50k", "pay <$100k and >$50k"),
        ("R&amp;D &euro;5 &nbsp;x AT&T", "R&D €5 x AT&T"),
        ("a quote\n> goes on", "a quote goes on"),
        ("> $250k", "> $250k"),
        ("seen <!-- not seen --> again", "seen again"),
        ('<div\n  class="box"\n  role="region"\n>\n  <p>Boxed</p></div>', "Boxed"),
        ('Ask in {% channel "jobs" %} first', "Ask in first"),
        ("{braces} and 5 %}", "{braces} and 5 %}"),
        ("[1] and [note]", "[1] and [note]"),
        ("two   spaces\n\tand tab", "two spaces and tab"),
    ],
)
def test_marks_are_taken_off(marked: str, plain: str) -> None:
    assert strip_markup(marked) == plain


@given(st.text(alphabet="ab *_[]()<>!\\`&;\n", max_size=80))
def test_any_marks_leave_one_line(text: str) -> None:
    plain = strip_markup(text)
    assert "\n" not in plain
    assert plain == plain.strip()
