"""``career-chat eval``: measure the answers, and make the questions to measure them with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ui.access import offline

app = typer.Typer(
    help="Put a file of questions to the program, judge the answers, write a report.",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Corpus = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The folder of documents. (default: the project's corpus)"),
]
Store = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where the index lives. (default: your data directory)"),
]


@app.callback()
def evaluate(
    context: typer.Context,
    questions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The questions: a .jsonl, .csv or .xlsx file, or a folder of such files. "
            "(default: the project's)",
        ),
    ] = None,
    corpus: Corpus = None,
    store: Store = None,
    model: Annotated[str, typer.Option(metavar="M", help="As for 'ask'.")] = "embedded",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the report goes.")] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="DIR", help="An earlier report to compare with.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that was stopped in --out.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Processes that answer. (default: one a core)"),
    ] = None,
    judge: Annotated[
        str,
        typer.Option(
            metavar="M",
            help="A language model, named as for --model, whose opinion of each answer is shown "
            "beside the measures and is part of none. (default: none)",
        ),
    ] = "",
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERCENT",
            help="Exit with 1 where fewer questions are right. Also NAME=PERCENT, for any measure "
            "of summary.json, and several times.",
        ),
    ] = None,
) -> None:
    """Run the evaluation, print its tables and write the report.

    Stop a run with Ctrl-C; go on with --resume.
    """
    if context.invoked_subcommand is not None:
        return
    limits = dict(_limit(text) for text in fail_under or [])
    offline.set_environment(model, judge)
    from eval.run import Options, require, run
    from eval.workers import Setting
    from rag.settings import DEFAULT_CORPUS

    console = Console()
    try:
        result = run(
            questions,
            Setting(corpus or DEFAULT_CORPUS, store, model),
            Options(out=out, compare=compare, resume=resume, workers=workers, judge=judge),
            console=console,
        )
    except KeyboardInterrupt:
        console.print("\nStopped. What was answered is kept: go on with --resume.")
        raise
    require(result.summary, at_least=limits)


@app.command()
def draft(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="A new .jsonl, .csv or .xlsx file of questions.")
    ],
    corpus: Corpus = None,
    store: Store = None,
    most: Annotated[int, typer.Option(min=10, max=5000, help="How many at most.")] = 120,
) -> None:
    """Draft a first question file from the documents, for you to correct.

    The expected answers are what the program read: a draft measures nothing until you have
    looked at it.
    """
    from eval.draft_questions import Sources, check_new, write_questions
    from eval.draft_questions import draft as drafted
    from rag.index.store import update
    from rag.settings import DEFAULT_CORPUS

    check_new(out)  # before a large folder is read
    _, generation = update(corpus or DEFAULT_CORPUS, store=store)
    questions = drafted(Sources(generation.documents, generation.facts), most=most)
    write_questions(questions, out)
    print(f"{len(questions)} questions are in {out}: correct them, then run")
    print(f"career-chat eval --questions {out}{f' --corpus {corpus}' if corpus else ''}")


@app.command(name="from-feedback")
def from_feedback(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="A new .jsonl, .csv or .xlsx file of questions.")
    ],
    corpus: Corpus = None,
    store: Store = None,
    known: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Questions that are there already and are left out."),
    ] = None,
) -> None:
    """Make questions of the answers that visitors liked and disliked.

    A liked answer is expected again. A disliked one becomes a draft, which is not asked until
    you have written down what is right.
    """
    from eval.draft_questions import write_questions
    from eval.feedback import questions_of
    from eval.questions import load_questions
    from rag.errors import InputError
    from rag.settings import DEFAULT_CORPUS, default_store
    from ui.service.feedback import Feedback

    opinions = Feedback(store or default_store(corpus or DEFAULT_CORPUS)).questions()
    if not opinions:
        raise InputError("no answer has been liked or disliked yet on the page of this corpus")
    questions = questions_of(opinions, known=load_questions(known) if known else ())
    write_questions(questions, out)
    drafts = sum(question.draft for question in questions)
    print(f"{len(questions)} questions are in {out}; {drafts} of them wait for you to correct them")


def _limit(text: str) -> tuple[str, float]:
    """ "90" or "figure-precision=99.5" as the measure's key and its limit in 0..1."""
    from eval.summary import MEASURES

    key, equals, number = text.rpartition("=")
    key = key.strip() if equals else "right"
    try:
        limit = float(number)
    except ValueError:
        limit = -1.0
    if not 0 <= limit <= 100:
        raise typer.BadParameter(f"--fail-under {text}: write a number from 0 to 100.")
    if key not in MEASURES:
        raise typer.BadParameter(
            f"--fail-under {text}: there is no measure {key!r}; there are {', '.join(MEASURES)}."
        )
    return key, limit / 100
