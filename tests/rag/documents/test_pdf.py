"""PDF: lines become headings, paragraphs, lists and tables again, each on its page."""

from __future__ import annotations

from rag.documents.layout import _joined
from rag.documents.lines import Line, Piece
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


# --- tables without rules -------------------------------------------------------------


def _width(text: str, size: float) -> float:
    """Of a text of figures and signs in Helvetica."""
    narrow = {",": 0.278, ".": 0.278, "(": 0.333, ")": 0.333, " ": 0.278, "—": 1.0}
    return sum(narrow.get(c, 0.556) for c in text) * size


def _right(y: float, *cells: tuple[str, float], size: float = 8) -> list[Print | Rule]:
    """Figures that end at a place."""
    return [Print(text, x - _width(text, size), y, size) for text, x in cells]


def _small(y: float, *cells: tuple[str, float], bold: bool = False) -> list[Print | Rule]:
    return [Print(text, x, y, 8, bold=bold) for text, x in cells]


def test_a_pay_scale_of_narrow_columns() -> None:
    rights = [130 + 34 * i for i in range(10)]
    page = [*printed("Annual rates by grade and step."), *_small(660, ("Grade", LEFT))]
    page += _small(660, *((f"Step {i + 1}", right - 26) for i, right in enumerate(rights)))
    for grade in range(1, 8):
        figures = [str(20_000 + 4_000 * grade + 700 * i) for i in range(10)]
        page += _small(660 - 13 * grade, (str(grade), LEFT + 8))
        page += _right(660 - 13 * grade, *zip(figures, rights, strict=True))
    rows = table(document_of(page))
    assert [[text for _, _, text in row][:2] for row in rows] == [
        [str(grade), str(20_000 + 4_000 * grade)] for grade in range(1, 8)
    ]
    assert [column for _, column, _ in rows[0]] == ["Grade", *(f"Step {i}" for i in range(1, 11))]


COMPENSATION = [
    *_small(700, ("Name and Principal", LEFT), ("Stock", 300), bold=True),
    *_small(691, ("Position", LEFT), ("Salary", 240), ("Awards", 297), ("Total", 358), bold=True),
    *_small(682, ("Year", 200), ("($)", 246), ("($)", 304), ("($)", 363), bold=True),
    Print("(1)", 315, 685, 5),
    *_small(666, ("Jane Q. Public", LEFT), ("2024", 200)),
    *_right(666, ("1,250,000", 270), ("9,875,432", 325), ("11,125,432", 382)),
    *_small(653, ("Chief Executive Officer", LEFT), ("2023", 200)),
    *_right(653, ("1,200,000", 270), ("9,000,111", 325), ("10,200,111", 382)),
    *_small(640, ("2022", 200)),
    *_right(640, ("1,150,000", 270), ("—", 325), ("1,150,000", 382)),
    *_small(627, ("Raj Patel", LEFT), ("2024", 200)),
    *_right(627, ("700,000", 270), ("3,000,000", 325), ("3,700,000", 382)),
    *_small(614, ("Executive Vice President", LEFT)),
    *_small(604, ("and Treasurer", LEFT), ("2023", 200)),
    *_right(604, ("675,000", 270), ("2,500,000", 325), ("3,175,000", 382)),
]


def test_a_person_is_named_in_the_row_of_each_year() -> None:
    rows = table(document_of([*printed("What each of them was paid:", top=730), *COMPENSATION]))
    jane = "Jane Q. Public, Chief Executive Officer"
    assert rows[2] == [
        ("", "Name and Principal Position", jane),
        (jane, "Year", "2022"),
        (jane, "Salary ($)", "1,150,000"),
        (jane, "Stock Awards ($)", "—"),
        (jane, "Total ($)", "1,150,000"),
    ]
    raj = "Raj Patel, Executive Vice President and Treasurer"
    assert [row[0][2] for row in rows] == [jane, jane, jane, raj, raj]
    assert [row[4][2] for row in rows][3:] == ["3,700,000", "3,175,000"]


def test_names_set_beside_the_middle_of_their_rows_are_theirs() -> None:
    """Each name is of two lines, none of which stands on a line with figures."""
    page = printed("What each of them was paid:", top=730)
    page += _small(705, ("Name and Position", LEFT), ("Year", 200), ("Salary ($)", 250), ("Total ($)", 330), bold=True)  # fmt: skip
    top = 684
    people = (
        (("Ana Ruiz, Chief", "Executive Officer"), (("2025", "900,000", "5,000,000"), ("2024", "850,000", "4,000,000"))),
        (("Li Wei, Chief", "Financial Officer"), (("2025", "600,000", "2,000,000"), ("2024", "580,000", "1,900,000"))),
    )  # fmt: skip
    for lines, years in people:
        page += [*_small(top, (lines[0], LEFT)), *_small(top - 13, (lines[1], LEFT))]
        for at, (year, salary, total) in zip((top - 6, top - 31), years, strict=True):
            page += [*_small(at, (year, 200)), *_right(at, (salary, 290), (total, 370))]
        top -= 50
    rows = table(document_of(page))
    ana, li = "Ana Ruiz, Chief Executive Officer", "Li Wei, Chief Financial Officer"
    assert [[text for _, _, text in row] for row in rows] == [
        [ana, "2025", "900,000", "5,000,000"],
        [ana, "2024", "850,000", "4,000,000"],
        [li, "2025", "600,000", "2,000,000"],
        [li, "2024", "580,000", "1,900,000"],
    ]
    assert [column for _, column, _ in rows[0]] == ["Name and Position", "Year", "Salary ($)", "Total ($)"]  # fmt: skip


def test_the_size_of_tables_is_not_that_of_the_text() -> None:
    more = [[Print(i.text, i.x, i.y - 150, 8) for i in COMPENSATION if isinstance(i, Print)]]
    document = document_of([*printed(*PROSE, top=750), *COMPENSATION], *more)
    assert texts(document)[0] == " ".join(PROSE)
    assert document.blocks[0].headings == ()


def test_signs_in_columns_of_their_own_and_brackets_belong_to_their_figures() -> None:
    page = [
        *printed("The results of the years were these:", top=720),
        *_small(700, ("Year ended December 31,", 250), bold=True),
        *_small(690, ("2024", 262), ("2023", 322), ("% Change", 362), bold=True),
    ]
    for y, name, figures in (
        (676, "Revenue", ("1,234", "1,111", "11.1")),
        (663, "Net income (loss)", ("(12", "8", "(238.7")),
    ):
        page += [*_small(y, (name, LEFT), ("$", 240), ("$", 300))]
        page += _right(y, (figures[0], 278), (figures[1], 338), (figures[2], 390))
        bracket = ")" if figures[0].startswith("(") else ""
        page += _small(y, (f"{bracket}%", 392), *([(bracket, 279)] if bracket else []))
    rows = table(document_of(page))
    assert [text for _, _, text in rows[0]] == ["Revenue", "$1,234", "$1,111", "11.1%"]
    assert [text for _, _, text in rows[1]] == ["Net income (loss)", "$(12)", "$8", "(238.7)%"]
    year = "Year ended December 31,"
    assert [c for _, c, _ in rows[0]] == ["", f"{year} 2024", f"{year} 2023", "% Change"]


def _rates(first: int, last: int, top: float) -> list[Print | Rule]:
    page: list[Print | Rule] = []
    for i, number in enumerate(range(first, last)):
        page += _small(top - 13 * i, (f"Occupation {'abcdefghij'[number]}", LEFT))
        page += _right(top - 13 * i, (f"{10_000 + number:,}", 300), (f"{50_000 + number:,}", 400))
    return page


HEAD = _small(700, ("Occupation", LEFT), ("Employed", 262), ("Mean wage", 358), bold=True)


def test_a_table_goes_on_overleaf_with_its_head() -> None:
    pages = [[*HEAD, *_rates(0, 4, 686)], _rates(4, 7, 700), [*HEAD, *_rates(7, 10, 686)]]
    rows = table(document_of(*pages))
    assert [[column for _, column, _ in row] for row in rows] == [
        ["Occupation", "Employed", "Mean wage"]
    ] * 10
    assert [row[0][2] for row in rows] == [f"Occupation {c}" for c in "abcdefghij"]


def test_another_table_of_other_columns_has_no_head_of_the_one_before() -> None:
    other = [*_small(700, ("North", 200)), *_right(700, ("7", 240)), *_small(687, ("South", 200)), *_right(687, ("8", 240))]  # fmt: skip
    rows = table(document_of([*HEAD, *_rates(0, 4, 686)], other))
    assert [column for _, column, _ in rows[-1]] == ["", ""]


def test_the_head_of_a_table_on_every_page_is_no_running_head() -> None:
    pages = [[*_small(740, ("Acme Corp.", LEFT)), *[Print(p.text, p.x, 715, 8) for p in HEAD if isinstance(p, Print)], *_rates(n, n + 3, 702)] for n in (0, 3, 6)]  # fmt: skip
    document = document_of(*pages)
    assert "Acme" not in document.text
    assert {tuple(c for _, c, _ in row) for row in table(document)} == {("Occupation", "Employed", "Mean wage")}  # fmt: skip


def test_running_heads_of_two_pages_are_left_out() -> None:
    pages = [[Print("Proxy Statement 2025", LEFT, 760), *printed(*PROSE, f"Number {n}.")] for n in (1, 2)]  # fmt: skip
    assert "Proxy" not in document_of(*pages).text


def test_ruled_tables_at_the_top_of_pages_are_no_running_heads() -> None:
    rules: list[Print | Rule] = [Rule(x, 680, 0.5, 60) for x in (200, 300)]
    rules += [Rule(LEFT, y, 350, 0.5) for y in (740, 720, 700, 680)]
    rows = [*_row(725, ("Level", 80), ("Pay", 230)), *_row(705, ("Junior", 80), ("90", 230)), *_row(685, ("Senior", 80), ("150", 230))]  # fmt: skip
    document = document_of(*[[*rules, *rows, *printed(*PROSE, top=650)] for _ in range(4)])
    assert len(table(document)) == 8


def test_narrow_columns_of_prose_are_no_table() -> None:
    left = ["the office of grades and", "steps gives advice on the", "pay of those who work", "for it, and of others"]  # fmt: skip
    document = document_of([*printed(*left), *printed(*reversed(left), x=330)])
    assert table(document) == []


# --- as programs that print pages write them ------------------------------------------


def test_a_bold_line_that_the_next_goes_on_with_is_no_heading() -> None:
    document = document_of(
        [
            *printed(*PROSE, top=700),
            Print("3. Setting the pay of the", LEFT, 640, bold=True),
            Print(
                "year ahead: in May the board sets the pay of each level by what others pay",
                LEFT,
                628,
            ),
            Print("and by what it can afford.", LEFT, 616),
        ]
    )
    assert document.blocks[-1].headings == ()
    assert texts(document)[-1] == (
        "3. Setting the pay of the year ahead: in May the board sets the pay of each level by what"
        " others pay and by what it can afford."
    )


def test_lines_set_in_below_a_colon_are_items_though_their_bullets_are_drawn() -> None:
    document = document_of(
        [
            *printed(*PROSE, "We compare our pay with that of these firms:", top=700),
            *printed("Analog Harbor Corp.", "Bright Signal Systems", top=648, x=LEFT + 24),
            *printed(
                "Cobalt Ridge Semiconductor, of which the plants in Ohio are compared alone,",
                top=624,
                x=LEFT + 24,
            ),
            *printed("since pay there is lower", top=612, x=LEFT + 24),
            *printed(*PROSE, top=580),
        ]
    )
    assert texts(document, BlockKind.LIST_ITEM) == [
        "Analog Harbor Corp.",
        "Bright Signal Systems",
        "Cobalt Ridge Semiconductor, of which the plants in Ohio are compared alone, since pay there is lower",
    ]
    lead_in = next(b for b in document.blocks if b.kind is BlockKind.LIST_ITEM).lead_in
    assert lead_in
    assert lead_in.of(document.text).endswith("that of these firms:")
    assert texts(document)[-1] == " ".join(PROSE)


def test_a_company_is_a_title_and_the_table_of_contents_holds_no_chapter() -> None:
    document = document_of(
        [Print("NORTHWIND CIRCUITS, INC.", LEFT, 700, 20, bold=True), *printed(*PROSE, top=600)],
        [Print("Contents", LEFT, 700, 26, bold=True), *printed("The board and its work", top=650)],
        [Print("Pay of the board", LEFT, 700, 14, bold=True), *printed(*PROSE, top=650)],
    )
    assert document.title == "NORTHWIND CIRCUITS, INC."
    assert document.blocks[-1].headings == ("Pay of the board",)


def test_shades_behind_some_rows_part_no_table() -> None:
    def row(y: float, name: str, *figures: str) -> list[Print | Rule]:
        ends = zip((290, 370, 450, 530), figures, strict=True)
        return [Print(name, LEFT, y, 9), *(Print(f, x - 5.0 * len(f), y, 9) for x, f in ends)]

    shades = [Rule(x, y, w, 13) for y in (657, 644) for x, w in ((70, 150), (220, 78), (300, 78), (380, 78), (460, 78))]  # fmt: skip
    document = document_of(
        [
            *row(690, "Name", "2021", "2022", "2023", "2024"),
            *row(673, "Alice Thorn", "410", "520", "630", "740"),
            *shades,
            *row(660, "Derek Okon", "415", "525", "635", "745"),
            *row(647, "Priya Rama", "420", "530", "640", "750"),
            *row(634, "Wendell Harg", "425", "535", "645", "755"),
        ]
    )
    rows = table(document)
    assert [row[0][2] for row in rows] == [
        "Alice Thorn",
        "Derek Okon",
        "Priya Rama",
        "Wendell Harg",
    ]
    assert [row[-1] for row in rows] == [
        (name, "2024", figure)
        for name, figure in zip(
            ["Alice Thorn", "Derek Okon", "Priya Rama", "Wendell Harg"],
            ["740", "745", "750", "755"],
            strict=True,
        )
    ]


def test_a_ruled_table_has_the_caption_in_its_first_row_and_a_bold_head() -> None:
    rules: list[Print | Rule] = [Rule(x, 600, 0.5, 90) for x in (LEFT, 400)]
    rules += [Rule(x, 600, 0.5, 67) for x in (200, 300)]
    rules += [Rule(LEFT, y, 328, 0.5) for y in (690, 667, 645, 622, 600)]
    document = document_of(
        [
            *rules,
            Print("Table 4 - Levels and reviews", 210, 675),
            *(
                Print(text, x, 653, bold=True)
                for text, x in (("Description", 80), ("Type", 210), ("Review", 310))
            ),
            *_row(630, ("Right-size the team", 80), ("Target", 210), ("Spring", 310)),
            *_row(607, ("Keep it so", 80), ("Actual", 210), ("Autumn", 310)),
            *printed(*PROSE, top=560),
        ]
    )
    assert [[(c, t) for _, c, t in row] for row in table(document)] == [
        [("Description", "Right-size the team"), ("Type", "Target"), ("Review", "Spring")],
        [("Description", "Keep it so"), ("Type", "Actual"), ("Review", "Autumn")],
    ]
    assert texts(document)[0] == "Table 4 - Levels and reviews"


def test_no_line_above_a_head_of_several_heights_is_lost() -> None:
    document = document_of(
        [
            *printed(
                "We had 18,335 employees in 2024, and the table shows them by function and their",
                "annual base pay.",
                top=670,
            ),
            Print("Median Annual", 326, 638.2, 8.5, bold=True),
            Print("Average", 436, 638.2, 8.5, bold=True),
            Print("Function", LEFT, 633.8, 8.5, bold=True),
            Print("Employees", 228, 633.8, 8.5, bold=True),
            Print("Base Pay", 338, 629.2, 8.5, bold=True),
            Print("Age", 444, 629.2, 8.5, bold=True),
            *_row(618, ("Engineering", LEFT), ("6,120", 267), ("$148,300", 377), ("41", 473)),
            *_row(606, ("Manufacturing", LEFT), ("9,870", 267), ("$62,150", 383), ("36", 473)),
            *_row(594, ("Sales", LEFT), ("2,345", 267), ("$121,900", 377), ("44", 473)),
        ]
    )
    assert texts(document)[0].startswith("We had 18,335 employees")
    assert texts(document)[0].endswith("annual base pay.")
    assert table(document)[1] == [
        ("", "Function", "Manufacturing"),
        ("Manufacturing", "Employees", "9,870"),
        ("Manufacturing", "Median Annual Base Pay", "$62,150"),
        ("Manufacturing", "Average Age", "36"),
    ]


def test_sections_end_where_a_row_is_set_out_again_and_years_stand_under_their_span() -> None:
    def row(y: float, name: str, x: float, *figures: str) -> list[Print | Rule]:
        return _row(y, (name, x), *zip(figures, (300, 390, 480), strict=False))

    document = document_of(
        [
            Print("Fiscal Years Ended", 365, 716, bold=True),
            *_row(700, ("June 2024", 290), ("June 2023", 380), ("June 2022", 470), bold=True),
            *row(684, "Revenue:", LEFT),
            *row(670, "Product", LEFT + 10, "18,402", "16,931", "15,120"),
            *row(656, "Service", LEFT + 10, "3,120", "2,804", "2,333"),
            *row(642, "Total revenue", LEFT, "21,522", "19,735", "17,453"),
            *row(628, "Cost of revenue:", LEFT),
            *row(614, "Product", LEFT + 10, "9,100", "8,544", "7,903"),
            *row(600, "Gross margin", LEFT, "12,422", "11,191", "9,550"),
            *row(586, "Net income", LEFT, "4,871", "3,902", "3,188"),
        ]
    )
    rows = table(document)
    assert [row[1][0] for row in rows] == [
        "Revenue:",
        "Revenue: > Product",
        "Revenue: > Service",
        "Total revenue",
        "Cost of revenue:",
        "Cost of revenue: > Product",
        "Gross margin",
        "Net income",
    ]
    assert [c for _, c, _ in rows[1][1:]] == [
        f"Fiscal Years Ended, June {y}" for y in (2024, 2023, 2022)
    ]


def test_shades_behind_every_row_but_the_head_leave_it_its_table() -> None:
    shades = [Rule(x, y, w, 14) for y in (666, 652, 638) for x, w in ((70, 180), (250, 90), (340, 90))]  # fmt: skip
    document = document_of(
        [
            *printed(*PROSE, top=760),
            *_row(684, ("RSUs held", 270), ("Fair Value", 350), bold=True),
            *shades,
            *_row(670, ("Balance at the start", LEFT), ("4,120", 305), ("$ 88.15", 385)),
            *_row(656, ("RSUs granted", LEFT), ("1,980", 305), ("121.40", 390)),
            *_row(642, ("RSUs vested", LEFT), ("1,755", 305), ("84.02", 395)),
        ]
    )
    assert [[(c, t) for _, c, t in row] for row in table(document)] == [
        [("", "Balance at the start"), ("RSUs held", "4,120"), ("Fair Value", "$88.15")],
        [("", "RSUs granted"), ("RSUs held", "1,980"), ("Fair Value", "121.40")],
        [("", "RSUs vested"), ("RSUs held", "1,755"), ("Fair Value", "84.02")],
    ]


def test_the_date_of_a_filing_is_that_of_its_year_not_of_a_row() -> None:
    document = document_of(
        [*printed("Annual report for the fiscal year ended September 28, 2024", top=700)],
        [
            *_row(684, ("RSUs", 260), ("Value", 350), bold=True),
            *_row(670, ("Balance as of September 30, 2023", LEFT), ("4,120", 260), ("88", 350)),
            *_row(656, ("Balance as of September 28, 2022", LEFT), ("1,980", 260), ("121", 350)),
        ],
    )
    assert document.date == "2024-09"


def test_a_name_above_its_first_year_is_not_of_the_person_before() -> None:
    """The first name stands beside its first year, the second a little above it."""
    page = printed("What each of them was paid:", top=730)
    page += _small(705, ("Name and Position", LEFT), ("Year", 200), ("Salary ($)", 250), ("Total ($)", 330), bold=True)  # fmt: skip
    lines = (
        (690, "Ana Ruiz", "2025", "900,000", "5,000,000"),
        (678, "Chief Executive", "2024", "850,000", "4,000,000"),
        (666, "Officer", "2023", "800,000", "3,900,000"),
        (648, "Li Wei", "", "", ""),
        (636, "Chief Financial", "2025", "600,000", "2,000,000"),
        (624, "Officer", "2024", "580,000", "1,900,000"),
    )
    for y, name, year, salary, total in lines:
        page += _small(y, (name, LEFT), *([(year, 200)] if year else []))
        page += _right(y, *((t, x) for t, x in ((salary, 290), (total, 370)) if t))
    rows = table(document_of(page))
    ana, li = "Ana Ruiz, Chief Executive Officer", "Li Wei, Chief Financial Officer"
    assert [row[0][2] for row in rows] == [ana, ana, ana, li, li]


def test_a_table_of_contents_in_two_columns_is_no_text() -> None:
    parts = (
        ("Notice of the meeting", "1", "Director pay", "14"),
        ("Board of directors", "5", "Executive pay", "24"),
        ("Committees", "9", "Audit matters", "31"),
    )
    page = [*printed("Proxy statement", top=750, size=18), *printed("Table of Contents", top=720, size=14)]  # fmt: skip
    for i, row in enumerate(parts):
        page += [Print(t, x, 700 - 14 * i) for t, x in zip(row, (LEFT, 260, 320, 520), strict=True)]
    page += [*printed("Pay", top=600, size=14), *printed(*PROSE, top=580)]
    document = document_of(page)
    assert table(document) == []
    assert texts(document) == [" ".join(PROSE)]


def test_boxes_side_by_side_are_read_one_by_one() -> None:
    page = printed("Who leads the company and its parts is shown in the chart that follows here.", top=740)  # fmt: skip
    for i, (name, part) in enumerate((("Ana Ruiz", "Finance"), ("Li Wei", "Legal"), ("Jo May", "People"))):  # fmt: skip
        middle = 150 + 150 * i
        page += [Print(t, middle - len(t) * 2, y, 8) for t, y in ((name, 700), (part, 690))]
    page += printed(*PROSE, top=640)
    document = document_of(page)
    assert texts(document)[1:4] == ["Ana Ruiz, Finance", "Li Wei, Legal", "Jo May, People"]
    assert texts(document)[-1] == " ".join(PROSE)


def test_columns_below_a_chart_are_read_one_after_the_other() -> None:
    """Wide gaps within the lines of justified text make no cells."""
    left = [
        "The pay of each level is set",
        "once a year in May by what",
        "others pay for the same work",
        "and by what people ask for",
        "when they are told of it and",
        "by nothing else at all.",
    ]
    right = [
        "Engineers who move to lead a",
        "team are paid more from that",
        "day on. For 2025 pay rose",
        "from $50,000    to    $52,000",
        "and by more for those who",
        "had waited for the longest.",
    ]
    page = [Print(t, x, 720, 8) for t, x in (("Ana Ruiz", 80), ("Li Wei", 190), ("Jo May", 340), ("Al Fox", 450))]  # fmt: skip
    for i, (a, b) in enumerate(zip(left, right, strict=True)):
        page += [Print(a, LEFT, 690 - 12 * i), Print(b, 330, 690 - 12 * i)]
    document = document_of(page)
    assert table(document) == []
    assert texts(document)[-2:] == [" ".join(left), " ".join(" ".join(right).split())]
