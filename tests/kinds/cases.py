"""Small folders of documents, all of them invented, with what is to be read in and said of them.

Nine kinds of faults, seven formats. A case was written before the code that has to pass it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.kinds.build import (
    LEFT,
    RIGHT,
    ControlCell,
    GoneCell,
    Row,
    Shown,
    Tab,
    bullets,
    commented,
    control,
    deleted_paragraph,
    gone,
    grid,
    head,
    heading,
    in_control,
    lines,
    moved_from,
    moved_to,
    new,
    new_section,
    new_then_gone,
    page,
    para,
    pdf,
    printed_table,
    prose,
    sheets,
    text_box,
    title,
    word,
)


@dataclass(frozen=True)
class Expected:
    """A pay figure; what is None is not compared. The quote's words stand in its evidence."""

    quote: str
    low: float | None
    high: float | None
    currency: str | None
    period: str | None = "year"
    role: str | None = None
    level: str | None = None
    place: str | None = None
    component: str | None = None


@dataclass(frozen=True)
class Asked:
    """The user's turns, and what the answer to the last of them holds, lacks or declines."""

    turns: tuple[str, ...]
    says: tuple[str, ...] = ()
    not_says: tuple[str, ...] = ()
    declines: bool = False


@dataclass(frozen=True)
class Case:
    name: str
    kind: str
    files: Mapping[str, str | Callable[[], bytes]]
    facts: tuple[Expected, ...] = ()
    absent: tuple[Expected, ...] = ()
    asked: tuple[Asked, ...] = ()
    once: tuple[str, ...] = ()  # words that are read exactly once


def at(
    quote: str,
    amount: float,
    currency: str | None = None,
    period: str | None = "year",
    *,
    role: str | None = None,
    level: str | None = None,
    place: str | None = None,
    component: str | None = None,
) -> Expected:
    """One figure, no range."""
    return Expected(quote, amount, amount, currency, period, role, level, place, component)


def anything(quote: str, amount: float) -> Expected:
    """The figure as pay of whatever kind."""
    return Expected(quote, amount, None, None, None)


def as_salary(quote: str, amount: float) -> tuple[Expected, ...]:
    """The figure as if it were what somebody earns."""
    return tuple(
        Expected(quote, amount, None, None, None, component=component)
        for component in ("base", "total", "unspecified")
    )


def ask(
    *turns: str, says: tuple[str, ...] = (), lacks: tuple[str, ...] = (), declines: bool = False
) -> Asked:
    return Asked(turns, says, lacks, declines)


# --- 1. Whose figure it is ------------------------------------------------------------

WHOSE_FIGURE = (
    Case(
        name="cafe-shift-leads",
        kind="whose-figure",
        files={
            "working-here.md": """# Working at Orchard Lane Coffee

Reviewed in April 2025.

## Pay

Baristas start on £23,400 a year. Shift leads get £27,900. Both share the tips by the hour.

The roastery keeps its own hours. Its cuppers are paid £29,350 a year.

## Time off

Everyone has 28 days of leave, bank holidays included.
"""
        },
        facts=(
            Expected("Baristas start on", 23_400, None, "GBP", role="barista"),
            at("Shift leads get", 27_900, "GBP", role="shift lead"),
            at("Its cuppers are paid", 29_350, "GBP", role="cupper"),
        ),
        absent=(
            at("Shift leads get", 27_900, role="barista"),
            at("Its cuppers are paid", 29_350, role="barista"),
            at("Its cuppers are paid", 29_350, role="shift lead"),
        ),
        asked=(
            ask("What does a barista earn?", says=("23,400",), lacks=("27,900", "29,350")),
            ask("How much do shift leads get?", says=("27,900",), lacks=("23,400",)),
        ),
    ),
    Case(
        name="hostel-dorm-captains",
        kind="whose-figure",
        files={
            "notes.txt": """KEA LODGE HOSTELS, QUEENSTOWN
Notes for people who want to work with us, May 2025

Receptionists earn NZ$52,300 a year. After two years it is NZ$56,100.

Dorm captains are paid NZ$49,700 a year. They live in for free, but must sleep
on the premises five nights a week.

Shuttle drivers earn NZ$51,050 a year.
"""
        },
        facts=(
            at("Receptionists earn", 52_300, "NZD", role="receptionist"),
            at("After two years it is", 56_100, "NZD", role="receptionist"),
            at("Dorm captains are paid", 49_700, "NZD", role="dorm captain"),
            at("Shuttle drivers earn", 51_050, "NZD", role="shuttle driver"),
        ),
        absent=(
            at("Dorm captains are paid", 49_700, role="receptionist"),
            at("Shuttle drivers earn", 51_050, role="dorm captain"),
        ),
        asked=(
            ask("What do dorm captains earn?", says=("49,700",), lacks=("52,300", "51,050")),
            ask(
                "What does a receptionist earn?",
                "And after two years?",
                says=("56,100",),
                lacks=("49,700",),
            ),
        ),
    ),
    Case(
        name="ferry-mooring-masters",
        kind="whose-figure",
        files={
            "crew.html": """<!doctype html>
<html><head><title>Crew pay on the Skjerg ferries</title></head>
<body>
<h1>Crew pay on the Skjerg ferries</h1>
<p>Deckhands earn NOK 412,000 a year. They start at NOK 388,000. Mooring masters
receive NOK 455,000 a year.</p>
<h2>Ashore</h2>
<ul>
<li>Ticket sellers: NOK 371,500 a year</li>
<li>Linkspan keepers: NOK 398,250 a year</li>
</ul>
</body></html>
"""
        },
        facts=(
            at("Deckhands earn", 412_000, "NOK", role="deckhand"),
            Expected("They start at", 388_000, None, "NOK", role="deckhand"),
            at("Mooring masters receive", 455_000, "NOK", role="mooring master"),
            at("Linkspan keepers", 398_250, "NOK", role="linkspan keeper"),
        ),
        absent=(
            at("Mooring masters receive", 455_000, role="deckhand"),
            at("Linkspan keepers", 398_250, role="ticket seller"),
        ),
        asked=(
            ask("What does a mooring master earn?", says=("455,000",), lacks=("412,000",)),
            ask("How much do linkspan keepers get?", says=("398,250",), lacks=("371,500",)),
        ),
    ),
    Case(
        name="tramway-columns-are-jobs",
        kind="whose-figure",
        files={
            "tramway-pay.csv": """Years of service,Points setter (EUR a year),Rail grinder (EUR a year),Overhead line fitter (EUR a year)
0 to 2,"31,200","33,450","36,100"
3 to 6,"34,050","36,700","39,900"
7 or more,"37,300","39,150","43,600"
"""
        },
        facts=(
            at("0 to 2", 31_200, "EUR", role="points setter"),
            at("3 to 6", 36_700, "EUR", role="rail grinder"),
            at("7 or more", 43_600, "EUR", role="overhead line fitter"),
        ),
        absent=(
            at("0 to 2", 33_450, role="points setter"),
            at("7 or more", 43_600, role="rail grinder"),
        ),
        asked=(
            ask(
                "What does a rail grinder with 4 years of service earn?",
                says=("36,700",),
                lacks=("34,050", "39,900"),
            ),
            ask(
                "What do points setters with 7 or more years of service earn?",
                says=("37,300",),
            ),
        ),
    ),
    Case(
        name="kelp-farm-rows-are-jobs",
        kind="whose-figure",
        files={
            "wages.xlsx": sheets(
                Tab(
                    "Wages 2025",
                    [
                        ["Job", "Yearly wage (CAD)", "Crew"],
                        ["Kelp farmer", 54_200, 9],
                        ["Seed diver", 71_800, 4],
                        ["Drying shed hand", 43_900, 12],
                        ["First-aid nurse", 58_600, 1],
                        ["Hatchery keeper", 49_750, 3],
                    ],
                )
            )
        },
        facts=(
            at("Seed diver", 71_800, "CAD", role="seed diver"),
            at("Drying shed hand", 43_900, "CAD", role="drying shed hand"),
            at("Hatchery keeper", 49_750, "CAD", role="hatchery keeper"),
        ),
        absent=(
            at("Hatchery keeper", 49_750, role="nurse"),
            at("Seed diver", 71_800, role="farmer"),
            at("Seed diver", 71_800, role="kelp farmer"),
        ),
        asked=(
            ask("What does a seed diver earn?", says=("71,800",), lacks=("54,200",)),
            ask("What do hatchery keepers make?", says=("49,750",), lacks=("58,600",)),
        ),
    ),
    Case(
        name="lock-keepers-base-and-total-agree",
        kind="whose-figure",
        files={
            "canal-basic-pay.md": """# Basic pay on the Wenlow Canal

Published in March 2024.

Lock keepers on the Wenlow Canal have a base salary of £27,150 a year.

Dredger crews have a base salary of £30,900.
""",
            "canal-package.md": """# What the canal package is worth

Published in March 2024.

With the cottage and duty pay counted in, the total compensation of lock keepers on the
Wenlow Canal comes to £33,480 a year.
""",
        },
        facts=(
            at("Lock keepers", 27_150, "GBP", role="lock keeper", component="base"),
            at("lock keepers", 33_480, "GBP", role="lock keeper", component="total"),
            at("Dredger crews", 30_900, "GBP", role="dredger crew", component="base"),
        ),
        absent=(at("Dredger crews", 30_900, role="lock keeper"),),
        asked=(
            ask(
                "What is the base salary of a lock keeper?",
                says=("27,150",),
                lacks=("disagree", "contradict", "differ", "30,900"),
            ),
            ask(
                "What does a lock keeper earn?",
                says=("27,150",),
                lacks=("disagree", "contradict", "30,900"),
            ),
        ),
    ),
    Case(
        name="weavers-two-sources-differ",
        kind="whose-figure",
        files={
            "guild.txt": """The Weavers' Guild of Inverness
Pay survey, June 2025

Handloom weavers in Inverness earn £24,800 a year.
Warp dressers in Inverness earn £22,600 a year.
The guild has 41 members.
""",
            "mill.txt": """Notes from the mill owners
June 2025

Handloom weavers in Inverness earn £26,350 a year.
Orders have been steady since the spring.
""",
        },
        facts=(
            at("Handloom weavers", 24_800, "GBP", role="handloom weaver", place="Inverness"),
            at("Handloom weavers", 26_350, "GBP", role="handloom weaver", place="Inverness"),
            at("Warp dressers", 22_600, "GBP", role="warp dresser"),
        ),
        absent=(at("Warp dressers", 22_600, role="handloom weaver"),),
        asked=(
            ask(
                "What does a handloom weaver in Inverness earn?",
                says=("24,800", "26,350"),
                lacks=("22,600",),
            ),
            ask(
                "What do warp dressers in Inverness earn?",
                says=("22,600",),
                lacks=("disagree", "24,800", "26,350"),
            ),
        ),
    ),
    Case(
        name="dental-those-with-a-certificate",
        kind="whose-figure",
        files={
            "practice.docx": word(
                heading("Pay at the Mill Street practice", 0),
                para("Agreed with the partners in January 2025."),
                heading("Clinical team"),
                para(
                    "Dental nurses earn £26,300 a year. Those with the sedation certificate get "
                    "£28,900. Treatment coordinators get £31,250."
                ),
                heading("Front of house"),
                para(
                    "The desk is open from 8 to 6. Decontamination leads are paid £25,480 a year."
                ),
            )
        },
        facts=(
            at("Dental nurses earn", 26_300, "GBP", role="dental nurse"),
            at("Those with the sedation certificate", 28_900, "GBP", role="dental nurse"),
            at("Treatment coordinators get", 31_250, "GBP", role="treatment coordinator"),
            at("Decontamination leads", 25_480, "GBP", role="decontamination lead"),
        ),
        absent=(
            at("Treatment coordinators get", 31_250, role="dental nurse"),
            at("Treatment coordinators get", 31_250, role="nurse"),
            at("Decontamination leads", 25_480, role="treatment coordinator"),
        ),
        asked=(
            ask("How much do treatment coordinators get?", says=("31,250",), lacks=("26,300",)),
        ),
    ),
    Case(
        name="glaziers-leading-hands",
        kind="whose-figure",
        files={
            "trades.pdf": pdf(
                page(
                    title("Pay in our trades, Hobart"),
                    head("Glass", 706),
                    prose(
                        LEFT,
                        688,
                        "Glaziers earn A$68,900 a year. Leading hands are on A$79,400 a year. "
                        "They also have the use of a van. The shop shuts for two weeks in January.",
                    ),
                    head("Stone", 640),
                    prose(
                        LEFT,
                        622,
                        "Letter cutters earn A$72,150 a year. Once they hold the heritage ticket it "
                        "is A$81,600. Saw minders are paid A$61,200 a year.",
                    ),
                )
            )
        },
        facts=(
            at("Glaziers earn", 68_900, "AUD", role="glazier"),
            at("Leading hands are on", 79_400, "AUD", role="leading hand"),
            at("heritage ticket it is", 81_600, "AUD", role="letter cutter"),
            at("Saw minders", 61_200, "AUD", role="saw minder"),
        ),
        absent=(
            at("Leading hands are on", 79_400, role="glazier"),
            at("Saw minders", 61_200, role="letter cutter"),
        ),
        asked=(
            ask("What does a glazier earn?", says=("68,900",), lacks=("79,400",)),
            ask("What do saw minders earn?", says=("61,200",), lacks=("72,150", "81,600")),
        ),
    ),
    Case(
        name="warehouse-night-crews",
        kind="whose-figure",
        files={
            "columbus.md": """# The Columbus warehouse

- Warehouse pickers make $38,200 a year.
- Night crews make $43,600 a year.
- Yard jockeys make $47,900 a year, since they need a licence.

Pickers are the largest group. In the second year they make $40,100.
Cycle counters make $41,250 a year.
"""
        },
        facts=(
            at("Night crews make", 43_600, "USD", role="night crew"),
            at("Yard jockeys make", 47_900, "USD", role="yard jockey"),
            at("In the second year they make", 40_100, "USD", role="picker"),
            at("Cycle counters make", 41_250, "USD", role="cycle counter"),
        ),
        absent=(
            at("Night crews make", 43_600, role="warehouse picker"),
            at("Cycle counters make", 41_250, role="picker"),
            at("Cycle counters make", 41_250, role="warehouse picker"),
        ),
        asked=(
            ask("What do night crews make?", says=("43,600",), lacks=("38,200", "47,900")),
            ask("How much does a cycle counter make?", says=("41,250",), lacks=("40,100",)),
        ),
    ),
)

# --- 2. What is lent to a table -------------------------------------------------------

LENT_TO_TABLE = (
    Case(
        name="cinema-complaints",
        kind="lent-to-table",
        files={
            "regent.md": """# The Regent picture house

## What we pay

Complaints go to the senior manager.

| Job | Salary |
|---|---|
| Usher | £22,400 |
| Projectionist | £26,750 |
| Box office clerk | £23,150 |

Popcorn is free for staff.
"""
        },
        facts=(
            at("Usher", 22_400, "GBP", role="usher"),
            at("Projectionist", 26_750, "GBP", role="projectionist"),
            at("Box office clerk", 23_150, "GBP", role="box office clerk"),
        ),
        absent=(
            at("Usher", 22_400, level="senior"),
            at("Projectionist", 26_750, level="senior"),
            at("Usher", 22_400, role="manager"),
            at("Projectionist", 26_750, role="senior manager"),
        ),
        asked=(
            ask("What does a projectionist earn?", says=("26,750",), lacks=("senior",)),
            ask(
                "What does a manager earn?",
                says=("manager",),
                lacks=("26,750", "22,400"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="saddlery-in-leeds-closed",
        kind="lent-to-table",
        files={
            "saddlery.html": """<!doctype html>
<html><head><title>Ballantyne Saddlery</title></head><body>
<h1>Ballantyne Saddlery</h1>
<h2>Pay in Dundee</h2>
<p>The workshop in Leeds was closed in 2019.</p>
<table>
<tr><th>Trade</th><th>Pay a year</th></tr>
<tr><td>Saddler</td><td>£27,900</td></tr>
<tr><td>Harness stitcher</td><td>£24,650</td></tr>
<tr><td>Tree maker</td><td>£29,300</td></tr>
</table>
</body></html>
"""
        },
        facts=(
            at("Saddler", 27_900, "GBP", role="saddler", place="Dundee"),
            at("Harness stitcher", 24_650, "GBP", role="harness stitcher", place="Dundee"),
            at("Tree maker", 29_300, "GBP", role="tree maker", place="Dundee"),
        ),
        absent=(
            at("Saddler", 27_900, place="Leeds"),
            at("Harness stitcher", 24_650, place="Leeds"),
        ),
        asked=(
            ask("What does a saddler earn in Dundee?", says=("27,900",)),
            ask(
                "What does a saddler earn in Leeds?",
                says=("Leeds",),
                declines=True,
            ),
        ),
    ),
    Case(
        name="dog-groomers-caption",
        kind="lent-to-table",
        files={
            "groomers.docx": word(
                heading("Annual review of wages", 0),
                para("Our founder was once a junior vet."),
                para(
                    "Table 2: Pay of dog groomers in Porto, in euros a year",
                    style="Caption",
                ),
                grid(
                    ["Experience", "Pay"],
                    ["Under one year", "13,900"],
                    ["One to three years", "16,250"],
                    ["Over three years", "18,700"],
                ),
                para("The review is repeated each autumn."),
            )
        },
        facts=(
            at("Under one year", 13_900, "EUR", role="dog groomer", place="Porto"),
            at("Over three years", 18_700, "EUR", role="dog groomer", place="Porto"),
        ),
        absent=(
            at("Over three years", 18_700, role="vet"),
            at("Over three years", 18_700, level="entry"),
        ),
        asked=(
            ask(
                "What does a dog groomer with over three years of experience earn in Porto?",
                says=("18,700",),
                lacks=("13,900",),
            ),
            ask("What does a vet earn?", says=("vet",), lacks=("18,700",), declines=True),
        ),
    ),
    Case(
        name="pulp-mill-title-row",
        kind="lent-to-table",
        files={
            "tampere.xlsx": sheets(
                Tab(
                    "Pay",
                    [
                        ["Wages at the Tampere plant, euros a month"],
                        ["Send corrections to the HR director in Helsinki."],
                        [],
                        ["Job", "Pay"],
                        ["Pulp tester", 3_120],
                        ["Roll cutter", 2_890],
                        ["Crane operator", 3_375],
                        ["Lime kiln minder", 3_240],
                    ],
                )
            )
        },
        facts=(
            at("Pulp tester", 3_120, "EUR", "month", role="pulp tester", place="Tampere"),
            at("Roll cutter", 2_890, "EUR", "month", role="roll cutter", place="Tampere"),
            at("Lime kiln minder", 3_240, "EUR", "month", role="lime kiln minder"),
        ),
        absent=(
            at("Pulp tester", 3_120, None, None, place="Helsinki"),
            at("Crane operator", 3_375, None, None, role="hr director"),
            at("Crane operator", 3_375, None, None, role="director"),
        ),
        asked=(
            ask("What does a roll cutter earn in Tampere?", says=("2,890",), lacks=("3,375",)),
            ask("What does a pulp tester earn in Helsinki?", says=("Helsinki",), declines=True),
        ),
    ),
    Case(
        name="stonemasons-colon",
        kind="lent-to-table",
        files={
            "yards.txt": """OUR YARDS
January 2025

The Galway yard shut last spring.

Pay of stonemasons in Cork:

- first year: €28,400
- third year: €35,900
- fifth year: €41,200

Apprentice fees are paid by the yard.
"""
        },
        facts=(
            at("first year", 28_400, "EUR", role="stonemason", place="Cork"),
            at("third year", 35_900, "EUR", role="stonemason", place="Cork"),
            at("fifth year", 41_200, "EUR", role="stonemason", place="Cork"),
        ),
        absent=(
            at("first year", 28_400, place="Galway"),
            at("fifth year", 41_200, place="Galway"),
        ),
        asked=(
            ask(
                "What does a stonemason in Cork earn in the third year?",
                says=("35,900",),
                lacks=("28,400",),
            ),
            ask(
                "What does a stonemason in Galway earn?",
                says=("Galway",),
                lacks=("28,400",),
                declines=True,
            ),
        ),
    ),
    Case(
        name="opera-auditions",
        kind="lent-to-table",
        files={
            "opera.pdf": pdf(
                page(
                    title("Voices of the house"),
                    prose(LEFT, 708, "Auditions are heard by the principal conductor."),
                    prose(
                        LEFT,
                        684,
                        "The table shows yearly pay at the opera house in Graz, in euros.",
                    ),
                    printed_table(
                        660,
                        (LEFT, 300),
                        ("Post", "Pay"),
                        ("Chorus singer", "33,600"),
                        ("Prompter", "30,250"),
                        ("Surtitle caller", "28,900"),
                        ("Page turner", "24,150"),
                    ),
                )
            )
        },
        facts=(
            at("Chorus singer", 33_600, "EUR", role="chorus singer", place="Graz"),
            at("Surtitle caller", 28_900, "EUR", role="surtitle caller", place="Graz"),
        ),
        absent=(
            at("Chorus singer", 33_600, role="conductor"),
            at("Prompter", 30_250, role="principal conductor"),
            at("Prompter", 30_250, level="principal"),
        ),
        asked=(
            ask("What does a prompter earn at the opera house?", says=("30,250",)),
            ask(
                "What does a conductor earn?",
                says=("conductor",),
                lacks=("33,600", "30,250"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="beekeepers-lead-in",
        kind="lent-to-table",
        files={
            "bees.md": """# Prairie honey

## People

The table below gives the salaries of beekeepers in Winnipeg, in Canadian dollars.

| Seasons | Salary |
|---|---|
| 1 to 2 | $41,300 |
| 3 to 5 | $46,850 |
| 6 or more | $53,700 |

## Extraction

Interns wash the frames in Brandon.

| Job | Salary |
|---|---|
| Uncapper | $38,900 |
| Bottling hand | $37,450 |
"""
        },
        facts=(
            at("1 to 2", 41_300, "CAD", role="beekeeper", place="Winnipeg"),
            at("6 or more", 53_700, "CAD", role="beekeeper", place="Winnipeg"),
            at("Uncapper", 38_900, role="uncapper"),
        ),
        absent=(
            at("Uncapper", 38_900, role="intern"),
            at("Uncapper", 38_900, level="intern"),
            at("Bottling hand", 37_450, place="Brandon"),
            at("Bottling hand", 37_450, role="beekeeper"),
            at("1 to 2", 41_300, "USD"),
        ),
        asked=(
            ask("What does an uncapper earn?", says=("38,900",), lacks=("intern", "Brandon")),
            ask(
                "How much does a beekeeper with 3 to 5 seasons make?",
                says=("46,850",),
                lacks=("53,700",),
            ),
        ),
    ),
    Case(
        name="dialysis-caption",
        kind="lent-to-table",
        files={
            "dialysis.html": """<!doctype html>
<html lang="en"><head><title>Pay of the renal clinics</title></head><body>
<h1>Pay of the renal clinics</h1>
<p>A placement for interns in Marseille is planned for the autumn.</p>
<table>
<caption>Dialysis technicians, Lyon (euros a month)</caption>
<thead><tr><th>Grade</th><th>Day shift</th><th>Night shift</th></tr></thead>
<tbody>
<tr><th>I</th><td>2,140</td><td>2,390</td></tr>
<tr><th>II</th><td>2,465</td><td>2,710</td></tr>
</tbody>
</table>
</body></html>
"""
        },
        facts=(
            at("2,140", 2_140, "EUR", "month", role="dialysis technician", place="Lyon"),
            at("2,710", 2_710, "EUR", "month", role="dialysis technician", place="Lyon"),
        ),
        absent=(
            at("2,140", 2_140, None, None, place="Marseille"),
            at("2,140", 2_140, None, None, role="intern"),
            at("2,710", 2_710, None, None, level="intern"),
        ),
        asked=(
            ask(
                "What does a dialysis technician in Marseille earn?",
                says=("Marseille",),
                declines=True,
            ),
        ),
    ),
    Case(
        name="tea-estate-preamble",
        kind="lent-to-table",
        files={
            "tea.csv": """Prepared by the chief accountant in Nairobi,,
,,
Post,Station,Pay in KES a month
Tea taster,Kericho,"118,000"
Leaf grader,Nakuru,"74,500"
Factory clerk,Kericho,"61,200"
Withering hand,Nakuru,"38,900"
"""
        },
        facts=(
            at("Tea taster", 118_000, "KES", "month", role="tea taster", place="Kericho"),
            at("Leaf grader", 74_500, "KES", "month", role="leaf grader", place="Nakuru"),
            at("Withering hand", 38_900, "KES", "month", role="withering hand"),
        ),
        absent=(
            at("Tea taster", 118_000, None, None, place="Nairobi"),
            at("Leaf grader", 74_500, None, None, role="accountant"),
            at("Leaf grader", 74_500, None, None, role="chief accountant"),
        ),
        asked=(
            ask("What does a tea taster earn in Kericho?", says=("118,000",), lacks=("61,200",)),
            ask(
                "What does an accountant earn?",
                says=("accountant",),
                lacks=("118,000",),
                declines=True,
            ),
        ),
    ),
)

# --- 3. Places and currencies in names ------------------------------------------------

NAMES = (
    Case(
        name="harrow-foods",
        kind="names",
        files={
            "careers.md": """# Careers at Harrow Foods

We cook for schools and hospitals. Both kitchens are in Bristol.

## Pay, 2025

- Line cooks: £25,600 a year
- Food technologists: £34,900 a year
- Tray packers: £22,880 a year

Harrow Foods was founded in 1988.
"""
        },
        facts=(
            at("Line cooks", 25_600, "GBP", role="line cook"),
            at("Food technologists", 34_900, "GBP", role="food technologist"),
            at("Tray packers", 22_880, "GBP", role="tray packer"),
        ),
        absent=(
            at("Line cooks", 25_600, place="Harrow"),
            at("Food technologists", 34_900, place="Harrow"),
        ),
        asked=(
            ask("What does a food technologist at Harrow Foods earn?", says=("34,900",)),
            ask("What do line cooks earn?", says=("25,600",), lacks=("in Harrow",)),
        ),
    ),
    Case(
        name="manila-us-dollars",
        kind="names",
        files={
            "callcentre.txt": """Bayani Contact Centre, Manila
Rates for 2025

Call centre agents earn 640 US dollars a month.
Team coaches earn 910 US dollars a month.
Quality listeners earn 725 US dollars a month.

We pay in US dollars since most of our clients do.
"""
        },
        facts=(
            at("Call centre agents", 640, "USD", "month", role="call centre agent"),
            at("Team coaches", 910, "USD", "month", role="team coach"),
            at("Quality listeners", 725, "USD", "month", role="quality listener"),
        ),
        absent=(
            at("Call centre agents", 640, None, None, place="United States"),
            at("Team coaches", 910, None, None, place="United States"),
        ),
        asked=(
            ask("What do team coaches earn?", says=("910",), lacks=("United States", "640")),
            ask(
                "What do call centre agents in the United States earn?",
                says=("United States",),
                lacks=("640",),
                declines=True,
            ),
        ),
    ),
    Case(
        name="lobster-note-at-the-end",
        kind="names",
        files={
            "lobster.html": """<!doctype html>
<html><head><title>Jobs on the wharf</title></head><body>
<h1>Jobs on the wharf</h1>
<p>Lobster buyers earn $61,400 a year. Dockhands earn $42,750.</p>
<table>
<tr><th>Job</th><th>Salary</th></tr>
<tr><td>Bait cutter</td><td>$36,900</td></tr>
<tr><td>Trap builder</td><td>$44,300</td></tr>
</table>
<p><small>All amounts are in Canadian dollars.</small></p>
</body></html>
"""
        },
        facts=(
            at("Lobster buyers", 61_400, "CAD", role="lobster buyer"),
            at("Dockhands", 42_750, "CAD", role="dockhand"),
            at("Bait cutter", 36_900, "CAD", role="bait cutter"),
            at("Trap builder", 44_300, "CAD", role="trap builder"),
        ),
        absent=(
            at("Lobster buyers", 61_400, "USD"),
            at("Trap builder", 44_300, "USD"),
        ),
        asked=(ask("What does a trap builder earn?", says=("44,300",), lacks=("US$", "USD")),),
    ),
    Case(
        name="circus-salary-aud",
        kind="names",
        files={
            "paylist.xlsx": sheets(
                Tab(
                    "Melbourne Brothers Circus",
                    [
                        ["Act or post", "Base town", "Salary (AUD)"],
                        ["Rigger", "Adelaide", Shown(66_300, "#,##0")],
                        ["Aerialist", "Adelaide", Shown(72_450, "#,##0")],
                        ["Wardrobe hand", "Cairns", Shown(58_900, "#,##0")],
                        ["Ring crew", "Cairns", Shown(55_150, "#,##0")],
                    ],
                )
            )
        },
        facts=(
            at("Rigger", 66_300, "AUD", role="rigger", place="Adelaide"),
            at("Aerialist", 72_450, "AUD", role="aerialist", place="Adelaide"),
            at("Wardrobe hand", 58_900, "AUD", role="wardrobe hand", place="Cairns"),
        ),
        absent=(
            at("Rigger", 66_300, place="Melbourne"),
            at("Wardrobe hand", 58_900, place="Melbourne"),
        ),
        asked=(
            ask("What does an aerialist in Adelaide earn?", says=("72,450",), lacks=("Melbourne",)),
            ask(
                "What does a rigger earn in Brisbane?",
                says=("Brisbane",),
                lacks=("66,300",),
                declines=True,
            ),
        ),
    ),
    Case(
        name="watchmakers-note-below",
        kind="names",
        files={
            "watches.docx": word(
                heading("Pay in the manufacture", 0),
                para("Reviewed in October 2024 by the works council."),
                grid(
                    ["Bench", "Pay a year"],
                    ["Case polisher", "62,150"],
                    ["Watch assembler", "68,400"],
                    ["Dial painter", "74,900"],
                    ["Regulator", "81,300"],
                ),
                para("Note: figures in Swiss francs, before tax."),
            )
        },
        facts=(
            at("Watch assembler", 68_400, "CHF", role="watch assembler"),
            at("Dial painter", 74_900, "CHF", role="dial painter"),
            at("Case polisher", 62_150, "CHF", role="case polisher"),
        ),
        absent=(at("Dial painter", 74_900, "USD"), at("Dial painter", 74_900, "EUR")),
        asked=(
            ask("What does a dial painter earn?", says=("74,900",), lacks=("81,300",)),
            ask("How much do watch assemblers make a year?", says=("68,400",)),
        ),
    ),
    Case(
        name="hospital-bank-rates",
        kind="names",
        files={
            "bank.txt": """Staff bank of the Ellerby hospitals
Bank rates from 1 April 2025

Nurses on the bank are paid £21.40 an hour.
Porters on the bank are paid £13.05 an hour.
Ward hosts on the bank are paid £12.65 an hour.

Bank rates are the same by day and by night. Bank shifts are booked through the app.
"""
        },
        facts=(
            at("Nurses on the bank", 21.4, "GBP", "hour", role="nurse"),
            at("Porters on the bank", 13.05, "GBP", "hour", role="porter"),
            at("Ward hosts on the bank", 12.65, "GBP", "hour", role="ward host"),
        ),
        absent=(
            at("Nurses on the bank", 21.4, None, None, place="Bank"),
            at("Ward hosts on the bank", 12.65, None, None, role="porter"),
        ),
        asked=(
            ask("What is the bank rate for porters?", says=("13.05",), lacks=("21.40",)),
            ask("What does a bank clerk earn?", says=("bank clerk",), declines=True),
        ),
    ),
    Case(
        name="bicycle-works-kroner",
        kind="names",
        files={
            "bicycles.pdf": pdf(
                page(
                    title("Lindholm bicycle works"),
                    prose(LEFT, 706, "We build touring frames in Aarhus, and repair all makes."),
                    prose(LEFT, 682, "Monthly pay in Danish kroner:"),
                    printed_table(
                        662,
                        (LEFT, 280),
                        ("Post", "Pay"),
                        ("Bicycle mechanic", "29,800"),
                        ("Frame builder", "34,150"),
                        ("Wheel truer", "27,600"),
                        ("Enamel sprayer", "28,950"),
                    ),
                )
            )
        },
        facts=(
            at("Bicycle mechanic", 29_800, "DKK", "month", role="bicycle mechanic"),
            at("Frame builder", 34_150, "DKK", "month", role="frame builder"),
            at("Wheel truer", 27_600, "DKK", "month", role="wheel truer"),
        ),
        absent=(
            at("Frame builder", 34_150, "USD", None),
            at("Frame builder", 34_150, None, "year"),
        ),
        asked=(
            ask("What does a frame builder earn a month?", says=("34,150",), lacks=("29,800",)),
        ),
    ),
    Case(
        name="georgia-lincoln",
        kind="names",
        files={
            "flowers.md": """# Plains Flower Market

Ask Georgia Lincoln, our head of people, about anything on this page.

Florists in Tulsa earn $39,800 a year. Flower buyers in Tulsa earn $47,300 a year.

| Post | Yearly pay |
|---|---|
| Cooler hand | $33,650 |
| Wreath maker | $36,200 |

Georgia Lincoln answers within two days. Her deputy is Paris Hudson.
"""
        },
        facts=(
            at("Florists in Tulsa", 39_800, "USD", role="florist", place="Tulsa"),
            at("Flower buyers", 47_300, "USD", role="flower buyer", place="Tulsa"),
            at("Wreath maker", 36_200, "USD", role="wreath maker"),
        ),
        absent=(
            at("Florists", 39_800, place="Georgia"),
            at("Wreath maker", 36_200, place="Georgia"),
            at("Wreath maker", 36_200, place="Lincoln"),
            at("Wreath maker", 36_200, place="Paris"),
        ),
        asked=(
            ask(
                "What does a florist earn in Georgia?",
                says=("Georgia",),
                lacks=("39,800",),
                declines=True,
            ),
            ask(
                "What does a wreath maker earn?", says=("36,200",), lacks=("in Georgia", "in Paris")
            ),
        ),
    ),
    Case(
        name="harbour-hong-kong-dollars",
        kind="names",
        files={
            "harbour.html": """<!doctype html>
<html><head><title>Harbour launches: crew notice</title></head><body>
<h1>Harbour launches: crew notice</h1>
<p>All figures below are in Hong Kong dollars and for a month.</p>
<table>
<tr><th>Post</th><th>Pay</th></tr>
<tr><td>Coxswain</td><td>$24,800</td></tr>
<tr><td>Deck cadet</td><td>$15,300</td></tr>
<tr><td>Gangway hand</td><td>$16,950</td></tr>
</table>
<p>A relief coxswain earns $26,100 a month.</p>
</body></html>
"""
        },
        facts=(
            at("Coxswain", 24_800, "HKD", "month", role="coxswain"),
            at("Gangway hand", 16_950, "HKD", "month", role="gangway hand"),
            at("relief coxswain", 26_100, "HKD", "month", role="coxswain"),
        ),
        absent=(
            at("Coxswain", 24_800, "USD", None),
            at("relief coxswain", 26_100, "USD", None),
            at("Deck cadet", 15_300, None, "year"),
        ),
        asked=(ask("What does a gangway hand earn?", says=("16,950",), lacks=("US$", "USD")),),
    ),
    Case(
        name="java-developers",
        kind="names",
        files={
            "developers.csv": """Role,City,Salary (NOK),Openings
Java developer,Oslo,"742,000",3
Ruby developer,Bergen,"715,000",1
Swift developer,Trondheim,"731,000",2
Dart developer,Oslo,"698,000",2
"""
        },
        facts=(
            at("Java developer", 742_000, "NOK", role="java developer", place="Oslo"),
            at("Ruby developer", 715_000, "NOK", role="ruby developer", place="Bergen"),
            at("Dart developer", 698_000, "NOK", role="dart developer", place="Oslo"),
        ),
        absent=(
            at("Java developer", 742_000, place="Java"),
            at("Java developer", 742_000, place="Indonesia"),
            at("Ruby developer", 715_000, role="java developer"),
        ),
        asked=(
            ask("What does a Java developer in Oslo earn?", says=("742,000",), lacks=("715,000",)),
            ask("What do Swift developers earn in Trondheim?", says=("731,000",)),
        ),
    ),
    Case(
        name="turkey-pluckers-and-china-painters",
        kind="names",
        files={
            "seasonal.txt": """SEASONAL WORK IN DUBUQUE COUNTY
Autumn 2025

Turkey pluckers at Coldwater Farm earn $17.20 an hour.
China painters at the pottery earn $19.60 an hour.
Brazil nut roasters earn $16.85 an hour.
Bring your own apron.
"""
        },
        facts=(
            at("Turkey pluckers", 17.2, "USD", "hour", role="turkey plucker"),
            at("China painters", 19.6, "USD", "hour", role="china painter"),
            at("Brazil nut roasters", 16.85, "USD", "hour", role="nut roaster"),
        ),
        absent=(
            at("Turkey pluckers", 17.2, None, None, place="Turkey"),
            at("China painters", 19.6, None, None, place="China"),
            at("Brazil nut roasters", 16.85, None, None, place="Brazil"),
        ),
        asked=(
            ask("How much do china painters earn?", says=("19.60",), lacks=("in China", "17.20")),
        ),
    ),
)

# --- 4. What is no salary -------------------------------------------------------------

NOT_SALARY = (
    Case(
        name="library-sick-pay",
        kind="not-salary",
        files={
            "library.md": """# Staff of the borough libraries

## Pay

Library assistants earn £24,310 a year. Sick pay is £118.75 a week for up to 28 weeks.
Pay day is the 27th of each month.

## Other money

Statutory maternity pay is £187.18 a week. Mileage is 45p a mile.
"""
        },
        facts=(at("Library assistants earn", 24_310, "GBP", role="library assistant"),),
        absent=(
            anything("Sick pay is", 118.75),
            anything("maternity pay is", 187.18),
            anything("Pay day is", 27),
        ),
        asked=(
            ask("What does a library assistant earn?", says=("24,310",), lacks=("118.75",)),
            ask("How much is sick pay?", says=("118.75",), lacks=("24,310",)),
        ),
    ),
    Case(
        name="press-shop-severance",
        kind="not-salary",
        files={
            "dayton.txt": """Terms of work, Dayton press shop (rev. 2024)

Press operators earn $49,800 a year.
Severance pay is $12,500 for those with ten years of service.
Jury pay is $40 a day.
Die setters earn $57,250 a year. Severance is the same for them.
"""
        },
        facts=(
            at("Press operators earn", 49_800, "USD", role="press operator"),
            at("Die setters earn", 57_250, "USD", role="die setter"),
        ),
        absent=(anything("Severance pay", 12_500), anything("Jury pay", 40)),
        asked=(
            ask("What does a press operator earn?", says=("49,800",), lacks=("12,500",)),
            ask("How much is severance pay?", says=("12,500",), lacks=("49,800", "57,250")),
        ),
    ),
    Case(
        name="shop-holiday-pay",
        kind="not-salary",
        files={
            "shop.html": """<!doctype html>
<html><head><title>Staff page of the Liffey Street shop</title></head><body>
<h1>Staff page of the Liffey Street shop</h1>
<h2>What you earn</h2>
<p>Sales assistants earn €13.90 an hour. Window dressers earn €15.75 an hour.</p>
<h2>When you are off</h2>
<p>Holiday pay of €1,112 is paid out in July. A lost pay slip costs €15 to replace.</p>
<p>If pay day falls on a Sunday, you are paid on the Friday before.</p>
</body></html>
"""
        },
        facts=(
            at("Sales assistants earn", 13.9, "EUR", "hour", role="sales assistant"),
            at("Window dressers earn", 15.75, "EUR", "hour", role="window dresser"),
        ),
        absent=(anything("Holiday pay of", 1_112), anything("lost pay slip", 15)),
        asked=(
            ask("How much is the holiday pay?", says=("1,112",), lacks=("13.90",)),
            ask("What does a window dresser earn?", says=("15.75",), lacks=("1,112",)),
        ),
    ),
    Case(
        name="council-pay-scale-numbers",
        kind="not-salary",
        files={
            "scales.docx": word(
                heading("Pay scales of the district", 0),
                para("Caretakers are on pay scale 41200. They earn £23,750 a year."),
                para(
                    "Teaching assistants are on pay scale 41350, spine points 7 to 11, "
                    "and earn £24,620 a year."
                ),
                bullets(
                    "Pay scale 41900 is not in use.",
                    "Crossing patrols earn £12.55 an hour.",
                    "A second copy of a pay slip costs £5.",
                ),
            )
        },
        facts=(
            at("They earn", 23_750, "GBP", role="caretaker"),
            at("Teaching assistants", 24_620, "GBP", role="teaching assistant"),
            at("Crossing patrols earn", 12.55, "GBP", "hour", role="crossing patrol"),
        ),
        absent=(
            anything("pay scale", 41_200),
            anything("pay scale", 41_350),
            anything("Pay scale", 41_900),
            anything("spine points", 7),
            anything("pay slip", 5),
        ),
        asked=(
            ask("What does a caretaker earn?", says=("23,750",), lacks=("24,620",)),
            ask("Which pay scale are teaching assistants on?", says=("41350",)),
        ),
    ),
    Case(
        name="bus-depot-small-bonus",
        kind="not-salary",
        files={
            "depot.xlsx": sheets(
                Tab(
                    "Depot",
                    [
                        ["Role", "Base salary (GBP)", "Yearly bonus (GBP)"],
                        ["Bus cleaner", 23_900, 900],
                        ["Bus mechanic", 36_400, 1_250],
                        ["Timetable clerk", 27_300, 650],
                    ],
                )
            )
        },
        facts=(
            at("Bus cleaner", 23_900, "GBP", role="bus cleaner", component="base"),
            at("Bus cleaner", 900, "GBP", role="bus cleaner", component="bonus"),
            at("Bus mechanic", 1_250, "GBP", role="bus mechanic", component="bonus"),
            at("Timetable clerk", 650, "GBP", role="timetable clerk", component="bonus"),
        ),
        absent=(*as_salary("Bus cleaner", 900), *as_salary("Timetable clerk", 650)),
        asked=(
            ask("What bonus does a bus cleaner get?", says=("900",)),
            ask("What is the base salary of a bus mechanic?", says=("36,400",), lacks=("1,250",)),
        ),
    ),
    Case(
        name="care-home-night-supplement",
        kind="not-salary",
        files={
            "care.pdf": pdf(
                page(
                    title("Working at Ashgrove House"),
                    head("Pay", 708),
                    prose(
                        LEFT,
                        690,
                        "Care assistants earn £12.40 an hour. The night supplement is £2.10 an hour. "
                        "Activity organisers earn £13.15 an hour.",
                    ),
                    head("When you are ill", 644),
                    prose(
                        LEFT,
                        626,
                        "Sick pay of £116.75 a week begins on the fourth day of an illness.",
                    ),
                )
            )
        },
        facts=(
            at("Care assistants earn", 12.4, "GBP", "hour", role="care assistant"),
            at("night supplement is", 2.1, "GBP", "hour"),
            at("Activity organisers earn", 13.15, "GBP", "hour", role="activity organiser"),
        ),
        absent=(*as_salary("night supplement is", 2.1), anything("Sick pay of", 116.75)),
        asked=(
            ask("How much is the night supplement?", says=("2.10",)),
            ask("What do care assistants earn an hour?", says=("12.40",), lacks=("116.75",)),
        ),
    ),
    Case(
        name="data-centre-referral-bonus",
        kind="not-salary",
        files={
            "datacentre.md": """# Why work in our Rotterdam data centre

Data centre technicians earn €44,700 a year. For each colleague whom you bring along there is a
referral bonus of €1,500, paid after three months.

Cable splicers earn €41,250 a year.

> The relocation allowance is €4,000, once.
"""
        },
        facts=(
            at("Data centre technicians earn", 44_700, "EUR", role="data centre technician"),
            at("Cable splicers earn", 41_250, "EUR", role="cable splicer"),
        ),
        absent=(
            *as_salary("referral bonus of", 1_500),
            *as_salary("relocation allowance is", 4_000),
        ),
        asked=(
            ask("How much is the referral bonus?", says=("1,500",), lacks=("44,700",)),
            ask("What does a data centre technician earn?", says=("44,700",), lacks=("1,500",)),
        ),
    ),
    Case(
        name="tram-drivers-pay-rise",
        kind="not-salary",
        files={
            "bulletin.txt": """DEPOT BULLETIN No. 14, Adelaide

In May 2025 the tram drivers were given a pay rise of A$2,300.
Tram drivers now earn A$78,600 a year.
Track cleaners earn A$61,900 a year. Their pay rise of A$1,750 comes in August.
Overtime pay was A$318,000 across the depot last year.
"""
        },
        facts=(
            at("Tram drivers now earn", 78_600, "AUD", role="tram driver"),
            at("Track cleaners earn", 61_900, "AUD", role="track cleaner"),
        ),
        absent=(
            anything("given a pay rise of", 2_300),
            anything("Their pay rise of", 1_750),
            *as_salary("Overtime pay was", 318_000),
        ),
        asked=(
            ask("What does a tram driver earn?", says=("78,600",), lacks=("2,300", "318,000")),
            ask("How large is the pay rise of the track cleaners?", says=("1,750",)),
        ),
    ),
    Case(
        name="lift-company-items",
        kind="not-salary",
        files={
            "items.csv": """Item,Amount (GBP),Unit
Salary of a lift engineer,"39,700",a year
Salary of a lift dispatcher,"28,450",a year
Sick pay,109.40,a week
Overtime pay,21.60,an hour
Holiday pay,"1,480",a year
Severance pay,"6,200",once
"""
        },
        facts=(
            at("Salary of a lift engineer", 39_700, "GBP", role="lift engineer"),
            at("Salary of a lift dispatcher", 28_450, "GBP", role="lift dispatcher"),
        ),
        absent=(
            anything("Sick pay", 109.4),
            anything("Holiday pay", 1_480),
            anything("Severance pay", 6_200),
            *as_salary("Overtime pay", 21.6),
        ),
        asked=(
            ask("What is the salary of a lift engineer?", says=("39,700",), lacks=("1,480",)),
            ask("How much is the severance pay?", says=("6,200",), lacks=("39,700",)),
        ),
    ),
    Case(
        name="airport-december-bonus",
        kind="not-salary",
        files={
            "airport.md": """# Ground work at the airport

Baggage handlers earn €31,900 a year. Each of them gets a bonus of €900 a year in December.

| Job | Basic pay | Shift supplement an hour |
|---|---|---|
| Pushback driver | €35,450 | €3.20 |
| De-icing hand | €33,100 | €2.85 |
"""
        },
        facts=(
            at("Baggage handlers earn", 31_900, "EUR", role="baggage handler"),
            at("gets a bonus of", 900, "EUR", role="baggage handler", component="bonus"),
            at("Pushback driver", 35_450, "EUR", role="pushback driver", component="base"),
            at("Pushback driver", 3.2, "EUR", "hour", role="pushback driver"),
        ),
        absent=(
            *as_salary("gets a bonus of", 900),
            *as_salary("Pushback driver", 3.2),
            *as_salary("De-icing hand", 2.85),
        ),
        asked=(
            ask("What do baggage handlers earn?", says=("31,900",), lacks=("35,450",)),
            ask("What shift supplement does a de-icing hand get?", says=("2.85",)),
        ),
    ),
)

# --- 5. Tables whose cells hold more than a line --------------------------------------

NESTED_TABLES = (
    Case(
        name="hotel-page-of-tables",
        kind="nested-tables",
        files={
            "hotel.html": """<!doctype html>
<html><head><title>Hotel Aurelia</title></head><body>
<table width="100%"><tr>
<td>
<h2>Rooms</h2>
<table>
<tr><th>Room</th><th>Price a night</th></tr>
<tr><td>Garden</td><td>€118</td></tr>
<tr><td>Sea view</td><td>€164</td></tr>
</table>
</td>
<td>
<h2>Jobs</h2>
<table>
<tr><th>Post</th><th>Pay a month</th></tr>
<tr><td>Room attendant</td><td>€1,540</td></tr>
<tr><td>Night auditor</td><td>€1,835</td></tr>
</table>
</td>
</tr></table>
</body></html>
"""
        },
        facts=(
            at("Room attendant", 1_540, "EUR", "month", role="room attendant"),
            at("Night auditor", 1_835, "EUR", "month", role="night auditor"),
        ),
        absent=(anything("Garden", 118), anything("Sea view", 164)),
        asked=(
            ask("What does a night auditor earn?", says=("1,835",), lacks=("164", "1,540")),
            ask("What does the sea view room cost?", says=("164",), lacks=("1,835",)),
        ),
    ),
    Case(
        name="bakery-list-in-a-cell",
        kind="nested-tables",
        files={
            "bakery.html": """<!doctype html>
<html><head><title>Pay at the Zilverberg bakery</title></head><body>
<h1>Pay at the Zilverberg bakery</h1>
<table>
<tr><th>Post</th><th>Pay a year</th></tr>
<tr><td>Pastry chef</td><td><ul><li>Base: €31,200</li><li>Bonus: €1,400</li></ul></td></tr>
<tr><td>Oven hand</td><td><ul><li>Base: €26,850</li><li>Bonus: €750</li></ul></td></tr>
</table>
</body></html>
"""
        },
        facts=(
            at("Base: €31,200", 31_200, "EUR", role="pastry chef", component="base"),
            at("Bonus: €1,400", 1_400, "EUR", role="pastry chef", component="bonus"),
            at("Base: €26,850", 26_850, "EUR", role="oven hand", component="base"),
            at("Bonus: €750", 750, "EUR", role="oven hand", component="bonus"),
        ),
        absent=(
            at("26,850", 26_850, role="pastry chef"),
            *as_salary("1,400", 1_400),
            *as_salary("750", 750),
        ),
        asked=(
            ask("What is the base pay of an oven hand?", says=("26,850",), lacks=("31,200",)),
            ask("What bonus does a pastry chef get?", says=("1,400",)),
        ),
    ),
    Case(
        name="upholsterers-paragraphs-in-a-cell",
        kind="nested-tables",
        files={
            "upholstery.html": """<!doctype html>
<html><head><title>Benches and pay</title></head><body>
<h1>Benches and pay</h1>
<p>Last changed in February 2025.</p>
<table>
<tr><th>Trade</th><th>Salary</th></tr>
<tr><td>Upholsterer</td><td><p>£28,300 in Bath</p><p>£31,900 in London</p></td></tr>
<tr><td>Frame gluer</td><td><p>£24,700 in Bath</p><p>£27,150 in London</p></td></tr>
</table>
</body></html>
"""
        },
        facts=(
            at("28,300 in Bath", 28_300, "GBP", role="upholsterer", place="Bath"),
            at("31,900 in London", 31_900, "GBP", role="upholsterer", place="London"),
            at("27,150 in London", 27_150, "GBP", role="frame gluer", place="London"),
        ),
        absent=(
            at("28,300", 28_300, place="London"),
            at("31,900", 31_900, place="Bath"),
            at("24,700", 24_700, role="upholsterer"),
        ),
        asked=(
            ask("What does an upholsterer earn in London?", says=("31,900",), lacks=("28,300",)),
            ask("What does a frame gluer earn in Bath?", says=("24,700",), lacks=("27,150",)),
        ),
    ),
    Case(
        name="jewellers-columns-are-jobs",
        kind="nested-tables",
        files={
            "jewellers.html": """<!doctype html>
<html><head><title>Bench pay, Pforzheim</title></head><body>
<h1>Bench pay, Pforzheim</h1>
<table>
<tr><th></th><th>Gemmologist</th><th>Stone setter</th><th>Chain maker</th></tr>
<tr><th>Starting pay</th><td>€38,600</td><td>€33,900</td><td>€29,450</td></tr>
<tr><th>After five years</th><td>€49,200</td><td>€41,700</td><td>€35,050</td></tr>
</table>
</body></html>
"""
        },
        facts=(
            Expected("Starting pay", 38_600, None, "EUR", role="gemmologist", place="Pforzheim"),
            Expected("Starting pay", 29_450, None, "EUR", role="chain maker", place="Pforzheim"),
            at("After five years", 41_700, "EUR", role="stone setter"),
            at("After five years", 35_050, "EUR", role="chain maker"),
        ),
        absent=(
            at("After five years", 41_700, role="gemmologist"),
            at("After five years", 49_200, role="chain maker"),
        ),
        asked=(
            ask(
                "What does a chain maker earn after five years?",
                says=("35,050",),
                lacks=("49,200",),
            ),
            ask("What is the starting pay of a stone setter?", says=("33,900",)),
        ),
    ),
    Case(
        name="sound-engineers-table-in-a-cell",
        kind="nested-tables",
        files={
            "studio.html": """<!doctype html>
<html><head><title>Studio Vltava: what we pay</title></head><body>
<h1>Studio Vltava: what we pay</h1>
<table>
<tr><th>Work</th><th>Pay a year</th></tr>
<tr><td>Sound engineer</td><td>
<table><tr><td>Junior</td><td>€29,400</td></tr><tr><td>Senior</td><td>€46,100</td></tr></table>
</td></tr>
<tr><td>Foley artist</td><td>
<table><tr><td>Junior</td><td>€26,700</td></tr><tr><td>Senior</td><td>€39,850</td></tr></table>
</td></tr>
</table>
</body></html>
"""
        },
        facts=(
            at("29,400", 29_400, "EUR", role="sound engineer", level="entry"),
            at("46,100", 46_100, "EUR", role="sound engineer", level="senior"),
            at("39,850", 39_850, "EUR", role="foley artist", level="senior"),
        ),
        absent=(
            at("26,700", 26_700, role="sound engineer"),
            at("46,100", 46_100, role="foley artist"),
            at("46,100", 46_100, level="entry"),
        ),
        asked=(
            ask(
                "What does a senior foley artist earn?",
                says=("39,850",),
                lacks=("46,100", "26,700"),
            ),
        ),
    ),
    Case(
        name="clinic-table-in-a-cell",
        kind="nested-tables",
        files={
            "clinic.docx": word(
                heading("Pay of the eye clinic", 0),
                para("Agreed for 2025, a year."),
                grid(
                    ["Profession", "Pay"],
                    [
                        "Orthoptist",
                        [grid(["Perth", "A$81,400"], ["Darwin", "A$88,950"])],
                    ],
                    [
                        "Optical dispenser",
                        [grid(["Perth", "A$62,300"], ["Darwin", "A$67,750"])],
                    ],
                ),
                para("Travel between the clinics is paid by the mile."),
            )
        },
        facts=(
            at("81,400", 81_400, "AUD", role="orthoptist", place="Perth"),
            at("88,950", 88_950, "AUD", role="orthoptist", place="Darwin"),
            at("67,750", 67_750, "AUD", role="optical dispenser", place="Darwin"),
        ),
        absent=(
            at("62,300", 62_300, role="orthoptist"),
            at("88,950", 88_950, place="Perth"),
        ),
        asked=(
            ask("What does an orthoptist in Darwin earn?", says=("88,950",), lacks=("81,400",)),
            ask("What does an optical dispenser earn in Perth?", says=("62,300",)),
        ),
    ),
    Case(
        name="archive-paragraphs-in-a-cell",
        kind="nested-tables",
        files={
            "archive.docx": word(
                heading("Posts of the city archive", 0),
                grid(
                    ["Post", "Salary", "Hours"],
                    [
                        "Archivist",
                        [para("2023: 37,900 euros"), para("2024: 39,250 euros")],
                        "38",
                    ],
                    [
                        "Paper conservator",
                        [para("2023: 41,600 euros"), para("2024: 43,150 euros")],
                        "38",
                    ],
                ),
            )
        },
        facts=(
            at("2023: 37,900", 37_900, "EUR", role="archivist"),
            at("2024: 39,250", 39_250, "EUR", role="archivist"),
            at("2024: 43,150", 43_150, "EUR", role="paper conservator"),
        ),
        absent=(
            at("41,600", 41_600, role="archivist"),
            anything("Archivist", 38),
            anything("2023", 2_023),
        ),
        asked=(
            ask("What did an archivist earn in 2024?", says=("39,250",), lacks=("43,150",)),
            ask("What did a paper conservator earn in 2023?", says=("41,600",), lacks=("37,900",)),
        ),
    ),
    Case(
        name="ski-school-bullets-in-a-cell",
        kind="nested-tables",
        files={
            "skischool.docx": word(
                heading("Ski school, season 2025/26", 0),
                para("Pay is in euros a month."),
                grid(
                    ["Job", "What you get"],
                    [
                        "Ski instructor",
                        [bullets("Base pay: €2,450", "Season bonus: €600", "A pass for all lifts")],
                    ],
                    [
                        "Piste marker",
                        [bullets("Base pay: €2,190", "Season bonus: €350", "Boots and gloves")],
                    ],
                ),
            )
        },
        facts=(
            at("2,450", 2_450, "EUR", "month", role="ski instructor", component="base"),
            at("2,190", 2_190, "EUR", "month", role="piste marker", component="base"),
            at("600", 600, "EUR", None, role="ski instructor", component="bonus"),
        ),
        absent=(
            at("2,190", 2_190, None, None, role="ski instructor"),
            *as_salary("600", 600),
            *as_salary("350", 350),
        ),
        asked=(
            ask("What is the base pay of a piste marker?", says=("2,190",), lacks=("2,450",)),
            ask("What season bonus does a piste marker get?", says=("350",), lacks=("600",)),
        ),
    ),
    Case(
        name="shipyard-columns-are-jobs",
        kind="nested-tables",
        files={
            "shipyard.docx": word(
                heading("Hourly pay in the Gdynia yard", 0),
                para("In euros an hour, from July 2025."),
                grid(
                    ["Shift", "Plate welder", "Hull caulker", "Rust scaler"],
                    ["Day", "€11.20", "€10.35", "€8.90"],
                    ["Night", "€13.45", "€12.40", "€10.70"],
                    ["Sunday", [para("€16.80"), para("with a rest day")], "€15.55", "€13.30"],
                ),
            )
        },
        facts=(
            at("Day", 11.2, "EUR", "hour", role="plate welder"),
            at("Night", 12.4, "EUR", "hour", role="hull caulker"),
            at("Sunday", 13.3, "EUR", "hour", role="rust scaler"),
            at("16.80", 16.8, "EUR", "hour", role="plate welder"),
        ),
        absent=(
            at("Day", 8.9, None, None, role="plate welder"),
            at("Night", 12.4, None, None, role="plate welder"),
        ),
        asked=(
            ask(
                "What does a hull caulker earn on the night shift?",
                says=("12.40",),
                lacks=("13.45",),
            ),
            ask("What does a rust scaler earn an hour by day?", says=("8.90",), lacks=("11.20",)),
        ),
    ),
)

# --- 6. Word: changes, headers, boxes, controls ---------------------------------------

WORD = (
    Case(
        name="deleted-row",
        kind="word",
        files={
            "orchard.docx": word(
                heading("Orchard wages", 0),
                para("A year, in pounds."),
                grid(
                    ["Job", "Wage"],
                    ["Fruit picker", "£22,150"],
                    Row(("Cider presser", "£24,400"), "del"),
                    Row(("Cider maker", "£27,650"), "ins"),
                    ["Grafter", "£26,300"],
                ),
            )
        },
        facts=(
            at("Fruit picker", 22_150, "GBP", role="fruit picker"),
            at("Cider maker", 27_650, "GBP", role="cider maker"),
            at("Grafter", 26_300, "GBP", role="grafter"),
        ),
        absent=(anything("", 24_400),),
        asked=(
            ask("What does a cider maker earn?", says=("27,650",), lacks=("24,400",)),
            ask("What does a cider presser earn?", says=("cider presser",), declines=True),
        ),
        once=("Grafter",),
    ),
    Case(
        name="deleted-and-inserted-words",
        kind="word",
        files={
            "rangers.docx": word(
                heading("Rangers of the two parks", 0),
                para("Rangers in Montana earn ", gone("$41,200"), new("$44,700"), " a year."),
                para(
                    "Trail builders in ",
                    gone("Wyoming"),
                    new("Idaho"),
                    " earn $39,850 a year.",
                ),
                para(
                    "Fire lookouts earn $36,100 a year", new_then_gone(", or $38,600 at night"), "."
                ),
                deleted_paragraph("Mule packers earn $33,900 a year."),
            )
        },
        facts=(
            at("Rangers in Montana", 44_700, "USD", role="ranger", place="Montana"),
            at("Trail builders", 39_850, "USD", role="trail builder", place="Idaho"),
            at("Fire lookouts", 36_100, "USD", role="fire lookout"),
        ),
        absent=(
            anything("", 41_200),
            anything("", 38_600),
            anything("", 33_900),
            at("Trail builders", 39_850, place="Wyoming"),
        ),
        asked=(
            ask("What do rangers in Montana earn?", says=("44,700",), lacks=("41,200",)),
            ask("What does a mule packer earn?", says=("mule packer",), declines=True),
        ),
    ),
    Case(
        name="moved-sentence",
        kind="word",
        files={
            "aquarium.docx": word(
                heading("The two aquariums", 0),
                heading("Bergen"),
                para("Tank divers earn NOK 468,000 a year."),
                para(moved_from("m1", "Feed cooks earn NOK 391,000 a year.")),
                heading("Stavanger"),
                para(moved_to("m1", "Feed cooks earn NOK 391,000 a year.")),
                para("The seal pool is being rebuilt."),
            )
        },
        facts=(
            at("Tank divers", 468_000, "NOK", role="tank diver", place="Bergen"),
            at("Feed cooks", 391_000, "NOK", role="feed cook", place="Stavanger"),
        ),
        absent=(at("Feed cooks", 391_000, place="Bergen"),),
        asked=(
            ask("What do feed cooks earn in Stavanger?", says=("391,000",), lacks=("468,000",)),
            ask("What do feed cooks earn in Bergen?", says=("Bergen",), declines=True),
        ),
        once=("Feed cooks",),
    ),
    Case(
        name="reviewers-comment",
        kind="word",
        files={
            "geologists.docx": word(
                heading("Field pay, draft for the board", 0),
                commented(
                    "Field geologists earn ",
                    "€48,300",
                    " a year.",
                    "Should this be €52,000, as in Spain?",
                ),
                commented(
                    "Core loggers earn €37,150 a year. ",
                    "They share a van",
                    ".",
                    "Drill foremen earn €44,600 a year, add them?",
                ),
            )
        },
        facts=(
            at("Field geologists earn", 48_300, "EUR", role="field geologist"),
            at("Core loggers earn", 37_150, "EUR", role="core logger"),
        ),
        absent=(
            anything("", 52_000),
            anything("", 44_600),
            at("Field geologists", 48_300, place="Spain"),
        ),
        asked=(
            ask("What does a field geologist earn?", says=("48,300",), lacks=("52,000",)),
            ask("What does a drill foreman earn?", says=("drill foreman",), declines=True),
        ),
    ),
    Case(
        name="header-with-version",
        kind="word",
        files={
            "policy.docx": word(
                heading("Pay policy", 0),
                para("Site supervisors of the schools earn £33,700 a year."),
                new_section(),
                heading("Kitchens"),
                para("School cooks earn £25,950 a year."),
                new_section("Brightwater Schools Trust, pay policy, version 3.1"),
                heading("Grounds"),
                para("Groundskeepers earn £26,480 a year."),
                header="Brightwater Schools Trust, pay policy, version 3.1",
                footer="Approved on 14 March 2024. Next review: March 2027.",
            )
        },
        facts=(
            at("Site supervisors", 33_700, "GBP", role="site supervisor"),
            at("School cooks earn", 25_950, "GBP", role="school cook"),
            at("Groundskeepers earn", 26_480, "GBP", role="groundskeeper"),
        ),
        asked=(
            ask("Which version of the pay policy is this?", says=("3.1",)),
            ask("When was the pay policy approved?", says=("14 March 2024",)),
            ask("When is the next review of the pay policy?", says=("March 2027",)),
        ),
        once=("version 3.1", "Approved on 14 March 2024"),
    ),
    Case(
        name="first-page-header-with-a-figure",
        kind="word",
        files={
            "gazette.docx": word(
                heading("Notice of posts", 0),
                para("Bell ringers are paid £9,600 a year."),
                para("Vergers earn £21,850 a year."),
                new_section(),
                para("Letters go to the chapter office."),
                header="Notice of posts, valid from 1 September 2025",
                first="Organ scholars earn £11,400 a year",
            )
        },
        facts=(
            at("Bell ringers", 9_600, "GBP", role="bell ringer"),
            at("Vergers earn", 21_850, "GBP", role="verger"),
            at("Organ scholars earn", 11_400, "GBP", role="organ scholar"),
        ),
        absent=(at("Organ scholars", 11_400, role="verger"),),
        asked=(
            ask("What do organ scholars earn?", says=("11,400",), lacks=("21,850",)),
            ask("From when is the notice of posts valid?", says=("1 September 2025",)),
        ),
        once=("Organ scholars", "1 September 2025"),
    ),
    Case(
        name="text-boxes",
        kind="word",
        files={
            "menu.docx": word(
                heading("Kitchen brigade", 0),
                para("Commis chefs earn CHF 4,150 a month."),
                para(
                    "Hours are kept in a book by the door.",
                    text_box("Sous chefs earn CHF 5,680 a month.", "Ask at the pass."),
                ),
                para("Pot washers earn CHF 3,720 a month."),
            )
        },
        facts=(
            at("Commis chefs", 4_150, "CHF", "month", role="commis chef"),
            at("Sous chefs", 5_680, "CHF", "month", role="sous chef"),
            at("Pot washers", 3_720, "CHF", "month", role="pot washer"),
        ),
        absent=(
            at("Sous chefs", 5_680, None, None, role="commis chef"),
            at("Pot washers", 3_720, None, None, role="sous chef"),
        ),
        asked=(ask("What does a sous chef earn?", says=("5,680",), lacks=("4,150", "3,720")),),
        once=("Sous chefs", "Ask at the pass"),
    ),
    Case(
        name="content-controls",
        kind="word",
        files={
            "offer.docx": word(
                heading("Standard offers", 0),
                para(
                    "Lift attendants earn ",
                    control("€27,300"),
                    " a year in ",
                    control("Innsbruck"),
                    ". ",
                    control("Click or tap here to enter €0.00.", placeholder=True),
                ),
                in_control(
                    heading("Other posts"),
                    para("Avalanche spotters earn €34,900 a year."),
                    grid(
                        ["Post", "Pay a year"],
                        ["Snow maker", ControlCell("€29,150")],
                        Row(("Cable greaser", "€28,400"), "sdt"),
                    ),
                ),
            )
        },
        facts=(
            at("Lift attendants earn", 27_300, "EUR", role="lift attendant", place="Innsbruck"),
            at("Avalanche spotters", 34_900, "EUR", role="avalanche spotter"),
            at("Snow maker", 29_150, "EUR", role="snow maker"),
            at("Cable greaser", 28_400, "EUR", role="cable greaser"),
        ),
        absent=(anything("", 0), at("Snow maker", 29_150, role="avalanche spotter")),
        asked=(
            ask("What does a cable greaser earn?", says=("28,400",), lacks=("29,150",)),
            ask(
                "What do lift attendants earn in Innsbruck?", says=("27,300",), lacks=("tap here",)
            ),
        ),
        once=("Avalanche spotters", "Snow maker", "Cable greaser"),
    ),
    Case(
        name="deleted-cells",
        kind="word",
        files={
            "tannery.docx": word(
                heading("Tannery pay 2024 and 2025", 0),
                grid(
                    ["Post", "2025", GoneCell("2023")],
                    ["Hide sorter", "€24,600", GoneCell("€22,950")],
                    ["Drum tanner", "€28,150", GoneCell("€26,800")],
                    ["Buffing hand", "€25,300", GoneCell("€23,700")],
                ),
                para("The column of 2023 was struck out by the works council."),
            )
        },
        facts=(
            at("Hide sorter", 24_600, "EUR", role="hide sorter"),
            at("Drum tanner", 28_150, "EUR", role="drum tanner"),
        ),
        absent=(anything("", 22_950), anything("", 26_800), anything("", 23_700)),
        asked=(
            ask("What does a drum tanner earn?", says=("28,150",), lacks=("26,800",)),
            ask("What does a hide sorter earn in 2025?", says=("24,600",), lacks=("22,950",)),
        ),
    ),
)

# --- 7. PDF: columns ------------------------------------------------------------------

PDF_COLUMNS = (
    Case(
        name="diner-three-lines-each",
        kind="pdf-columns",
        files={
            "diner.pdf": pdf(
                page(
                    title("The Blue Plate diner"),
                    lines(
                        LEFT,
                        700,
                        "Grill cooks earn $41,300 a year. They",
                        "work four long days, and each of them",
                        "has every second Sunday off.",
                    ),
                    lines(
                        RIGHT,
                        700,
                        "Table bussers earn $28,650 a year. They",
                        "start at six in the morning, and they",
                        "are given a meal on each shift.",
                    ),
                )
            )
        },
        facts=(
            at("Grill cooks earn", 41_300, "USD", role="grill cook"),
            at("Table bussers earn", 28_650, "USD", role="table busser"),
        ),
        absent=(
            at("Grill cooks", 28_650, role="grill cook"),
            at("Table bussers", 41_300, role="table busser"),
        ),
        asked=(
            ask("What do table bussers earn?", says=("28,650",), lacks=("41,300",)),
            ask("When do table bussers start?", says=("six in the morning",)),
        ),
        once=(
            "They work four long days, and each of them has every second Sunday off",
            "they are given a meal on each shift",
        ),
    ),
    Case(
        name="nursery-bullets-side-by-side",
        kind="pdf-columns",
        files={
            "nursery.pdf": pdf(
                page(
                    title("Jobs at Fernley plant nursery"),
                    head("What we pay", 704),
                    head("What we ask", 704, RIGHT),
                    lines(
                        LEFT,
                        684,
                        "• Potting hand: £22,900 a year",
                        "• Grafter: £26,150 a year",
                        "• Van driver: £24,300 a year",
                    ),
                    lines(
                        RIGHT,
                        684,
                        "• Two years of work outdoors",
                        "• A spraying certificate",
                        "• A clean driving licence",
                    ),
                )
            )
        },
        facts=(
            at("Potting hand", 22_900, "GBP", role="potting hand"),
            at("Grafter", 26_150, "GBP", role="grafter"),
            at("Van driver", 24_300, "GBP", role="van driver"),
        ),
        absent=(at("Grafter", 24_300, role="grafter"),),
        asked=(
            ask("What does a grafter earn?", says=("26,150",), lacks=("22,900", "24,300")),
            ask("What does the nursery ask for?", says=("spraying certificate",)),
        ),
    ),
    Case(
        name="theatre-full-width-between",
        kind="pdf-columns",
        files={
            "theatre.pdf": pdf(
                page(
                    title("Backstage at the Alhambra"),
                    lines(
                        LEFT,
                        708,
                        "Scene painters earn £29,400 a year, and",
                        "are hired for a season. They mix their",
                        "own colours in the paint frame.",
                    ),
                    lines(
                        RIGHT,
                        708,
                        "Wig dressers earn £27,250 a year, and",
                        "are hired for a year. They keep a book",
                        "of every head in the company.",
                    ),
                    prose(
                        LEFT,
                        654,
                        "Everyone who works backstage is paid on the last Friday of the month, and has "
                        "two tickets for each first night. Nobody is asked to work on Christmas Day.",
                    ),
                    lines(
                        LEFT,
                        612,
                        "Fly operators earn £31,800 a year. They",
                        "need a head for heights, and must pass",
                        "a test on the ropes.",
                    ),
                    lines(
                        RIGHT,
                        612,
                        "Prop buyers earn £28,050 a year. They",
                        "keep an account of what they spend, and",
                        "have the use of a car.",
                    ),
                )
            )
        },
        facts=(
            at("Scene painters earn", 29_400, "GBP", role="scene painter"),
            at("Wig dressers earn", 27_250, "GBP", role="wig dresser"),
            at("Fly operators earn", 31_800, "GBP", role="fly operator"),
            at("Prop buyers earn", 28_050, "GBP", role="prop buyer"),
        ),
        absent=(
            at("27,250", 27_250, role="scene painter"),
            at("28,050", 28_050, role="fly operator"),
        ),
        asked=(
            ask("What does a prop buyer earn?", says=("28,050",), lacks=("31,800",)),
            ask("When is everyone backstage paid?", says=("last Friday",)),
        ),
        once=(
            "They mix their own colours in the paint frame",
            "They keep a book of every head in the company",
            "need a head for heights, and must pass a test on the ropes",
        ),
    ),
    Case(
        name="lisbon-and-porto-lists",
        kind="pdf-columns",
        files={
            "cities.pdf": pdf(
                page(
                    title("Pay in our two offices"),
                    head("Lisbon", 700),
                    head("Porto", 700, RIGHT),
                    lines(
                        LEFT,
                        680,
                        "• Subtitle writers: €23,400 a year",
                        "• Voice casters: €26,900 a year",
                        "• Tape archivists: €21,150 a year",
                    ),
                    lines(
                        RIGHT,
                        680,
                        "• Subtitle writers: €21,700 a year",
                        "• Voice casters: €24,350 a year",
                        "• Tape archivists: €19,800 a year",
                    ),
                )
            )
        },
        facts=(
            at("Subtitle writers", 23_400, "EUR", role="subtitle writer", place="Lisbon"),
            at("Subtitle writers", 21_700, "EUR", role="subtitle writer", place="Porto"),
            at("Voice casters", 24_350, "EUR", role="voice caster", place="Porto"),
        ),
        absent=(
            at("", 21_700, place="Lisbon"),
            at("", 26_900, place="Porto"),
        ),
        asked=(
            ask("What does a voice caster earn in Porto?", says=("24,350",), lacks=("26,900",)),
            ask("What do tape archivists earn in Lisbon?", says=("21,150",), lacks=("19,800",)),
        ),
    ),
    Case(
        name="branch-leaflet-unrelated-items",
        kind="pdf-columns",
        files={
            "leaflet.pdf": pdf(
                page(
                    title("Savings branch, Split"),
                    head("Opening hours", 700),
                    head("Pay of our staff", 700, RIGHT),
                    lines(LEFT, 680, "Monday to Friday, 8.30 to 16", "Saturday, 9 to 12"),
                    lines(RIGHT, 680, "Tellers: €1,280 a month", "Vault keepers: €1,455 a month"),
                    prose(LEFT, 632, "The branch moved to the harbour in 2022."),
                )
            )
        },
        facts=(
            at("Tellers", 1_280, "EUR", "month", role="teller"),
            at("Vault keepers", 1_455, "EUR", "month", role="vault keeper"),
        ),
        absent=(
            anything("Monday to Friday", 16),
            at("Monday Friday 1,280", 1_280, None, None),
            at("Saturday 1,455", 1_455, None, None),
        ),
        asked=(
            ask("What does a vault keeper earn?", says=("1,455",), lacks=("Saturday", "1,280")),
            ask("When is the branch open on Saturday?", says=("9 to 12",), lacks=("1,455",)),
        ),
    ),
    Case(
        name="three-cards-in-a-row",
        kind="pdf-columns",
        files={
            "cards.pdf": pdf(
                page(
                    title("Open positions"),
                    head("Loom tuner", 700, 72),
                    head("Dye mixer", 700, 240),
                    head("Cloth inspector", 700, 408),
                    lines(72, 682, "Pay: 42,300 euros a year", "Place: Ghent", "Nights: yes"),
                    lines(240, 682, "Pay: 38,750 euros a year", "Place: Bruges", "Nights: no"),
                    lines(408, 682, "Pay: 36,900 euros a year", "Place: Namur", "Nights: no"),
                )
            )
        },
        facts=(
            at("42,300", 42_300, "EUR", role="loom tuner"),
            at("38,750", 38_750, "EUR", role="dye mixer"),
            at("36,900", 36_900, "EUR", role="cloth inspector"),
        ),
        absent=(
            at("38,750", 38_750, role="loom tuner"),
            at("36,900", 36_900, place="Ghent"),
        ),
        asked=(
            ask("What does a dye mixer earn?", says=("38,750",), lacks=("42,300", "36,900")),
            ask("How much is the pay of a cloth inspector?", says=("36,900",), lacks=("42,300",)),
        ),
    ),
    Case(
        name="columns-of-unequal-length",
        kind="pdf-columns",
        files={
            "museum.pdf": pdf(
                page(
                    title("Museum of the coast"),
                    head("Guides", 702),
                    head("Shop", 702, RIGHT),
                    lines(
                        LEFT,
                        682,
                        "Tour guides earn $36,400 a year. In",
                        "their second summer they earn $38,950.",
                        "They are trained for two weeks in May,",
                        "and have to know both the lighthouse",
                        "and the whaling rooms by heart.",
                    ),
                    lines(RIGHT, 682, "Shop keepers earn $33,150 a year."),
                )
            )
        },
        facts=(
            at("Tour guides earn", 36_400, "USD", role="tour guide"),
            at("second summer they earn", 38_950, "USD", role="tour guide"),
            at("Shop keepers earn", 33_150, "USD", role="shop keeper"),
        ),
        absent=(
            at("second summer", 38_950, role="shop keeper"),
            at("33,150", 33_150, role="tour guide"),
        ),
        asked=(
            ask("What do shop keepers earn?", says=("33,150",), lacks=("36,400", "38,950")),
            ask("How long are tour guides trained?", says=("two weeks",)),
        ),
        once=("In their second summer they earn $38,950",),
    ),
    Case(
        name="sentence-goes-on-in-the-second-column",
        kind="pdf-columns",
        files={
            "pottery.pdf": pdf(
                page(
                    title("Clay and kilns"),
                    lines(
                        LEFT,
                        704,
                        "The pottery has stood by the river since",
                        "1911. It fires twice a week, and sells",
                        "most of its ware to hotels. Throwers earn",
                        "£25,700 a year, while mould makers earn",
                    ),
                    lines(
                        RIGHT,
                        704,
                        "£27,350 a year. Kiln stokers are paid",
                        "by the firing: each of them is given",
                        "£142 for a night at the kiln. The kilns",
                        "are cold for two weeks in August.",
                    ),
                )
            )
        },
        facts=(
            at("Throwers earn", 25_700, "GBP", role="thrower"),
            at("mould makers earn", 27_350, "GBP", role="mould maker"),
        ),
        absent=(
            at("27,350", 27_350, role="thrower"),
            at("", 142, None, "year"),
        ),
        asked=(
            ask("What does a mould maker earn?", says=("27,350",), lacks=("142",)),
            ask("How long are the kilns cold?", says=("two weeks",)),
        ),
        once=("while mould makers earn £27,350 a year",),
    ),
)

# --- 8. Sums, counts and the like over rows -------------------------------------------

ROWS = (
    Case(
        name="training-spend-by-department",
        kind="rows",
        files={
            "training.csv": """Course,Department,Training spend (GBP)
Forklift refresher,Logistics,"1,240"
Negotiation,Sales,"2,350"
Route planning,Logistics,"1,875"
First aid,Workshop,640
Cold chain,Logistics,"2,310"
Key accounts,Sales,"3,120"
Welding,Workshop,"1,980"
Tachographs,Logistics,455
Pricing,Sales,"1,410"
Dangerous goods,Logistics,"2,065"
Lathe safety,Workshop,720
Load securing,Logistics,890
"""
        },
        absent=(anything("Cold chain", 2_310), anything("Negotiation", 2_350)),
        asked=(
            ask("What is the total training spend of logistics?", says=("8,835",)),
            ask(
                "What is the total training spend of logistics?",
                "And of sales?",
                says=("6,880",),
            ),
            ask("Which course has the highest training spend?", says=("Key accounts",)),
        ),
    ),
    Case(
        name="office-head-count",
        kind="rows",
        files={
            "people.csv": """Name,Office,Job,Since
Ola Brandt,Gdansk,Tester,2019
Piet Marais,Durban,Analyst,2021
Ines Falk,Gdansk,Designer,2020
Noor Salim,Durban,Tester,2018
Jan Kuna,Gdansk,Analyst,2022
Rhea Mistry,Durban,Designer,2023
Lech Baran,Gdansk,Tester,2017
Thabo Venter,Durban,Tester,2024
Zofia Rak,Gdansk,Analyst,2016
Ewa Lis,Gdansk,Tester,2023
Kofi Addo,Accra,Analyst,2020
"""
        },
        asked=(
            ask("How many people are in the Gdansk office?", says=("6",)),
            ask("How many testers are there?", says=("5",)),
            ask("How many testers are in the Durban office?", says=("2",)),
        ),
    ),
    Case(
        name="fleet-average",
        kind="rows",
        files={
            "fleet.xlsx": sheets(
                Tab(
                    "Repairs",
                    [
                        ["Van", "Depot", "Repair cost (EUR)"],
                        ["V-01", "Turku", 1_420],
                        ["V-02", "Oulu", 2_180],
                        ["V-03", "Turku", 1_960],
                        ["V-04", "Oulu", 940],
                        ["V-05", "Turku", 2_300],
                        ["V-06", "Oulu", 1_310],
                        ["V-07", "Turku", 1_180],
                        ["V-08", "Oulu", 2_650],
                        ["V-09", "Turku", 1_640],
                        ["V-10", "Oulu", 1_120],
                    ],
                )
            )
        },
        absent=(anything("V-02", 2_180),),
        asked=(
            ask("What is the average repair cost in the Turku depot?", says=("1,700",)),
            ask("What is the total repair cost of the Oulu depot?", says=("8,200",)),
            ask("Which van has the highest repair cost?", says=("V-08",)),
        ),
    ),
    Case(
        name="course-catalogue-maximum",
        kind="rows",
        files={
            "catalogue.xlsx": sheets(
                Tab(
                    "Courses",
                    [
                        ["Course", "Subject", "Fee", "Days"],
                        ["Soil science", "Farming", Shown(780, '"£"#,##0'), 4],
                        ["Hedge laying", "Farming", Shown(310, '"£"#,##0'), 2],
                        ["Sheep health", "Farming", Shown(925, '"£"#,##0'), 5],
                        ["Book-keeping", "Office", Shown(640, '"£"#,##0'), 3],
                        ["Wage runs", "Office", Shown(560, '"£"#,##0'), 2],
                        ["Grant writing", "Office", Shown(1_150, '"£"#,##0'), 6],
                    ],
                )
            )
        },
        asked=(
            ask("Which farming course has the highest fee?", says=("Sheep health",)),
            ask("What is the average fee of the office courses?", says=("783.33",)),
            ask("How many courses are there in farming?", says=("3",)),
        ),
    ),
    Case(
        name="vacancies-page-total",
        kind="rows",
        files={
            "vacancies.html": """<!doctype html>
<html><head><title>Vacancies in the county</title></head><body>
<h1>Vacancies in the county</h1>
<table>
<tr><th>Employer</th><th>Sector</th><th>Vacancies</th></tr>
<tr><td>Moss Dairy</td><td>Food</td><td>14</td></tr>
<tr><td>Hale Clinic</td><td>Health</td><td>23</td></tr>
<tr><td>Quay Fish</td><td>Food</td><td>9</td></tr>
<tr><td>Tarn Homes</td><td>Care</td><td>31</td></tr>
<tr><td>Oakum Mills</td><td>Food</td><td>17</td></tr>
<tr><td>Vale Dental</td><td>Health</td><td>6</td></tr>
<tr><td>Crag Bakery</td><td>Food</td><td>12</td></tr>
<tr><td>Linden Care</td><td>Care</td><td>28</td></tr>
<tr><td>Fell Preserves</td><td>Food</td><td>5</td></tr>
<tr><td>Beck Surgery</td><td>Health</td><td>11</td></tr>
</table>
</body></html>
"""
        },
        asked=(
            ask("How many vacancies are there in food in total?", says=("57",)),
            ask("What is the total number of vacancies?", says=("156",)),
            ask("Which employer has the most vacancies?", says=("Tarn Homes",)),
        ),
    ),
    Case(
        name="salaries-average-by-site",
        kind="rows",
        files={
            "staff.md": """# Staff of the two sites

| Name | Site | Job | Salary |
|---|---|---|---|
| A. Bell | Derby | Fitter | £31,400 |
| B. Cole | Crewe | Fitter | £30,250 |
| C. Dunn | Derby | Storeman | £26,900 |
| D. Ellis | Crewe | Turner | £33,750 |
| E. Fox | Derby | Turner | £34,600 |
| F. Gray | Crewe | Storeman | £25,850 |
| G. Hart | Derby | Fitter | £32,300 |
| H. Inch | Crewe | Fitter | £29,950 |
| I. Judd | Derby | Painter | £28,200 |
"""
        },
        facts=(
            at("Judd", 28_200, "GBP", role="painter", place="Derby"),
            at("Ellis", 33_750, "GBP", role="turner", place="Crewe"),
        ),
        asked=(
            ask("What is the average salary in Derby?", says=("30,680",)),
            ask("What do the salaries in Crewe add up to?", says=("119,800",)),
            ask("Who has the highest salary?", says=("Fox",), lacks=("Ellis",)),
        ),
    ),
    Case(
        name="apprentices-counted",
        kind="rows",
        files={
            "apprentices.docx": word(
                heading("Apprentices, intake of 2025", 0),
                para("All of them began in September."),
                grid(
                    ["Apprentice", "Trade", "College", "Exam fee"],
                    ["Aled Roberts", "Plumbing", "Wrexham", "£210"],
                    ["Mina Osei", "Joinery", "Chester", "£185"],
                    ["Tom Pike", "Plumbing", "Chester", "£210"],
                    ["Isla Munro", "Wiring", "Wrexham", "£260"],
                    ["Ravi Nair", "Joinery", "Wrexham", "£185"],
                    ["Gwen Parry", "Plumbing", "Wrexham", "£210"],
                    ["Sol Marek", "Wiring", "Chester", "£260"],
                    ["Beth Yorke", "Joinery", "Chester", "£185"],
                    ["Huw Vaughan", "Plumbing", "Wrexham", "£210"],
                ),
            )
        },
        absent=(anything("Tom Pike", 210), anything("Isla Munro", 260)),
        asked=(
            ask("How many apprentices learn plumbing?", says=("4",)),
            ask("How many apprentices are at the college in Wrexham?", says=("5",)),
            ask("What is the total of the exam fees in joinery?", says=("555",)),
        ),
    ),
    Case(
        name="printed-orders-total",
        kind="rows",
        files={
            "orders.pdf": pdf(
                page(
                    title("Overtime hours by crew, 2024"),
                    prose(
                        LEFT, 708, "The table lists the overtime hours of each month of the year."
                    ),
                    printed_table(
                        684,
                        (LEFT, 200, 330),
                        ("Month", "Paving crew", "Signal crew"),
                        ("January", "112", "64"),
                        ("February", "98", "71"),
                        ("March", "134", "58"),
                        ("April", "120", "83"),
                        ("May", "141", "77"),
                        ("June", "153", "69"),
                        ("July", "166", "90"),
                        ("August", "149", "85"),
                        ("September", "127", "62"),
                        ("October", "118", "74"),
                    ),
                )
            )
        },
        absent=(anything("March", 134), anything("July", 166)),
        asked=(
            ask("What is the total of the paving crew's overtime hours?", says=("1,318",)),
            ask("In which month did the signal crew have the most overtime hours?", says=("July",)),
            ask("What is the average of the signal crew's overtime hours?", says=("73.3",)),
        ),
    ),
    Case(
        name="grants-by-region",
        kind="rows",
        files={
            "grants.csv": """Trainee,Region,Grant (CAD),Trade
Amos,Yukon,"4,150",Carpentry
Birdie,Manitoba,"3,900",Plumbing
Cyrus,Yukon,"5,025",Plumbing
Delia,Manitoba,"2,775",Carpentry
Enid,Yukon,"3,640",Carpentry
Floyd,Manitoba,"4,480",Roofing
Greta,Yukon,"2,960",Roofing
Hiram,Manitoba,"5,310",Plumbing
Iris,Yukon,"4,715",Plumbing
Jonas,Manitoba,"3,295",Roofing
"""
        },
        absent=(*as_salary("Cyrus", 5_025), *as_salary("Hiram", 5_310)),
        asked=(
            ask("What do the grants in Yukon add up to?", says=("20,490",)),
            ask("What is the largest grant in Manitoba?", says=("5,310",), lacks=("5,025",)),
            ask("How many trainees are in plumbing?", says=("4",)),
        ),
    ),
)

# --- 9. What no document names --------------------------------------------------------

NOTHING_THERE = (
    Case(
        name="norvik-beside-halden",
        kind="nothing-there",
        files={
            "halden.md": """# Pay at Halden Robotics

Halden Robotics builds pick-and-place arms in Eindhoven.

| Role | Base salary | Bonus |
|---|---|---|
| Robot technician | €43,600 | €2,100 |
| Vision engineer | €61,900 | €4,800 |
| Gripper designer | €57,350 | €3,900 |

Halden Robotics pays the bonus in March.
"""
        },
        facts=(
            at("Vision engineer", 61_900, "EUR", role="vision engineer", component="base"),
            at("Robot technician", 2_100, "EUR", role="robot technician", component="bonus"),
        ),
        asked=(
            ask("What does a vision engineer at Halden Robotics earn?", says=("61,900",)),
            ask(
                "What does a vision engineer at Norvik Robotics earn?",
                says=("Norvik",),
                lacks=("61,900",),
                declines=True,
            ),
        ),
    ),
    Case(
        name="tomasz-wilk-beside-maria-okafor",
        kind="nothing-there",
        files={
            "people.txt": """STAFF NOTES, spring 2025

Maria Okafor leads the print room and earns £38,450 a year.
Dilip Rao keeps the paper store and earns £25,900 a year.
Both were hired in 2019. Maria Okafor is to retire in 2031.
"""
        },
        facts=(at("Maria Okafor leads", 38_450, "GBP"), at("Dilip Rao keeps", 25_900, "GBP")),
        asked=(
            ask("What does Maria Okafor earn?", says=("38,450",)),
            ask(
                "What does Tomasz Wilk earn?",
                says=("Wilk",),
                lacks=("38,450", "25,900"),
                declines=True,
            ),
            ask("When will Petra Okonjo retire?", says=("Okonjo",), lacks=("2031",), declines=True),
        ),
    ),
    Case(
        name="underwater-welding-course",
        kind="nothing-there",
        files={
            "courses.html": """<!doctype html>
<html><head><title>Short courses at the harbour college</title></head><body>
<h1>Short courses at the harbour college</h1>
<h2>Advanced Rigging</h2>
<p>Advanced Rigging takes five days and costs £870. It is taught in May and October.</p>
<h2>Pipe Welding</h2>
<p>Pipe Welding takes eight days and costs £1,240. Bring your own mask.</p>
<h2>Deck Safety</h2>
<p>Deck Safety takes one day and costs £165.</p>
</body></html>
"""
        },
        absent=(anything("Pipe Welding takes", 1_240), anything("Advanced Rigging", 870)),
        asked=(
            ask("What does the Pipe Welding course cost?", says=("1,240",), lacks=("870",)),
            ask(
                "What does the Underwater Welding course cost?",
                says=("Underwater Welding",),
                lacks=("1,240", "870"),
                declines=True,
            ),
            ask(
                "How long does Celestial Navigation take?",
                says=("Celestial Navigation",),
                lacks=("five days", "eight days"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="employers-list-lacks-one",
        kind="nothing-there",
        files={
            "employers.csv": """Employer,Role,City,Salary (USD)
Penrose Logistics,Dispatcher,Tacoma,"52,300"
Penrose Logistics,Dock supervisor,Tacoma,"61,750"
Amberley Freight,Dispatcher,Spokane,"49,100"
Amberley Freight,Customs broker,Spokane,"66,400"
Rookwood Haulage,Dispatcher,Yakima,"47,850"
"""
        },
        facts=(
            at("Amberley Freight Dispatcher", 49_100, "USD", role="dispatcher", place="Spokane"),
            at("Rookwood Haulage", 47_850, "USD", role="dispatcher", place="Yakima"),
        ),
        asked=(
            ask(
                "What does a dispatcher at Amberley Freight earn?",
                says=("49,100",),
                lacks=("52,300", "47,850"),
            ),
            ask(
                "What does a dispatcher at Corvane Shipping earn?",
                says=("Corvane",),
                lacks=("49,100", "52,300", "47,850"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="training-log-lacks-a-person",
        kind="nothing-there",
        files={
            "log.xlsx": sheets(
                Tab(
                    "Training log",
                    [
                        ["Employee", "Course", "Hours", "Cost (EUR)"],
                        ["Lotte Vermeer", "Fire warden", 6, 140],
                        ["Lotte Vermeer", "Excel basics", 12, 320],
                        ["Idris Bello", "Fire warden", 6, 140],
                        ["Idris Bello", "Team leading", 24, 1_150],
                        ["Sanna Koski", "Team leading", 24, 1_150],
                    ],
                )
            )
        },
        absent=(*as_salary("Idris Bello", 1_150), *as_salary("Lotte Vermeer", 320)),
        asked=(
            ask("Which courses did Idris Bello take?", says=("Fire warden", "Team leading")),
            ask(
                "Which courses did Marek Dvorak take?",
                says=("Dvorak",),
                lacks=("Fire warden", "Team leading"),
                declines=True,
            ),
            ask(
                "Who took the course Conflict Mediation?",
                says=("Conflict Mediation",),
                lacks=("Bello", "Koski"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="no-relocation-handbook",
        kind="nothing-there",
        files={
            "travel-policy.docx": word(
                heading("Travel policy", 0),
                para("Hotel rooms are paid up to €135 a night. Meals are paid up to €42 a day."),
                para("Trains are first class on journeys of more than three hours."),
                heading("Who approves"),
                para("The head of a department approves journeys of up to €900."),
            )
        },
        absent=(anything("Meals are paid", 42), anything("Hotel rooms", 135)),
        asked=(
            ask("How much does the travel policy pay for meals?", says=("42",)),
            ask(
                "How much rent does the relocation handbook pay?",
                says=("relocation handbook",),
                lacks=("135", "42", "900"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="vets-of-another-practice",
        kind="nothing-there",
        files={
            "thornbury.pdf": pdf(
                page(
                    title("Thornbury Vets: pay and leave"),
                    prose(
                        LEFT,
                        706,
                        "Veterinary nurses at Thornbury Vets earn £27,600 a year. Kennel hands earn "
                        "£22,450 a year. Vets earn £48,900 in their first year.",
                    ),
                    printed_table(
                        660,
                        (LEFT, 280),
                        ("Years with us", "Days of leave"),
                        ("0 to 2", "25"),
                        ("3 to 5", "27"),
                        ("6 or more", "30"),
                    ),
                )
            )
        },
        facts=(
            at("Veterinary nurses", 27_600, "GBP", role="veterinary nurse"),
            at("Kennel hands earn", 22_450, "GBP", role="kennel hand"),
        ),
        asked=(
            ask("What do kennel hands at Thornbury Vets earn?", says=("22,450",)),
            ask(
                "What do kennel hands at Wickham Vets earn?",
                says=("Wickham",),
                lacks=("22,450", "27,600"),
                declines=True,
            ),
            ask(
                "How many days of leave does Greenlaw Pets give?",
                says=("Greenlaw",),
                lacks=("25", "27", "30"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="kestrel-rail-beside-kestrel-air",
        kind="nothing-there",
        files={
            "kestrel-air.md": """# Kestrel Air: what cabin crews should know

Cabin crews of Kestrel Air earn €26,400 a year. Pursers earn €34,150 a year.

The uniform allowance is €380 a year. Kestrel Air flies from Shannon.
""",
            "bases.csv": """Employer,Base,Cabin crew,Pursers
Kestrel Air,Shannon,212,38
Kestrel Air,Knock,64,11
Plover Air,Cork,118,20
""",
        },
        facts=(at("Pursers earn", 34_150, "EUR", role="purser"),),
        absent=(*as_salary("uniform allowance", 380), anything("Knock", 64)),
        asked=(
            ask("What does a purser at Kestrel Air earn?", says=("34,150",), lacks=("26,400",)),
            ask(
                "What does a purser at Kestrel Rail earn?",
                says=("Kestrel Rail",),
                lacks=("34,150", "26,400"),
                declines=True,
            ),
            ask(
                "What does a purser at Plover Air earn?",
                says=("Plover Air",),
                lacks=("34,150", "26,400"),
                declines=True,
            ),
        ),
    ),
    Case(
        name="apprenticeship-asked-in-a-second-turn",
        kind="nothing-there",
        files={
            "apprenticeships.txt": """APPRENTICESHIPS WITH THE WATER BOARD
2025 intake

Leak Detection lasts 24 months and pays £17,300 a year.
Pump Maintenance lasts 36 months and pays £18,950 a year.
Apply by 31 May. Interviews are held in Ludlow.
"""
        },
        facts=(
            at("Leak Detection lasts", 17_300, "GBP"),
            at("Pump Maintenance lasts", 18_950, "GBP"),
        ),
        asked=(
            ask(
                "How long does the Leak Detection apprenticeship last?",
                "And the Pump Maintenance one?",
                says=("36",),
            ),
            ask(
                "How long does the Leak Detection apprenticeship last?",
                "And the Reservoir Ecology one?",
                says=("Reservoir Ecology",),
                lacks=("24", "36"),
                declines=True,
            ),
        ),
    ),
)

CASES: tuple[Case, ...] = (
    *WHOSE_FIGURE,
    *LENT_TO_TABLE,
    *NAMES,
    *NOT_SALARY,
    *NESTED_TABLES,
    *WORD,
    *PDF_COLUMNS,
    *ROWS,
    *NOTHING_THERE,
)
