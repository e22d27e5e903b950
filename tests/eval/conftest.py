"""Hypothesis without deadlines (a shared machine is slow at times), and the real embedder."""

from __future__ import annotations

import pytest
from hypothesis import settings

from rag.models.embedder import MiniLM

settings.register_profile("career-chat", deadline=None)
settings.load_profile("career-chat")


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    return MiniLM.load()
