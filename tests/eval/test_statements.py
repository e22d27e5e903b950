from __future__ import annotations

import pytest

from eval.statements import Statement, statements


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", []),
        ("Seniors earn **$200k** [1].", [("Seniors earn $200k.", (1,))]),
        (
            "Seniors earn $200k [1][2]. In Europe, less [3]. How much?",
            [("Seniors earn $200k.", (1, 2)), ("In Europe, less.", (3,))],
        ),
        # A marker after the full stop belongs to the sentence before it.
        ("First. [1] Second [2].", [("First.", (1,)), ("Second.", (2,))]),
        ("Skills, e.g. Python, pay [1].", [("Skills, e.g. Python, pay.", (1,))]),
        ("It is 2.6× as much [1, 2].", [("It is 2.6× as much.", (1, 2))]),
        ("They need:\n\n- Python [1]\n- maths [2]", [("Python", (1,)), ("maths", (2,))]),
        ("1. First step [1].\n2. Second step.", [("First step.", (1,)), ("Second step.", ())]),
        ("*I took from your message: 4 years.*\n\nYou earn €1 [1].", [("You earn €1.", (1,))]),
        ("**Pay**\n\nSeniors earn €1 [1].", [("Seniors earn €1.", (1,))]),
        ("- **Pay**\n  - Seniors earn €1. [1]", [("Seniors earn €1.", (1,))]),
        ("You earn €1 [1]. The source gives no date.", [("You earn €1.", (1,))]),
        ("The documents have no figure for Rome, so this is Europe's.", []),
        ("The sources differ: €1 [1] and €2 [2].", [("The sources differ: €1 and €2.", (1, 2))]),
        ("The sources disagree ([1] and [2]).", []),
        ("Nurses get **€70** a day [1].", [("Nurses get €70 a day.", (1,))]),
        ("Tell me a rate and I'll work it out.", []),
        ("No document gives that figure.", []),
        ("The source of their pay is rent.", [("The source of their pay is rent.", ())]),
        (
            "| Place | Pay |\n|---|---|\n| Austin | $210k [1] |\n| Remote | $190k [2] |",
            [("Place: Austin; Pay: $210k", (1,)), ("Place: Remote; Pay: $190k", (2,))],
        ),
    ],
)
def test_an_answer_is_read_as_statements(
    markdown: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert statements(markdown) == tuple(Statement(text, markers) for text, markers in expected)
