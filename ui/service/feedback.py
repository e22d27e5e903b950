"""What visitors thought of answers, kept in SQLite beside the index and exported as questions.

The export is an evaluation file (see :mod:`eval.questions`): a liked answer becomes a question
that expects its documents and figures again; a disliked one expects nothing yet, and carries
the visitor's word as a note for whoever writes down what is right.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.figures import CURRENCIES, UNITS
from eval.questions import Kind
from rag.errors import StoreError
from rag.types import Answer, CitedFact

FILE = "feedback.sqlite"
MAX_WORD_CHARS = 500
_TABLE = """
create table if not exists feedback (
    conversation text not null, turn integer not null, at text not null, user text not null,
    liked integer, word text not null, turns text not null, expected text not null,
    primary key (conversation, turn)
) strict
"""

# The verdict comes first and its word later, or the other way round: the word stays.
_KEEP = """
insert into feedback values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (conversation, turn) do update set
    at = excluded.at, user = excluded.user, liked = excluded.liked, turns = excluded.turns,
    expected = excluded.expected,
    word = case when excluded.word = '' and excluded.liked is feedback.liked
        then feedback.word else excluded.word end
"""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One visitor's verdict on one answer; the last one given counts.

    ``turns`` are the user's messages up to the answer's question. ``liked`` is None where a
    verdict was taken back.
    """

    conversation: str
    turns: tuple[str, ...]
    answer: Answer
    liked: bool | None
    word: str = ""
    user: str = ""


class Feedback:
    """The file of opinions in a store's folder. Each call opens it anew: any thread may call."""

    def __init__(self, store: Path) -> None:
        self._path = store / FILE

    def keep(self, opinion: Opinion) -> None:
        """:raises StoreError: the file cannot be written."""
        kept = (
            opinion.conversation,
            len(opinion.turns),
            datetime.now(UTC).isoformat(timespec="seconds"),
            opinion.user,
            None if opinion.liked is None else int(opinion.liked),
            opinion.word[:MAX_WORD_CHARS],
            json.dumps(opinion.turns, ensure_ascii=False),
            json.dumps(_expected(opinion), ensure_ascii=False),
        )
        with self._open() as file:
            file.execute(_KEEP, kept)

    def questions(self) -> tuple[dict[str, Any], ...]:
        """The opinions as lines of an evaluation file, oldest first.

        :raises StoreError: the file cannot be read.
        """
        if not self._path.exists():
            return ()
        with self._open() as file:
            rows = file.execute(
                "select turns, expected, liked, word, at from feedback"
                " where liked is not null order by at, conversation, turn"
            ).fetchall()
        return tuple(_question(number, *row) for number, row in enumerate(rows, start=1))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=10)) as file, file:
                file.execute(_TABLE)
                yield file
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"cannot use {self._path} ({error}): move the file away") from error


def _expected(opinion: Opinion) -> dict[str, Any]:
    """What the same question should give again, were the answer right."""
    answer = opinion.answer
    if answer.abstained:
        return {"kind": Kind.UNANSWERABLE, "answerable": False}
    if not answer.citations:
        return {"kind": Kind.SMALLTALK, "answerable": None}
    figures = _figures(answer.facts)
    follow_up = len(opinion.turns) > 1
    kind = Kind.FOLLOW_UP if follow_up else Kind.PAY if figures else Kind.FACT
    documents = list(dict.fromkeys(citation.document for citation in answer.citations))
    return {"kind": kind, "answerable": True, "figures": figures, "documents": documents}


def _figures(facts: Sequence[CitedFact]) -> list[dict[str, Any]]:
    found = [
        (float(value), cited.fact.currency)
        for cited in facts
        for value in (cited.fact.low, cited.fact.high)
        if value is not None and cited.fact.currency in CURRENCIES | UNITS
    ]
    return [{"value": value, "unit": unit} for value, unit in dict.fromkeys(found)]


def _question(
    number: int, turns: str, expected: str, liked: int, word: str, at: str
) -> dict[str, Any]:
    verdict = "liked" if liked else "disliked"
    note = f"{verdict} {at[:10]}{f': {word}' if word else ''}"
    head = {"id": f"feedback-{number:04}", "turns": json.loads(turns)}
    demanded = json.loads(expected)
    if not liked:  # what is right instead is for a person to write down
        demanded = {"kind": demanded["kind"], "answerable": None}
    return {**head, **demanded, "note": note}
