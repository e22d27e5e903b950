"""PDF -> blocks, through pypdfium2 (PDFium).

A PDF has characters at places, no paragraphs. Lines come from the baselines (here); tables from the
rules drawn around their cells (``rules.py``), or else from figures that stand below each other
(``aligned.py``); columns of prose from gutters that run down many lines (``columns.py``); headings
from size and weight, running heads and page numbers from what stands at the edges of many pages
(``layout.py``, which puts all together).
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.documents.builder import Builder, fold
from rag.documents.layout import write_pages
from rag.documents.lines import Line, Page, Word, piece_of, pieces_of
from rag.documents.parsed import Parsed
from rag.documents.ruled_lines import Box, Grid, grids, with_ruled_tables
from rag.errors import DocumentError

MAX_PAGES = 5000
MIN_CHARS = 20
MAX_UNREADABLE = 0.3
MIN_SIZE = 3.0
"""Of letters, in points: programs hide their own marks in smaller ones."""

_LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
              "\ufb05": "st", "\ufb06": "st"}  # fmt: skip
_HYPHENS_AT_END = {0x02, 0xAD, 0xFFFE}
_JUNK_TITLE = re.compile(
    r"microsoft|untitled|\.(?:docx?|pdf|indd|xlsx?|pptx?|qxd|tif)\b|^(?:title|document\d*|slide \d+|layout \d+)$"
    r"|^[\w-]+$|^\W*$|^(?!.*[^\W\d_]{4})",
    re.I,
)


def parse_pdf(data: bytes) -> Parsed:
    """:raises DocumentError: encrypted, damaged, too many pages, or without a layer of text."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise DocumentError("encrypted: save it again without password") from None
        raise DocumentError(
            "damaged: it cannot be opened as a PDF; save or download it again"
        ) from None
    try:
        return _parse(document)
    finally:
        document.close()


def _parse(document: pdfium.PdfDocument) -> Parsed:
    count = len(document)
    if count > MAX_PAGES:
        raise DocumentError(f"more than {MAX_PAGES} pages: split it")
    pages = []
    broken = 0
    for number in range(count):
        try:
            pages.append(_page(document, number))
        except pdfium.PdfiumError:
            broken += 1
    if broken and broken == count:
        raise DocumentError("damaged: none of its pages can be opened; save it again")
    text = [piece.text for page in pages for line in page.lines for piece in line.pieces]
    characters = sum(map(len, text))
    if characters < MIN_CHARS:
        raise DocumentError("no text in it: scanned pages need text recognition (OCR) first")
    unreadable = sum(t.count("\ufffd") + _private(t) for t in text)
    if unreadable > characters * MAX_UNREADABLE:
        raise DocumentError(
            "its text cannot be read: its fonts do not say which letters they are; recognise it (OCR) first"
        )
    builder = Builder()
    builder.title = _title(document)
    write_pages(pages, builder)
    return builder.finish()


def _private(text: str) -> int:
    return sum("\ue000" <= c <= "\uf8ff" for c in text)


def _title(document: pdfium.PdfDocument) -> str:
    """The title that the file states, unless a program put it there."""
    title = fold(document.get_metadata_value("Title") or "")[:200]
    return "" if _JUNK_TITLE.search(title) else title


# --- characters -> words -> lines -----------------------------------------------------


def _page(document: pdfium.PdfDocument, number: int) -> Page:
    page = document[number]
    try:
        width, height = page.get_size()
        textpage = page.get_textpage()
        try:
            words = list(_words(textpage))
        finally:
            textpage.close()
        ruled = grids(list(_boxes(page)), width=width, height=height)
    finally:
        page.close()
    return Page(
        number + 1, width, height, tuple(with_ruled_tables(list(_lines(words, ruled)), ruled))
    )


def _boxes(page: pdfium.PdfPage) -> Iterator[Box]:
    """What is drawn on a page, but for letters and pictures."""
    for drawn in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=4):
        yield Box(*drawn.get_bounds())


def _words(textpage: pdfium.PdfTextPage) -> Iterator[Word]:
    """The words of a page in the order of its file; rotated ones (margin notes) are left out."""
    raw = textpage.raw
    box = pdfium_c.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    text: list[str] = []
    start = end = base = size = height = 0.0
    bold = shown = True
    glued = False

    def word() -> Word:
        return Word("".join(text), start, end, base, size, bold, glued)

    for i in range(textpage.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(raw, i)
        if code in {0x20, 0x0A, 0x0D, 0x09, 0xA0, 0x3000} or 0x2000 <= code <= 0x200B:
            if text and shown:
                yield word()
            text, glued = [], False
            continue
        if code in _HYPHENS_AT_END:
            code = 0x2D
        # The loose box is as wide as the pen moves; the tight one of a "1" is not.
        pdfium_c.FPDFText_GetLooseCharBox(raw, i, box)
        pdfium_c.FPDFText_GetCharOrigin(raw, i, x, y)
        apart = box.left - end > 0.2 * size or box.left < start or abs(y.value - base) > 0.3 * size
        other = not apart and abs(y.value - base) > 0.1 * size
        other = other and not 0.8 < (box.top - box.bottom) / max(height, 0.1) < 1.25
        if text and (apart or other):
            if shown:
                yield word()
            # A raised mark follows its word without a space.
            glued = other or (-0.1 * size < box.left - end < 0.1 * size)
            text = []
        if not text:
            start, base, height = box.left, y.value, box.top - box.bottom
            size = _size(raw, i, height)
            bold = _is_bold(raw, i)
            shown = size >= MIN_SIZE and abs(pdfium_c.FPDFText_GetCharAngle(raw, i)) < 0.1
        text.append(_character(code))
        end = box.right
    if text and shown:
        yield word()


def _character(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or code == 0:
        return "\ufffd"
    return _LIGATURES.get(chr(code), chr(code))


def _size(raw: object, i: int, height: float) -> float:
    """The size of the letters in points: what the file says, scaled as it is drawn."""
    matrix = pdfium_c.FS_MATRIX()
    scale = 1.0
    if pdfium_c.FPDFText_GetMatrix(raw, i, matrix):
        scale = abs(matrix.d) or abs(matrix.b) or 1.0
    size = float(pdfium_c.FPDFText_GetFontSize(raw, i)) * scale
    return size if 1 <= size <= 400 else max(height, 1.0)


def _is_bold(raw: object, i: int) -> bool:
    if pdfium_c.FPDFText_GetFontWeight(raw, i) >= 600:
        return True
    name = ctypes.create_string_buffer(64)
    flags = ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(raw, i, name, 64, flags)
    return re.search(rb"bold|black|heavy|semibold|demi", name.value, re.I) is not None


def _lines(words: Sequence[Word], ruled: Sequence[Grid]) -> Iterator[Line]:
    """Lines from the top of the page, each of the pieces that wide gaps leave."""
    rest = sorted((w for w in words if w.text), key=lambda w: (-w.y, w.left))
    row: list[Word] = []
    for word in rest:
        # A raised or lowered mark (a footnote's number) is on the line of its words.
        if row and row[0].y - word.y > 0.45 * max(word.size, max(w.size for w in row[:8])):
            yield _line(row, ruled)
            row = []
        row.append(word)
    if row:
        yield _line(row, ruled)


def _line(row: Sequence[Word], ruled: Sequence[Grid]) -> Line:
    letters = Counter[float]()
    for word in row:
        letters[word.y] += len(word.text)
    y = letters.most_common(1)[0][0]
    words: list[Word] = []
    for word in sorted(row, key=lambda w: w.left):
        if not (words and _is_twice(words[-1], word)):
            words.append(word)
    rules = [x for grid in ruled if grid.box.bottom < y < grid.box.top for x in grid.parting(y)]
    pieces = [piece_of(part) for group in pieces_of(words) for part in _at_rules(group, rules)]
    return Line(tuple(pieces), y)


def _at_rules(words: Sequence[Word], rules: Sequence[float]) -> Iterator[list[Word]]:
    """Words without the rule of a table between them."""
    group: list[Word] = []
    for word in words:
        if group and any(group[-1].right - 2 < x < word.left + 2 for x in rules):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _is_twice(one: Word, other: Word) -> bool:
    """Whether a word is drawn again over itself, as some programs do for bold type."""
    return one.text == other.text and abs(one.left - other.left) < 0.2 * one.size
