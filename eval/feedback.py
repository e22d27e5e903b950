"""Liked and disliked answers -> questions.

A liked answer becomes a question that expects its documents and figures again. A disliked one
becomes a draft, which is not asked until its owner has written down what is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eval.questions import Question, question_of


def questions_of(
    opinions: Iterable[Mapping[str, Any]], *, known: Sequence[Question] = ()
) -> tuple[Question, ...]:
    """The opinions as questions, the last one on the same turns counting.

    :param opinions: lines of a question file, as the page exports them.
    :param known: questions that are there already and are not made again.
    :raises InputError: an opinion is not of its form.
    """
    found: dict[tuple[str, ...], Question] = {}
    for number, opinion in enumerate(opinions, start=1):
        question = question_of(dict(opinion), where=f"opinion {number}")
        is_disliked = question.note.startswith("disliked")
        found.pop(question.turns, None)
        found[question.turns] = replace(question, draft=question.draft or is_disliked)
    old = {question.turns for question in known}
    ids = {question.id for question in known}
    new = [question for turns, question in found.items() if turns not in old]
    return tuple(replace(q, id=_free_id(q.id, ids)) for q in new)


def _free_id(wanted: str, taken: set[str]) -> str:
    """The id, numbered on where it is taken; remembers it as taken."""
    free, number = wanted, 2
    while free in taken:
        free, number = f"{wanted}-{number}", number + 1
    taken.add(free)
    return free
