"""Tables of web pages: the elements of tables, and lists, boxes and roles that serve as tables."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from rag.documents.boilerplate import BLOCKS, DROPPED, NO_TEXT
from rag.documents.builder import Table, fold, header_rows, is_section, is_value

MAX_SPAN = 64
"""Of a cell over rows or columns: a page may ask for 65,534."""
MAX_BOX_CHARS = 60
"""Of a cell of a table that is made of boxes."""

MOST_HOLDING = 0.25
"""Of a table of data no larger share of the cells holds tables, lists or paragraphs."""
_BLOCKY = "p + p, ul, ol, h1, h2, h3, h4, form, table"

_SIGN = re.compile(r"[?#¶§ⓘ🔗]")
_REFERENCE = re.compile(r"[\[(]?(?:\d{1,3}|[a-z*†‡])[\])]?")

_MARK = re.compile(r"[\[(]?\d{1,2}[\])]?|[*†‡]+")
_MARKED = re.compile(r"[^\W\d_]{4,}\)?[.,:;]?\s?$|[$€£¥₹]\s?[\d.,]+k?\s?$|\d[.,]\d{3}\s?$|%\s?$")


def text_of(node: LexborNode) -> str:
    """The text of an element as one line; line breaks and blocks within it are spaces."""
    parts: list[str] = []
    stack = [node]
    while stack:
        current = stack.pop()
        tag = current.tag or ""
        if tag == "-text":
            parts.append(current.text_content or "")
        elif tag in NO_TEXT or DROPPED in current.attributes or is_reference(current):
            continue
        else:
            if tag == "br" or (tag in BLOCKS and current is not node):
                parts.append(" ")
            stack.extend(reversed(list(current.iter(include_text=True))))
    return fold("".join(parts))


def is_reference(node: LexborNode) -> bool:
    """Whether an element is the raised number of a footnote, or the sign of a link to help or to
    the place itself ("?", "¶")."""
    if node.tag == "a":
        return _SIGN.fullmatch(fold(node.text())) is not None
    if node.tag != "sup":
        return False
    mark = fold(node.text())
    if node.css_first("a") is not None:
        return _REFERENCE.fullmatch(mark) is not None
    # Without a link only behind a word or a sum: "m<sup>2</sup>" and "10<sup>6</sup>" are text.
    before = node.prev.text_content or "" if node.prev is not None else ""
    return _MARK.fullmatch(mark) is not None and _MARKED.search(before[-40:]) is not None


def table_of(node: LexborNode) -> tuple[Table, list[str]]:
    """The table of an element ``table``, and the notes that stand below it."""
    caption = next(iter(_own(node, "caption")), None)
    header, rows, notes = _grid(node)
    if not header:
        count = header_rows(rows)
        header, rows = rows[:count], rows[count:]
    title = text_of(caption) if caption is not None else ""
    while header and rows and len(header[0]) > 1 and len(set(header[0])) == 1:
        title, header = title or header[0][0], header[1:]
    if not header and not title:
        while len(rows) > 1 and is_section(rows[0]):
            title, rows = rows[0][0], rows[1:]
        count = header_rows(rows)
        header, rows = rows[:count], rows[count:]
    return Table(header, rows or header, caption=title), notes


def table_of_boxes(node: LexborNode) -> Table | None:
    """The table that an element without ``table`` shows: by the roles of its parts, or boxes of
    equal number in each, with figures ("Median pay" | "$50,000")."""
    if (node.attributes.get("role") or "") in {"table", "grid"}:
        rows = [_cells(row) for row in node.css("[role=row]")]
        heads = len([r for r in node.css("[role=row]") if r.css_first("[role=cell], [role=gridcell]") is None])  # fmt: skip
        return Table(rows[:heads], rows[heads:]) if len(rows) > heads else None
    boxes = [n for n in node.iter() if n.tag not in NO_TEXT and DROPPED not in n.attributes]
    if len(boxes) < 2 or any(box.tag not in {"div", "li"} for box in boxes) or _own_text(node):
        return None
    width = len(_parts(boxes[0]))
    if width < 2 or any(len(_parts(b)) != width or _own_text(b) for b in boxes):
        return None
    if any(box.tag == "li" and part.tag not in BLOCKS for box in boxes for part in _parts(box)):
        return None  # words of a list's item that are set in bold, say
    rows = [[text_of(part) for part in _parts(box)] for box in boxes]
    if not all(_is_short(cell) for row in rows for cell in row):
        return None
    figures = sum(any(c.isdigit() for cell in row[1:] for c in cell) for row in rows)
    names = all(row[0] and not is_value(row[0]) for row in rows)
    if figures * 2 < len(rows) or not names:
        return None
    count = header_rows(rows)
    return Table(rows[:count], rows[count:])


def _cells(row: LexborNode) -> list[str]:
    roles = "[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]"
    return [text_of(cell) for cell in row.css(roles)]


def _parts(box: LexborNode) -> list[LexborNode]:
    return [n for n in box.iter() if n.tag not in NO_TEXT and n.tag != "br"]


def _own_text(node: LexborNode) -> bool:
    """Whether text stands in an element itself, beside the elements in it."""
    texts = (n.text_content or "" for n in node.iter(include_text=True) if n.tag == "-text")
    return any(text.strip() for text in texts)


def _is_short(text: str) -> bool:
    return len(text) <= MAX_BOX_CHARS and not text.endswith((".", "!", "?"))


def is_data_table(node: LexborNode) -> bool:
    """A table of data, not one that lays out a page."""
    if node.attributes.get("role") in {"presentation", "none"}:
        return False
    cells, rows = _own(node, "td, th")[:200], _own(node, "tr")
    holding = sum(c.css_first("table") is not None for c in cells)
    if holding > MOST_HOLDING * len(cells):
        return False
    if any(_own(node, head) for head in ("th", "caption", "thead")):
        return True
    blocky = sum(c.css_first(_BLOCKY) is not None for c in cells)
    headed = cells and cells[0].css_first("h1, h2, h3, h4, form") is not None
    wide = len(cells) >= 2 * min(len(rows), 100)
    return wide and len(rows) >= 2 and not headed and blocky <= MOST_HOLDING * len(cells)


def _own(table: LexborNode, selector: str) -> list[LexborNode]:
    """What of a table is its own and not that of a table within it."""
    found = table.css(selector)
    if len(table.css("table")) == 1:  # the node itself is among them
        return found
    return [node for node in found if _table_around(node) == table.mem_id]


def _table_around(node: LexborNode) -> int:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above.mem_id if above is not None else 0


def _cell_text(cell: LexborNode) -> str:
    """A cell's text; its items, and the rows of a table within it, are set apart."""
    parts = [text_of(part) for part in cell.css("li, tr")]
    whole = text_of(cell)
    if len(parts) < 2 or any(len(part.css("li, tr")) > 1 for part in cell.css("li, tr")):
        return whole
    pieces, at = [], 0
    for part in parts:
        start = whole.find(part, at)
        if start < 0:
            return whole
        pieces.append(whole[at:start].rstrip())
        at = start
    pieces.append(whole[at:])
    return fold("; ".join(piece.strip() for piece in pieces if piece.strip())).replace(":; ", ": ")


def _grid(table: LexborNode) -> tuple[list[list[str]], list[list[str]], list[str]]:
    """The head and the other rows of a table, its merged cells spread out, and the notes of its
    foot.

    A merged cell of the head stands over each of its columns; one of the body is said once, but
    one over several rows is repeated, since each row is read alone.
    """
    header: list[list[str]] = []
    rows: list[list[str]] = []
    foot: list[list[str]] = []
    notes: list[str] = []
    above: dict[int, tuple[int, str]] = {}
    for row in _own(table, "tr"):
        part = row.parent.tag if row.parent is not None else ""
        cells = [c for c in row.iter() if c.tag in {"td", "th"}]
        heads = part == "thead" or (
            len(cells) > 1
            and all(c.tag == "th" for c in cells)
            and cells[0].attributes.get("scope") != "row"
        )
        line = _line(cells, above, heads=heads)
        if not any(line):
            continue
        if heads and not rows:
            header.append(line)
        elif part == "tfoot":
            notes += [cell for cell in line if cell] if len(cells) == 1 else []
            foot += [line] if len(cells) > 1 else []
        else:
            rows.append(line)
    return header, [*rows, *foot], notes


def _line(cells: list[LexborNode], above: dict[int, tuple[int, str]], *, heads: bool) -> list[str]:
    line: list[str] = []
    for cell in cells:
        _from_above(line, above)
        text = _cell_text(cell)
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        for i in range(across):
            shown = text if heads or i == 0 else ""
            if down > 1:
                above[len(line)] = (down - 1, shown)
            line.append(shown)
    _from_above(line, above)
    return line


def _from_above(line: list[str], above: dict[int, tuple[int, str]]) -> None:
    """Put in the cells that reach down from the rows above into the next places of this one."""
    while (at := len(line)) in above:
        left, text = above.pop(at)
        if left > 1:
            above[at] = (left - 1, text)
        line.append(text)


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(max(int(value), 1), MAX_SPAN) if value.strip().isdecimal() else 1
