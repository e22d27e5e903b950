"""What is picked out of the file of cities is what it holds."""

from __future__ import annotations

import json

import pytest

from rag.facts.cities import cities, geonames_file


def test_every_city_is_as_the_file_holds_it() -> None:
    text = geonames_file("cities15000.json")
    assert [
        (c.name, float(c.latitude), float(c.longitude), c.country, int(c.population), c.part)
        for c in cities(text)
    ] == [
        (c["name"], c["latitude"], c["longitude"], c["countrycode"], c["population"], c["admin1code"])
        for c in json.loads(text).values()
    ]  # fmt: skip


def test_a_file_of_another_form_is_not_half_read() -> None:
    with pytest.raises(ValueError, match="another way"):
        cities('{"1": {"geonameid": 1, "population": 5, "name": "Elsewhere"}}')
