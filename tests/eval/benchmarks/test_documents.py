"""What counts as read of a table, as kept of a page, as known of a turn; without the libraries."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.benchmarks import documents
from eval.benchmarks.documents import (
    TRUTH,
    Kept,
    PageTruth,
    Read,
    TableTruth,
    Turn,
    Wanted,
    cells_of_document,
    cells_of_grid,
    is_read,
    load_pages,
    load_tables,
    load_turns,
    main,
    own_turns,
    plain,
    score_page,
    score_tables,
    score_turns,
    text_of_document,
)
from rag.documents import read_document

COLUMNS = ("Level", "Pay", "Pay in 2020")
PAY = Wanted("Senior", "Pay", "9 €")


def test_what_parsers_may_set_otherwise_makes_no_difference() -> None:
    assert plain("The o\ufb03ce’s\n Pay") == plain("the office's pay")


def test_a_cell_is_read_in_its_row_and_under_its_head_alone() -> None:
    row = ("Senior", "9 €")
    assert is_read(PAY, COLUMNS, [Read(row, "Table 1: Pay", "9€")])
    assert not is_read(PAY, COLUMNS, [Read(("Junior", "9 €"), "Pay", "9 €")])
    assert not is_read(PAY, COLUMNS, [Read(row, "", "9 €")])
    assert not is_read(PAY, COLUMNS, [Read(row, "Pay in 2020", "9 €")])
    assert not is_read(PAY, COLUMNS, [Read(row, "Pay", "9 € a day")])
    assert is_read(Wanted("", "Pay", "9 €"), COLUMNS, [Read(("9 €",), "Pay", "9 €")])


def test_cells_of_the_program_and_of_a_grid(tmp_path: Path) -> None:
    file = tmp_path / "pay.md"
    file.write_text("| Level | Pay |\n|---|---|\n| Senior | **9 €** |\n", encoding="utf-8")
    document = read_document(file, corpus=tmp_path, data=file.read_bytes())
    paged = replace(document, blocks=tuple(replace(b, page=1) for b in document.blocks))
    assert Read(("Senior", "9 €", "Senior"), "Pay", "9 €") in list(cells_of_document(paged, 1))
    assert not list(cells_of_document(paged, 2))
    grid = [["Table 1", None], ["Level", "Pay"], ["Senior", "9 €"], [None, "10 €"]]
    read = list(cells_of_grid(grid))
    assert is_read(PAY, COLUMNS, read)
    assert is_read(Wanted("Senior", "Pay", "10 €"), COLUMNS, read)
    assert not list(cells_of_grid([["Level", "Pay"]]))


def test_each_table_has_the_cells_of_its_own_page() -> None:
    truth = [TableTruth("a.pdf", page, "ruled", COLUMNS, (PAY,)) for page in (1, 2)]
    read = {("a.pdf", 1): [Read(("Senior", "9 €"), "Pay", "9 €")], ("a.pdf", 2): []}
    assert score_tables(truth, read) == [1, 0]


def test_phrases_kept_and_dropped(tmp_path: Path) -> None:
    truth = PageTruth("a.html", ("nurses work", "by night"), ("Sign in", "Cookies"))
    assert score_page(truth, "Nurses\nwork by day. Sign in") == Kept(1, 1)
    page = "<nav><a href='/'>Sign in</a></nav><main><h1>Nurses</h1><p>They work.</p></main>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    text = text_of_document(tmp_path / "a.html")
    assert "They work." in text
    assert "Sign in" not in text


def test_turns_of_each_side(tmp_path: Path) -> None:
    turns = [Turn("pay?", "English"), Turn("und hier?", "German"), Turn("oui", "French")]
    assert score_turns(turns, lambda turn: turn == "oui") == (1, 1)
    rows = [{"turns": ["a", "b"]}, {"answer": "c"}, {"turns": ["b"]}]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert own_turns(tmp_path) == ["a", "b"]


def test_what_was_written_down_is_whole() -> None:
    for table in load_tables(TRUTH / "pdf-tables.json"):
        assert {cell.column for cell in table.cells} <= set(table.columns)
    assert all(page.content for page in load_pages(TRUTH / "web-pages.json"))
    turns = load_turns(TRUTH / "turns.json")
    assert sum(turn.is_foreign for turn in turns) * 2 == len(turns)


def test_a_library_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(documents, "library", lambda _: None)
    documents.measure_turns(documents.Console())
    assert "not installed: pip install py3langid" in capsys.readouterr().out


def test_a_folder_without_the_files_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert "lacks 18f-apply.html, " in capsys.readouterr().err
