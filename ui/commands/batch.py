"""JSON lines in, JSON lines out: one result a line, in order, written as it comes.

A batch never stops on one bad line. That line's result carries ``"error"`` in place of the
rest, and the next line is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rag.errors import CareerChatError, InputError
from rag.types import Message
from ui.show.serialise import JsonObject, answer_json, hit_json

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.verify.support import Checker

Work = Callable[[JsonObject], JsonObject]
"""One parsed line to its result, without the id."""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How many lines were answered, and how many of those with an error."""

    lines: int
    errors: int


# --- the three kinds of work ----------------------------------------------------------


def asking(assistant: Assistant) -> Work:
    """Replay ``turns`` in one conversation; the result is the last turn's answer."""

    def work(record: JsonObject) -> JsonObject:
        turns = _strings(record, "turns")
        if not turns:
            raise InputError('"turns" is empty: give at least one user message.')
        messages: list[Message] = []
        for turn in turns:
            messages.append({"role": "user", "content": turn})
            answer = assistant.answer(messages)
            messages.append({"role": "assistant", "content": answer.text})
        return answer_json(answer)

    return work


def searching(assistant: Assistant, *, k: int) -> Work:
    """Retrieve at most k passages for ``query``, best first."""

    def work(record: JsonObject) -> JsonObject:
        hits = assistant.search(_string(record, "query"), k=k)
        return {
            "hits": [
                hit_json(hit, assistant.library.document(hit.chunk.document).text) for hit in hits
            ]
        }

    return work


def checking(checker: Checker) -> Work:
    """Judge whether ``claim`` is supported by ``evidence``."""

    def work(record: JsonObject) -> JsonObject:
        support = checker.check(_string(record, "claim"), _strings(record, "evidence"))
        return {
            "support": float(support.support),
            "supporting": [int(i) for i in support.supporting],
        }

    return work


# --- reading and writing --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """The lines that were read, and the open file that results go to."""

    lines: Sequence[bytes]
    out: BinaryIO
    out_path: Path


@contextmanager
def open_batch(source: Path, destination: Path) -> Iterator[BatchFiles]:
    """Read the batch and open its output: before any model is loaded, so mistakes show at once.

    :raises InputError: the batch cannot be read, or the output not written.
    """
    lines = _read_lines(source)
    if destination.exists() and os.path.samefile(source, destination):
        raise InputError(f"--out is the batch itself ({source}): name another file.")
    try:
        out = destination.open("wb")
    except OSError as error:
        raise InputError(
            f"cannot write {destination} ({error.strerror}): name a file in a folder that exists "
            "and that you may write to."
        ) from error
    with out:
        yield BatchFiles(lines, out, destination)


def run_batch(
    files: BatchFiles, work: Work, *, on_result: Callable[[], None] | None = None
) -> BatchReport:
    """Work through the lines in order.

    :param on_result: called after each result is on disk.
    :raises InputError: the output cannot be written (a full disk).
    """
    errors = 0
    for line in files.lines:
        result = _result(line, work)
        errors += "error" in result
        try:
            files.out.write(_encode(result))
            files.out.flush()
        except OSError as error:
            raise InputError(f"cannot write {files.out_path} ({error.strerror}).") from error
        if on_result is not None:
            on_result()
    return BatchReport(len(files.lines), errors)


def _read_lines(source: Path) -> list[bytes]:
    try:
        content = source.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read the batch {source} ({error.strerror}): give a file of JSON lines."
        ) from error
    return [line for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]


def _result(line: bytes, work: Work) -> JsonObject:
    identifier: Any = None
    try:
        record = _parse(line)
        identifier = record.get("id")
        result = {"id": identifier, **work(record)}
        _encode(result)  # what cannot be written is this line's error too
    except CareerChatError as error:
        return {"id": identifier, "error": str(error)}
    except Exception as error:  # the contract: one bad line, whatever its fault, stops nothing
        return {"id": identifier, "error": f"unexpected {type(error).__name__}: {error}"}
    return result


def _parse(line: bytes) -> JsonObject:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError("this line is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"this line is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise InputError("this line is not a JSON object.")
    return record


def _string(record: JsonObject, key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise InputError(f'"{key}" is missing or not a string.')
    return value


def _strings(record: JsonObject, key: str) -> list[str]:
    value = record.get(key)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f'"{key}" is missing or not a list of strings.')
    return value


def _encode(result: JsonObject) -> bytes:
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    # A lone surrogate, legal in JSON's escapes, has no UTF-8: it goes out as the same escape.
    return text.encode("utf-8", "backslashreplace") + b"\n"
