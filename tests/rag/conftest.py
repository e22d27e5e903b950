"""Hypothesis without deadlines (a shared machine is slow at times), the real embedder and reader."""

from __future__ import annotations

import pytest
from hypothesis import settings

from rag.embeddings import MiniLM
from rag.reader_model import ReaderModel

settings.register_profile("career-chat", deadline=None)
settings.load_profile("career-chat")


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    return MiniLM.load()


@pytest.fixture(scope="session")
def reading() -> ReaderModel:
    return ReaderModel.load()
