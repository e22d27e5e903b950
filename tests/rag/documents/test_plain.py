"""Plain text: headings, lists, tables and questions by the shape of their lines."""

from __future__ import annotations

from rag.documents.plain import parse_plain
from rag.types import Block

PAGE = """AI engineer salaries
Updated June 2026
Pay differs by level, and the differences are larger than in most other jobs of the field.
By level
Typical pay in the US is:
- Junior: $100k
• Senior: $200k
1) Lead: $300k
Median total compensation
| Level | Total |
|---|---|
| Junior | $165k |
| Senior | $307k |
Q: Do bonuses count?
A: Yes, they are part of total compensation.
Are they taxed?
They are, as far as anyone knows.
"""


def by_text(text: str) -> dict[str, Block]:
    return {b.span.of(text): b for b in parse_plain(text).blocks}


def test_title_and_date_are_the_first_heading_and_what_the_text_says() -> None:
    parsed = parse_plain(PAGE)
    assert (parsed.title, parsed.date) == ("Updated June 2026", "2026-06") or (
        parsed.title,
        parsed.date,
    ) == ("AI engineer salaries", "2026-06")


def test_list_items_know_their_heading_and_lead_in() -> None:
    found = by_text(PAGE)
    for item in ("Junior: $100k", "Senior: $200k", "Lead: $300k"):
        block = found[item]
        assert block.headings == ("By level",)
        assert block.lead_in
        assert block.lead_in.of(PAGE) == "Typical pay in the US is:"
    assert len({found[i].group for i in ("Junior: $100k", "Senior: $200k", "Lead: $300k")}) == 1


def test_table_rows_know_their_columns() -> None:
    cells = by_text(PAGE)["| Senior | $307k |"].cells
    assert [(c.column, c.span.of(PAGE)) for c in cells] == [("Level", "Senior"), ("Total", "$307k")]


def test_rows_without_a_head_have_no_columns_and_a_group_of_their_own() -> None:
    text = "Some words before it.\n| a | b |\n| 1 | 2 |\nSome words after it.\n"
    found = by_text(text)
    assert [c.column for c in found["| 1 | 2 |"].cells] == ["", ""]
    assert found["| a | b |"].group == found["| 1 | 2 |"].group
    assert len({b.group for b in found.values()}) == 3


def test_a_table_does_not_lend_its_columns_to_the_next() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\nWords in between, at least.\n| 3 | 4 |\n"
    assert [c.column for c in by_text(text)["| 3 | 4 |"].cells] == ["", ""]


def test_a_question_heads_its_answer() -> None:
    found = by_text(PAGE)
    reply = found["Yes, they are part of total compensation."]
    assert reply.headings[-1] == "Do bonuses count?"
    assert found["They are, as far as anyone knows."].headings[-1] == "Are they taxed?"


def test_an_answer_without_text_is_nothing() -> None:
    assert list(by_text("Q: One?\nA:\nQ: Two?\nA: Yes, two.\n")) == ["Yes, two."]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = "This is a text that\nruns on over lines as\nold mails do, and it\nnever ends before\nits time.\n\nNext one is\nshort.\n"
    assert list(by_text(text)) == [text[: text.index("\n\n")], "Next one is\nshort."]


def test_unwrapped_lines_are_paragraphs_each() -> None:
    text = "The first paragraph ends here.\nThe second paragraph ends here.\n"
    assert len(by_text(text)) == 2
