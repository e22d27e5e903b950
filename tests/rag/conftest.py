"""Hypothesis without deadlines (a shared machine is slow at times), the real embedder and reader, and
small libraries about pay: one source, figures with parts, two sources, nurses."""

from __future__ import annotations

import pytest
from hypothesis import settings

from rag.index.library import Library
from rag.models.cross_encoder import CrossEncoder
from rag.models.embedder import MiniLM
from tests.rag.fakes import library_of

settings.register_profile("career-chat", deadline=None)
settings.load_profile("career-chat")


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    return MiniLM.load()


@pytest.fixture(scope="session")
def reading() -> CrossEncoder:
    return CrossEncoder.load()


LEVELS = """# AI engineer pay

Updated June 2026.

| Level | United States | Europe | Asia |
|---|---|---|---|
| Entry-level (0-2 years) | $100,000-$150,000 | €50,000-€80,000 | $30,000-$60,000 |
| Mid-career (3-6 years) | $150,000-$250,000 | €70,000-€120,000 | $50,000-$100,000 |
| Senior (7+ years) | $250,000-$400,000+ | €100,000-€180,000+ | $80,000-$150,000+ |

In Europe, mid-career AI engineers (3-6 years) earn €70,000-€120,000 a year.
"""
PARTS = """# AI engineer compensation

Median pay in the United States, June 2026:

| Seniority | Base salary | Equity (% of base) | Bonus (% of base) | Total comp |
|---|---|---|---|---|
| Junior (0-2 years) | $100k | 20% | 10% | $130k |
| Senior (5-9 years) | $200k | 40% | 10% | $320k |
| Principal | $300k | 60% | 20% | $540k |

Median total compensation in Austin, Texas is $210k.
"""
OTHER = """# What AI engineers make

In the United States, senior AI engineers earn $170,000-$210,000 a year.
"""
NURSES = """# Registered nurses: pay in the United States

The median hourly wage of registered nurses was $45.00 in May 2024. Nurses in California earn \
$66 an hour; those in Texas $41 an hour.
"""


@pytest.fixture(scope="session")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("levels"), {"levels.md": LEVELS})


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("parts"), {"parts.md": PARTS})


@pytest.fixture(scope="session")
def two_sources(tmp_path_factory: pytest.TempPathFactory) -> Library:
    texts = {"levels.md": LEVELS, "other.md": OTHER}
    return library_of(tmp_path_factory.mktemp("two"), texts)


@pytest.fixture(scope="session")
def nurses(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("nurses"), {"nurses.md": NURSES})
