"""Word (.docx) -> blocks, through python-docx.

Text is gathered from the paragraphs' XML: python-docx leaves out what stands in content controls,
tracked insertions and smart tags. What is deleted or moved away by tracked changes, hidden, or a
control's placeholder is no text; a text box is read after the paragraph that holds it, headers and
footers once each, before and after the body.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice, zip_longest
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
MAX_BOLD_HEADING_CHARS = 90
LEVEL_OF_BOLD = 10
"""Of headings that are only bold: below all that have a style."""
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
_RUN = qn("w:r")
_TEXT = {qn("w:t")}
_SPACE = {qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:ptab")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX, _CONTROL = qn("w:txbxContent"), qn("w:sdt")
_DATA_CELLS = 0.5
"""A table that lays out others has fewer cells of text alone than this share."""
_LEFT_OUT = {_BOX, qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr"), _FALLBACK}  # fmt: skip


def parse_word(data: bytes) -> Parsed:
    """:raises DocumentError: encrypted, damaged or oversized."""
    check_archive(data, must_hold="word/document.xml")
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
    except (ValueError, KeyError, AttributeError, etree.LxmlError, OpcError) as error:
        raise DocumentError("damaged: Word's parts in it cannot be read; save it again") from error
    builder = Builder()
    builder.title = _title(document)
    walk = _Walk(builder, _style_names(document), _notes(document))
    above, below = _margins(document, body)
    for text in above:
        builder.paragraph(text)
    walk.run(body, 0)
    walk.end_list()
    walk.end_notes()
    for text in below:
        builder.paragraph(text)
    return builder.finish()


def _margins(document: WordDocument, body: Element) -> tuple[list[str], list[str]]:
    """The texts of the headers and of the footers that the body's sections show, each once; lines
    with nothing but a page's number are none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found: dict[str, dict[str, None]] = {"header": {}, "footer": {}}
    for kind, texts in found.items():
        for reference in body.iter(qn(f"w:{kind}Reference")):
            related = document.part.rels.get(reference.get(qn("r:id")) or "")
            if related is None or related.is_external:
                continue
            try:
                root = etree.fromstring(related.target_part.blob, parser)
            except (etree.LxmlError, ValueError):
                continue  # the text itself is whole
            lines = map(_text, root.iter(_PARAGRAPH))
            texts.update((line, None) for line in lines if _says_something(line))
    return list(found["header"]), list(found["footer"])


_PAGE_NUMBER = re.compile(
    r"[\s–—|-]*(?:pages?|p\.?|seite|s\.|página|pagina|strona|sida|side)?\s*\d{1,4}(?:\s*(?:/|of|von|de|di|z|av)\s*\d{1,4})?[\s–—|-]*",
    re.I,
)
MAX_PAGE_NUMBER_CHARS = 40


def _says_something(line: str) -> bool:
    return len(line) > MAX_PAGE_NUMBER_CHARS or bool(line and not _PAGE_NUMBER.fullmatch(line))


def _notes(document: WordDocument) -> dict[tuple[str, str], str]:
    """The texts of foot- and endnotes, by their kind and number."""
    notes: dict[tuple[str, str], str] = {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for related in document.part.rels.values():
        kind = related.reltype.rsplit("/", 1)[-1].removesuffix("s")
        if kind not in {"footnote", "endnote"} or related.is_external:
            continue
        try:
            root = etree.fromstring(related.target_part.blob, parser)
        except (etree.LxmlError, ValueError):
            continue  # the text itself is whole
        for note in root.iterchildren(qn(f"w:{kind}")):
            text = " ".join(filter(None, map(_text, note.iter(_PARAGRAPH))))
            notes[kind, note.get(qn("w:id")) or ""] = text
    return notes


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
    """One pass over the body; notes are written after the part that refers to them."""

    def __init__(
        self, builder: Builder, styles: dict[str, str], notes: dict[tuple[str, str], str]
    ) -> None:
        self.builder = builder
        self.styles = styles
        self.notes = notes
        self._depth = 0  # of the list that is open
        self._due: list[str] = []

    def run(self, parent: Element, depth: int) -> None:
        children = list(parent.iterchildren())
        for child, following in zip_longest(children, children[1:]):
            if child.tag == _PARAGRAPH:
                self._paragraph(child, following)
                self._boxes(child, depth)
            elif child.tag == _TABLE:
                self.end_list()
                self._table(child, depth)
                self.end_notes()
            elif depth < MAX_DEPTH and child.tag not in _LEFT_OUT and not _is_placeholder(child):
                self.run(child, depth + 1)

    def end_notes(self) -> None:
        """Write the notes that what was written last refers to."""
        due, self._due = self._due, []
        for text in due:
            self.builder.paragraph(text)

    def _refer(self, element: Element) -> None:
        for kind in ("footnote", "endnote"):
            for mark in element.iter(qn(f"w:{kind}Reference")):
                text = self.notes.pop((kind, mark.get(qn("w:id")) or ""), "")
                self._due += [text] if text else []

    def end_list(self) -> None:
        while self._depth:
            self.builder.close_list()
            self._depth -= 1

    def _boxes(self, paragraph: Element, depth: int) -> None:
        """The text boxes that a paragraph holds."""
        for box in paragraph.iter(_BOX):
            inside = next(box.iterancestors(_PARAGRAPH), None) is paragraph
            gone = next(box.iterancestors(*(_LEFT_OUT - {_BOX})), None) is not None
            if inside and depth < MAX_DEPTH and not gone:
                self.end_list()
                self.run(box, depth + 1)
                self.end_list()

    def _paragraph(self, paragraph: Element, following: Element | None) -> None:
        text = _text(paragraph)
        if not text:
            return
        self._write(paragraph, text, following)
        self._refer(paragraph)
        if not self._depth:
            self.end_notes()

    def _write(self, paragraph: Element, text: str, following: Element | None) -> None:
        style = self.styles.get(_value(paragraph, "w:pPr/w:pStyle"), "")
        level = self._heading_level(paragraph, style)
        if level is not None:
            self.end_list()
            self.builder.heading(level, text)
            return
        depth = _list_depth(paragraph, style)
        if not depth:
            self.end_list()
            if _heads(paragraph, text, following):
                self.builder.heading(LEVEL_OF_BOLD, text)
            else:
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

    def _table(self, table: Element, depth: int) -> None:
        self._refer(table)
        if depth < MAX_DEPTH and _lays_out(table):
            for cell in _own(table, _CELL):  # it lays out others
                self.run(cell, depth + 1)
                self.end_list()
            return
        rows, across, marked = _rows(table)
        width = max((len(r) for r in rows), default=0)
        if width == 1 or len(rows) == 1:
            for row in rows:
                for text in row:
                    self.builder.paragraph(text)
            return
        count = marked or header_rows(rows)
        header = [[t or over for t, over in zip(*pair, strict=True)] for pair in zip(rows[:count], across[:count], strict=True)]  # fmt: skip
        self.builder.table(Table(header, rows[count:]))


def _heads(paragraph: Element, text: str, following: Element | None) -> bool:
    """Whether a paragraph without a style of headings is one: short, all bold, with text below."""
    if len(text) > MAX_BOLD_HEADING_CHARS or text.endswith((".", ",", ";")) or text[:1].islower():
        return False
    if (
        following is None
        or following.tag not in {_PARAGRAPH, _TABLE}
        or not _text_of_any(following)
    ):
        return False
    return _is_bold(paragraph) and not (following.tag == _PARAGRAPH and _is_bold(following))


def _text_of_any(element: Element) -> bool:
    return any((t.text or "").strip() for t in element.iter(*_TEXT))


def _is_bold(paragraph: Element) -> bool:
    runs = [r for r in paragraph.iter(qn("w:r")) if _text_of_any(r)]
    return bool(runs) and all(_is_on(r, "w:rPr/w:b") for r in runs)


def _is_on(element: Element, path: str) -> bool:
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return found is not None and found.get(qn("w:val")) not in {"0", "false", "off"}


def _lays_out(table: Element) -> bool:
    """Whether a table only places others on the page: most of its cells hold tables or nothing."""
    cells = list(_own(table, _CELL))
    if not any(True for _ in islice(table.iter(_TABLE), 1, None)):
        return False
    plain = sum(next(c.iter(_TABLE), None) is None and _text_of_any(c) for c in cells)
    return plain < _DATA_CELLS * len(cells) or len(list(_own(table, _ROW))) < 2


def _is_placeholder(element: Element) -> bool:
    """Whether a content control shows what to type, and nobody has."""
    return element.tag == _CONTROL and _is_on(element, "w:sdtPr/w:showingPlcHdr")


def _is_deleted(row: Element) -> bool:
    """Whether tracked changes take a row out."""
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _is_cell_deleted(cell: Element) -> bool:
    return cell.find(f"{qn('w:tcPr')}/{qn('w:cellDel')}") is not None


def _cell_text(cell: Element) -> str:
    """A cell's paragraphs; items and what a table within it says are set apart."""
    text = ""
    for paragraph in cell.iter(_PARAGRAPH):
        said = _text(paragraph)
        if not said or next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue
        nested = next(paragraph.iterancestors(_CELL)) is not cell
        apart = nested or paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
        ended = text.endswith((".", ";", ":", ",", "!", "?"))
        text += f"{'; ' if text and apart and not ended else ' ' if text else ''}{said}"
    return text


def _own(table: Element, tag: str) -> Iterator[Element]:
    """The rows or cells of a table itself, not those of a table within it."""
    return (e for e in table.iter(tag) if next(e.iterancestors(_TABLE)) is table)


def _rows(table: Element) -> tuple[list[list[str]], list[list[str]], int]:
    """The cells' texts; for each place what a cell merged over columns says there; and how many
    rows at the top are marked as the table's head."""
    rows: list[list[str]] = []
    across: list[list[str]] = []
    marked = 0
    merged: dict[int, str] = {}
    for row in _own(table, _ROW):
        if _is_deleted(row):
            continue
        line: list[str] = []
        over: list[str] = []
        head = _is_on(row, "w:trPr/w:tblHeader")
        for cell in (c for c in row.iter(_CELL) if next(c.iterancestors(_ROW)) is row):
            if _is_cell_deleted(cell):
                continue
            text = _cell_text(cell)
            span = _value(cell, "w:tcPr/w:gridSpan")
            down = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            if down is not None:
                if down.get(qn("w:val")) == "restart":
                    merged[len(line)] = text
                else:
                    text = merged.get(len(line), text)
            extra = min(int(span) if span.isdecimal() else 1, MAX_SPAN) - 1
            line += [text, *[""] * extra]
            over += [text] * (extra + 1)
        if head and marked == len(rows):
            marked += 1
        rows.append(line)
        across.append(over)
    return rows, across, min(marked, max(len(rows) - 1, 0))


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
        if child.tag == _RUN and _is_on(child, "w:rPr/w:vanish"):
            continue  # hidden
        if child.tag in _TEXT:
            yield child.text or ""
        elif child.tag in _SPACE:
            yield " "
        elif child.tag == qn("w:noBreakHyphen"):
            yield "\u2011"
        elif (
            child.tag not in _LEFT_OUT and isinstance(child.tag, str) and not _is_placeholder(child)
        ):
            yield from _pieces(child)
