"""What a run has answered so far, so that it can be stopped and gone on with.

JSON lines beside the report: a head that says what run it is, then one outcome a line, each
written at once. A line that was cut short by a crash is dropped, and its question asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval.judge import Outcome
from eval.questions import Question
from rag.errors import InputError

JOURNAL = "unfinished.jsonl"
_OUTCOME = TypeAdapter(Outcome)


class Journal:
    """The outcomes of one run, by the position of their question."""

    def __init__(self, folder: Path, *, fingerprint: str) -> None:
        self._path = folder / JOURNAL
        self._fingerprint = fingerprint

    def begin(self) -> None:
        """Start afresh; what an earlier run left is dropped.

        :raises InputError: the folder cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps({"run": self._fingerprint}) + "\n", encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"cannot write the report to {self._path.parent} ({error}); choose another folder "
                "with --out"
            ) from None

    def resume(self) -> dict[int, Outcome]:
        """What is answered already; nothing where no run was stopped here.

        :raises InputError: the run that was stopped was another one.
        """
        if not self._path.is_file():
            self.begin()
            return {}
        head, *lines = self._path.read_bytes().split(b"\n")
        if _parsed(head) != {"run": self._fingerprint}:
            raise InputError(
                f"the run that was stopped in {self._path.parent} had other questions, documents "
                "or another model; start afresh without --resume"
            )
        done: dict[int, Outcome] = {}
        for line in lines:
            record = _parsed(line)
            if isinstance(record, dict) and isinstance(record.get("position"), int):
                try:
                    done[record["position"]] = _OUTCOME.validate_python(record["outcome"])
                except (KeyError, ValidationError):
                    continue
        return done

    def add(self, position: int, outcome: Outcome) -> None:
        record = {"position": position, "outcome": _OUTCOME.dump_python(outcome, mode="json")}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=True) + "\n")

    def finish(self) -> None:
        """The report is written; the journal is no longer needed."""
        self._path.unlink(missing_ok=True)


def _parsed(line: bytes) -> object:
    try:
        parsed: object = json.loads(line)
    except ValueError:
        return None
    return parsed


def run_fingerprint(questions: Sequence[Question], corpus: Path, *, model: str) -> str:
    """Changes with the questions, with any file of the corpus, and with the model."""
    digest = hashlib.sha256(repr((questions, model)).encode())
    for file in sorted(path for path in corpus.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(corpus)).encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
