"""PDF: lines become headings, paragraphs, lists and tables again, each on its page."""

from __future__ import annotations

from rag.documents.layout import Line, Piece, _joined
from rag.types import BlockKind, Document
from tests.rag.documents.files import Print, Rule, pdf_file, read, table, texts

LEFT = 72.0


def printed(*lines: str, top: float = 700, size: float = 10, x: float = LEFT) -> list[Print | Rule]:
    return [Print(text, x, top - 12 * i, size) for i, text in enumerate(lines)]


def document_of(*pages: list[Print | Rule]) -> Document:
    return read(pdf_file(*pages), "filing.pdf")


PROSE = [
    "The company pays its engineers by level, and the pay of each level is set once a",
    "year. Senior engineers are paid more than others, since they are fewer and their",
    "work is harder to do. All figures are of base pay.",
]


def test_headings_paragraphs_and_their_pages() -> None:
    document = document_of(
        [
            Print("Annual Report of Pay", LEFT, 740, 20, bold=True),
            Print("1. Who is paid", LEFT, 716, 12, bold=True),
            *printed(*PROSE),
            *printed("A second paragraph begins after a gap, and it ends here.", top=646),
        ],
        [Print("2. What is paid", LEFT, 716, 12, bold=True), *printed(*PROSE)],
    )
    assert document.title == "Annual Report of Pay"
    assert texts(document) == [
        " ".join(PROSE),
        "A second paragraph begins after a gap, and it ends here.",
        " ".join(PROSE),
    ]
    assert [b.page for b in document.blocks] == [1, 1, 2]
    assert [b.headings for b in document.blocks] == [
        ("Annual Report of Pay", "1. Who is paid"),
        ("Annual Report of Pay", "1. Who is paid"),
        ("Annual Report of Pay", "2. What is paid"),
    ]


def test_a_paragraph_goes_on_overleaf() -> None:
    document = document_of(
        printed(*PROSE[:2], "and this sentence is not over yet, but goes on and"),
        printed("on until it is over."),
    )
    assert texts(document) == [
        " ".join(
            [*PROSE[:2], "and this sentence is not over yet, but goes on and on until it is over."]
        )
    ]
    assert document.blocks[0].page == 1


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            Print("Acme Corp. | 2024 Form 10-K", LEFT, 760),
            Print(str(n), 300, 30),
            *printed(*PROSE, f"Page {n} says so."),
        ]
        for n in range(1, 6)
    ]
    text = document_of(*pages).text
    assert "Form 10-K" not in text
    assert text.count("says so") == 5
    assert "\n3\n" not in text


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [f"then comes line {n} of the left column and" for n in "abcdef"]
    right = [f"while line {n} of the right column goes on" for n in "ghijkl"]
    document = document_of([*printed(*left), *printed(*right, x=330)])
    text = " ".join(texts(document))
    assert text.index("line f of the left") < text.index("line g of the right")
    assert table(document) == []


def test_lists_keep_their_items() -> None:
    document = document_of(
        printed("The company offers to all of its staff:", "• health insurance, which also covers the", "   family of each", "• a pension", "Both are paid for."),
    )  # fmt: skip
    items = texts(document, BlockKind.LIST_ITEM)
    assert items[0].startswith("health insurance, which also covers the")
    assert items[1].startswith("a pension")


def _row(y: float, *cells: tuple[str, float], bold: bool = False) -> list[Print | Rule]:
    return [Print(text, x, y, bold=bold) for text, x in cells]


def test_a_financial_table_knows_its_columns_rows_and_sections() -> None:
    document = document_of(
        [
            *printed("The following table shows what was paid (in millions):", top=720),
            *_row(700, ("Years ended December 31,", 330)),
            *_row(686, ("2024", 340), ("2023", 420)),
            *_row(672, ("Operating expenses:", LEFT)),
            *_row(
                658, ("Salaries", LEFT + 10), ("$", 330), ("1,200", 345), ("$", 410), ("1,100", 425)
            ),
            *_row(644, ("Stock-based compensation", LEFT + 10), ("(35)", 350), ("—", 440)),
            *_row(630, ("Total", LEFT), ("$", 330), ("1,165", 345), ("$", 410), ("1,100", 425)),
        ]
    )
    first, second = "Years ended December 31, 2024", "Years ended December 31, 2023"
    rows = table(document)
    assert rows[0][0] == ("", "", "Operating expenses:")
    section = "Operating expenses:"
    assert rows[1] == [
        (section, "", "Salaries"),
        (f"{section} > Salaries", first, "$1,200"),
        (f"{section} > Salaries", second, "$1,100"),
    ]
    assert [text for _, _, text in rows[2]] == ["Stock-based compensation", "(35)", "—"]
    assert [text for _, _, text in rows[3]] == ["Total", "$1,165", "$1,100"]
    assert all(b.page == 1 for b in document.blocks)


def test_a_ruled_table_keeps_the_lines_of_a_cell_together() -> None:
    rules: list[Print | Rule] = [Rule(x, 600, 0.5, 90) for x in (200, 300)]
    rules += [Rule(LEFT, y, 350, 0.5) for y in (690, 670, 630, 600)]
    document = document_of(
        [
            *printed("Targets of the year:", top=710),
            *rules,
            *_row(676, ("Measure", 80), ("Result", 230), ("Target", 330)),
            *_row(658, ("Days to answer", 80)),
            *_row(646, ("a question of the", 80), ("35", 240), ("at most", 330)),
            *_row(634, ("public", 80), ("40 days", 330)),
            *_row(610, ("Calls", 80), ("1,200", 235), ("1,000", 335)),
            *printed("These were met.", top=580),
        ]
    )
    days = "Days to answer a question of the public"
    assert table(document) == [
        [("", "Measure", days), (days, "Result", "35"), (days, "Target", "at most 40 days")],
        [("", "Measure", "Calls"), ("Calls", "Result", "1,200"), ("Calls", "Target", "1,000")],
    ]
    assert texts(document) == ["Targets of the year:", "These were met."]
    lead_in = document.blocks[1].lead_in
    assert lead_in
    assert lead_in.of(document.text) == "Targets of the year:"


def test_boxes_around_text_and_drawings_are_no_tables() -> None:
    box = [Rule(60, y, 460, 0.5) for y in (720, 640)] + [Rule(x, 640, 0.5, 80) for x in (60, 520)]
    document = document_of([*box, *printed(*PROSE)])
    assert (table(document), texts(document)) == ([], [" ".join(PROSE)])


def test_words_parted_at_the_end_of_a_line_are_whole_again() -> None:
    def lines(*texts: str) -> list[Line]:
        return [Line((Piece(t, 0, 100, 10, False),), 0) for t in texts]

    known = frozenset({"compensation"})
    assert _joined(lines("the compen-", "sation of"), known) == "the compensation of"
    assert _joined(lines("a long-", "term plan"), known) == "a long-term plan"
    assert _joined(lines("from 2023-", "2024"), known) == "from 2023- 2024"
