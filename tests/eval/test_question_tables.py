"""Questions from spreadsheets."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from eval.figures import Figure
from eval.questions import Kind, Question, Quote, load_questions
from rag.errors import InputError

HEADINGS = [
    "ID", "kind", "turns", "answerable", "figures", "forbidden_figures", "points",
    "forbidden_points", "documents", "evidence", "conflict", "note", "",
]  # fmt: skip
ROWS: list[list[object]] = [
    [
        "q1", "pay", "seniors?\nand juniors?", "yes", "€70,000 | 8 %", "$9k", "bonus / premium | base",
        "guaranteed", "a.md | b.md", "a.md: Juniors: €70,000", "yes", "mine", "",
    ],
    [None] * 13,
    ["q2", "unanswerable", "nurses?", False, None, None, None, None, None, None, None, None, None],
    [3, "smalltalk", "hi", "either", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip
EXPECTED = (
    Question(
        id="q1",
        kind=Kind.PAY,
        turns=("seniors?", "and juniors?"),
        answerable=True,
        figures=(Figure(70_000, "EUR"), Figure(8, "%")),
        forbidden_figures=(Figure(9_000, "USD"),),
        points=(("bonus", "premium"), ("base",)),
        documents=("a.md", "b.md"),
        conflict=True,
        note="mine",
        forbidden_points=("guaranteed",),
        evidence=(Quote("a.md", "Juniors: €70,000"),),
    ),
    Question("q2", Kind.UNANSWERABLE, ("nurses?",), False),
    Question("3", Kind.SMALLTALK, ("hi",), None),
)


def a_sheet(folder: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    book.save(folder / "q.xlsx")
    return folder / "q.xlsx"


def a_csv(folder: Path, rows: list[list[object]], separator: str = ",") -> Path:
    def cell(value: object) -> str:
        return '"' + str("" if value is None else value).replace('"', '""') + '"'

    text = "\r\n".join(separator.join(map(cell, row)) for row in rows)
    (folder / "q.csv").write_text("\ufeff" + text, encoding="utf-8")
    return folder / "q.csv"


def test_a_sheet_holds_what_json_lines_hold(tmp_path: Path) -> None:
    assert load_questions(a_sheet(tmp_path, [HEADINGS, *ROWS])) == EXPECTED


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_so_does_a_csv_file(tmp_path: Path, separator: str) -> None:
    assert load_questions(a_csv(tmp_path, [HEADINGS, *ROWS], separator)) == EXPECTED


def test_a_folder_is_read_whole_in_the_order_of_names(tmp_path: Path) -> None:
    a_csv(tmp_path, [["id", "kind", "turns", "answerable"], ["b", "Smalltalk", "hi", "either"]])
    line = '{"id": "a", "kind": "smalltalk", "turns": ["hi"], "answerable": null}'
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not questions", encoding="utf-8")
    assert [question.id for question in load_questions(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"figures": "about a lot"}, r"row 2, figures: 'about a lot' is not one figure"),
        ({"figures": "€1 to €2"}, "is not one figure"),
        ({"answerable": "maybe"}, r"row 2, answerable: 'maybe' is neither yes nor no"),
        ({"conflict": "either"}, "'either' is neither yes nor no"),
        ({"evidence": "the words"}, "names no document"),
        ({"kind": "quiz"}, "row 2: unknown kind 'quiz'"),
        ({"salary": "1"}, "row 2: unknown field 'salary'"),
        ({"turns": ""}, "row 2: the field 'turns' is missing"),
    ],
)
def test_a_cell_that_is_wrong_is_named(tmp_path: Path, row: dict[str, str], said: str) -> None:
    record = {"id": "q", "kind": "pay", "turns": "pay?", "answerable": "yes", "points": "x"} | row
    file = a_csv(tmp_path, [list(record), list(record.values())])
    with pytest.raises(InputError, match=said):
        load_questions(file)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.csv", b"", "the first row must hold the headings"),
        ("q.csv", b"question,answer\nx,y\n", "it holds question, answer"),
        ("q.csv", b"id,turns\n\xff\xfe,x", "save it as CSV in UTF-8"),
        ("q.xlsx", b"not a sheet", "save it as XLSX again"),
        ("q.xlsx", None, "there is no question file"),
        ("q.csv", None, "there is no question file"),
    ],
)
def test_a_file_that_is_no_table_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        load_questions(tmp_path / name)
