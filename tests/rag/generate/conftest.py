"""A small library with two documents, the assistant over it, and tiny models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.models.embedder import MiniLM
from rag.verify.support import Checker
from tests.rag.generate.tiny import save_tiny_model

PAY = """# AI engineer pay

Updated June 2026.

| Level | United States | Europe |
|---|---|---|
| Junior (0-2 years) | $100,000-$150,000 | €50,000-€80,000 |
| Senior (7+ years) | $250,000-$400,000 | €100,000-€180,000 |

Median total compensation in Austin is $210,000 a year.
"""
WORK = """# Work of AI engineers

AI engineers need Python above all. They also learn Kubernetes, which runs models in production.
Bias in a model harms people, so engineers audit what it decides.
"""


@pytest.fixture(scope="package", autouse=True)
def _one_thread() -> Iterator[None]:
    """On a busy machine, threads that wait for one another make tiny models slow."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generate") / "corpus"
    folder.mkdir()
    (folder / "pay.md").write_text(PAY, encoding="utf-8")
    (folder / "work.md").write_text(WORK, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny") / "qwen3")


@pytest.fixture(scope="session")
def checker(minilm: MiniLM) -> Checker:
    return Checker.open(minilm)
