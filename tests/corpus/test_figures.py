"""Every figure of the four sources stands in its document, beside what it is a figure of.

Each entry is (figure as it stands in the document, what it is, words that must stand with it).
A figure and its words must meet in one sentence, or in one table cell read together with the
cell's column heading and the first cell of its row.
"""

import re
from pathlib import Path

import pytest
import yaml

CORPUS = Path(__file__).resolve().parents[2] / "corpus"

PROFESSION = "ai-engineer-profession.md"
GROWTH = "ai-engineering-career-growth.md"
MARKET = "ai-engineer-market-2026.md"
PATH = "ai-engineer-career-path-2026.md"

US, EU, ASIA = "| United States (USD) |", "| Europe (EUR) |", "| Asia (USD equivalent) |"
ENTRY, MID, SENIOR = "Entry-level (0–2", "Mid-career (3–6", "Senior and lead (7+"
BASE, EQUITY, BONUS, TOTAL = (
    "| Base Salary |",
    "| Equity (% of base) |",
    "| Bonus (% of base) |",
    "| Total Comp (incl",
)
LEVEL_PAY = "| Pay in 2026 (USD a year) |"

FIGURES = {
    PROFESSION: [
        ("1950s", "basic ideas of AI", ["artificial intelligence go back"]),
        ("21st", "revival of AI", ["early 21st century", "revival"]),
        ("2020s", "generative AI arrives", ["early 2020s", "Generative AI"]),
        (
            "0–2",
            "years of an entry-level engineer",
            ["Entry-level", "Silicon Valley", "base salary"],
        ),
        ("3–6", "years of a mid-career engineer", ["Mid-career", "Europe"]),
        ("7+", "years of a senior or lead engineer", ["Senior and lead", "Europe"]),
        ("$100,000–$150,000", "entry-level, US, table", [ENTRY, US, "hubs such as Silicon Valley"]),
        ("€50,000–€80,000", "entry-level, Europe, table", [ENTRY, EU]),
        ("$30,000–$60,000", "entry-level, Asia, table", [ENTRY, ASIA, "emerging tech markets"]),
        ("$150,000–$250,000", "mid-career, US, table", [MID, US]),
        ("€70,000–€120,000", "mid-career, Europe, table", [MID, EU]),
        ("$50,000–$100,000", "mid-career, Asia, table", [MID, ASIA, "top talent"]),
        ("$250,000–$400,000+", "senior, US, table", [SENIOR, US, "upwards of", "top-tier"]),
        ("€100,000–€180,000+", "senior, Europe, table", [SENIOR, EU]),
        ("$80,000–$150,000+", "senior, Asia, table", [SENIOR, ASIA]),
        (
            "$100,000–$150,000",
            "entry-level base, US",
            ["Entry-level", "(0–2 years)", "base salary of", "Silicon Valley"],
        ),
        (
            "€50,000–€80,000",
            "entry-level, Europe",
            ["Entry-level", "(0–2 years)", "in Europe", "developed economies"],
        ),
        (
            "$30,000–$60,000",
            "entry-level, Asia",
            ["Entry-level", "(0–2 years)", "emerging Asian", "USD equivalent"],
        ),
        (
            "$150,000–$250,000",
            "mid-career, US",
            ["Mid-career", "(3–6 years)", "in the United States can command"],
        ),
        (
            "€70,000–€120,000",
            "mid-career, Europe",
            ["Mid-career", "(3–6 years)", "in Europe typically"],
        ),
        (
            "$50,000–$100,000",
            "mid-career, Asia",
            ["Mid-career", "(3–6 years)", "in Asia might reach", "USD equivalent, for top talent"],
        ),
        (
            "$250,000–$400,000+",
            "senior and lead, US",
            ["Senior and lead", "(7+ years)", "United States", "upwards of", "a year", "equity"],
        ),
        (
            "€100,000–€180,000+",
            "senior and lead, Europe",
            ["Senior and lead", "(7+ years)", "in Europe"],
        ),
        (
            "$80,000–$150,000+",
            "senior and lead, Asia",
            ["Senior and lead", "(7+ years)", "USD equivalent", "Singapore, South Korea and Japan"],
        ),
        (
            "$300,000–$500,000+",
            "architects and research scientists",
            ["AI architects", "AI research scientists", "often exceed", "premium markets"],
        ),
    ],
    GROWTH: [],
    MARKET: [
        ("2026", "the year of the overview", ["The AI engineer job market in 2026"]),
        ("12%", "growth of AI roles in UK finance", ["UK financial sector grew by about 12%"]),
        ("$90,000–$120,000", "entry-level, table", ["Entry-level", LEVEL_PAY]),
        ("$130,000–$160,000", "mid-level, table", ["Mid-level", LEVEL_PAY, "around"]),
        ("$170,000–$210,000+", "senior, table", ["Senior", LEVEL_PAY]),
        ("$250,000", "lead or principal, table", ["Lead or principal", LEVEL_PAY, "can exceed"]),
        (
            "$90,000–$120,000",
            "entry-level, US",
            ["Entry-level", "United States", "typically", "a year"],
        ),
        ("$130,000–$160,000", "mid-level", ["Mid-level", "around"]),
        ("$170,000–$210,000+", "senior", ["Senior", "production-grade", "leadership"]),
        (
            "$250,000",
            "lead or principal",
            ["Lead or principal", "can exceed", "a year", "major tech companies"],
        ),
        (
            "$200,000+",
            "experts in LLMs, NLP, MLOps",
            ["Senior technical experts", "in the upper $200,000+ range"],
        ),
        ("half", "AI share of hiring", ["In some markets", "nearly half of all hiring"]),
    ],
    PATH: [
        ("2026", "last update", ["updated in June 2026"]),
        ("2026", "LinkedIn report", ["LinkedIn reported in April 2026"]),
        (
            "47%",
            "rise in US postings",
            ["LinkedIn", "postings in the United States", "on the year before"],
        ),
        ("$185k", "median base salary", ["median base salary of AI engineers"]),
        ("22%", "lead over the tech median", ["median base salary beats the median for tech"]),
        ("14%", "large tech", ["Large-tech firms (FAANG)", "roughly", "Q1 2025 to Q2 2026"]),
        ("28%", "mid-market cloud", ["Mid-market cloud providers", "Q1 2025 to Q2 2026"]),
        ("2025", "start of the growth period", ["Q1 2025", "28%"]),
        ("2026", "end of the growth period", ["Q2 2026", "28%"]),
        ("39%", "generative-AI startups", ["Generative-AI startups expanded hiring"]),
        ("$30bn", "venture capital", ["Venture capital inflows", "exceeded $30bn in 2025"]),
        ("2025", "year of the venture capital", ["Venture capital", "in 2025 alone"]),
        (
            "35%",
            "equity at Tier-1 firms",
            ["Tier-1 firms", "equity grants", "total cash-equivalent"],
        ),
        ("10%", "former flat bonus", ["used to be a flat 10% of base"]),
        ("8%", "junior bonus, text", ["8% of base salary for junior engineers"]),
        ("12%", "senior bonus, text", ["12% for senior engineers"]),
        ("18%", "staff bonus, text", ["18% for staff-level contributors"]),
        (
            "$5k",
            "rounding of the snapshot",
            [
                "medians, rounded to the nearest $5k",
                "Levels.fyi",
                "H1B disclosures",
                "updated June 2026",
            ],
        ),
        ("0–2", "years of an associate", ["Seniority | Associate (0–2 years)"]),
        ("2–5", "years of an engineer", ["Seniority | Engineer (2–5 years)"]),
        ("5–9", "years of a senior", ["Seniority | Senior (5–9 years)"]),
        ("9–12", "years of staff", ["Seniority | Staff (9–12 years)"]),
        ("$130k", "associate base", ["Associate", BASE]),
        ("20%", "associate equity", ["Associate", EQUITY]),
        ("8%", "associate bonus", ["Associate", BONUS]),
        ("$165k", "associate total", ["Associate", TOTAL]),
        ("$165k", "engineer base", ["Engineer (", BASE]),
        ("30%", "engineer equity", ["Engineer (", EQUITY]),
        ("10%", "engineer bonus", ["Engineer (", BONUS]),
        ("$226k", "engineer total", ["Engineer (", TOTAL]),
        ("$210k", "senior base", ["Senior (", BASE]),
        ("40%", "senior equity", ["Senior (", EQUITY]),
        ("12%", "senior bonus", ["Senior (", BONUS]),
        ("$307k", "senior total", ["Senior (", TOTAL]),
        ("$260k", "staff base", ["Staff (", BASE]),
        ("50%", "staff equity", ["Staff (", EQUITY]),
        ("15%", "staff bonus, table", ["Staff (", BONUS]),
        ("$416k", "staff total", ["Staff (", TOTAL]),
        ("$340k", "principal base", ["Principal/Lead", BASE]),
        ("60%", "principal equity", ["Principal/Lead", EQUITY]),
        ("18%", "principal bonus", ["Principal/Lead", BONUS]),
        ("$560k", "principal total", ["Principal/Lead", TOTAL]),
        ("$280k", "Bay Area", ["San Francisco Bay Area", "| Median total compensation |"]),
        ("$210k", "Austin", ["Austin, Texas", "| Median total compensation |"]),
        ("$190k", "remote-only", ["Remote-only", "cluster around"]),
        ("20%", "LLM premium", ["large language models", "premium over peers", "computer-vision"]),
        (
            "18%",
            "base pay above software engineers",
            ["roughly 18% more base salary than traditional software engineers", "United States"],
        ),
        (
            "30%",
            "total pay above software engineers",
            ["30% more in total compensation than traditional software engineers", "United States"],
        ),
        ("7–10%", "remote-only discount", ["Remote-only", "less in total compensation", "on-site"]),
        (
            "three",
            "technical interview rounds",
            ["three technical rounds", "system design", "coding", "ML depth"],
        ),
        ("18%", "postings with Google's certificate", ["Google Cloud", "job postings"]),
        ("62%", "ads for growth positions", ["Indeed", '"growth" positions']),
        ("48%", "candidates with an offer", ["Only 48% of the candidates", "within six months"]),
        ("six", "months to an offer", ["offer within six months"]),
        ("2026", "the AI Index", ["AI Index 2026"]),
        ("22%", "women in 2025", ["Women held 22%", "in 2025"]),
        ("2025", "year of the share of women", ["22%", "in 2025"]),
        ("20%", "women in 2023", ["share of women", "20% in 2023"]),
        ("2023", "earlier share of women", ["share of women"]),
        ("75%", "H-1B acceptance", ["75% of AI-related petitions were accepted"]),
        ("2025", "H-1B cap filled", ["H-1B cap", "in 2025"]),
        (
            "3–5",
            "years before a lateral move",
            ["sideways", "AI Product Manager", "3–5 years of engineering experience"],
        ),
        ("10–15%", "gain from a lateral move", ["Lateral moves", "total compensation"]),
        (
            "42%",
            "seed rounds with founder-engineer stakes",
            ["Crunchbase", "42% of seed rounds", "founder-engineer"],
        ),
        ("2025", "year of the seed rounds", ["seed rounds", "in 2025"]),
        ("0.5%", "size of the stake", ["stakes of more than 0.5% of post-money valuation"]),
        ("$4k", "learning budget", ["learning budget", "averages $4k per engineer"]),
        ("2023", "dominant architecture", ["model architecture", "dominated in 2023"]),
        ("12", "months until it is replaced", ["replaced within 12 months"]),
        ("30%", "KPI model accuracy", ["Model accuracy", "| Share |"]),
        ("25%", "KPI deployment frequency", ["Deployment frequency", "| Share |"]),
        ("20%", "KPI cost efficiency", ["Cost efficiency", "| Share |"]),
        ("25%", "KPI collaboration", ["Cross-team collaboration", "| Share |"]),
        ("2026", "Gartner's forecast", ["Gartner's 2026 forecast"]),
        ("70%", "projects with AI", ["Gartner", "70% of new software projects in enterprises"]),
        ("150k", "new roles", ["Gartner", "150k new AI engineering roles worldwide by 2028"]),
        ("2028", "horizon of the forecast", ["150k", "by 2028"]),
    ],
}

NUMBER = r"[€$]?\d+(?:,\d{3})*(?:\.\d+)?(?:st|bn|k|s|%)?\+?"
WORDS = r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|quarter|dozen|hundred|thousand|million|billion|twice|double|triple"
# Not the digits inside names: Q1, H1B, H-1B, Tier-1.
FIGURE = re.compile(
    rf"(?<![\w.,€$-])(?<!\d–){NUMBER}(?:[–-]{NUMBER})?|\b(?:{WORDS})\b", re.IGNORECASE
)


def split(name):
    _, front, body = (CORPUS / name).read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def units(body):
    """The sentences of the document, and its table cells with their row and column."""
    header = None
    for line in body.splitlines():
        if not line.startswith("|"):
            header = None
            yield from re.split(r"(?<=[.?!])\s+(?=[A-Z\"“€$])", line)
        elif header is None:
            header = cells(line)
        elif not re.fullmatch(r"[|\s:-]+", line):
            row = cells(line)
            assert len(row) == len(header), line
            yield f"{header[0]} | {row[0]}"
            for column, cell in zip(header[1:], row[1:], strict=True):
                yield f"{row[0]} | {column} | {cell}"


def figures_in(text):
    return [match.group() for match in FIGURE.finditer(text)]


CASES = [
    pytest.param(name, figure, words, id=f"{name.removesuffix('.md')}: {figure} {what}")
    for name, entries in FIGURES.items()
    for figure, what, words in entries
]


@pytest.mark.parametrize(("name", "figure", "words"), CASES)
def test_figure_stands_with_its_subject(name, figure, words):
    _, body = split(name)
    assert any(
        figure in figures_in(unit) and all(word in unit for word in words) for unit in units(body)
    ), f"{name} has no sentence or cell with {figure} and {words}"


@pytest.mark.parametrize("name", FIGURES)
def test_no_other_figure(name):
    _, body = split(name)
    assert set(figures_in(body)) == {figure for figure, _, _ in FIGURES[name]}


@pytest.mark.parametrize("name", FIGURES)
def test_no_other_range_of_years(name):
    """A level and its years always go together, wherever the level is named with years."""
    _, body = split(name)
    years = {
        PROFESSION: {"Entry-level": "0–2", "Mid-career": "3–6", "Senior and lead": "7+"},
        PATH: {"Associate": "0–2", "Engineer": "2–5", "Senior": "5–9", "Staff": "9–12"},
    }.get(name, {})
    for level, expected in years.items():
        found = re.findall(
            rf"\b{level}(?: AI engineers?)?(?: AI engineer pay)? \((\d[^ ]*) years", body
        )
        assert set(found) == {expected}, level


def test_staff_bonus_contradiction_is_kept():
    _, body = split(PATH)
    assert "18% for staff-level contributors" in body
    assert "| Staff (9–12 years) | $260k | 50% | 15% | $416k |" in body


@pytest.mark.parametrize("name", FIGURES)
def test_front_matter(name):
    front, _ = split(name)
    assert list(front) == ["title", "date", "updated", "source", "provenance"]
    assert all(isinstance(value, str) and value for value in front.values())
    assert re.fullmatch(r"\d{3}_[0-9a-f]{16}\.txt", front["source"])
    assert "\n" not in front["provenance"]
    assert "estated" in front["provenance"]


@pytest.mark.parametrize(
    ("name", "date", "updated"),
    [
        (PROFESSION, "undated", "undated"),
        (GROWTH, "undated", "undated"),
        (MARKET, "2026", "undated"),
        (PATH, "2026-06", "2026-06"),
    ],
)
def test_dates_are_those_of_the_source(name, date, updated):
    front, _ = split(name)
    assert (front["date"], front["updated"]) == (date, updated)


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.md")), ids=lambda path: path.name)
def test_no_address_or_advertisement(path):
    text = path.read_text(encoding="utf-8").lower()
    for unwanted in ("http", "www.", "amazon.com", "playbook", "latest post", "min read"):
        assert unwanted not in text
