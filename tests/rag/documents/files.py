"""Sample files, written with the formats' own libraries."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.documents import read_document
from rag.types import BlockKind, Document


def read(data: bytes, name: str) -> Document:
    return read_document(Path(name), corpus=Path("."), data=data)


def table(document: Document) -> list[list[tuple[str, str, str]]]:
    """Each table row's cells as (row heading, column heading, text)."""
    return [
        [(c.row, c.column, c.span.of(document.text)) for c in block.cells]
        for block in document.blocks
        if block.kind is BlockKind.TABLE_ROW
    ]


def texts(document: Document, kind: BlockKind = BlockKind.PARAGRAPH) -> list[str]:
    return [b.span.of(document.text) for b in document.blocks if b.kind is kind]


def word_file(write: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    write(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sheet_file(write: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    write(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@dataclass(frozen=True)
class Print:
    """A line of print: its text, and where it begins, in points from the lower left."""

    text: str
    x: float
    y: float
    size: float = 10
    bold: bool = False


@dataclass(frozen=True)
class Rule:
    """A thin line of a ruled table."""

    x: float
    y: float
    width: float
    height: float


def pdf_file(*pages: Sequence[Print | Rule]) -> bytes:
    document = pdfium.PdfDocument.new()
    for prints in pages:
        page = document.new_page(612, 792)
        for item in prints:
            if isinstance(item, Rule):
                drawn = pdfium_c.FPDFPageObj_CreateNewRect(item.x, item.y, item.width, item.height)
                pdfium_c.FPDFPath_SetDrawMode(drawn, pdfium_c.FPDF_FILLMODE_WINDING, False)
            else:
                font = b"Helvetica-Bold" if item.bold else b"Helvetica"
                drawn = pdfium_c.FPDFPageObj_NewTextObj(document.raw, font, item.size)
                encoded = (item.text + "\0").encode("utf-16-le")
                letters = ctypes.cast(encoded, ctypes.POINTER(ctypes.c_ushort))
                assert pdfium_c.FPDFText_SetText(drawn, letters)
                pdfium_c.FPDFPageObj_Transform(drawn, 1, 0, 0, 1, item.x, item.y)
            pdfium_c.FPDFPage_InsertObject(page.raw, drawn)
        assert pdfium_c.FPDFPage_GenerateContent(page.raw)
        page.close()
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()
