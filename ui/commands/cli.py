"""The console command. Each command reads its options, calls one thing, and prints.

Nothing heavy is imported for ``--help`` or a mistake in the options: the commands import what
they need when they run.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rag.errors import CareerChatError
from ui.access import offline
from ui.commands import evaluate

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index.store import IndexReport
    from ui.commands.batch import BatchFiles, Work

app = typer.Typer(
    name="career-chat",
    help="Answers about pay and careers from your documents, every figure with its source. "
    "Runs on this machine alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Corpus = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The folder of documents. (default: the project's corpus)"),
]
Store = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Where the index lives. (default: your data directory, one a corpus)"
    ),
]
Model = Annotated[
    str,
    typer.Option(
        metavar="M",
        help="Who writes the answers: 'embedded', a path or hub name of a causal language model, "
        "or the base URL of an OpenAI-compatible server.",
    ),
]
Models = Annotated[
    list[str],
    typer.Option(
        "--model",
        metavar="M",
        help="Who writes the answers, as for 'ask'; give it again for each further one that "
        "visitors may choose. 'embedded' can always be chosen.",
        show_default="embedded",
    ),
]
Batch = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Read many from a file of JSON lines.")
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Where the results of --batch go.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

app.add_typer(evaluate.app, name="eval")

_errors = Console(stderr=True)


class UsageError(typer.BadParameter):
    """Options that do not go together; exit status 2."""

    def format_message(self) -> str:
        return self.message


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; exit 0 done, 1 failed with one line, 2 wrong usage, 130 interrupted."""
    offline.set_environment()
    # For plugins that nobody has, pydantic looks through every package installed: a tenth of a start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app(args=arguments)
    except CareerChatError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(message: str) -> None:
    print(f"career-chat: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(1)


# --- commands -------------------------------------------------------------------------


@app.command()
def serve(
    corpus: Corpus = None,
    store: Store = None,
    host: Annotated[str, typer.Option(metavar="H", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="P", min=1, max=65535, help="The port.")] = 7860,
    model: Models = ["embedded"],  # noqa: B006 (Typer's way to say it; never changed)
    auth: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Ask for a login. The file has one user:hash a line; make a line with "
            "'python -m ui.access.auth NAME'.",
        ),
    ] = None,
    uploads: Annotated[
        bool | None,
        typer.Option(
            "--uploads/--no-uploads",
            help="Whether visitors may add and remove documents. (default: on this machine alone, "
            "or with --auth)",
        ),
    ] = None,
    questions_per_minute: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="How often one visitor may ask; 0 for no limit. (default: 120, and no limit on "
            "this machine alone)",
        ),
    ] = None,
) -> None:
    """Serve the chat page, to this machine alone unless --host says otherwise."""
    offline.set_environment(*model)
    from ui.access.address import Address, require_free_port
    from ui.access.auth import read_users

    address = Address(host, port)
    require_free_port(address)
    if auth:
        read_users(auth)
    assistant = _open(corpus, store, model)
    from rag.index.watch import following
    from ui.page.gradio_import import import_gradio

    import_gradio()
    from ui.commands.serve import served
    from ui.service.site import HouseRules

    rules = HouseRules(auth, uploads, questions_per_minute)
    with served(assistant, address, rules) as url:
        print(f"career-chat answers at {url}  (Ctrl-C stops it)", flush=True)
        with following(assistant, on_error=lambda error: print(f"career-chat: {error}")):
            threading.Event().wait()


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    batch: Batch = None,
    out: Out = None,
    corpus: Corpus = None,
    store: Store = None,
    model: Model = "embedded",
    as_json: AsJson = False,
) -> None:
    """Answer one question, or a batch of conversations.

    A line of a batch is {"id": "…", "turns": ["first user message", …, "last user message"]};
    its result is the answer to the last turn.
    """
    offline.set_environment(model)
    files = _batch_files(question, batch, out, what="a question")
    from ui.commands.batch import asking, open_batch

    if files:
        with open_batch(*files) as opened:
            _run_batch(opened, asking(_open(corpus, store, model)))
        return
    assert question is not None
    from rag.messages import user_turns
    from rag.types import Message

    messages = [Message(role="user", content=question)]
    user_turns(messages)  # says what is wrong with it before anything is loaded
    from ui.show.serialise import answer_json
    from ui.show.terminal import print_answer

    answer = _open(corpus, store, model).answer(messages)
    if as_json:
        _print_json(answer_json(answer))
    else:
        print_answer(Console(), answer, asked=question)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="How many passages at most.")] = 10,
    batch: Batch = None,
    out: Out = None,
    corpus: Corpus = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages found for a query, best first, and why each ranks.

    A line of a batch is {"id": "…", "query": "…"}.
    """
    files = _batch_files(query, batch, out, what="a query")
    from ui.commands.batch import open_batch, searching

    if files:
        with open_batch(*files) as opened:
            _run_batch(opened, searching(_open(corpus, store), k=k))
        return
    assert query is not None
    from ui.show.serialise import hit_json
    from ui.show.terminal import print_hits

    assistant = _open(corpus, store)
    hits = assistant.search(query, k=k)
    if as_json:
        texts = {
            hit.chunk.document: assistant.library.document(hit.chunk.document).text for hit in hits
        }
        objects = [
            {**hit_json(hit, texts[hit.chunk.document]), "signals": hit.signals} for hit in hits
        ]
        _print_json({"query": query, "hits": objects})
    else:
        print_hits(Console(), hits)


@app.command()
def index(
    corpus: Corpus = None,
    store: Store = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and update whenever a document changes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build or update the index; say what was added, changed, removed and failed."""
    folder = _corpus(corpus)
    if not watch:
        _print_report(_update(folder, store), as_json=as_json)
        return
    from rag.index.watch import indexed

    _errors.print(f"Watching {folder}; Ctrl-C stops.", markup=False, soft_wrap=True)
    for outcome in indexed(folder, store=store, progress=None, stop=threading.Event()):
        if isinstance(outcome, CareerChatError):
            _errors.print(f"career-chat: {outcome}", markup=False, soft_wrap=True)
        else:
            _print_report(outcome, as_json=as_json)


@app.command()
def feedback(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the questions go. (default: they are printed)"),
    ] = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Export what visitors liked and disliked as an evaluation file, one question a line."""
    from rag.settings import default_store
    from ui.service.feedback import Feedback

    questions = Feedback(store or default_store(_corpus(corpus))).questions()
    lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
    if out is None:
        sys.stdout.write(lines)
    else:
        out.write_text(lines, "utf-8")
        print(f"{len(questions)} questions in {out}")


@app.command()
def check(
    batch: Annotated[Path, typer.Option(metavar="FILE", help="The claims, as JSON lines.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the results go.")],
) -> None:
    """Say for each claim whether its evidence supports it.

    A line is {"id": "…", "claim": "…", "evidence": ["sentence", …]}; its result has "support"
    from 0 to 1 and "supporting", the indices of the sentences that do.
    """
    from ui.commands.batch import checking, open_batch

    with open_batch(batch, out) as opened:
        from rag.verify.support import Checker

        _run_batch(opened, checking(Checker.open()))


@app.command()
def doctor(
    corpus: Corpus = None, store: Store = None, model: Model = "embedded", as_json: AsJson = False
) -> None:
    """Show what is installed and where, how fast it is, and proof that nothing is fetched."""
    offline.set_environment(model)
    from ui.commands.doctor import examine, print_examination

    examination = examine(_corpus(corpus), store=store, model=model)
    if as_json:
        _print_json(examination)
    else:
        print_examination(Console(), examination)


# --- helpers --------------------------------------------------------------------------


def _batch_files(
    single: str | None, batch: Path | None, out: Path | None, *, what: str
) -> tuple[Path, Path] | None:
    """The batch and its output, or None for a single question; anything else is wrong usage."""
    if batch is None and out is None and single is not None:
        return None
    if batch is None and single is None:
        raise UsageError(f"Give {what}, or --batch FILE and --out FILE.")
    if single is not None:
        raise UsageError(f"Give {what} or --batch with --out, not both.")
    if batch is None or out is None:
        raise UsageError("--batch needs --out FILE for its results.")
    return batch, out


def _corpus(corpus: Path | None) -> Path:
    from rag.settings import DEFAULT_CORPUS

    return corpus if corpus is not None else DEFAULT_CORPUS


def _open(
    corpus: Path | None, store: Path | None, model: str | Sequence[str] = "embedded"
) -> Assistant:
    from rag import open_assistant
    from ui.show.terminal import progress_bar

    with progress_bar(_errors) as progress:
        return open_assistant(_corpus(corpus), store, model, progress=progress)


def _update(corpus: Path, store: Path | None) -> IndexReport:
    from rag import build_index
    from ui.show.terminal import progress_bar

    with progress_bar(_errors) as progress:
        return build_index(corpus, store, progress=progress)


def _run_batch(files: BatchFiles, work: Work) -> None:
    from ui.commands.batch import run_batch
    from ui.show.terminal import progress_bar

    total = len(files.lines)
    done = 0
    with progress_bar(_errors) as progress:

        def step() -> None:
            nonlocal done
            done += 1
            progress("answering", done, total)

        report = run_batch(files, work, on_result=step)
    if report.errors:
        print(
            f"career-chat: {report.errors} of {report.lines} lines have an error.", file=sys.stderr
        )


def _print_report(report: IndexReport, *, as_json: bool) -> None:
    from ui.show.serialise import report_json
    from ui.show.terminal import print_index_report

    if as_json:
        _print_json(report_json(report))
    else:
        print_index_report(Console(), report)


def _print_json(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
