from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.judge import Criterion
from eval.questions import Kind
from eval.run import Result, ask, evaluate, run
from rag.errors import InputError
from rag.types import Answer
from tests.eval.fakes import ScriptedAssistant, a_decline, a_question, an_answer

GOOD = an_answer("**€70,000–€120,000** [1]", ("a.md", "between €70,000 and €120,000"))
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "pay-1",
        "kind": "pay",
        "turns": ["pay?"],
        "answerable": True,
        "figures": [{"value": 70000, "unit": "EUR"}],
        "documents": ["a.md"],
    },
    {"id": "no-1", "kind": "unanswerable", "turns": ["nurse?"], "answerable": False},
    {"id": "hi-1", "kind": "smalltalk", "turns": ["hi"], "answerable": None},
]


# --- replaying ------------------------------------------------------------------------


def test_turns_are_replayed_with_the_assistants_own_answers() -> None:
    assistant = ScriptedAssistant({"one": an_answer("first"), "two": an_answer("second")})
    outcome = ask(assistant, a_question(turns=("one", "two"), points=(("second",),)))
    assert outcome.right
    assert assistant.conversations == [
        [{"role": "user", "content": "one"}],
        [
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "first"},
            {"role": "user", "content": "two"},
        ],
    ]


def test_each_question_has_a_conversation_of_its_own() -> None:
    assistant = ScriptedAssistant({"hi": an_answer("hello")})
    list(evaluate(assistant, [a_question("a", turns=("hi",)), a_question("b", turns=("hi",))]))
    assert [len(conversation) for conversation in assistant.conversations] == [1, 1]


@pytest.mark.parametrize("failing_turn", ["one", "two"])
def test_a_crash_is_a_wrong_answer_and_stops_nothing(failing_turn: str) -> None:
    script: dict[str, Answer | Exception] = {"one": an_answer("1"), "two": an_answer("2")}
    script[failing_turn] = RuntimeError("it broke")
    questions = [a_question("a", turns=("one", "two")), a_question("b", turns=("hi",))]
    outcomes = list(evaluate(ScriptedAssistant(script | {"hi": an_answer("x")}), questions))
    assert [outcome.right for outcome in outcomes] == [False, True]
    assert outcomes[0].answer is None
    assert outcomes[0].error == "RuntimeError: it broke"


def test_the_time_of_the_last_turn_is_measured() -> None:
    outcome = ask(ScriptedAssistant({"hi": a_decline()}), a_question(turns=("hi",)))
    assert 0 < outcome.latency_ms < 1000


# --- the whole run --------------------------------------------------------------------


class Bench:
    """A corpus, a question file and a run with scripted answers; keeps what was printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.corpus.mkdir()
        (self.corpus / "a.md").write_text("text", encoding="utf-8")
        self.questions = folder / "mine.jsonl"
        self.write(QUESTIONS)
        self.opened: list[tuple[Path, Path | None]] = []
        self.printed = ""

    def write(self, questions: list[dict[str, Any]]) -> None:
        lines = [json.dumps(question) for question in questions]
        self.questions.write_text("\n".join(lines), encoding="utf-8")

    def run(
        self,
        *,
        pay: Answer | Exception = GOOD,
        nurse: Answer | Exception | None = None,
        out: Path | None = None,
        compare: Path | None = None,
        width: int = 160,
    ) -> Result:
        script = {"pay?": pay, "nurse?": nurse or a_decline(), "hi": an_answer("Hello!")}
        console = Console(file=io.StringIO(), width=width)

        def opener(corpus: Path, store: Path | None) -> ScriptedAssistant:
            self.opened.append((corpus, store))
            return ScriptedAssistant(script)

        result = run(
            self.questions,
            self.corpus,
            store=self.folder / "store",
            out=out or self.folder / "out",
            compare=compare,
            console=console,
            opener=opener,
        )
        assert isinstance(console.file, io.StringIO)
        self.printed = console.file.getvalue()
        return result


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_run_prints_the_table_and_writes_both_files(bench: Bench) -> None:
    result = bench.run(nurse=an_answer("A nurse earns $90k."))
    assert bench.opened == [(bench.corpus, bench.folder / "store")]
    assert [outcome.right for outcome in result.outcomes] == [True, False, True]
    for text in ("pay", "unanswerable", "smalltalk", "66.7 %", "figures", "cited", "money"):
        assert text in bench.printed
    assert "abstention: precision –, recall 0.0 %" in bench.printed
    assert "figure precision: 66.7 % (2 of 3 numbers are quoted or computed)" in bench.printed
    assert "latency: p50" in bench.printed
    assert "no-1: answered, though the documents hold no answer · a sum of money" in bench.printed
    written = {
        name: json.loads((result.out / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("results", "summary")
    }
    pay, nurse, _ = written["results"]["questions"]
    assert pay["right"] is True
    assert pay["verdicts"] == {
        "completed": True,
        "abstention": True,
        "figures": True,
        "documents": True,
    }
    assert pay["answer"]["text"] == GOOD.text
    assert pay["answer"]["citations"][0]["document"] == "a.md"
    assert pay["question"]["figures"] == [{"value": 70000.0, "unit": "EUR"}]
    assert nurse["verdicts"][Criterion.NO_MONEY] is False
    assert nurse["unsourced_figures"] == [{"value": 90000.0, "unit": "USD"}]
    assert len(nurse["reasons"]) == 2
    summary = written["summary"]
    assert summary["overall"]["right"] == {"passed": 2, "total": 3}
    assert [row["name"] for row in summary["kinds"]] == [
        Kind.PAY,
        Kind.UNANSWERABLE,
        Kind.SMALLTALK,
    ]
    assert summary["overall"]["criteria"]["figures"] == {"passed": 1, "total": 1}


def test_the_tables_fit_eighty_columns(bench: Bench) -> None:
    everything = [
        {**QUESTIONS[0], "id": f"{kind}-n{number}", "kind": kind}
        | {"points": [["europe"]], "conflict": True}
        | {"forbidden_figures": [{"value": 1, "unit": "EUR"}]}
        for kind in Kind
        for number in range(20)
    ]
    bench.write([*everything, *QUESTIONS])
    bench.run(width=80)
    tables = bench.printed.split("abstention: precision")[0]
    assert "283/283" in tables
    assert "…" not in tables


def test_two_runs_are_the_same_apart_from_latencies(bench: Bench) -> None:
    files = []
    for name in ("one", "two"):
        out = bench.run(out=bench.folder / name).out
        files.append(
            [
                line
                for file in ("results.json", "summary.json")
                for line in (out / file).read_text(encoding="utf-8").splitlines()
                if "latency" not in line
            ]
        )
    assert files[0] == files[1]


def test_the_report_goes_under_the_current_directory(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bench.folder)
    result = run(
        bench.questions,
        bench.corpus,
        console=Console(file=io.StringIO()),
        opener=lambda _corpus, _store: ScriptedAssistant({"pay?": GOOD}),
    )
    assert result.out == Path("reports/mine")
    assert (bench.folder / "reports" / "mine" / "results.json").is_file()
    assert result.summary.errors == 2


def test_an_error_is_reported_and_counted(bench: Bench) -> None:
    result = bench.run(pay=RuntimeError("no [bold] model"))
    assert result.summary.errors == 1
    assert "errors: 1" in bench.printed
    assert "pay-1: no answer: RuntimeError: no [bold] model" in bench.printed


def test_compare_says_what_was_fixed_and_what_broke(bench: Bench) -> None:
    bench.run(pay=a_decline(), out=bench.folder / "before")
    bench.write([*QUESTIONS[:2], {**QUESTIONS[2], "id": "hi-2"}])
    result = bench.run(nurse=an_answer("no idea"), compare=bench.folder / "before")
    assert result.comparison is not None
    assert result.comparison.fixed == ("pay-1",)
    assert result.comparison.broke == ("no-1",)
    assert result.comparison.added == ("hi-2",)
    assert result.comparison.removed == ("hi-1",)
    for text in ("1 fixed: pay-1", "1 broke: no-1", "1 new questions: hi-2"):
        assert text in bench.printed


def test_compare_may_be_the_folder_that_is_written(bench: Bench) -> None:
    bench.run(pay=a_decline())
    result = bench.run(compare=bench.folder / "out")
    assert result.comparison is not None
    assert result.comparison.fixed == ("pay-1",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "give --compare the --out folder"),
        ("{", "is not the result of a run"),
        ("[]", "is not the result of a run"),
        ('{"version": 99, "questions": []}', "is of format 99"),
    ],
)
def test_an_earlier_run_that_cannot_be_read_is_said_before_asking(
    bench: Bench, content: str | None, said: str
) -> None:
    earlier = bench.folder / "earlier"
    earlier.mkdir()
    if content is not None:
        (earlier / "results.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        bench.run(compare=earlier)
    assert bench.opened == []


def test_a_report_that_cannot_be_written_is_one_clear_line(bench: Bench) -> None:
    blocked = bench.folder / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="choose another folder with --out"):
        bench.run(out=blocked)


def test_a_question_about_another_corpus_is_refused(bench: Bench) -> None:
    (bench.corpus / "a.md").unlink()
    with pytest.raises(InputError, match=r"expects a citation of 'a\.md'"):
        bench.run()
