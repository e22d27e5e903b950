"""Facts from documents: whose figure it is, what of, where, and what is no pay at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import read_document
from rag.facts.extract import extract_facts, with_one_dollar
from rag.types import Document, SalaryFact
from rag.verify.guard import numbers
from tests.rag.fakes import document_of

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


def facts_of(text: str, *, title: str = "Pay of AI engineers") -> list[SalaryFact]:
    return list(extract_facts(document_of(f"# {title}\n\n{text}\n")))


def only(text: str, *, title: str = "Pay of AI engineers") -> SalaryFact:
    (fact,) = facts_of(text, title=title)
    return fact


# --- several figures in a sentence ----------------------------------------------------


def test_each_figure_of_a_sentence_has_its_own_place() -> None:
    facts = facts_of("In Paris the median is €60k, while Berlin pays €55k and remote roles €50k.")
    assert [(f.low, f.region, f.place) for f in facts] == [
        (60_000, "France", "Paris"),
        (55_000, "Germany", "Berlin"),
        (50_000, None, "remote"),
    ]
    assert facts[0].statistic == "median"


def test_places_behind_their_figures() -> None:
    facts = facts_of("Seniors earn $200,000 in Austin, $180,000 in Boston and $150,000 in Denver.")
    assert [(f.low, f.place, f.level) for f in facts] == [
        (200_000, "Austin", "senior"),
        (180_000, "Boston", "senior"),
        (150_000, "Denver", "senior"),
    ]


@pytest.mark.parametrize("space", ["", " ", "\u202f"])
def test_levels_behind_their_shares(space: str) -> None:
    facts = facts_of(
        f"Bonuses are 8{space}% for junior, 12{space}% for senior and 18{space}% for staff engineers."
    )
    assert [(f.low, f.level, f.component) for f in facts] == [
        (8, "entry", "bonus"),
        (12, "senior", "bonus"),
        (18, "staff", "bonus"),
    ]
    assert {f.currency for f in facts} == {"%"}


def test_each_figure_of_a_sentence_has_its_own_component() -> None:
    facts = facts_of("Seniors earn $200k base and $307k total compensation.")
    assert [(f.low, f.component) for f in facts] == [(200_000, "base"), (307_000, "total")]


def test_a_bonus_in_money_is_no_base_salary() -> None:
    facts = facts_of("- Junior: $100k base, $20k bonus")
    assert [(f.low, f.component) for f in facts] == [(100_000, "base"), (20_000, "bonus")]


def test_a_figure_for_several_countries_is_a_fact_for_each() -> None:
    facts = facts_of("Senior engineers in South Korea and Japan earn $90,000.")
    assert {f.region for f in facts} == {"South Korea", "Japan"}


def test_a_city_named_as_an_example_of_its_region_is_no_place_of_its_own() -> None:
    fact = only("In Asia, particularly in Singapore, seniors earn $90,000.")
    assert (fact.region, fact.place) == ("Asia", None)


# --- lists ----------------------------------------------------------------------------


def test_a_list_item_is_about_its_label() -> None:
    facts = facts_of(
        "- **Entry-level (0-2 years):** In Europe salaries are €50,000-€80,000. "
        "In Asia they are $30,000-$60,000.\n"
        "- **Senior (7+ years):** In Europe salaries are €100,000-€180,000+."
    )
    assert [(f.low, f.high, f.level, f.min_years, f.max_years, f.region) for f in facts] == [
        (50_000, 80_000, "entry", 0, 2, "Europe"),
        (30_000, 60_000, "entry", 0, 2, "Asia"),
        (100_000, 180_000, "senior", 7, None, "Europe"),
    ]
    assert [f.label for f in facts] == ["Entry-level (0-2 years)"] * 2 + ["Senior (7+ years)"]
    assert [f.open_ended for f in facts] == [False, False, True]


def test_the_label_is_part_of_the_evidence() -> None:
    document = document_of(
        "# Pay of AI engineers\n\n- **Senior (7+ years):** In Europe salaries are €90,000.\n"
    )
    (fact,) = extract_facts(document)
    assert "Senior" in fact.evidence.of(document.text)


# --- tables ---------------------------------------------------------------------------

ROWS = [
    ("entry", "United States", 100_000, "USD"),
    ("entry", "Europe", 50_000, "EUR"),
    ("senior", "United States", 200_000, "USD"),
    ("senior", "Europe", 90_000, "EUR"),
]
LEVELS_IN_ROWS = """| Level | United States | Europe |
|---|---|---|
| Junior | $100k | €50k |
| Senior | $200k | €90k |
"""
PLACES_IN_ROWS = """| Place | Junior | Senior |
|---|---|---|
| United States | $100k | $200k |
| Europe | €50k | €90k |
"""


@pytest.mark.parametrize("table", [LEVELS_IN_ROWS, PLACES_IN_ROWS], ids=["rows", "columns"])
def test_a_table_says_the_same_transposed(table: str) -> None:
    facts = facts_of(table)
    assert sorted((f.level, f.region, f.low, f.currency) for f in facts) == sorted(ROWS)
    assert all(f.in_table for f in facts)


COMPONENTS = [
    ("entry", "base", 100_000),
    ("entry", "bonus", 8),
    ("entry", "total", 108_000),
    ("senior", "base", 200_000),
    ("senior", "bonus", 12),
    ("senior", "total", 224_000),
]
COMPONENTS_IN_COLUMNS = """| Level | Base salary | Bonus (% of base) | Total comp (incl. bonus) |
|---|---|---|---|
| Junior | $100k | 8% | $108k |
| Senior | $200k | 12% | $224k |
"""
COMPONENTS_IN_ROWS = """| Component | Junior | Senior |
|---|---|---|
| Base salary | $100k | $200k |
| Bonus (% of base) | 8% | 12% |
| Total comp (incl. bonus) | $108k | $224k |
"""


@pytest.mark.parametrize(
    "table", [COMPONENTS_IN_COLUMNS, COMPONENTS_IN_ROWS], ids=["columns", "rows"]
)
def test_components_in_columns_or_rows(table: str) -> None:
    found = sorted((str(f.level), f.component, f.low or 0) for f in facts_of(table))
    assert found == sorted(COMPONENTS)


@pytest.mark.parametrize(
    ("head", "cell", "low", "high", "currency"),
    [
        ("Salary (USD)", "100,000", 100_000, 100_000, "USD"),
        ("Salary (USD)", "100,000-120,000", 100_000, 120_000, "USD"),
        ("Salary (EUR)", "50 000", 50_000, 50_000, "EUR"),
        ("Pay in thousands of USD", "100", 100_000, 100_000, "USD"),
        ("Pay ($k)", "200-250", 200_000, 250_000, "USD"),
        ("Pay ($000s)", "95", 95_000, 95_000, "USD"),
        ("Salary", "£31,650", 31_650, 31_650, "GBP"),
        ("Bonus (%)", "12", 12, 12, "%"),
    ],
)
def test_the_unit_of_a_bare_number_stands_in_its_column(
    head: str, cell: str, low: float, high: float, currency: str
) -> None:
    fact = only(f"| Level | {head} |\n|---|---|\n| Senior | {cell} |")
    assert (fact.low, fact.high, fact.currency, fact.level) == (low, high, currency, "senior")


def test_a_bare_number_of_a_column_without_a_unit_is_no_pay() -> None:
    table = "| Level | Headcount | Salary (EUR) |\n|---|---|---|\n| Junior | 12,000 | 50 000 |"
    assert [f.low for f in facts_of(table)] == [50_000]


def test_years_in_rows_are_dates() -> None:
    facts = facts_of("| Year | Salary |\n|---|---|\n| 2024 | $100,000 |\n| 2025 | $110,000 |")
    assert [(f.as_of, f.low) for f in facts] == [("2024", 100_000), ("2025", 110_000)]


def test_a_column_of_rents_is_no_pay() -> None:
    facts = facts_of("| City | Rent | Salary |\n|---|---|---|\n| Paris | €1,500 | €60,000 |")
    assert [f.low for f in facts] == [60_000]


# --- ends, periods, kinds -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "low", "high", "open_ended"),
    [
        ("Seniors earn upwards of $250,000 a year.", 250_000, None, True),
        ("Pay of seniors starts at $120,000.", 120_000, None, True),
        ("Juniors earn up to $90k.", None, 90_000, False),
        ("Seniors earn $200,000+ a year.", 200_000, None, True),
        ("Seniors earn between $150,000 and $180,000.", 150_000, 180_000, False),
        ("Seniors earn $150k to $180k or more.", 150_000, 180_000, True),
        ("Seniors earn $150k.", 150_000, 150_000, False),
    ],
)
def test_ends(text: str, low: float | None, high: float | None, open_ended: bool) -> None:
    fact = only(text)
    assert (fact.low, fact.high, fact.open_ended) == (low, high, open_ended)


@pytest.mark.parametrize(
    ("text", "low", "period"),
    [
        ("AI engineers earn $60 an hour.", 60, "hour"),
        ("Contractors earn $800 per day.", 800, "day"),
        ("AI engineers in Germany earn €5,000 a month.", 5_000, "month"),
        ("AI engineers earn $100,000 annually.", 100_000, "year"),
        ("AI engineers earn $100,000.", 100_000, "year"),
    ],
)
def test_periods(text: str, low: float, period: str) -> None:
    fact = only(text)
    assert (fact.low, fact.period) == (low, period)


@pytest.mark.parametrize(
    ("text", "component", "statistic"),
    [
        ("The median base salary of seniors is $210k.", "base", "median"),
        ("Total compensation of seniors is $307k.", "total", "typical"),
        ("Seniors earn $150k-$180k.", "unspecified", "range"),
        ("Seniors get equity of 40% of base.", "equity", "share"),
        ("AI engineers earn 25% more than software engineers.", "premium", "share"),
        ("Salaries rose by 8% in 2025.", "premium", "growth"),
    ],
)
def test_kinds(text: str, component: str, statistic: str) -> None:
    fact = only(text)
    assert (fact.component, fact.statistic) == (component, statistic)


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("As of June 2026, seniors in Tokyo earn ¥12,000,000.", "2026-06"),
        ("In 2024 seniors earned $150,000.", "2024"),
        ("Seniors earn $150,000.", None),
    ],
)
def test_dates(text: str, as_of: str | None) -> None:
    assert only(text).as_of == as_of


# --- no pay ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Salaries are rounded to the nearest $5k.",
        "In 2025 some $30bn was invested in AI, and salaries followed.",
        "Job postings rose by 47% in 2025.",
        "There were 47% more job postings than in 2024.",
        "The company raised $20,000,000 in funding.",
        "AI engineers deploy 3 models in 2 weeks for 100 users.",
        "Revenue of the firm is $500,000.",
        "30% of AI engineers are women.",
    ],
)
def test_no_pay(text: str) -> None:
    assert facts_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "There were 47% more job postings, and pay is good.",
        "Firms invested $2,000,000 in salary software.",
        "Training costs $5,000, which AI engineers pay.",
        "AI engineers pay $1,200 a month in rent.",
    ],
)
def test_no_pay_beside_a_word_of_pay(text: str) -> None:
    assert facts_of(text) == []


# --- other corpora --------------------------------------------------------------------


def test_nurses() -> None:
    document = document_of(
        "# Registered nurses: pay in the United States\n\n"
        "The median hourly wage of registered nurses was $45.00 in May 2024. "
        "Nurses in California earn $66 an hour; those in Texas $41 an hour.\n\n"
        "The median annual wage for registered nurses was $93,600 in May 2024.\n"
    )
    hourly, california, texas, yearly = extract_facts(document)
    assert (hourly.low, hourly.period, hourly.statistic, hourly.as_of) == (
        45,
        "hour",
        "median",
        "2024-05",
    )
    assert (california.low, california.place) == (66, "California")
    assert (texas.low, texas.place) == (41, "Texas")
    assert (yearly.low, yearly.period, yearly.statistic) == (93_600, "year", "median")
    assert {f.role for f in (hourly, california, texas, yearly)} == {"registered nurse"}
    assert {f.region for f in (hourly, california, texas)} == {"United States"}


def test_teachers() -> None:
    facts = facts_of(
        "Teachers in England start on £31,650. Headteachers earn up to £131,056.\n\n"
        "| Spine point | Salary |\n|---|---|\n| Main 1 | £31,650 |\n| Main 6 | £43,607 |",
        title="Teacher pay in England",
    )
    assert [f.low or f.high for f in facts] == [31_650, 131_056, 31_650, 43_607]
    assert {f.currency for f in facts} == {"GBP"}
    assert all("teacher" in (f.role or "") for f in facts)


def test_the_dollar_is_the_one_that_the_document_names() -> None:
    note = "All amounts are in Canadian dollars, before tax."
    assert [f.currency for f in facts_of(f"Seniors earn $95,000 a year.\n\n{note}")] == ["CAD"]
    table = (
        "Base salary by sector, NZD a year\n\n| Level | Salary |\n|---|---|\n| Senior | $75,100 |"
    )
    assert [f.currency for f in facts_of(f"{table}\n\nJuniors earn $67,300.")] == ["NZD", "NZD"]
    assert [f.currency for f in facts_of(f"Seniors earn US$95,000 a year.\n\n{note}")] == ["USD"]


@pytest.mark.parametrize(
    ("other", "currencies"),
    [
        ("Juniors earn $67,300 a year.", {"CAD"}),
        ("Juniors in Austin earn $67,300 a year.", {"CAD", "USD"}),
        ("Juniors earn US$67,300 a year.", {"CAD", "USD"}),
        ("Juniors earn A$67,300 a year, seniors $90,000.", {"CAD", "AUD", "USD"}),
    ],
)
def test_what_one_document_says_of_the_dollar_holds_for_all(
    other: str, currencies: set[str]
) -> None:
    note = "Seniors earn $95,000 a year.\n\nAll amounts are in Canadian dollars."
    written = {"a.md": note, "b.md": other}
    documents = {
        n: document_of(f"# Pay of AI engineers\n\n{t}\n", name=n) for n, t in written.items()
    }
    facts = [fact for document in documents.values() for fact in extract_facts(document)]
    assert {fact.currency for fact in with_one_dollar(facts, documents)} == currencies


def test_the_role_of_the_sentence_goes_before_the_title() -> None:
    fact = only("The median annual wage for registered nurses was $93,600 in May 2024.")
    assert (fact.role, fact.low, fact.as_of) == ("registered nurse", 93_600, "2024-05")


# --- laws -----------------------------------------------------------------------------


def _corpus() -> list[Document]:
    return [
        read_document(p, corpus=CORPUS, data=p.read_bytes()) for p in sorted(CORPUS.glob("*.md"))
    ]


def assert_sound(document: Document, fact: SalaryFact) -> None:
    text = document.text
    assert fact.evidence.start <= fact.span.start < fact.span.end <= fact.evidence.end
    assert fact.low is not None or fact.high is not None
    assert {fact.low, fact.high} - {None} <= set(numbers(fact.span.of(text)))
    assert fact.document == document.path
    if fact.low is not None and fact.high is not None:
        assert fact.low <= fact.high


def test_every_fact_of_the_corpus_stands_in_its_evidence_and_reads_as_its_value() -> None:
    found = 0
    for document in _corpus():
        for fact in extract_facts(document):
            assert_sound(document, fact)
            found += 1
    assert found > 20


@given(
    st.integers(10, 999),
    st.sampled_from([("$", "USD"), ("€", "EUR"), ("£", "GBP")]),
    st.sampled_from(["Austin", "Berlin", "Japan", "Europe"]),
    st.sampled_from([("Junior", "entry"), ("Mid-level", "mid"), ("Senior", "senior")]),
    st.booleans(),
)
def test_a_plain_sentence_comes_back_as_it_was_made(
    thousands: int, money: tuple[str, str], place: str, level: tuple[str, str], short: bool
) -> None:
    (symbol, currency), (word, rung) = money, level
    figure = f"{symbol}{thousands}k" if short else f"{symbol}{thousands},000"
    document = document_of(f"# Pay\n\n{word} AI engineers in {place} earn {figure} a year.\n")
    (fact,) = extract_facts(document)
    assert_sound(document, fact)
    assert (fact.low, fact.high, fact.currency) == (thousands * 1000, thousands * 1000, currency)
    assert place in {fact.region, fact.place}
    assert (fact.level, fact.role) == (rung, "AI engineer")


@given(
    st.lists(
        st.sampled_from(
            "Seniors earn $100k €50,000-€60,000 12% in Berlin for juniors and , . : | \n - base bonus".split(
                " "
            )
        ),
        max_size=25,
    )
)
def test_any_jumble_gives_sound_facts(words: list[str]) -> None:
    document = document_of("# Pay\n\nPay: " + " ".join(words) + "\n\nThat is all.\n")
    for fact in extract_facts(document):
        assert_sound(document, fact)


JOBS = ("Nurse", "Midwife", "Bricklayer", "Data analyst", "Pipefitter", "Actuary", "Head cook")


@given(
    st.lists(st.sampled_from(JOBS), min_size=2, max_size=6, unique=True),
    st.lists(st.integers(20, 400), min_size=6, max_size=6, unique=True),
    st.sampled_from([("$", "USD"), ("€", "EUR"), ("£", "GBP")]),
    st.sampled_from(["every cell", "first cell", "head", "note", "column"]),
)
def test_a_table_of_occupations_comes_back_as_it_was_made(
    jobs: list[str], thousands: list[int], money: tuple[str, str], unit: str
) -> None:
    symbol, currency = money
    head = f"Occupation | Median salary{f' ({currency})' if unit == 'head' else ''}"
    rows = []
    for number, (job, value) in enumerate(zip(jobs, thousands, strict=False)):
        sign = symbol if unit == "every cell" or (unit == "first cell" and not number) else ""
        rows.append(f"| {job} | {sign}{value},000 |{f' {currency} |' if unit == 'column' else ''}")
    columns = f"| {head} |{' Currency |' if unit == 'column' else ''}"
    note = f"All salaries are stated in {currency}.\n\n" if unit == "note" else ""
    rule = "|---|---|---|" if unit == "column" else "|---|---|"
    document = document_of(f"# Pay\n\n{note}" + "\n".join([columns, rule, *rows]) + "\n")
    facts = list(extract_facts(document))
    for fact in facts:
        assert_sound(document, fact)
    assert [(f.role, f.low, f.high, f.currency, f.statistic) for f in facts] == [
        (job.lower(), value * 1000, value * 1000, currency, "median")
        for job, value in zip(jobs, thousands, strict=False)
    ]


@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "Nurse", "Total, all workers", "$50,000", "60,000", "2024", "12%", "Min", "Max", "Lead (7+)", "Bern", "|"]),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip
def test_any_table_gives_sound_facts(rows: list[list[str]]) -> None:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    table = "\n".join([lines[0], "|---|---|---|", *lines[1:]])
    document = document_of(f"# Pay\n\nSalaries in dollars:\n\n{table}\n")
    for fact in extract_facts(document):
        assert_sound(document, fact)


def test_a_row_without_a_name_goes_by_the_one_above_but_for_a_sum() -> None:
    table = """
| Name and position | Year | Salary ($) |
|---|---|---|
| Ann Lee, Chief Cook | 2025 | 90,000 |
|  | 2024 | 80,000 |
|  | Total | 170,000 |
|  |  | 170,000 |
"""
    facts = facts_of(table, title="A filing")
    assert [(f.low, f.as_of, f.role) for f in facts[:2]] == [
        (90_000, "2025", "chief cook"),
        (80_000, "2024", "chief cook"),
    ]
    assert all(
        "Ann Lee" in f.evidence.of(document_of(f"# A filing\n\n{table}\n").text) for f in facts[:2]
    )
    assert not any("cook" in (f.role or "") for f in facts[2:])


def test_an_employers_name_in_a_row_is_no_small_town() -> None:
    facts = facts_of(
        "The median annual wages for welders in the top industries in which they worked:\n\n"
        "| Industry | Median wage |\n|---|---|\n| Federal government, excluding postal service | $60,000 |\n",
        title="Welders",
    )
    assert [(f.low, f.place, f.region) for f in facts] == [(60_000, None, None)]


def test_data_entry_is_no_level() -> None:
    (fact,) = facts_of(
        "Data entry clerks earn a median of $38,000 a year.", title="Data entry clerks"
    )
    assert fact.level is None


# --- company filings ------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "For 2025, the annual total compensation of our median employee, other than our Chief Executive Officer, was $68,412.",
        "In 2025 the median of the annual total compensation of all our employees (other than our CEO) was $68,412.",
        "Our median employee's annual total compensation for 2025 was $68,412.",
    ],
)
def test_the_median_employees_pay_is_nobody_elses(sentence: str) -> None:
    told = (
        f"{sentence} The annual total compensation of our Chief Executive Officer was $9,125,105."
    )
    median, chief = facts_of(f"## Executive compensation\n\n{told}", title="Proxy statement")
    assert (median.low, median.role, median.level, median.component) == (68_412, "median employee", None, "total")  # fmt: skip
    assert (chief.low, chief.role) == (9_125_105, "chief executive officer")


def test_an_employers_accounts_are_nobodys_pay() -> None:
    table = (
        "Costs rose because of higher salaries.\n\n|  | 2025 | 2024 |\n|---|---|---|\n"
        "| Net revenue | $8,412 | $7,936 |\n| Operating income | 1,142 | 1,002 |\n| Net income | 1,828 | 1,710 |\n"
    )
    said = "Net income was $1,828 in 2025, and adjusted earnings per share rose 6 percent."
    assert facts_of(f"{table}\n{said}\n", title="Annual report") == []


def test_pay_beside_the_words_of_accounts_is_read() -> None:
    (fact,) = facts_of(
        "Net income rose, and engineers earn $150,000 a year.", title="Annual report"
    )
    assert (fact.low, fact.role) == (150_000, "engineer")


def test_an_office_named_throughout_is_not_what_a_report_is_about() -> None:
    told = "The chief executive officer met the board. " * 4
    (fact,) = facts_of(f"{told}\n\nA salary of $80,000 was paid for it.", title="Annual report")
    assert fact.role is None


# --- tables of surveys ----------------------------------------------------------------


def test_each_pair_of_low_and_high_is_a_range() -> None:
    facts = facts_of(
        "Annual pay in GBP.\n\n| Job | London, low | London, high | Leeds, low | Leeds, high |\n|---|---|---|---|---|\n"
        "| Data Analyst | 32,000 | 41,000 | 28,000 | 35,000 |\n",
        title="Survey",
    )
    assert [(f.place, f.low, f.high) for f in facts] == [
        ("London", 32_000, 41_000),
        ("Leeds", 28_000, 35_000),
    ]


@pytest.mark.parametrize(
    "marked",
    ["| Welders² | $51,000 |", "| Welders2 | $51,000¹ |", "| Welders (1) | $51,000 |", "| Welders* | $51,000† |"],
)  # fmt: skip
def test_marks_of_footnotes_are_no_part_of_names_or_sums(marked: str) -> None:
    (fact,) = facts_of(f"| Occupation | Median pay |\n|---|---|\n{marked}\n", title="Survey")
    assert (fact.role, fact.low, fact.high) == ("welder", 51_000, 51_000)


@pytest.mark.parametrize("rung", ["Step2", "Engineer2", "G2"])
def test_the_number_of_a_rung_is_no_mark(rung: str) -> None:
    (fact,) = facts_of(f"| Step | Salary |\n|---|---|\n| {rung} | $51,000 |\n", title="Survey")
    assert rung.lower() in f"{fact.label} {fact.role}".lower()


def test_what_people_are_called_is_neither_their_job_nor_their_town() -> None:
    facts = facts_of(
        "| Name | Position | Base pay | Updated |\n|---|---|---|---|\n"
        "| Lena Fischer | Program manager | $66,050 | 2026-02-15 |\n| Houston Cook | Accountant | $61,000 | 2026-02-15 |\n",
        title="Survey",
    )
    assert [(f.role, f.label, f.place, f.as_of) for f in facts] == [
        ("program manager", "Lena Fischer", None, "2026-02-15"),
        ("accountant", "Houston Cook", None, "2026-02-15"),
    ]
