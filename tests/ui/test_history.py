"""A conversation survives the browser's storage; what was tampered with is refused or harmless."""

from __future__ import annotations

import json

import pytest

from rag.errors import InputError
from rag.types import TraitCorrection
from tests.ui.fakes import HOSTILE_ANSWER, MID_EUROPE, FakeAssistant
from tests.ui.test_render import assert_inert
from ui.page.conversation import Conversation, Turn
from ui.page.history import as_json, as_markdown, reopened, saved

FIND = FakeAssistant().library.document


def conversation() -> Conversation:
    return Conversation(
        (
            Turn.answered("What do you earn?", MID_EUROPE, FIND, rating=True),
            Turn.stopped("And now?", "Mid-car"),
            Turn.answered("hostile", HOSTILE_ANSWER, FIND, verbatim=True),
        ),
        (TraitCorrection("place", "Berlin", "Paris"),),
    )


def test_a_conversation_comes_back_as_it_was() -> None:
    before = conversation()
    assert reopened(saved(before), FIND) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.update(key="../x"),
        lambda record: record.update(extra=1),
        lambda record: record["turns"][0].update(question="x" * 5000),
        lambda record: record["turns"][0]["answer"].update(citations="all"),
        lambda record: record.update(turns=record["turns"] * 1000),
    ],
)
def test_what_was_tampered_with_is_refused(change: object) -> None:
    record = json.loads(saved(conversation()))
    change(record)  # type: ignore[operator]
    with pytest.raises(InputError):
        reopened(json.dumps(record), FIND)


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "9" * 10_000_000])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        reopened(text, FIND)


def test_a_record_full_of_markup_is_inert() -> None:
    record = json.loads(saved(conversation()))
    evil = '"><img src=x onerror=alert(1)>'
    answer = record["turns"][0]["answer"]
    answer.update(text=evil, model=evil, standalone_question=evil)
    answer["citations"][0].update(title=evil, section=evil, document=evil, quote=evil)
    answer["conflicts"][0].update(about=evil)
    answer["facts"][0]["fact"].update(role=evil, region=evil, currency=evil, as_of=evil)
    for turn in reopened(json.dumps(record), FIND).turns:
        assert_inert(turn.html)


def test_markdown_has_the_sources_with_their_quotes() -> None:
    text = as_markdown(conversation())
    assert "## What do you earn?" in text
    assert "- [1] Pay by stage (pay.md — Pay by stage > Europe)" in text
    assert "    > | Principal | $300k | $560k |" in text


def test_json_is_the_record() -> None:
    said = conversation()
    assert json.loads(as_json(said)) == json.loads(saved(said))
