from __future__ import annotations

import pytest

from eval.text import comparable, markers, plain


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**Bold** and *it* and `code` [1].", "Bold and it and code ."),
        ("see [the page](https://x.org) at https://y.org/1", "see the page at"),
        ("one\ntwo\n\nthree\n- four\n| a | b |", "one two\n\nthree\n- four\n| a | b |"),
        ("1. first\n2. second", "first\nsecond"),
        ("3*4 and snake_case and \\$5 &amp; <b>6</b>", "3*4 and snake_case and $5 & 6"),
        ("cross\u2011team\u00a0work\u200b", "cross-team work"),
    ],
)
def test_plain(markdown: str, expected: str) -> None:
    assert [line.strip() for line in plain(markdown).splitlines() if line] == [
        line for line in expected.splitlines() if line
    ]


def test_comparable_ignores_case_markup_and_typography() -> None:
    assert comparable("Show **cross‑team**\n“impact”") == comparable('show CROSS–team "impact"')


def test_markers() -> None:
    assert markers("a [1], b [2, 3][11] and [x] [link](1)") == {1, 2, 3, 11}
