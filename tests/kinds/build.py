"""Word, Excel and PDF files of the cases, each made by a function that is called late."""

from __future__ import annotations

import datetime as dt
import itertools
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

import openpyxl
from docx.oxml import parse_xml

from tests.rag.documents.files import Print, Rule, pdf_file, sheet_file, word_file

Maker: TypeAlias = Callable[[], bytes]

# --- Word -----------------------------------------------------------------------------

Part: TypeAlias = Callable[[Any], None]  # adds itself to a document, or to a cell of a table
Content: TypeAlias = "str | Sequence[Part]"

_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _SPACES.items())
_BY = 'w:author="R. Penhale" w:date="2025-02-03T09:00:00Z"'
_numbers = itertools.count(100)


@dataclass(frozen=True)
class Inline:
    """What stands within a paragraph, as markup."""

    markup: str


def _elements(markup: str) -> list[Any]:
    return list(parse_xml(f"<w:body {_DECLARED}>{markup}</w:body>"))


def _run(text: str, tag: str = "w:t") -> str:
    return f'<w:r><{tag} xml:space="preserve">{escape(text)}</{tag}></w:r>'


def _changed(tag: str, inner: str) -> str:
    return f'<w:{tag} w:id="{next(_numbers)}" {_BY}>{inner}</w:{tag}>'


def gone(text: str) -> Inline:
    """Text that a tracked change deletes."""
    return Inline(_changed("del", _run(text, "w:delText")))


def new(text: str) -> Inline:
    """Text that a tracked change inserts."""
    return Inline(_changed("ins", _run(text)))


def new_then_gone(text: str) -> Inline:
    """Text that one reviewer inserted and another deleted."""
    return Inline(_changed("ins", _changed("del", _run(text, "w:delText"))))


def _moved(tag: str, name: str, text: str) -> Inline:
    number = next(_numbers)
    start = f'<w:{tag}RangeStart w:id="{number}" w:name="{name}" {_BY}/>'
    return Inline(f'{start}{_changed(tag, _run(text))}<w:{tag}RangeEnd w:id="{number}"/>')


def moved_from(name: str, text: str) -> Inline:
    return _moved("moveFrom", name, text)


def moved_to(name: str, text: str) -> Inline:
    return _moved("moveTo", name, text)


def control(text: str, *, placeholder: bool = False) -> Inline:
    """A content control within a line, filled in or still showing what to do."""
    shows = "<w:showingPlcHdr/>" if placeholder else ""
    return Inline(
        f"<w:sdt><w:sdtPr>{shows}<w:text/></w:sdtPr>"
        f"<w:sdtContent>{_run(text)}</w:sdtContent></w:sdt>"
    )


def text_box(*lines: str) -> Inline:
    """A text box as Word writes it: once for itself, once for older programs."""
    inner = "".join(f"<w:p>{_run(line)}</w:p>" for line in lines)
    held = f"<w:txbxContent>{inner}</w:txbxContent>"
    number = next(_numbers)
    return Inline(
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
        f'<wp:extent cx="2400000" cy="900000"/><wp:docPr id="{number}" name="Text box {number}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/'
        f'wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/><wps:txbx>{held}'
        "</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
        '</mc:Choice><mc:Fallback><w:pict><v:shape style="width:190pt;height:70pt">'
        f"<v:textbox>{held}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def heading(text: str, level: int = 1) -> Part:
    return lambda place: place.add_heading(text, level)


def para(*runs: str | Inline, style: str | None = None) -> Part:
    def add(place: Any) -> None:
        paragraph = place.add_paragraph(style=style)
        for run in runs:
            if isinstance(run, str):
                paragraph.add_run(run)
            else:
                for element in _elements(run.markup):
                    paragraph._p.append(element)

    return add


def bullets(*items: str) -> Part:
    def add(place: Any) -> None:
        for item in items:
            place.add_paragraph(item, style="List Bullet")

    return add


def commented(before: str, marked: str, after: str, comment: str) -> Part:
    """A paragraph with a reviewer's comment at some of its words."""

    def add(document: Any) -> None:
        paragraph = document.add_paragraph(before)
        run = paragraph.add_run(marked)
        paragraph.add_run(after)
        document.add_comment(run, text=comment, author="R. Penhale", initials="RP")

    return add


def deleted_paragraph(text: str) -> Part:
    """A paragraph deleted with its mark, by a tracked change."""

    def add(document: Any) -> None:
        paragraph = document.add_paragraph()
        mark = f"<w:pPr><w:rPr>{_changed('del', '')}</w:rPr></w:pPr>"
        for element in _elements(mark + gone(text).markup):
            paragraph._p.append(element)

    return add


def in_control(*parts: Part) -> Part:
    """Paragraphs and tables within a content control of their own."""

    def add(document: Any) -> None:
        body = document.element.body
        before = list(body)
        for part in parts:
            part(document)
        added = [element for element in body if element not in before]
        (block,) = _elements("<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt>")
        added[0].addprevious(block)
        for element in added:
            block[-1].append(element)

    return add


@dataclass(frozen=True)
class Row:
    """A row of a table that a tracked change deletes or inserts, or that is a control."""

    cells: tuple[str, ...]
    change: str  # "del", "ins" or "sdt"


@dataclass(frozen=True)
class GoneCell:
    """A cell that a tracked change deletes."""

    text: str


@dataclass(frozen=True)
class ControlCell:
    """A cell within a content control of its own."""

    text: str


Cell: TypeAlias = "str | GoneCell | ControlCell | Sequence[Part]"


def _wrap(element: Any) -> None:
    (wrapper,) = _elements("<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt>")
    element.addprevious(wrapper)
    wrapper[-1].append(element)


def _fill(cell: Any, content: Cell) -> None:
    if isinstance(content, str):
        cell.text = content
    elif isinstance(content, GoneCell):
        cell.text = content.text
        cell._tc.get_or_add_tcPr().append(_elements(_changed("cellDel", ""))[0])
    elif isinstance(content, ControlCell):
        cell.text = content.text
    else:
        for part in content:
            part(cell)
        first = cell.paragraphs[0]._p
        if not cell.paragraphs[0].text and first.getnext() is not None:
            cell._tc.remove(first)


def grid(*rows: Sequence[Cell] | Row) -> Part:
    """A table; cells hold text, or parts such as lists and further tables."""

    def add(place: Any) -> None:
        lines = [row.cells if isinstance(row, Row) else row for row in rows]
        table = place.add_table(rows=len(lines), cols=max(len(line) for line in lines))
        if hasattr(place, "element") and hasattr(place, "styles"):
            table.style = "Table Grid"
        for row, made, line in zip(rows, list(table.rows), lines, strict=True):
            for cell, content in zip(list(made.cells), line, strict=False):
                if isinstance(row, Row) and row.change in ("del", "ins"):
                    changed = gone if row.change == "del" else new
                    assert isinstance(content, str)
                    for element in _elements(changed(content).markup):
                        cell.paragraphs[0]._p.append(element)
                else:
                    _fill(cell, content)
            if isinstance(row, Row) and row.change in ("del", "ins"):
                made._tr.get_or_add_trPr().append(_elements(_changed(row.change, ""))[0])
        for row, made, line in zip(rows, list(table.rows), lines, strict=True):
            wrapped = [
                cell._tc
                for cell, content in zip(list(made.cells), line, strict=False)
                if isinstance(content, ControlCell)
            ]
            for element in wrapped:
                _wrap(element)
            if isinstance(row, Row) and row.change == "sdt":
                _wrap(made._tr)

    return add


def new_section(header: str | None = None) -> Part:
    """A new section, whose header is the one before or its own."""

    def add(document: Any) -> None:
        section = document.add_section()
        if header is not None:
            section.header.is_linked_to_previous = False
            section.header.paragraphs[0].text = header

    return add


def word(*parts: Part, header: str = "", footer: str = "", first: str = "") -> Maker:
    """A Word file; `first` is a header of the first page alone."""

    def write(document: Any) -> None:
        section = document.sections[0]
        if header:
            section.header.paragraphs[0].text = header
        if footer:
            section.footer.paragraphs[0].text = footer
        if first:
            section.different_first_page_header_footer = True
            section.first_page_header.paragraphs[0].text = first
        for part in parts:
            part(document)

    return partial(word_file, write)


# --- Excel ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A number with the format that it is shown in."""

    value: float
    number_format: str


Value: TypeAlias = "str | float | dt.date | Shown | None"


@dataclass(frozen=True)
class Tab:
    name: str
    rows: Sequence[Sequence[Value]]
    merged: tuple[str, ...] = ()


def sheets(*tabs: Tab) -> Maker:
    def write(book: openpyxl.Workbook) -> None:
        book.remove(book.active)
        for tab in tabs:
            sheet = book.create_sheet(tab.name)
            for at, row in enumerate(tab.rows, start=1):
                for across, value in enumerate(row, start=1):
                    cell = sheet.cell(at, across)
                    cell.value = value.value if isinstance(value, Shown) else value
                    if isinstance(value, Shown):
                        cell.number_format = value.number_format
            for merged in tab.merged:
                sheet.merge_cells(merged)

    return partial(sheet_file, write)


# --- PDF ------------------------------------------------------------------------------

LEFT = 72.0
RIGHT = 330.0  # where the second of two columns begins
_LEADING = 12.0


def title(text: str, y: float = 740) -> list[Print | Rule]:
    return [Print(text, LEFT, y, 18, bold=True)]


def head(text: str, y: float, x: float = LEFT) -> list[Print | Rule]:
    return [Print(text, x, y, 12, bold=True)]


def lines(x: float, y: float, *texts: str, size: float = 10) -> list[Print | Rule]:
    """Lines of print as they stand, the first at height `y`."""
    return [Print(text, x, y - _LEADING * at, size) for at, text in enumerate(texts)]


def prose(x: float, y: float, text: str, *, letters: int = 88) -> list[Print | Rule]:
    """A paragraph, broken into lines of at most so many letters (42 fill half a page)."""
    return lines(x, y, *textwrap.wrap(text, letters))


def printed_table(y: float, at: Sequence[float], *rows: Sequence[str]) -> list[Print | Rule]:
    """Rows of a table, the first of them its head in bold, each cell at its place across."""
    return [
        Print(text, x, y - 15 * down, bold=down == 0)
        for down, row in enumerate(rows)
        for text, x in zip(row, at, strict=True)
        if text
    ]


def pdf(*pages: Sequence[Print | Rule]) -> Maker:
    return partial(pdf_file, *pages)


def page(*groups: Sequence[Print | Rule]) -> list[Print | Rule]:
    return [item for group in groups for item in group]
