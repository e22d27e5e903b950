from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.asking import Bench, ask
from eval.figures import Figure
from eval.journal import JOURNAL
from eval.judge import Criterion
from eval.questions import Kind, Quote
from eval.run import Options, Result, evaluate, require, run
from eval.trace import Retrieval, Stage
from eval.workers import Setting
from rag.errors import InputError, QualityError
from rag.types import Answer, Drafted
from tests.eval.fakes import ScriptedAssistant, a_bench, a_decline, a_question, an_answer

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
    outcome = ask(a_bench(assistant), a_question(turns=("one", "two"), points=(("second",),)))
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
    questions = [a_question("a", turns=("hi",)), a_question("b", turns=("hi",))]
    evaluate(a_bench(assistant), questions)
    assert [len(conversation) for conversation in assistant.conversations] == [1, 1]


@pytest.mark.parametrize("failing_turn", ["one", "two"])
def test_a_crash_is_a_wrong_answer_and_stops_nothing(failing_turn: str) -> None:
    script: dict[str, Answer | BaseException] = {"one": an_answer("1"), "two": an_answer("2")}
    script[failing_turn] = RuntimeError("it broke")
    questions = [a_question("a", turns=("one", "two")), a_question("b", turns=("hi",))]
    outcomes = evaluate(a_bench(ScriptedAssistant(script | {"hi": an_answer("x")})), questions)
    assert [outcome.right for outcome in outcomes] == [False, True]
    assert outcomes[0].answer is None
    assert outcomes[0].error == "RuntimeError: it broke"


def test_the_time_of_the_last_turn_is_measured() -> None:
    outcome = ask(a_bench(ScriptedAssistant({"hi": a_decline()})), a_question(turns=("hi",)))
    assert outcome.latency_ms > 0


# --- the whole run --------------------------------------------------------------------


class Place:
    """A corpus, a question file and a run with scripted answers; keeps what was printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.corpus.mkdir()
        (self.corpus / "a.md").write_text("text", encoding="utf-8")
        self.questions = folder / "mine.jsonl"
        self.write(QUESTIONS)
        self.opened: list[Setting] = []
        self.printed = ""

    def write(self, questions: list[dict[str, Any]]) -> None:
        lines = [json.dumps(question) for question in questions]
        self.questions.write_text("\n".join(lines), encoding="utf-8")

    def run(
        self,
        *,
        pay: Answer | BaseException = GOOD,
        nurse: Answer | BaseException | None = None,
        out: Path | None = None,
        compare: Path | None = None,
        resume: bool = False,
        width: int = 160,
    ) -> Result:
        script = {"pay?": pay, "nurse?": nurse or a_decline(), "hi": an_answer("Hello!")}
        console = Console(file=io.StringIO(), width=width)

        def opener(setting: Setting) -> Bench:
            self.opened.append(setting)
            self.assistant = ScriptedAssistant(script, documents={"a.md": "between €70,000 and"})
            return a_bench(self.assistant)

        result = run(
            self.questions,
            Setting(self.corpus, self.folder / "store", "embedded"),
            Options(out or self.folder / "out", compare, resume),
            console=console,
            opener=opener,
        )
        assert isinstance(console.file, io.StringIO)
        self.printed = console.file.getvalue()
        return result


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_run_prints_the_table_and_writes_both_files(place: Place) -> None:
    result = place.run(nurse=an_answer("A nurse earns $90k."))
    assert place.opened == [Setting(place.corpus, place.folder / "store", "embedded")]
    assert [outcome.right for outcome in result.outcomes] == [True, False, True]
    for text in ("pay", "unanswerable", "smalltalk", "66.7 %", "figures", "cited", "money"):
        assert text in place.printed
    assert "figures: 2 of 3 numbers are quoted or computed" in place.printed
    assert "latency: p50" in place.printed
    assert (
        "no-1 (wrongly answered): answered, though the documents hold no answer · a sum of money"
        in place.printed
    )
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


def test_the_tables_fit_eighty_columns(place: Place) -> None:
    everything = [
        {**QUESTIONS[0], "id": f"{kind}-n{number}", "kind": kind}
        | {"points": [["europe"]], "conflict": True}
        | {"forbidden_figures": [{"value": 1, "unit": "EUR"}]}
        for kind in Kind
        for number in range(20)
    ]
    place.write([*everything, *QUESTIONS])
    place.run(width=80)
    tables = place.printed.split("figures: ")[0]
    assert "283/283" in tables
    assert "…" not in tables


@pytest.mark.parametrize("name", ["results.json", "summary.json", "report.md"])
def test_two_runs_are_the_same_to_the_byte(place: Place, name: str) -> None:
    one, two = (place.run(out=place.folder / folder).out / name for folder in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_the_report_goes_under_the_current_directory(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.folder)
    result = run(
        place.questions,
        Setting(place.corpus, None, "embedded"),
        console=Console(file=io.StringIO()),
        opener=lambda _setting: a_bench(
            ScriptedAssistant({"pay?": GOOD}, documents={"a.md": "between €70,000 and"})
        ),
    )
    assert result.out == Path("reports/mine")
    assert (place.folder / "reports" / "mine" / "results.json").is_file()
    assert result.summary.errors == 2


def test_an_error_is_reported_and_counted(place: Place) -> None:
    result = place.run(pay=RuntimeError("no [bold] model"))
    assert result.summary.errors == 1
    assert "errors: 1" in place.printed
    assert "pay-1 (error): no answer: RuntimeError: no [bold] model" in place.printed


def test_evidence_that_no_passage_holds_is_said(place: Place) -> None:
    quoted = {"document": "a.md", "quote": "between €70,000"}
    misspelt = {"document": "a.md", "quote": "betwixt €70,000"}
    place.write([{**QUESTIONS[0], "evidence": [quoted]}, *QUESTIONS[1:]])
    assert place.run().summary.evidence_not_found == ()
    assert "no passage holds" not in place.printed
    place.write([{**QUESTIONS[0], "evidence": [misspelt]}, *QUESTIONS[1:]])
    assert place.run().summary.evidence_not_found == ("pay-1",)
    assert "no passage holds (correct the quotes): pay-1" in place.printed


def test_compare_says_what_was_fixed_and_what_broke(place: Place) -> None:
    place.run(pay=a_decline(), out=place.folder / "before")
    place.write([*QUESTIONS[:2], {**QUESTIONS[2], "id": "hi-2"}])
    result = place.run(nurse=an_answer("no idea"), compare=place.folder / "before")
    assert result.comparison is not None
    assert result.comparison.fixed == ("pay-1",)
    assert result.comparison.broke == ("no-1",)
    assert result.comparison.added == ("hi-2",)
    assert result.comparison.removed == ("hi-1",)
    for text in ("1 fixed: pay-1", "1 broke: no-1", "1 new questions: hi-2"):
        assert text in place.printed


def test_compare_may_be_the_folder_that_is_written(place: Place) -> None:
    place.run(pay=a_decline())
    result = place.run(compare=place.folder / "out")
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
    place: Place, content: str | None, said: str
) -> None:
    earlier = place.folder / "earlier"
    earlier.mkdir()
    if content is not None:
        (earlier / "results.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        place.run(compare=earlier)
    assert place.opened == []


def test_a_report_that_cannot_be_written_is_one_clear_line(place: Place) -> None:
    blocked = place.folder / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="choose another folder with --out"):
        place.run(out=blocked)


def test_a_question_about_another_corpus_is_refused(place: Place) -> None:
    (place.corpus / "a.md").unlink()
    with pytest.raises(InputError, match=r"expects a citation of 'a\.md'"):
        place.run()


# --- stopping and going on ------------------------------------------------------------


def test_a_stopped_run_goes_on_and_ends_as_if_it_had_not_been_stopped(place: Place) -> None:
    whole = place.run(out=place.folder / "whole").out
    with pytest.raises(KeyboardInterrupt):
        place.run(nurse=KeyboardInterrupt())
    assert len((place.folder / "out" / JOURNAL).read_text().splitlines()) == 2
    resumed = place.run(resume=True).out
    asked = [conversation[-1]["content"] for conversation in place.assistant.conversations]
    assert asked == ["nurse?", "hi"]
    for name in ("results.json", "summary.json"):
        assert (resumed / name).read_bytes() == (whole / name).read_bytes()
    assert not (resumed / JOURNAL).exists()


def test_a_line_that_was_cut_short_is_asked_again(place: Place) -> None:
    with pytest.raises(KeyboardInterrupt):
        place.run(nurse=KeyboardInterrupt())
    journal = place.folder / "out" / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-20])
    assert place.run(resume=True).summary.overall.right.total == 3
    assert len(place.assistant.conversations) == 3


def test_a_run_over_other_documents_is_not_gone_on_with(place: Place) -> None:
    with pytest.raises(KeyboardInterrupt):
        place.run(nurse=KeyboardInterrupt())
    (place.corpus / "a.md").write_text("other text", encoding="utf-8")
    with pytest.raises(InputError, match="start afresh without --resume"):
        place.run(resume=True)


def test_without_resume_a_run_starts_afresh(place: Place) -> None:
    with pytest.raises(KeyboardInterrupt):
        place.run(nurse=KeyboardInterrupt())
    place.run()
    assert len(place.assistant.conversations) == 3


def test_resume_without_a_stopped_run_is_a_run(place: Place) -> None:
    assert place.run(resume=True).summary.overall.right.total == 3


# --- limits ---------------------------------------------------------------------------


def test_a_limit_that_is_missed_is_an_error_that_names_it(place: Place) -> None:
    summary = place.run(nurse=an_answer("A nurse earns $90k.")).summary
    require(summary, at_least={"right": 0.6, "aurc": 1.0})
    with pytest.raises(QualityError, match=r"right is 66\.7 %, the limit 70\.0 %"):
        require(summary, at_least={"right": 0.7, "figure-precision": 0.5})
    with pytest.raises(QualityError, match=r"aurc is .* the limit 10\.0 %"):
        require(summary, at_least={"aurc": 0.1})
    with pytest.raises(QualityError, match="evidence-f1 could not be measured"):
        require(summary, at_least={"evidence-f1": 0.1})


# --- where answers are lost -----------------------------------------------------------

QUOTE = ("a.md", "Seniors earn €70,000.")
FOUND = {"a.md": "Seniors earn €70,000."}


@pytest.mark.parametrize(
    ("answer", "drafted", "documents", "stage"),
    [
        (an_answer("€70,000 [1]", QUOTE), None, FOUND, None),
        (an_answer("Well [1]", QUOTE), Drafted("Well €70,000 [1]"), FOUND, Stage.REMOVED),
        (
            an_answer("Well [1]", QUOTE),
            Drafted("Well [1]", an_answer("", QUOTE).citations),
            FOUND,
            Stage.NOT_SAID,
        ),
        (an_answer("Well", QUOTE), Drafted("Well"), FOUND, Stage.NOT_PICKED),
        (an_answer("Well", QUOTE), Drafted("Well"), {"a.md": "Rain."}, Stage.NOT_RETRIEVED),
        (an_answer("Well", QUOTE), Drafted("Well"), {"b.md": FOUND["a.md"]}, Stage.NOT_RETRIEVED),
        (a_decline(), Drafted("Not said."), FOUND, Stage.WRONGLY_DECLINED),
        (a_decline(), Drafted("Not said."), {}, Stage.NOT_RETRIEVED),
        (an_answer("€70,000"), Drafted("€70,000"), FOUND, Stage.NOT_CITED),
        (RuntimeError("broken"), None, FOUND, Stage.ERROR),
    ],
)
def test_the_stage_that_lost_the_answer_is_named(
    answer: Answer | Exception,
    drafted: Drafted | None,
    documents: dict[str, str],
    stage: Stage | None,
) -> None:
    question = a_question("q", figures=(Figure(70_000, "EUR"),), documents=("a.md",))
    assistant = ScriptedAssistant({"q": answer}, {"q": drafted} if drafted else {}, documents)
    assert ask(a_bench(assistant), question).stage is stage


def test_an_answer_where_none_is_known_and_a_forbidden_one_have_stages_of_their_own() -> None:
    said = ScriptedAssistant({"q": an_answer("€9")})
    unanswerable = a_question("q", answerable=False)
    assert ask(a_bench(said), unanswerable).stage is Stage.WRONGLY_ANSWERED
    forbidden = a_question("q", points=(("€9",),), forbidden_figures=(Figure(9, "EUR"),))
    assert ask(a_bench(said), forbidden).stage is Stage.SAID_TOO_MUCH


def test_retrieval_is_judged_by_the_quotes_of_the_question() -> None:
    documents = {"b.md": "Rain.", "a.md": "Seniors **earn** €70,000.", "c.md": "€70,000"}
    assistant = ScriptedAssistant({"q": an_answer("x")}, documents=documents)
    quoted = a_question("q", evidence=(Quote("a.md", "seniors earn €70,000"),))
    assert ask(a_bench(assistant), quoted).retrieval == Retrieval(relevant=1, ranks=(2,))
    derived = a_question("q", figures=(Figure(70_000, "EUR"),), documents=("a.md", "c.md"))
    assert ask(a_bench(assistant), derived).retrieval == Retrieval(relevant=2, ranks=(2, 3))
    assert ask(a_bench(assistant), a_question("q")).retrieval is None
