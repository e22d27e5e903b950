"""Markdown: headings, lists, tables and front matter as a reader sees them."""

from __future__ import annotations

import pytest

from rag.documents.markdown import parse_markdown
from rag.types import Block, BlockKind


def blocks(text: str) -> list[tuple[str, str]]:
    return [(b.kind.value, b.span.of(text)) for b in parse_markdown(text).blocks]


def rows(text: str) -> list[list[tuple[str, str]]]:
    """Each row's cells as (column, cell)."""
    found = parse_markdown(text).blocks
    return [[(c.column, c.span.of(text)) for c in b.cells] for b in found if b.cells]


def by_text(text: str) -> dict[str, Block]:
    return {b.span.of(text): b for b in parse_markdown(text).blocks}


def test_headings_make_a_path() -> None:
    text = "# A\n\none\n\n## B\n\ntwo\n\n### *C* `d`\n\nthree\n\n## E\n\nfour\n\nF\n===\n\nfive\n"
    assert {k: b.headings for k, b in by_text(text).items()} == {
        "one": ("A",),
        "two": ("A", "B"),
        "three": ("A", "B", "C d"),
        "four": ("A", "E"),
        "five": ("F",),
    }


def test_a_skipped_level_still_nests() -> None:
    assert by_text("# A\n\n### C\n\nx\n\n## B\n\ny\n")["y"].headings == ("A", "B")


@pytest.mark.parametrize(
    ("text", "title", "date"),
    [
        ("# Head\n\nx", "Head", None),
        ("x\n\n## Head\n\ny", "Head", None),
        ("---\ntitle: Front\ndate: 2026-06\n---\n# Head\n\nx", "Front", "2026-06"),
        ("---\ntitle: Front\ndate: 2026-06-15\n---\nx", "Front", "2026-06-15"),
        ("---\ntitle: 'A: b'\ndate: 2025\nupdated: June 2026\n---\nx", "A: b", "2026-06"),
        ("---\ndate: undated\n---\n# H\n\nx", "H", None),
        ("---\ndate: 2026-13-45\n---\n# H\n\nx", "H", "2026"),
        ("---\ntitle: 2026\n---\nx", "2026", "2026"),
        ("---\ntitle: [a, b]\n---\n# H\n\nx", "H", None),
        ("---\ntitle: {\n---\n# H\n\nx", "H", None),
        ("# Pay\n\nLast updated on March 3, 2025.\n\nx", "Pay", "2025-03"),
        ("# Pay in 2026\n\nx", "Pay in 2026", "2026"),
        ("# Pay\n\nFounded in 1998 by two people.", "Pay", None),
    ],
)
def test_title_and_date(text: str, title: str, date: str | None) -> None:
    parsed = parse_markdown(text)
    assert (parsed.title, parsed.date) == (title, date)


def test_front_matter_is_no_block_and_moves_no_offset() -> None:
    text = "---\ntitle: x\nprovenance: |\n  - a\n  - b\n---\n\n# H\n\nfirst\n\nsecond"
    assert blocks(text) == [("paragraph", "first"), ("paragraph", "second")]


def test_two_rules_with_text_between_them_are_text() -> None:
    text = "---\n\nNot front matter at all.\n\n---\n\nafter\n"
    assert [t for _, t in blocks(text)] == ["Not front matter at all.", "after"]


def test_front_matter_that_expands_without_end_is_harmless() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert parse_markdown(f"---\n{bomb}title: *i\n---\n# H\n\nx").title == "H"


def test_list_items_lose_their_marks() -> None:
    text = "Intro:\n\n- one\n* two\n+ three\n\n1. four\n2) five\n\n- [ ] todo\n- [x] done\n"
    assert [t for k, t in blocks(text) if k == "list item"] == [
        *("one", "two", "three", "four", "five", "todo", "done"),
    ]


def test_nested_lists_are_items_of_one_group_introduced_by_their_parent() -> None:
    text = "Intro:\n\n- Senior:\n  - $100k base\n  - 10 % bonus\n- Junior\n\n  More on juniors.\n- - deep\n"
    found = by_text(text)
    lead_ins = {k: b.lead_in.of(text) for k, b in found.items() if b.lead_in}
    assert lead_ins == {
        "Senior:": "Intro:",
        "$100k base": "Senior:",
        "10 % bonus": "Senior:",
        "Junior": "Intro:",
        "More on juniors.": "Intro:",
        "deep": lead_ins["deep"],
    }
    assert len({b.group for b in found.values() if b.kind is BlockKind.LIST_ITEM}) == 1


def test_a_list_is_introduced_by_the_paragraph_before_it_in_its_section() -> None:
    text = "Before.\n\n# A\n\n- x\n\nOn average:\n\n- y\n"
    found = by_text(text)
    assert found["x"].lead_in is None
    lead_in = found["y"].lead_in
    assert lead_in
    assert lead_in.of(text) == "On average:"


def test_separate_lists_are_separate_groups() -> None:
    found = by_text("- a\n- b\n\ntext\n\n- c\n")
    assert found["a"].group == found["b"].group
    assert found["b"].group < found["text"].group < found["c"].group


def test_table_cells_know_their_columns() -> None:
    text = "Pay:\n\n| Level | *Base* pay |\n|---|---:|\n| Junior | $100k |\n| Senior |  |\n"
    assert rows(text) == [
        [("Level", "Junior"), ("Base pay", "$100k")],
        [("Level", "Senior"), ("Base pay", "")],
    ]
    row = parse_markdown(text).blocks[1]
    assert row.lead_in
    assert row.lead_in.of(text) == "Pay:"


def test_tables_without_outer_bars() -> None:
    assert rows("a | b\n---|---\n1 | 2\n") == [[("a", "1"), ("b", "2")]]


def test_an_escaped_bar_is_part_of_its_cell() -> None:
    text = "| a | b |\n|---|---|\n| x \\| y | z |\n| u | v \\|\n"
    assert rows(text) == [[("a", "x \\| y"), ("b", "z")], [("a", "u"), ("b", "v \\|")]]


def test_ragged_rows_keep_what_they_have() -> None:
    text = "| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n"
    assert rows(text) == [[("a", "1")], [("a", "1"), ("b", "2"), ("", "3")]]


def test_a_table_in_a_quote_keeps_its_columns() -> None:
    assert rows("> | a | b |\n> |---|---|\n> | 1 | 2 |\n") == [[("a", "1"), ("b", "2")]]


def test_each_table_has_its_own_columns() -> None:
    text = "| a |\n|---|\n| 1 |\n\n| b |\n|---|\n| 2 |\n"
    assert rows(text) == [[("a", "1")], [("b", "2")]]
    first, second = parse_markdown(text).blocks
    assert first.group != second.group


def test_quotes_code_and_html_are_text() -> None:
    text = "> quoted\n> on\n\n```\ncode $5k\n```\n\n<div>\n<b>Senior</b>: $9k\n</div>\n\n<!-- hidden -->\n\n<br>\n"
    assert [t for _, t in blocks(text)] == [
        "quoted\n> on",
        "```\ncode $5k\n```",
        "<div>\n<b>Senior</b>: $9k\n</div>",
    ]
