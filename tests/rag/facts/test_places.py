"""Places are found where they are meant, and know what contains them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.places import find_place, find_places


def names(text: str, *, lenient: bool = False) -> list[str]:
    return [m.place.name for m in find_places(text, lenient=lenient)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("engineers in the US", ["United States"]),
        ("U.S. engineers", ["United States"]),
        ("in the U.S.", ["United States"]),
        ("the USA pays", ["United States"]),
        ("the United States of America", ["United States", "United States"]),
        ("American engineers", ["United States"]),
        ("tell us what we earn", []),
        ("they pay us well", []),
        ("Europe's developed economies", ["Europe"]),
        ("Germany\u2019s engineers", ["Germany"]),
        ("european pay", ["Europe"]),
        ("in Berlin and Paris", ["Berlin", "Paris"]),
        ("Austin, Texas", ["Austin"]),
        ("Austin, Texas reported", ["Austin"]),
        ("Paris, France, and Berlin", ["Paris", "Berlin"]),
        ("Paris, Texas", ["Paris", "Texas"]),
        ("Singapore, South Korea and Japan", ["Singapore", "South Korea", "Japan"]),
        ("San Francisco Bay Area", ["San Francisco Bay Area"]),
        ("the Bay Area", ["San Francisco Bay Area"]),
        ("Silicon Valley", ["Silicon Valley"]),
        ("New York", ["New York City"]),
        ("Western Europe", ["Western Europe"]),
        ("Southeast Asia", ["Southeast Asia"]),
        ("UK, EU and UAE", ["United Kingdom", "European Union", "United Arab Emirates"]),
        ("Zürich", ["Zürich"]),
        ("S\u00e3o Paulo", ["S\u00e3o Paulo"]),
        ("Toronto", ["Toronto"]),
        ("LA", ["Los Angeles"]),
        ("a nice reading on mobile", []),
        ("Nice work. Reading helps. Mobile teams split.", []),
        ("berlin and paris", []),
        ("English and Python", []),
        ("", []),
    ],
)  # fmt: skip
def test_places_as_written(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what about berlin", ["Berlin"]),
        ("ai engineers in asia", ["Asia"]),
        ("median tc in austin?", ["Austin"]),
        ("pay in the us", ["United States"]),
        ("us salaries", ["United States"]),
        ("and in the us?", ["United States"]),
        ("what do they pay us for", []),
        ("tell us about pay", []),
        ("is it nice reading on mobile", []),
        ("uk or eu", ["United Kingdom", "European Union"]),
        ("sf bay area", ["San Francisco Bay Area"]),
        ("what does la pay", []),
        ("a nurse in toronto", ["Toronto"]),
        ("what is the best salary of most engineers", []),
        ("how can i split my data", []),
    ],
)
def test_places_as_typed(text: str, expected: list[str]) -> None:
    assert names(text, lenient=True) == expected


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("Europe", "Germany"), ("Germany", "Berlin"), ("Europe", "Berlin"), ("European Union", "Berlin"),
        ("Western Europe", "Berlin"), ("Europe", "Western Europe"), ("Asia", "Southeast Asia"), ("Asia", "Singapore"),
        ("United States", "Texas"), ("Texas", "Austin"), ("United States", "Austin"), ("North America", "Austin"),
        ("San Francisco Bay Area", "San Francisco"), ("San Francisco Bay Area", "Silicon Valley"),
        ("California", "San Francisco Bay Area"), ("Berlin", "Berlin"), ("Asia", "Tokyo"), ("Europe", "London"),
    ],
)  # fmt: skip
def test_what_contains_what(outer: str, inner: str) -> None:
    one, other = find_place(outer), find_place(inner)
    assert one
    assert other
    assert one.covers(other)
    assert one == other or not other.covers(one)


@pytest.mark.parametrize(("one", "other"), [("Germany", "Paris"), ("Asia", "Berlin"), ("European Union", "London"), ("Texas", "San Francisco"), ("United States", "Toronto")])  # fmt: skip
def test_what_does_not_contain_what(one: str, other: str) -> None:
    a, b = find_place(one), find_place(other)
    assert a
    assert b
    assert not a.covers(b)
    assert not b.covers(a)


@pytest.mark.parametrize(("name", "currency"), [("Berlin", "EUR"), ("Europe", "EUR"), ("London", "GBP"), ("Austin", "USD"), ("Zürich", "CHF"), ("Tokyo", "JPY"), ("Asia", "")])  # fmt: skip
def test_the_money_of_a_place(name: str, currency: str) -> None:
    place = find_place(name)
    assert place
    assert place.currency == currency


def test_names_are_found_in_any_case_and_unknown_ones_are_none() -> None:
    assert find_place(" zurich ") == find_place("Zürich")
    assert find_place("Nowhereville") is None
    assert find_place("") is None


def test_a_mention_spans_its_words() -> None:
    text = "In Austin, Texas, and Europe's hubs"
    assert [text[m.start : m.end] for m in find_places(text)] == ["Austin, Texas", "Europe"]


PIECES = (
    "US",
    "us",
    "U.S.",
    "New",
    "York",
    "Austin",
    ",",
    "Texas",
    "'s",
    ".",
    " ",
    " ",
    "-",
    "İstanbul",
    "ﬁ",
    "in the",
)


@given(
    st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)),
    st.booleans(),
)
def test_any_text_gives_mentions_in_order(text: str, lenient: bool) -> None:
    mentions = list(find_places(text, lenient=lenient))
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
    for earlier, later in pairwise(mentions):
        assert earlier.end <= later.start


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Alicia M. Thornbury, President and Treasurer", []),
        ("Derek J. Houston joined the board", []),
        ("Ms. Victoria earned $500,000 in Boston", ["Boston"]),
        ("Engineers in Austin. M. Smith agrees", ["Austin"]),
        ("Plants in Houston and St. Louis", ["Houston", "St. Louis"]),
    ],
)
def test_a_name_around_an_initial_is_a_persons(text: str, places: list[str]) -> None:
    assert [mention.place.name for mention in find_places(text)] == places
