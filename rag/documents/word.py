"""Word (.docx) -> blocks, through python-docx.

Text is gathered from the paragraphs' XML: python-docx leaves out what stands in content controls,
tracked insertions and smart tags.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from rag.documents.archive import check_archive
from rag.documents.builder import Builder, Table, fold, header_rows
from rag.documents.parsed import Parsed
from rag.errors import DocumentError

MAX_DEPTH = 50
MAX_SPAN = 64
MAX_TITLE_CHARS = 150
_LEFT_BY_TEMPLATES = (
    "microsoft word",
    "word document",
    "document",
    "untitled",
    "title",
    "template",
)
_HEADING = re.compile(r"(?:heading|überschrift|titre|encabezado|título)\s*(?P<level>[1-9])", re.I)

Element = Any
"""lxml's element; it has no types."""

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT = {qn("w:t")}
_SPACE = {qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:ptab")}
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}  # fmt: skip


def parse_word(data: bytes) -> Parsed:
    """:raises DocumentError: encrypted, damaged or oversized."""
    check_archive(data, must_hold="word/document.xml")
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
    except (ValueError, KeyError, AttributeError, etree.LxmlError, OpcError) as error:
        raise DocumentError("damaged: Word's parts in it cannot be read") from error
    builder = Builder()
    builder.title = _title(document)
    walk = _Walk(builder, _style_names(document))
    walk.run(body, 0)
    walk.end_list()
    return builder.finish()


def _title(document: WordDocument) -> str:
    """The title among the file's properties, unless it is a leftover of the template."""
    try:
        title = fold(document.core_properties.title or "")
    except (KeyError, ValueError, etree.LxmlError):
        return ""
    plain = title.lower()
    leftover = plain.startswith(_LEFT_BY_TEMPLATES)
    return "" if leftover or len(title) > MAX_TITLE_CHARS else title


def _style_names(document: WordDocument) -> dict[str, str]:
    """Style id -> the name of the style, or of the nearest it is based on that is a heading."""
    names: dict[str, str] = {}
    try:
        styles = list(document.styles.element.iter(qn("w:style")))
    except (KeyError, ValueError, AttributeError):
        return names
    based: dict[str, str] = {}
    for style in styles:
        identity = style.get(qn("w:styleId")) or ""
        name = style.find(qn("w:name"))
        parent = style.find(qn("w:basedOn"))
        names[identity] = name.get(qn("w:val"), "") if name is not None else ""
        based[identity] = parent.get(qn("w:val"), "") if parent is not None else ""
    for identity in list(names):
        at, seen = identity, set[str]()
        while at and at not in seen:
            seen.add(at)
            if _HEADING.match(names.get(at, "")):
                names[identity] = names[at]
                break
            at = based.get(at, "")
    return names


class _Walk:
    def __init__(self, builder: Builder, styles: dict[str, str]) -> None:
        self.builder = builder
        self.styles = styles
        self._depth = 0  # of the list that is open

    def run(self, parent: Element, depth: int) -> None:
        for child in parent.iterchildren():
            if child.tag == _PARAGRAPH:
                self._paragraph(child)
            elif child.tag == _TABLE:
                self.end_list()
                self._table(child)
            elif depth < MAX_DEPTH and child.tag not in _LEFT_OUT:
                self.run(child, depth + 1)

    def end_list(self) -> None:
        while self._depth:
            self.builder.close_list()
            self._depth -= 1

    def _paragraph(self, paragraph: Element) -> None:
        text = _text(paragraph)
        if not text:
            return
        style = self.styles.get(_value(paragraph, "w:pPr/w:pStyle"), "")
        level = self._heading_level(paragraph, style)
        if level is not None:
            self.end_list()
            self.builder.heading(level, text)
            return
        depth = _list_depth(paragraph, style)
        if not depth:
            self.end_list()
            self.builder.paragraph(text)
            return
        while self._depth > depth:
            self.builder.close_list()
            self._depth -= 1
        if self._depth < depth:
            self.builder.open_list()
            self._depth += 1
        self.builder.item(text)

    def _heading_level(self, paragraph: Element, style: str) -> int | None:
        if match := _HEADING.match(style):
            return int(match["level"]) + 1
        if style.lower() in {"title", "titel", "titre"}:
            return 1
        outline = _value(paragraph, "w:pPr/w:outlineLvl")
        return int(outline) + 2 if outline.isdecimal() and int(outline) < 9 else None

    def _table(self, table: Element) -> None:
        rows, marked = _rows(table)
        width = max((len(r) for r in rows), default=0)
        if width == 1 or len(rows) == 1:
            for row in rows:
                for text in row:
                    self.builder.paragraph(text)
            return
        count = marked or header_rows(rows)
        self.builder.table(Table(rows[:count], rows[count:]))


def _rows(table: Element) -> tuple[list[list[str]], int]:
    """The cells' texts, and how many rows at the top are marked as the table's head."""
    rows: list[list[str]] = []
    marked = 0
    merged: dict[int, str] = {}
    for row in table.iter(_ROW):
        if next(row.iterancestors(_TABLE)) is not table:
            continue  # of a table within a cell, whose text is the cell's
        line: list[str] = []
        head = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        for cell in row.iter(_CELL):
            if next(cell.iterancestors(_ROW)) is not row:
                continue
            text = " ".join(t for p in cell.iter(_PARAGRAPH) if (t := _text(p)))
            across = _value(cell, "w:tcPr/w:gridSpan")
            down = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            if down is not None:
                if down.get(qn("w:val")) == "restart":
                    merged[len(line)] = text
                else:
                    text = merged.get(len(line), text)
            line.append(text)
            extra = min(int(across) if across.isdecimal() else 1, MAX_SPAN) - 1
            line += [text if head else ""] * extra
        if head and marked == len(rows):
            marked += 1
        rows.append(line)
    return rows, min(marked, max(len(rows) - 1, 0))


def _list_depth(paragraph: Element, style: str) -> int:
    """How deep in a list a paragraph stands, from 1; 0 outside any."""
    number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if number is not None and _value(paragraph, "w:pPr/w:numPr/w:numId") != "0":
        level = _value(paragraph, "w:pPr/w:numPr/w:ilvl")
        return min(int(level) if level.isdecimal() else 0, 8) + 1
    if style.lower().startswith("list ") and not style.lower().startswith("list paragraph"):
        return int(style[-1]) if style[-1:].isdecimal() else 1
    return 0


def _value(element: Element, path: str) -> str:
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return (found.get(qn("w:val")) or "") if found is not None else ""


def _text(paragraph: Element) -> str:
    return fold("".join(_pieces(paragraph)))


def _pieces(element: Element) -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag in _TEXT:
            yield child.text or ""
        elif child.tag in _SPACE:
            yield " "
        elif child.tag == qn("w:noBreakHyphen"):
            yield "\u2011"
        elif child.tag == _PARAGRAPH:  # of a text box
            yield " "
            yield from _pieces(child)
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _pieces(child)
