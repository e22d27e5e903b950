"""Word, Excel and separated values: tables as their readers see them."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from typing import Any

import openpyxl
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from rag.documents.builder import MAX_ROWS_OF_CELLS
from rag.documents.sentences import block_sentences
from rag.documents.sheet import _number
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
    assert (document.title, document.date) == ("Pay survey, updated May 2025", "2025-05")
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
        (7, "000", "007"),
        (-1234, '_("$"* #,##0_);_("$"* (#,##0)', "($1,234)"),
        (-500, '#,##0.00 "€";[Red]-#,##0.00 "€"', "-500.00 €"),
        (0.125, "0.0%", "12.5%"),
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


# --- what real files are like ---------------------------------------------------------


def _fill(sheet: Any, rows: list[list[Any]], *, top: int = 1, left: int = 1) -> None:
    for y, row in enumerate(rows, top):
        for x, value in enumerate(row, left):
            sheet.cell(y, x, value)


def test_tables_beside_and_below_each_other_with_titles_and_notes() -> None:
    def write(book: openpyxl.Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        _fill(sheet, [["Pay of the year"], ["In US dollars"]])
        _fill(sheet, [["", "Base", "", "Total", ""], ["Level", "Low", "High", "Low", "High"]], top=4)  # fmt: skip
        _fill(sheet, [["Junior", 80, 100, 90, 120], ["Senior", 150, 180, 200, 260]], top=6)
        sheet.merge_cells("B4:C4")
        _fill(sheet, [["City", "Index"], ["Berlin", 1.05], ["Paris", 1.1]], top=5, left=7)
        _fill(sheet, [["Source: our own"]], top=8)
        _fill(sheet, [["Grade", "Steps"], ["I", 3], ["II", 4]], top=11)

    document = read(sheet_file(write), "pay.xlsx")
    assert document.title == "Pay of the year"
    assert texts(document) == ["Pay of the year", "In US dollars", "Source: our own"]
    rows = {row[0][2]: row[1:] for row in table(document)}
    assert rows["Senior"] == [
        ("Senior", "Base, Low", "150"),
        ("Senior", "Base, High", "180"),
        ("Senior", "Total, Low", "200"),
        ("Senior", "Total, High", "260"),
    ]
    assert rows["Paris"] == [("Paris", "Index", "1.1")]
    assert rows["II"] == [("II", "Steps", "4")]


def test_what_is_hidden_is_left_out_and_merged_names_are_said_in_each_row() -> None:
    def write(book: openpyxl.Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        rows = [["Region", "Level", "Note", "Pay"], ["Europe", "Junior", "x", 50], [None, "Mid", "y", 70],
                [None, "Senior", "z", 90]]  # fmt: skip
        _fill(sheet, rows)
        sheet.merge_cells("A2:A4")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        book.create_sheet("Secret").sheet_state = "hidden"
        book["Secret"]["A1"] = "secret"

    document = read(sheet_file(write), "pay.xlsx")
    assert [[text for _, _, text in row] for row in table(document)] == [
        ["Europe", "Junior", "50"],
        ["Europe", "Senior", "90"],
    ]
    assert "secret" not in document.text


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [("mmm yyyy", "Mar 2025"), ("d mmmm yyyy", "4 March 2025"), ("yyyy", "2025"), ("dd/mm/yyyy", "2025-03-04"), ("yyyy-mm-dd", "2025-03-04")],
)  # fmt: skip
def test_a_date_is_shown_so_that_the_day_is_clear(number_format: str, shown: str) -> None:
    def write(book: openpyxl.Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        _fill(sheet, [["Since", "Who", "Pay"], [dt.date(2025, 3, 4), "Ann", 5]])
        sheet["A2"].number_format = number_format

    assert table(read(sheet_file(write), "pay.xlsx"))[0][0][2] == shown


def test_a_formula_is_shown_by_the_value_that_the_file_holds() -> None:
    def write(book: openpyxl.Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        _fill(sheet, [["Level", "Pay"], ["Junior", 50], ["Senior", "=B2*2"]])

    # openpyxl writes no values of formulas; Excel does, in <v> after <f>.
    data = sheet_file(write)
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"<f>B2*2</f><v></v>", b"<f>B2*2</f><v>100</v>").replace(b"<f>B2*2</f><v />", b"<f>B2*2</f><v>100</v>"))  # fmt: skip
    assert [row[1][2] for row in table(read(held.getvalue(), "pay.xlsx"))] == ["50", "100"]


def test_a_head_merged_in_word_stands_over_each_of_its_columns() -> None:
    def write(document: Any) -> None:
        grid = document.add_table(rows=4, cols=3)
        for row, line in zip(
            grid.rows, ["Level|Base pay|", "|US|EU", "Junior|$90k|€50k", "Senior|$150k|€90k"], strict=True
        ):  # fmt: skip
            for cell, text in zip(row.cells, line.split("|"), strict=True):
                cell.text = text
        grid.cell(0, 1).merge(grid.cell(0, 2))
        grid.cell(0, 0).merge(grid.cell(1, 0))

    columns = [column for _, column, _ in table(read(word_file(write), "a.docx"))[0]]
    assert columns == ["Level", "Base pay, US", "Base pay, EU"]


def test_a_table_within_a_table_of_word_is_a_table() -> None:
    def write(document: Any) -> None:
        outer = document.add_table(rows=1, cols=2)
        outer.cell(0, 0).text = "The pay of cities:"
        inner = outer.cell(0, 1).add_table(3, 2)
        for row, line in zip(inner.rows, ["City|Pay", "Berlin|€80,000", "Paris|€75,000"], strict=True):  # fmt: skip
            for cell, text in zip(row.cells, line.split("|"), strict=True):
                cell.text = text

    document = read(word_file(write), "a.docx")
    assert texts(document) == ["The pay of cities:"]
    assert [row[1] for row in table(document)] == [("Berlin", "Pay", "€80,000"), ("Paris", "Pay", "€75,000")]  # fmt: skip


def test_a_bold_line_heads_the_text_below_and_hidden_text_is_none() -> None:
    def write(document: Any) -> None:
        document.add_heading("Guide", 1)
        document.add_paragraph().add_run("Pay of seniors").bold = True
        paragraph = document.add_paragraph("They get $150k. ")
        paragraph.add_run("Not to be told.").font.hidden = True
        document.add_paragraph().add_run("A whole sentence that is bold is text.").bold = True
        document.add_paragraph("The end.")

    document = read(word_file(write), "a.docx")
    assert texts(document) == ["They get $150k.", "A whole sentence that is bold is text.", "The end."]  # fmt: skip
    assert document.blocks[0].headings == ("Guide", "Pay of seniors")


FOOTNOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:footnote w:id="2"><w:p><w:r><w:t>In arrears.</w:t></w:r></w:p></w:footnote></w:footnotes>'
)


def test_a_footnote_follows_the_paragraph_that_refers_to_it() -> None:
    def write(document: Any) -> None:
        run = document.add_paragraph("Bonuses are paid").add_run()
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), "2")
        run._r.append(reference)
        document.add_paragraph("The end.")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
        content = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(
            PackURI("/word/footnotes.xml"), content, FOOTNOTES.encode(), document.part.package
        )
        document.part.relate_to(part, kind)

    assert texts(read(word_file(write), "a.docx")) == ["Bonuses are paid", "In arrears.", "The end."]  # fmt: skip


def test_separated_values_with_lines_above_and_decimal_commas() -> None:
    data = 'Gehälter 2025;;\nQuelle: wir;;\n\nStufe;Gehalt;Bonus\nJunior;50.000,00 €;5,5 %\n"Senior\nLead";"90.000,00 €";10 %\n'
    document = read(data.encode("cp1252"), "a.csv")
    assert document.title == "Gehälter 2025"
    assert texts(document) == ["Gehälter 2025", "Quelle: wir"]
    assert table(document)[1] == [("", "Stufe", "Senior Lead"), ("Senior Lead", "Gehalt", "90.000,00 €"), ("Senior Lead", "Bonus", "10 %")]  # fmt: skip


def test_rows_are_named_by_what_they_are_about_not_by_their_code_or_day() -> None:
    codes = "".join(f"{code},Field {code},{code}0\n" for code in range(1890, 1904))
    document = read(f"Code,Field,Median\n{codes}".encode(), "a.csv")
    assert {row[2][0] for row in table(document)} == {f"Field {code}" for code in range(1890, 1904)}
    document = read(b"When,Role,Pay\n2021-11-16 19:24,Cook,30\n2021-11-17,Nurse,40\n", "a.csv")
    assert [row[2][0] for row in table(document)] == ["Cook", "Nurse"]
    document = read(b"Year,Event,Pay\n2021,Raise,30\n2022,Freeze,30\n", "a.csv")
    assert [row[2][0] for row in table(document)] == ["2021", "2022"]


def test_only_rows_that_are_marked_so_are_the_head_of_a_table_of_word() -> None:
    def write(document: Any) -> None:
        grid = document.add_table(rows=3, cols=2)
        cells = zip(grid.rows, ["Ritual|Day", "Standups|Monday", "Retros|Friday"], strict=True)
        for number, (row, line) in enumerate(cells):
            for cell, text in zip(row.cells, line.split("|"), strict=True):
                cell.text = text
            mark = OxmlElement("w:tblHeader")  # as Google's editor writes each row
            mark.set(qn("w:val"), "1" if number == 0 else "0")
            row._tr.get_or_add_trPr().append(mark)

    assert table(read(word_file(write), "a.docx")) == [
        [("", "Ritual", "Standups"), ("Standups", "Day", "Monday")],
        [("", "Ritual", "Retros"), ("Retros", "Day", "Friday")],
    ]


def test_quotes_without_an_end_take_no_longer_than_others() -> None:
    started = time.process_time()
    read(("Job,Pay\n" + '\n"a' * 7000).encode(), "a.csv")
    assert time.process_time() - started < 20


def test_commas_within_figures_do_not_part_cells() -> None:
    data = "Pay survey\n\nJob;State;Hourly rate;Salary\nCook;Victoria;46,10;88.900\nNurse;Tasmania;52,50;101.400\n"
    document = read(data.encode(), "a.csv")
    assert document.title == "Pay survey"
    assert table(document)[0] == [
        ("", "Job", "Cook"),
        ("Cook", "State", "Victoria"),
        ("Cook", "Hourly rate", "46,10"),
        ("Cook", "Salary", "88.900"),
    ]
