"""Three corpora of other fields and formats, and questions over them with what must be said.

They were written before any answer was seen: a handbook of occupations with a page each, a
consultancy's guide with one table a job, and a report that writes numbers as Germans do.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what its answer must hold; figures as (value, unit).

    ``figures`` empty and ``declines`` set: the answer must decline and name no money.
    """

    question: str
    figures: tuple[tuple[float, str], ...] = ()
    forbidden: tuple[tuple[float, str], ...] = ()
    points: tuple[tuple[str, ...], ...] = ()
    documents: tuple[str, ...] = ()
    declines: bool = False
    turns_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Corpus:
    texts: dict[str, str]
    questions: tuple[Asked, ...]


def usd(*values: float) -> tuple[tuple[float, str], ...]:
    return tuple((value, "USD") for value in values)


def gbp(*values: float) -> tuple[tuple[float, str], ...]:
    return tuple((value, "GBP") for value in values)


def eur(*values: float) -> tuple[tuple[float, str], ...]:
    return tuple((value, "EUR") for value in values)


# --- a handbook of occupations ------------------------------------------------------------

_NURSES = """# Registered Nurses

## Summary

| Quick Facts: Registered Nurses | |
|---|---|
| 2024 Median Pay | $93,600 per year $45.00 per hour |
| Typical Entry-Level Education | Bachelor's degree |
| Work Experience in a Related Occupation | None |
| Number of Jobs, 2024 | 3,391,000 |
| Job Outlook, 2024-34 | 5% (Faster than average) |
| Employment Change, 2024-34 | 166,100 |

## Pay

The median annual wage for registered nurses was $93,600 in May 2024. The median wage is the wage
at which half the workers in an occupation earned more than that amount and half earned less. The
lowest 10 percent earned less than $66,030, and the highest 10 percent earned more than $135,320.

In May 2024, the median annual wages for registered nurses in the top industries in which they
worked were as follows:

| Industry | Median annual wage |
|---|---|
| Government | $106,480 |
| Hospitals; state, local, and private | $97,260 |
| Ambulatory healthcare services | $83,780 |
| Nursing and residential care facilities | $81,820 |
| Educational services; state, local, and private | $74,360 |

Registered nurses may work nights, weekends, and holidays.

## Similar Occupations

| Occupation | What they do | Entry-level education | 2024 median pay |
|---|---|---|---|
| Dental hygienists | Clean and examine teeth | Associate's degree | $94,260 |
| Licensed practical nurses | Provide basic care | Postsecondary award | $62,340 |
| Physician assistants | Examine and treat patients | Master's degree | $133,260 |

## Job Outlook

Employment of registered nurses is projected to grow 5 percent from 2024 to 2034. About 189,100
openings are projected each year.
"""

_CONTROLLERS = """# Air Traffic Controllers

## Pay

The median annual wage for air traffic controllers was $144,580 in May 2024. The lowest 10 percent
earned less than $76,090, and the highest 10 percent earned more than $210,410.

Controllers enter an academy of the federal government, which cost $1.2 billion to build.

## Work Environment

Air traffic controllers held about 24,100 jobs in 2024.
"""

_BAKERS = """# Bakers

## Quick facts

- 2024 Median Pay: $36,650 per year, $17.62 per hour
- Number of Jobs, 2024: 250,400
- Job Outlook, 2024-34: 6%

## Pay

The median hourly wage for bakers was $17.62 in May 2024. The lowest 10 percent earned less than
$13.60 an hour, and the highest 10 percent earned more than $23.52 an hour.

Median hourly wages for bakers in the top industries, May 2024:

| Industry | Hourly wage |
|---|---|
| Food manufacturing | $18.19 |
| Retail trade | $17.48 |
| Accommodation and food services | $17.21 |
"""

_ATTENDANTS = """# Flight Attendants

## Pay

The median annual wage for flight attendants was $67,130 in May 2024. The lowest 10 percent earned
less than $38,490. The highest 10 percent earned more than $104,700.

Flight attendants receive an allowance for meals and lodging while away from home.
"""

_TEACHERS = """# High School Teachers

## Pay

The median annual wage for high school teachers was $64,580 in May 2024. Teachers in private schools
earn less: a median of $57,200.

The median annual wage for all workers was $49,500.
"""

HANDBOOK = Corpus(
    texts={
        "registered-nurses.md": _NURSES,
        "air-traffic-controllers.md": _CONTROLLERS,
        "bakers.md": _BAKERS,
        "flight-attendants.md": _ATTENDANTS,
        "high-school-teachers.md": _TEACHERS,
    },
    questions=(
        Asked("What is the median annual wage of registered nurses?", usd(93_600), usd(36_650, 97_260), documents=("registered-nurses.md",)),
        Asked("how much do nurses make a year", usd(93_600), usd(144_580), documents=("registered-nurses.md",)),
        Asked("RN median pay per hour?", usd(45), documents=("registered-nurses.md",)),
        Asked("what do air traffic controllers earn", usd(144_580), usd(93_600), documents=("air-traffic-controllers.md",)),
        Asked("What did the lowest-paid 10 percent of air traffic controllers earn?", usd(76_090), documents=("air-traffic-controllers.md",)),
        Asked("how much do the top 10% of flight attendants get", usd(104_700), usd(210_410, 135_320), documents=("flight-attendants.md",)),
        Asked("Hourly pay of bakers?", usd(17.62), usd(45), documents=("bakers.md",)),
        Asked("baker salary", usd(36_650), usd(93_600), documents=("bakers.md",)),
        Asked("What do bakers in retail trade earn an hour?", usd(17.48), usd(18.19), documents=("bakers.md",)),
        Asked("nurse pay in hospitals", usd(97_260), usd(83_780, 74_360), documents=("registered-nurses.md",)),
        Asked("How much do registered nurses working for the government make?", usd(106_480), usd(74_360), documents=("registered-nurses.md",)),
        Asked("In which industry are registered nurses paid best?", usd(106_480), points=(("government",),), documents=("registered-nurses.md",)),
        Asked("Which industry pays bakers least?", usd(17.21), points=(("accommodation",),), documents=("bakers.md",)),
        Asked("Do flight attendants or high school teachers earn more, and by how much?", usd(67_130, 64_580, 2_550), documents=("flight-attendants.md", "high-school-teachers.md")),
        Asked("difference between median pay of air traffic controllers and nurses", usd(50_980), documents=("air-traffic-controllers.md", "registered-nurses.md")),
        Asked("What does a physician assistant make?", usd(133_260), usd(93_600), documents=("registered-nurses.md",)),
        Asked("Dental hygienist median pay?", usd(94_260), documents=("registered-nurses.md",)),
        Asked("What is the median wage for all workers?", usd(49_500), usd(64_580), documents=("high-school-teachers.md",)),
        Asked("How much do private school teachers earn?", usd(57_200), documents=("high-school-teachers.md",)),
        Asked("flight attendant pay per hour, roughly?", usd(32.27), points=(("2,080",),), documents=("flight-attendants.md",)),
        Asked("Which occupation pays the most?", usd(144_580), points=(("controller",),)),
        Asked("What do astronauts earn?", declines=True),
        Asked("dog walker salary", declines=True),
        Asked("How much do nurses make in Germany?", declines=True),
        Asked("what's the signing bonus of flight attendants", declines=True),
        Asked("And bakers?", usd(36_650), turns_before=("What is the median annual wage of flight attendants?",)),
    ),
)  # fmt: skip

# --- a consultancy's guide ---------------------------------------------------------------

_GUIDE = """# UK technology salary guide 2025

All figures are gross annual base salaries in pounds sterling, thousands. Published January 2025.

## Software developers

| City | Lower quartile | Median | Upper quartile |
|---|---|---|---|
| London | 58 | 72 | 90 |
| Manchester | 45 | 55 | 66 |
| Edinburgh | 47 | 57.5 | 70 |
| Bristol | 46 | 56 | 68 |

## Data analysts

| City | Lower quartile (£k) | Median (£k) | Upper quartile (£k) |
|---|---|---|---|
| London | 40 | 48 | 60 |
| Manchester | 32 | 38 | 45 |
| Leeds | 31 | 36.5 | 44 |

## Contractors

Day rates for software developers on contract average £550 in London and £425 elsewhere.

## By grade

| Grade | Base (GBP) | Bonus |
|---|---|---|
| Grade 6 | £48,000–£56,000 | 5 % |
| Grade 7 | £57k - £68k | 7.5 % |
| Grade 8 | £70k+ | 10 % |
"""

GUIDE = Corpus(
    texts={"uk-guide.md": _GUIDE},
    questions=(
        Asked("Median salary of a software developer in Manchester?", gbp(55_000), gbp(72_000, 38_000), documents=("uk-guide.md",)),
        Asked("what do devs earn in london", gbp(72_000), gbp(38_000, 55_000)),
        Asked("upper quartile for data analysts in Leeds", gbp(44_000), gbp(36_500)),
        Asked("What is the lower quartile for software developers in Bristol?", gbp(46_000), gbp(56_000)),
        Asked("data analyst pay outside London", gbp(38_000, 36_500), gbp(48_000)),
        Asked("Which city pays software developers the most?", gbp(72_000), points=(("london",),)),
        Asked("how much more does a developer make in London than in Edinburgh (median)?", gbp(14_500, 72_000, 57_500)),
        Asked("contract day rate for a developer in London?", gbp(550), gbp(425)),
        Asked("What does grade 7 pay?", gbp(57_000, 68_000), gbp(48_000)),
        Asked("bonus at grade 8?", ((10, "%"),), ((7.5, "%"),)),
        Asked("Grade 6 against grade 7 base?", gbp(48_000, 56_000, 57_000, 68_000)),
        Asked("What does a software developer earn in Glasgow?", declines=True),
        Asked("What does a data scientist earn in London?", declines=True),
        Asked("monthly median for a developer in Manchester", gbp(4_583.33)),
        Asked("show all the cities for software developers", gbp(72_000, 55_000, 57_500, 56_000)),
        Asked("How old are these figures for data analysts in Leeds?", points=(("2025",),)),
    ),
)  # fmt: skip

# --- numbers as Germans write them ----------------------------------------------------------

_GERMAN = """# Pay of engineers in Germany: report of 2026

Status: March 2026

Junior mechanical engineers in Munich earn between 52.000 € and 61.500 € a year. In Leipzig they
start at 45.000 €. A senior mechanical engineer (8+ years) in Munich can expect 85.000–110.000 EUR
plus a bonus of 12,5 % of base.

| Stufe / level | Base, gross a year | Bonus | Total |
|---|---|---|---|
| Junior (0–2 years) | 50.000 € | 4 % | 52.000 € |
| Mid-level (3–7 years) | 68.500 € | 8 % | 73.980 € |
| Senior (8+ years) | 88.000 € | 12,5 % | 101.000 € |

Working students receive 15,50 € an hour.

The company spent 1,2 Mio. € on its canteen.
"""

GERMAN = Corpus(
    texts={"germany.md": _GERMAN},
    questions=(
        Asked("What do junior mechanical engineers earn in Munich?", eur(52_000, 61_500), eur(45_000)),
        Asked("starting salary in Leipzig for a mechanical engineer", eur(45_000), eur(61_500)),
        Asked("senior engineer munich, 10 years", eur(85_000, 110_000)),
        Asked("What is the base of a mid-level engineer?", eur(68_500), eur(73_980)),
        Asked("total for juniors in the table?", eur(52_000)),
        Asked("What bonus do seniors get?", ((12.5, "%"),), ((8, "%"),)),
        Asked("Does the senior total follow from base and bonus?", eur(99_000, 101_000)),
        Asked("Does the mid-level total add up?", eur(73_980)),
        Asked("What do working students get an hour?", eur(15.5)),
        Asked("how much more base does a senior get than a junior in percent", ((76, "%"),)),
        Asked("senior base per month", eur(7_333.33)),
        Asked("What do mechanical engineers earn in Vienna?", declines=True),
    ),
)  # fmt: skip

# --- scales whose columns are jobs, and bands in a CSV file -----------------------------------

_TEACHERS = """---
title: Teacher pay scales in Scotland, 2025
---
# Teacher pay scales in Scotland

Valid from August 2025.

| Point | Classroom teacher | Principal teacher | Depute head |
|---|---|---|---|
| Probationer | £33,594 | – | – |
| 1 | £40,305 | £55,890 | £64,200 |
| 3 | £45,267 | £58,611 | £67,800 |
| 5 (top) | £50,589 | £61,350 | £75,120 |
"""

_NURSE_BANDS = """Role,Band,Region,Low (GBP),High (GBP),Year
Staff nurse,5,England,31049,37796,2025
Senior staff nurse,6,England,38682,46580,2025
Ward manager,7,England,47810,54710,2025
Staff nurse,5,Inner London,37259,45356,2025
Healthcare assistant,2,England,24465,24465,2025
"""

SCALES = Corpus(
    texts={"teachers.md": _TEACHERS, "nurses.csv": _NURSE_BANDS},
    questions=(
        Asked("What do probationer teachers earn?", gbp(33_594), gbp(40_305)),
        Asked("How much is a principal teacher on point 3?", gbp(58_611), gbp(45_267, 55_890)),
        Asked("What does a depute head on point 1 make?", gbp(64_200), gbp(40_305)),
        Asked("classroom teacher, point 5", gbp(50_589), gbp(61_350)),
        Asked("What do teachers in Wales earn?", declines=True),
        Asked("What does a staff nurse earn in London?", gbp(37_259, 45_356), gbp(31_049)),
        Asked("What is a healthcare assistant paid?", gbp(24_465)),
        Asked("What does a ward manager make in Scotland?", declines=True),
        Asked("How much do ward managers in England get?", gbp(47_810, 54_710)),
    ),
)

CORPORA = {"scales": SCALES, "handbook": HANDBOOK, "guide": GUIDE, "german": GERMAN}
