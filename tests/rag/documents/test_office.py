"""Word, Excel and separated values: tables as their readers see them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl
import pytest
from docx.oxml import OxmlElement

from rag.documents.builder import MAX_ROWS_OF_CELLS
from rag.documents.sheet import _number
from rag.sentences import block_sentences
from rag.types import BlockKind
from tests.rag.documents.files import read, sheet_file, table, texts, word_file

# --- Word -----------------------------------------------------------------------------


def _guide(document: Any) -> None:
    document.add_heading("Pay guide", 0)
    document.add_paragraph("Updated June 2026.")
    document.add_heading("Levels", 1)
    document.add_paragraph("On average:")
    document.add_paragraph("Junior: $100k", style="List Bullet")
    document.add_paragraph("in Ohio", style="List Bullet 2")
    document.add_paragraph("Senior: $200k", style="List Number")
    document.add_heading("By place", 2)
    document.add_paragraph("The table shows base pay.")
    grid = document.add_table(rows=3, cols=3)
    for row, line in zip(
        grid.rows, ["Level|Base pay|", "|US|EU", "Senior|$200k|€90k"], strict=True
    ):
        for cell, text in zip(row.cells, line.split("|"), strict=True):
            cell.text = text
    grid.cell(0, 1).merge(grid.cell(0, 2))
    grid.cell(0, 0).merge(grid.cell(1, 0))
    for row in grid.rows[:2]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def test_a_word_document_has_its_headings_lists_and_tables() -> None:
    document = read(word_file(_guide), "guide.docx")
    assert (document.title, document.date) == ("Pay guide", "2026-06")
    assert texts(document) == ["Updated June 2026.", "On average:", "The table shows base pay."]
    assert texts(document, BlockKind.LIST_ITEM) == ["Junior: $100k", "in Ohio", "Senior: $200k"]
    assert table(document) == [
        [("", "Level", "Senior"), ("Senior", "Base pay, US", "$200k"), ("Senior", "Base pay, EU", "€90k")]
    ]  # fmt: skip
    row = document.blocks[-1]
    assert row.headings == ("Pay guide", "Levels", "By place")
    assert row.lead_in
    assert row.lead_in.of(document.text) == "The table shows base pay."


def test_content_controls_and_insertions_are_text_and_deletions_are_not() -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("Pay is ")
        for tag, inner, text in (("w:ins", "w:t", "high"), ("w:del", "w:delText", "low")):
            change, run, letters = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
            letters.text = text
            run.append(letters)
            change.append(run)
            paragraph._p.append(change)
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        control.append(content)
        content.append(document.add_paragraph("Within a control.")._p)
        document.element.body.insert(1, control)

    assert texts(read(word_file(write), "a.docx")) == ["Pay is high", "Within a control."]


def test_the_title_is_the_files_own_unless_a_template_put_it_there() -> None:
    def named(title: str) -> str:
        def write(document: Any) -> None:
            document.core_properties.title = title
            document.add_paragraph("Some words here.")

        return read(word_file(write), "pay-guide.docx").title

    assert named("The pay of nurses") == "The pay of nurses"
    assert named("Word Document") == named("Microsoft Word - x.doc") == named("") == "pay guide"


def test_a_table_of_one_column_is_text() -> None:
    def write(document: Any) -> None:
        document.add_table(rows=1, cols=1).cell(0, 0).text = "A boxed note."

    document = read(word_file(write), "a.docx")
    assert (texts(document), table(document)) == (["A boxed note."], [])


# --- Excel ----------------------------------------------------------------------------


def _survey(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Salaries"
    sheet.append(["Pay survey, updated May 2025"])
    sheet.append([])
    sheet.append(["Level", "Base pay", None, "Bonus"])
    sheet.append([None, "US", "EU", None])
    sheet.append(["Junior", 100_000, 60_000.5, 0.08])
    sheet.append(["Senior", 200_000, None, 0.125])
    for row in (5, 6):
        sheet.cell(row, 2).number_format = '"$"#,##0'
        sheet.cell(row, 3).number_format = "#,##0.00 [$€-407]"
        sheet.cell(row, 4).number_format = "0.0%"
    sheet.append([])
    sheet.append(["Source", "our own"])
    hidden = book.create_sheet("Notes")
    hidden.sheet_state = "hidden"
    hidden.append(["secret"])


def test_cells_are_as_excel_shows_them_and_know_their_headings() -> None:
    document = read(sheet_file(_survey), "survey.xlsx")
    assert (document.title, document.date) == ("Salaries", "2025-05")
    assert table(document)[:2] == [
        [("", "Level", "Junior"), ("Junior", "Base pay, US", "$100,000"), ("Junior", "Base pay, EU", "60,000.50 €"), ("Junior", "Bonus", "8.0%")],
        [("", "Level", "Senior"), ("Senior", "Base pay, US", "$200,000"), ("Senior", "Base pay, EU", ""), ("Senior", "Bonus", "12.5%")],
    ]  # fmt: skip
    assert table(document)[2] == [("", "", "Source"), ("Source", "", "our own")]
    assert "secret" not in document.text


def test_each_sheet_is_a_section() -> None:
    def write(book: openpyxl.Workbook) -> None:
        for name, pay in (("Ohio", 1000), ("Texas", 2000)):
            sheet = book.create_sheet(name)
            for row in (["Job", "Pay"], ["Nurse", pay], ["Cook", pay]):
                sheet.append(row)
        del book["Sheet"]

    document = read(sheet_file(write), "by-state.xlsx")
    assert document.title == "by state"
    assert [b.headings for b in document.blocks] == [("Ohio",), ("Ohio",), ("Texas",), ("Texas",)]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (150000, "General", "150000"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.155, "0%", "16%"),
        (1234, '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"??_);_(@_)', "$1,234"),
        (1234, "[$USD] #,##0", "USD 1,234"),
        (1234, '#,##0 "hours"', "1,234 hours"),
        (-5, "0.00", "-5.00"),
        (1e20, "General", "1e+20"),
        (3, "0.##", "3"),
    ],
)
def test_numbers_are_in_their_formats(value: float, number_format: str, shown: str) -> None:
    assert _number(value, number_format) == shown


def test_dates_and_truths_are_words() -> None:
    def write(book: openpyxl.Workbook) -> None:
        for row in (
            ["When", "Who", "Paid"],
            [dt.datetime(2024, 5, 1), "Ann", True],
            [dt.date(2024, 6, 1), "Bo", False],
        ):
            book.active.append(row)

    rows = [[text for _, _, text in row] for row in table(read(sheet_file(write), "a.xlsx"))]
    assert rows == [["2024-05-01", "Ann", "TRUE"], ["2024-06-01", "Bo", "FALSE"]]


# --- separated values -----------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separated_values_are_a_table(delimiter: str) -> None:
    rows = [["Job", "Median pay", "City"], ["Nurse", "80,000", "Köln"], ["Cook", "30,000", "Ulm"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    document = read(text.encode("cp1252"), "pay.csv")
    assert document.title == "pay"
    assert table(document)[0] == [
        ("", "Job", "Nurse"),
        ("Nurse", "Median pay", "80,000"),
        ("Nurse", "City", "Köln"),
    ]


def test_ragged_rows_keep_what_they_have() -> None:
    document = read(b"Job,Pay\nNurse,5\nCook\nSmith,6,7,8\n", "a.csv")
    assert [[c for _, _, c in row] for row in table(document)] == [
        ["Nurse", "5"],
        ["Cook"],
        ["Smith", "6", "7", "8"],
    ]
    assert [column for _, column, _ in table(document)[2]] == ["Job", "Pay", "", ""]


def test_lines_above_the_head_are_text() -> None:
    document = read(b"Pay by job,,\nUpdated May 2024,,\nJob,Pay,N\nNurse,5,1\nCook,6,2\n", "a.csv")
    assert texts(document) == ["Pay by job", "Updated May 2024"]
    assert document.date == "2024-05"
    assert table(document)[0][1] == ("Nurse", "Pay", "5")


def test_quoted_line_breaks_and_delimiters_are_of_their_cell() -> None:
    document = read(b'Job,Note\nNurse,"well paid,\nsays one"\nCook,"""ok"""\n', "a.csv")
    assert [row[1][2] for row in table(document)] == ["well paid, says one", '"ok"']


def test_a_data_set_of_many_rows_is_text_that_names_its_columns() -> None:
    rows = "".join(f"nurse {n},{n}\n" for n in range(MAX_ROWS_OF_CELLS + 2))
    document = read(f"Job,Pay\n{rows}".encode(), "a.csv")
    assert len(document.blocks) == MAX_ROWS_OF_CELLS + 2
    assert len(document.blocks[MAX_ROWS_OF_CELLS - 1].cells) == 2
    last = document.blocks[-1]
    assert last.cells == ()
    assert (
        last.span.of(document.text)
        == f"Job: nurse {MAX_ROWS_OF_CELLS + 1}; Pay: {MAX_ROWS_OF_CELLS + 1}"
    )
    (sentence,) = block_sentences(document, last)
    assert sentence.plain == last.span.of(document.text)
