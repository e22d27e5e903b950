"""Question files: loading and validation.

A file is JSON lines, one question a line (blank lines are skipped)::

    {"id": "pay-001", "kind": "pay", "turns": ["first user message", …, "last"],
     "answerable": true, "figures": [{"value": 70000, "unit": "EUR"}],
     "forbidden_figures": [], "points": [["alternative a", "alternative b"], …],
     "documents": ["x.md"], "conflict": false, "note": "for the file's owner"}

``id``, ``kind``, ``turns`` and ``answerable`` are required. ``answerable`` is null where an
answer may or may not decline (small talk). What each field demands of an answer is in
:mod:`eval.judge`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from eval.figures import CURRENCIES, UNITS, Figure
from rag.errors import InputError

DEFAULT_QUESTIONS = Path(__file__).parent / "questions"


class Kind(StrEnum):
    """What a question exercises; the report has one row a kind, in this order."""

    PAY = "pay"
    TABLE = "table"
    FACT = "fact"
    ADVICE = "advice"
    COMPARISON = "comparison"
    CONFLICT = "conflict"
    ARITHMETIC = "arithmetic"
    FOLLOW_UP = "follow-up"
    SUBJECT_CHANGE = "subject-change"
    PROFILE = "profile"
    CLARIFY = "clarify"
    UNANSWERABLE = "unanswerable"
    INJECTION = "injection"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True, slots=True)
class Question:
    """The user's turns, of which the last is judged, and what its answer must hold.

    Each of ``points`` is a tuple of alternatives, any of which will do. ``documents`` are
    paths relative to the corpus folder.
    """

    id: str
    kind: Kind
    turns: tuple[str, ...]
    answerable: bool | None
    figures: tuple[Figure, ...] = ()
    forbidden_figures: tuple[Figure, ...] = ()
    points: tuple[tuple[str, ...], ...] = ()
    documents: tuple[str, ...] = ()
    conflict: bool = False
    note: str = ""


def load_questions(path: Path | None = None) -> tuple[Question, ...]:
    """The questions of a file, or of every ``*.jsonl`` of a folder in the order of their names.

    :param path: the file or folder; by default the questions that come with the program.
    :raises InputError: nothing is there, or a line is not a question; the message names the
        file, the line and the field.
    """
    path = path or DEFAULT_QUESTIONS
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for file in files:
        for number, line in enumerate(_read(file).split("\n"), start=1):
            if not line.strip():
                continue
            where = f"{file}:{number}"
            question = parse_question(line, where=where)
            if question.id in seen:
                raise InputError(
                    f"{where}: the id {question.id!r} is taken by {seen[question.id]}; rename one"
                )
            seen[question.id] = where
            questions.append(question)
    if not questions:
        raise InputError(f"there are no questions in {path}; give a .jsonl file of questions")
    return tuple(questions)


def parse_question(line: str, *, where: str) -> Question:
    """One line of a question file.

    :raises InputError: it is not a question; the message begins with ``where``.
    """
    try:
        data = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not valid JSON ({error}); write one object a line") from None
    try:
        return _question(data)
    except _FieldError as error:
        raise InputError(f"{where}: {error}") from None


def check_documents(questions: Iterable[Question], corpus: Path) -> None:
    """Make sure that every document that a question expects is in the corpus folder.

    :raises InputError: one is not, so that the question could never be right.
    """
    for question in questions:
        for document in question.documents:
            if not (corpus / document).is_file():
                raise InputError(
                    f"question {question.id!r} expects a citation of {document!r}, which is not in "
                    f"{corpus}; correct it, or give this corpus its own file with --questions"
                )


# --- fields ---------------------------------------------------------------------------

_FIELDS = frozenset(Question.__dataclass_fields__)
_REQUIRED = ("id", "kind", "turns", "answerable")


class _FieldError(Exception):
    """A field is not of its form; becomes an InputError that names the line."""


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"there is no question file {file}; check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file} ({error}); it must be a UTF-8 text file") from None


def _question(data: Any) -> Question:
    if not isinstance(data, dict):
        raise _FieldError("a question is a JSON object, {…}")
    if unknown := sorted(data.keys() - _FIELDS):
        raise _FieldError(f"unknown field {unknown[0]!r}; the fields are {', '.join(_names())}")
    for name in _REQUIRED:
        if name not in data:
            raise _FieldError(f"the field {name!r} is missing")
    question = Question(
        id=_string(data["id"], "id"),
        kind=_kind(data["kind"]),
        turns=_strings(data["turns"], "turns"),
        answerable=_answerable(data["answerable"]),
        figures=_figures(data.get("figures", []), "figures"),
        forbidden_figures=_figures(data.get("forbidden_figures", []), "forbidden_figures"),
        points=tuple(
            _strings(point, "points") for point in _list(data.get("points", []), "points")
        ),
        documents=_strings(data.get("documents", []), "documents", may_be_empty=True),
        conflict=_bool(data.get("conflict", False), "conflict"),
        note=str(data.get("note", "")),
    )
    _check_consistent(question)
    return question


def _check_consistent(question: Question) -> None:
    expects = bool(question.figures or question.points or question.documents or question.conflict)
    if question.answerable and not expects:
        raise _FieldError(
            "an answerable question must expect something: figures, points, documents or conflict"
        )
    if question.answerable is False and expects:
        raise _FieldError(
            "a question that is not answerable cannot expect figures, points, documents or conflict"
        )
    if question.answerable is None and (
        question.figures or question.documents or question.conflict
    ):
        raise _FieldError("where answerable is null only points and forbidden_figures are judged")
    both = [figure for figure in question.figures if figure in question.forbidden_figures]
    if both:
        raise _FieldError(f"{both[0]} is both in figures and in forbidden_figures")


def _names() -> list[str]:
    return list(Question.__dataclass_fields__)


def _string(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _FieldError(f"{field!r} holds {value!r} where a text that is not empty is due")
    return value


def _list(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise _FieldError(f"{field!r} holds {value!r} where a list is due")
    return value


def _strings(value: Any, field: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
    texts = tuple(_string(text, field) for text in _list(value, field))
    if not texts and not may_be_empty:
        raise _FieldError(f"{field!r} holds an empty list where at least one text is due")
    return texts


def _bool(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise _FieldError(f"{field!r} holds {value!r} where true or false is due")
    return value


def _answerable(value: Any) -> bool | None:
    return None if value is None else _bool(value, "answerable")


def _kind(value: Any) -> Kind:
    if value not in list(Kind):
        raise _FieldError(f"unknown kind {value!r}; the kinds are {', '.join(Kind)}")
    return Kind(value)


def _figures(value: Any, field: str) -> tuple[Figure, ...]:
    return tuple(_figure(figure, field) for figure in _list(value, field))


def _figure(value: Any, field: str) -> Figure:
    if not isinstance(value, dict) or value.keys() != {"value", "unit"}:
        raise _FieldError(
            f'{field!r} holds {value!r} where {{"value": 70000, "unit": "EUR"}} is due'
        )
    number, unit = value["value"], value["unit"]
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not is_number or not abs(number) < 1e18:  # NaN is not below either
        raise _FieldError(f"{field!r} holds the value {number!r}, which is not a number")
    if not isinstance(unit, str) or unit not in CURRENCIES | UNITS:
        raise _FieldError(
            f"{field!r} holds the unit {unit!r}; use an ISO currency code or one of "
            f"{', '.join(sorted(UNITS))}"
        )
    return Figure(float(number), unit)
