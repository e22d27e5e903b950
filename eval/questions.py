"""Question files: loading and validation.

A file is JSON lines, one question a line (blank lines are skipped)::

    {"id": "pay-001", "kind": "pay", "turns": ["first user message", …, "last"],
     "answerable": true, "figures": [{"value": 70000, "unit": "EUR"}],
     "forbidden_figures": [], "points": [["alternative a", "alternative b"], …],
     "forbidden_points": ["words that may not be said"], "documents": ["x.md"],
     "evidence": [{"document": "x.md", "quote": "verbatim"}], "conflict": false,
     "draft": false, "note": "for the file's owner"}

or a table (CSV, XLSX) with the same names as its headings: :mod:`eval.question_tables`.

``id``, ``kind``, ``turns`` and ``answerable`` are required. ``answerable`` is null where an
answer may or may not decline (small talk). What each field demands of an answer is in
:mod:`eval.judge`; ``evidence`` is what retrieval and citations are measured against.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from eval.figures import CURRENCIES, UNITS, Figure
from eval.question_tables import TABLES, read_table
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
class Quote:
    """Where the answer stands: words of a document, spaces and markup aside."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """The user's turns, of which the last is judged, and what its answer must hold.

    Each of ``points`` is a tuple of alternatives, any of which will do; none of
    ``forbidden_points`` may be said. ``documents`` are paths relative to the corpus folder.
    A ``draft`` is not asked yet: its owner has still to say what is right.
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
    forbidden_points: tuple[str, ...] = ()
    evidence: tuple[Quote, ...] = ()
    draft: bool = False

    @property
    def is_follow_up(self) -> bool:
        """Whether the last turn has turns before it."""
        return len(self.turns) > 1


def load_questions(path: Path | None = None) -> tuple[Question, ...]:
    """The questions of a file, or of every question file of a folder in the order of their names.

    Drafts are checked and left out.

    :param path: the file (.jsonl, .csv, .xlsx) or folder; by default the questions that come
        with the program.
    :raises InputError: nothing is there, or a line is not a question; the message names the
        file, the line and the field.
    """
    path = path or DEFAULT_QUESTIONS
    files = _question_files(path) if path.is_dir() else [path]
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for where, question in (each for file in files for each in _questions_of(file)):
        if question.id in seen:
            raise InputError(
                f"{where}: the id {question.id!r} is taken by {seen[question.id]}; rename one"
            )
        seen[question.id] = where
        if not question.draft:
            questions.append(question)
    if not questions:
        raise InputError(
            f"there are no questions in {path}; give a .jsonl, .csv or .xlsx file of questions"
        )
    return tuple(questions)


def _question_files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.iterdir() if f.suffix.lower() in {".jsonl", *TABLES})


def _questions_of(file: Path) -> Iterator[tuple[str, Question]]:
    """Each question of a file, and where it stands."""
    if file.suffix.lower() in TABLES:
        for where, record in read_table(file):
            yield where, question_of(record, where=where)
        return
    for number, line in enumerate(_read(file).split("\n"), start=1):
        if line.strip():
            where = f"{file}:{number}"
            yield where, parse_question(line, where=where)


def parse_question(line: str, *, where: str) -> Question:
    """One line of a question file.

    :raises InputError: it is not a question; the message begins with ``where``.
    """
    try:
        data = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not valid JSON ({error}); write one object a line") from None
    return question_of(data, where=where)


def question_of(data: object, *, where: str) -> Question:
    """A question's fields, as JSON gives them.

    :raises InputError: they are not of their form; the message begins with ``where``.
    """
    try:
        return _question(data)
    except _FieldError as error:
        raise InputError(f"{where}: {error}") from None


def check_documents(questions: Iterable[Question], corpus: Path) -> None:
    """Make sure that every document that a question expects is in the corpus folder.

    :raises InputError: one is not, so that the question could never be right.
    """
    for question in questions:
        for document in (*question.documents, *(quote.document for quote in question.evidence)):
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
        forbidden_points=_strings(
            data.get("forbidden_points", []), "forbidden_points", may_be_empty=True
        ),
        evidence=tuple(_quote(each) for each in _list(data.get("evidence", []), "evidence")),
        draft=_bool(data.get("draft", False), "draft"),
    )
    _check_consistent(question)
    return question


def _check_consistent(question: Question) -> None:
    expects = bool(
        question.figures
        or question.points
        or question.documents
        or question.evidence
        or question.conflict
    )
    if question.answerable and not expects and not question.draft:
        raise _FieldError(
            "an answerable question must expect something: figures, points, documents, evidence "
            "or conflict"
        )
    if question.answerable is False and expects:
        raise _FieldError(
            "a question that is not answerable cannot expect figures, points, documents, evidence "
            "or conflict"
        )
    if question.answerable is None and (
        question.figures or question.documents or question.evidence or question.conflict
    ):
        raise _FieldError(
            "where answerable is null only points, forbidden_points and forbidden_figures are judged"
        )
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


def _quote(value: Any) -> Quote:
    if not isinstance(value, dict) or value.keys() != {"document", "quote"}:
        raise _FieldError(
            f'\'evidence\' holds {value!r} where {{"document": "x.md", "quote": "…"}} is due'
        )
    return Quote(_string(value["document"], "evidence"), _string(value["quote"], "evidence"))


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
