"""``career-chat eval``: measure the answers, and make the questions to measure them with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ui import offline

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
    offline.set_environment(model)
    from eval.run import Options, require, run
    from eval.workers import Setting
    from rag.settings import DEFAULT_CORPUS

    console = Console()
    try:
        result = run(
            questions,
            Setting(corpus or DEFAULT_CORPUS, store, model),
            Options(out=out, compare=compare, resume=resume, workers=workers),
            console=console,
        )
    except KeyboardInterrupt:
        console.print("\nStopped. What was answered is kept: go on with --resume.")
        raise
    require(result.summary, at_least=limits)


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
