"""Where things are by default, and the limits on what comes in. Building these does no I/O."""

from __future__ import annotations

import hashlib
from pathlib import Path

import platformdirs

from rag.errors import CorpusError

DEFAULT_CORPUS = Path(__file__).resolve().parent.parent / "corpus"
EMBEDDED = "embedded"
MAX_QUESTION_CHARS = 4000
MAX_TURNS = 200


def default_store(corpus: Path) -> Path:
    """A folder of the user's data directory, one a corpus (by its absolute path)."""
    resolved = corpus.resolve()
    digest = hashlib.sha256(str(resolved).encode()).hexdigest()[:12]
    return Path(platformdirs.user_data_dir("career-chat")) / f"{resolved.name}-{digest}"


def require_corpus(corpus: Path) -> None:
    """:raises CorpusError: the folder of documents is missing, or no folder."""
    if not corpus.exists():
        raise CorpusError(f"there is no corpus folder {corpus}: name one with --corpus")
    if not corpus.is_dir():
        raise CorpusError(f"{corpus} is not a folder: --corpus takes a folder of documents")
