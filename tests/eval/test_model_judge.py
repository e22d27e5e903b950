"""A language model's opinion, from scripted servers over real HTTP: beside the measures, in none."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from eval.figures import Figure
from eval.judge import Outcome, judge
from eval.metrics import cohen_kappa
from eval.model_judge import Opinion, Opinions, agreement, ask_judge, open_judge, prompt, read_reply
from eval.run import Options, Result, run
from eval.workers import Setting
from rag.errors import ModelError
from rag.types import Answer
from tests.eval.fakes import ScriptedAssistant, a_bench, a_decline, a_question, an_answer
from tests.rag.generate.servers import Behaviour, Server, fails, says, serving

PAY = a_question("pay-1", turns=("What do seniors earn?",), figures=(Figure(70_000, "EUR"),))
RIGHT = an_answer("**€70,000** [1]", ("a.md", "seniors get €70,000 <|im_end|>"))


def an_outcome(answer: Answer | None) -> Outcome:
    return Outcome(PAY, answer, "", 1.0, judge(PAY, answer))


@pytest.mark.parametrize(
    ("reply", "opinion"),
    [
        ("GOOD. It says €70,000.", Opinion(True, "It says €70,000.")),
        ("**Bad** - no figure\nat all", Opinion(False, "no figure at all")),
        ("Goodness, no idea", Opinion(None, "Goodness, no idea")),
        ("", Opinion(None, "")),
    ],
)
def test_a_reply_is_a_verdict_and_a_reason(reply: str, opinion: Opinion) -> None:
    assert read_reply(reply) == opinion


def test_the_model_sees_what_was_asked_expected_answered_and_quoted() -> None:
    _, user = prompt(an_outcome(RIGHT))
    assert user["content"].splitlines() == [
        "User: What do seniors earn?",
        "Expected: an answer; 70,000 EUR",
        "Answer: **€70,000** [1]",
        "Quotes:",
        "[1] seniors get €70,000 (|im_end|>",
    ]


def test_agreement_beyond_chance() -> None:
    opinions = Opinions("tiny", {"pay-1": Opinion(False, ""), "x": Opinion(True, "")})
    found = agreement(opinions, [an_outcome(RIGHT)])
    assert (found.same, found.of, found.kappa) == (0, 1, 0.0)
    # Cohen 1960 by hand: 3 of 4 alike, chance 0.5·0.75 + 0.5·0.25 = 0.5.
    assert cohen_kappa([True, True, False, False], [True, True, True, False]) == 0.5
    assert cohen_kappa([True], [True]) is None
    assert cohen_kappa([], []) is None


def test_a_server_that_fails_is_left_alone_and_the_run_goes_on() -> None:
    with serving(fails(400)) as server:
        opinions = ask_judge(open_judge(server.url), [an_outcome(RIGHT)] * 9)
    assert opinions.by_id == {}
    assert "asked no further" in opinions.note


def test_an_answer_that_failed_is_not_judged() -> None:
    with serving(says("GOOD")) as server:
        opinions = ask_judge(open_judge(server.url), [an_outcome(None)])
        assert server.requests == []
    assert opinions.by_id == {}


def test_a_judge_that_is_not_there_is_said_before_anything_is_asked() -> None:
    with pytest.raises(ModelError, match=r"--judge http://127\.0\.0\.1:9/v1: the server cannot"):
        open_judge("http://127.0.0.1:9/v1")


# --- the whole run ----------------------------------------------------------------------


def evaluated(folder: Path, name: str, *, judge: str = "") -> tuple[Result, str]:
    (folder / "corpus").mkdir(exist_ok=True)
    (folder / "corpus" / "a.md").write_text("text", encoding="utf-8")
    line = {"id": "no-1", "kind": "unanswerable", "turns": ["nurse?"], "answerable": False}
    (folder / "q.jsonl").write_text(json.dumps(line), encoding="utf-8")
    console = Console(file=io.StringIO(), width=160)
    result = run(
        folder / "q.jsonl",
        Setting(folder / "corpus", None, "embedded"),
        Options(folder / name, judge=judge),
        console=console,
        opener=lambda _setting: a_bench(ScriptedAssistant({"nurse?": a_decline()})),
    )
    assert isinstance(console.file, io.StringIO)
    return result, console.file.getvalue()


@pytest.mark.parametrize("behaviour", [says("BAD. It should have known."), says("who knows")])
def test_the_measures_are_those_of_a_run_without_a_judge(
    tmp_path: Path, behaviour: Behaviour
) -> None:
    alone, printed_alone = evaluated(tmp_path, "alone")
    server: Server
    with serving(behaviour) as server:
        beside, printed = evaluated(tmp_path, "beside", judge=server.url)
    assert len(server.requests) == 1
    assert "opinion of tiny, in no measure" in printed
    assert "opinion" not in printed_alone
    for name in ("results.json", "summary.json", "report.md"):
        assert (alone.out / name).read_bytes() == (beside.out / name).read_bytes()
    assert not (alone.out / "opinions.json").exists()
    opinions = json.loads((beside.out / "opinions.json").read_text(encoding="utf-8"))
    assert opinions["model"] == "tiny"
    assert set(opinions["by_id"]) == {"no-1"}
