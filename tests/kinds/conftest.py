"""The real models, loaded once."""

from tests.rag.conftest import minilm, reading

__all__ = ["minilm", "reading"]
