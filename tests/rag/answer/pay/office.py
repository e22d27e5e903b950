"""Tables of pay in the files of offices and in web pages, made by the libraries that people use."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from openpyxl import Workbook

from tests.rag.answer.pay.corpora import Asked, eur, gbp, usd

# --- a workbook: title rows above the head, three columns a range, a sheet of percentages ----

_BANDS = (
    ("G4", "Support Analyst", "Leeds", 28_000, 32_000, 36_000),
    ("G5", "Data Analyst", "Leeds", 36_000, 41_500, 47_000),
    ("G5", "Data Analyst", "London", 41_000, 47_000, 53_000),
    ("G6", "Senior Data Analyst", "London", 52_000, 59_000, 66_000),
    ("G7", "Analytics Manager", "London", 68_000, 78_000, 88_000),
)


def write_bands(folder: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "Bands 2026"
    sheet.append(["Northwind – Pay bands 2026"])
    sheet.append(["Base salary per annum, GBP, effective 1 April 2026"])
    sheet.append([])
    sheet.append(["Grade", "Job title", "Location", "Minimum", "Midpoint", "Maximum"])
    for row in _BANDS:
        sheet.append(row)
        for column in "DEF":
            sheet[f"{column}{sheet.max_row}"].number_format = '"£"#,##0'
    bonus = book.create_sheet("Bonus")
    bonus.append(["Grade", "Target bonus (% of base)"])
    for grade, share in (("G4", 0.05), ("G5", 0.075), ("G6", 0.1), ("G7", 0.15)):
        bonus.append([grade, share])
        bonus[f"B{bonus.max_row}"].number_format = "0.0%"
    book.save(folder / "pay-bands.xlsx")


BANDS = (
    Asked("What is the maximum for a data analyst in London?", gbp(53_000), gbp(47_000), documents=("pay-bands.xlsx",)),
    Asked("salary band of a senior data analyst", gbp(52_000, 66_000), gbp(88_000)),
    Asked("midpoint of G7?", gbp(78_000), gbp(59_000)),
    Asked("what bonus does a G6 get?", ((10, "%"),), ((15, "%"),)),
    Asked("how much more is a data analyst paid in London than in Leeds?", gbp(5_000, 6_000), gbp(16_000)),
    Asked("which grade pays the most?", gbp(68_000, 88_000), points=(("g7",),)),
    Asked("salary of a data scientist in London", declines=True),
    Asked("What does a data analyst earn in Dublin?", declines=True),
)  # fmt: skip

# --- a letter: the unit in a sentence, rungs as columns ---------------------------------------


def write_guideline(folder: Path) -> None:
    document = Document()
    document.add_heading("Salary guideline", 0)
    document.add_paragraph(
        "Valid from January 2026. All amounts are gross annual salaries in euros."
    )
    document.add_heading("Care professions", 1)
    table = document.add_table(rows=1, cols=4)
    rows = (
        ("Role", "Entry", "Experienced (3–6 years)", "Lead (7+ years)"),
        ("Registered nurse", "38.500 – 41.000", "43.000 – 48.500", "50.000 – 56.000"),
        ("Physiotherapist", "34.000 – 37.000", "39.000 – 44.000", "46.000 – 51.000"),
        ("Midwife", "37.000 – 40.000", "42.500 – 47.000", "49.000 – 54.000"),
    )
    for number, row in enumerate(rows):
        cells = table.rows[0].cells if number == 0 else table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    document.add_paragraph(
        "A one-off sign-on bonus of €3,000 is paid to registered nurses who join before June 2026."
    )
    document.save(str(folder / "guideline.docx"))


GUIDELINE = (
    Asked("what does an experienced physiotherapist earn?", eur(39_000, 44_000), eur(43_000, 46_000)),
    Asked("what does an entry-level midwife get?", eur(37_000, 40_000), eur(38_500)),
    Asked("how much is a lead nurse paid?", eur(50_000, 56_000), eur(49_000)),
    Asked("nurse with 5 years, what pay?", eur(43_000, 48_500), eur(38_500)),
    Asked("what's the sign-on bonus for nurses?", eur(3_000)),
    Asked("what does a surgeon earn?", declines=True),
)  # fmt: skip

# --- pages of a handbook: names that are lists, the dollar sign in the first row only ---------

_PAGE = """<html><head><title>{name} : A Handbook of Work</title></head><body>
<nav><a href="/">Home</a> <a href="/all">All occupations</a></nav><main><h1>{name}</h1>
<table><thead><tr><th colspan="2">Quick Facts: {name}</th></tr></thead><tbody>
<tr><th>2024 Median Pay</th><td>${year:,} per year <br>${hour} per hour</td></tr>
<tr><th>Entry-Level Education</th><td>Bachelor's degree</td></tr>
<tr><th>Number of Jobs, 2024</th><td>{jobs:,}</td></tr></tbody></table>
<h2>Pay</h2><h3>{name}</h3><p>Median annual wages, May 2024</p>
<dl><dt>{name}</dt><dd>${year:,}</dd><dt>Total, all occupations</dt><dd>$49,500</dd></dl>
<p>The median annual wage for {lower} was ${year:,} in May 2024. The lowest 10 percent earned less
than ${low:,}, and the highest 10 percent earned more than ${high:,}.</p>{more}</main>
<footer><p>Last modified: April 2025</p></footer></body></html>"""
_KINDS = """<p>Median annual wages for {lower} in May 2024 were as follows:</p>
<table><tr><td>Nurse anesthetists</td><td>$223,000</td></tr>
<tr><td>Nurse midwives</td><td>128,000</td></tr><tr><td>Nurse practitioners</td><td>132,000</td></tr></table>"""
_INDUSTRIES = """<p>In May 2024, the median annual wages for {lower} in the top industries in which
they worked were as follows:</p><table><tr><td>Government</td><td>$88,200</td></tr>
<tr><td>Self-employed workers</td><td>71,900</td></tr></table>"""
_SIMILAR = """<h2>Similar Occupations</h2><table><tr><th>Occupation</th><th>2024 Median Pay</th></tr>
<tr><td>Registered Nurses</td><td>$93,600</td></tr></table>"""
_PAGES = (
    ("Registered Nurses", 93_600, 66_030, 135_320, ""),
    ("Licensed Practical and Licensed Vocational Nurses", 62_340, 47_960, 80_510, _SIMILAR),
    ("Nurse Anesthetists, Nurse Midwives, and Nurse Practitioners", 132_050, 98_520, 217_270, _KINDS),
    ("Police and Detectives", 77_270, 47_100, 120_460, ""),
    ("Plumbers, Pipefitters, and Steamfitters", 62_970, 40_670, 105_150, _INDUSTRIES),
    ("Human Resources Specialists", 72_910, 45_440, 126_540, ""),
    ("Human Resources Managers", 140_030, 83_790, 239_200, ""),
)  # fmt: skip


def write_handbook(folder: Path) -> None:
    for name, year, low, high, more in _PAGES:
        lower = name.lower()
        page = _PAGE.format(
            name=name,
            lower=lower,
            year=year,
            hour=f"{year / 2080:.2f}",
            jobs=3 * year,
            low=low,
            high=high,
            more=more.format(lower=lower),
        )
        path = folder / f"{lower.replace(' ', '-').replace(',', '')}.htm"
        path.write_text(page, encoding="utf-8")


HANDBOOK = (
    Asked("how much do registered nurses make?", usd(93_600), usd(49_500, 62_340), documents=("registered-nurses.htm",)),
    Asked("What do RNs earn per hour?", usd(45), usd(29.97)),
    Asked("what does a nurse practitioner earn?", usd(132_000), usd(223_000, 93_600)),
    Asked("licensed practical nurse salary", usd(62_340), usd(93_600)),
    Asked("how much do police make", usd(77_270), usd(49_500)),
    Asked("pay of pipefitters", usd(62_970), usd(71_900)),
    Asked("what do plumbers in government make?", usd(88_200), usd(62_970, 71_900)),
    Asked("what do HR managers get compared to HR specialists", usd(67_120), usd(49_500)),
    Asked("lowest 10 percent of detectives", usd(47_100), usd(77_270)),
    Asked("what is the highest paying job?", usd(223_000), points=(("anesthetist",),)),
    Asked("which jobs pay over $130,000?", usd(223_000, 140_030, 132_000), usd(93_600, 77_270)),
    Asked("average pay for all occupations", usd(49_500), usd(93_600)),
    Asked("which nursing job pays least?", usd(62_340)),
    Asked("what bonus do detectives get?", declines=True),
    Asked("what does an entry-level plumber make?", declines=True),
    Asked("what did nurses earn in 2019?", declines=True),
    Asked("how much do doctors make?", declines=True),
    Asked("what do plumbers earn in Texas?", declines=True),
)  # fmt: skip

# --- a filing: years in a column of their own, names that stand for the rows below -----------

_FILING = """<html><head><title>2026 Proxy Statement</title></head><body><main><h1>2026 Proxy Statement</h1>
<h2>Executive Compensation</h2><h3>Summary Compensation Table</h3><table>
<tr><th>Name and Principal Position</th><th>Year</th><th>Salary ($)</th><th>Bonus ($)</th><th>Total ($)</th></tr>
<tr><td>Maria Keller, Chief Executive Officer</td><td>2025</td><td>1,250,000</td><td>400,000</td><td>11,502,310</td></tr>
<tr><td></td><td>2024</td><td>1,200,000</td><td>—</td><td>10,349,870</td></tr>
<tr><td>Tom Okafor, Chief Financial Officer</td><td>2025</td><td>720,000</td><td>150,000</td><td>4,301,200</td></tr>
<tr><td></td><td>2024</td><td>690,000</td><td>—</td><td>3,770,440</td></tr></table></main></body></html>"""


def write_filing(folder: Path) -> None:
    (folder / "proxy.html").write_text(_FILING, encoding="utf-8")


FILING = (
    Asked("what was the CEO's total compensation in 2025?", usd(11_502_310), usd(10_349_870, 4_301_200)),
    Asked("total compensation of the CFO in 2024", usd(3_770_440), usd(4_301_200, 10_349_870)),
    Asked("By how much did the CEO's total compensation rise from 2024 to 2025?", usd(1_152_440)),
    Asked("what bonus did the chief financial officer get in 2025?", usd(150_000), usd(400_000)),
    Asked("what did the CEO earn in 2021?", declines=True),
)  # fmt: skip

FOLDERS = {
    "workbook": (write_bands, BANDS),
    "letter": (write_guideline, GUIDELINE),
    "web pages": (write_handbook, HANDBOOK),
    "filing": (write_filing, FILING),
}
