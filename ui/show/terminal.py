"""Answers, passages and reports in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from rag.types import Answer, Citation, Hit
from ui.show.bidi import on_one_line

if TYPE_CHECKING:
    from rag import Progress as ReportProgress
    from rag.index.store import IndexReport

_PASSAGE_PREVIEW_CHARS = 320


def print_answer(console: Console, answer: Answer, *, asked: str) -> None:
    """The answer, then its numbered sources with document, section and quote."""
    from rich.markdown import Markdown  # these two are heavy, and other commands need neither

    from ui.show.render import differs, generation_note, seconds_note

    if differs(answer.standalone_question, asked):
        console.print(Text(f"searched for: {answer.standalone_question}", style="dim italic"))
    # Markdown would read "[1]: …" as the definition of a link; an escaped bracket is text.
    console.print(Markdown(answer.text.replace("[", "\\["), hyperlinks=False))
    for conflict in answer.conflicts:
        markers = " ".join(f"[{marker}]" for marker in conflict.markers)
        console.print(Text(f"Sources differ: {conflict.about} {markers}", style="yellow"))
    if answer.citations:
        console.print(Text("\nSources", style="bold"))
    for citation in answer.citations:
        _print_source(console, citation)
    if answer.suggestions:
        console.print(Text("\nYou could also ask", style="bold"))
        for suggestion in answer.suggestions:
            console.print(Text(f"  {suggestion}"))
    if answer.generation and answer.generation.notice:
        console.print(Text(f"\n{answer.generation.notice}", style="yellow"))
    console.print(Text(f"\n{seconds_note(answer.timings_ms, answer.model)}", style="dim"))
    if answer.generation:
        figures = f"{answer.generation.model}: {generation_note(answer.generation)}"
        console.print(Text(figures, style="dim"))


def _print_source(console: Console, citation: Citation) -> None:
    page = f", page {citation.page}" if citation.page is not None else ""
    heading = Text(f"[{citation.marker}] ", style="cyan")
    heading.append(citation.title, style="bold")
    heading.append(f" ({citation.document}{page})", style="dim")
    console.print(heading)
    if citation.section:
        console.print(Padding(Text(citation.section, style="dim"), (0, 0, 0, 4)))
    quote = " ".join(citation.quote.split())
    console.print(Padding(Text(f"“{quote}”"), (0, 0, 0, 4)))


def print_hits(console: Console, hits: tuple[Hit, ...]) -> None:
    """The ranked passages, and why each ranks."""
    if not hits:
        console.print("No passage matches.")
    for rank, hit in enumerate(hits, start=1):
        heading = Text(f"{rank}. ", style="cyan")
        heading.append(hit.chunk.title, style="bold")
        heading.append(f"  {hit.chunk.document}", style="dim")
        console.print(heading)
        if hit.chunk.section:
            console.print(Padding(Text(hit.chunk.section, style="dim"), (0, 0, 0, 3)))
        signals = "  ".join(f"{name} {value:.3g}" for name, value in sorted(hit.signals.items()))
        console.print(Padding(Text(f"score {hit.score:.3f}  {signals}", style="dim"), (0, 0, 0, 3)))
        plain = " ".join(sentence.plain for sentence in hit.chunk.sentences)
        shown = (
            plain if len(plain) <= _PASSAGE_PREVIEW_CHARS else plain[:_PASSAGE_PREVIEW_CHARS] + "…"
        )
        console.print(Padding(Text(shown), (0, 0, 1, 3)))


def print_index_report(console: Console, report: IndexReport) -> None:
    """What was added, changed, removed and failed, and what the index now holds."""
    for name, style in (("added", "green"), ("changed", "yellow"), ("removed", "red")):
        for path in getattr(report, name):
            console.print(f"[{style}]{name:>8}[/]  {escape(on_one_line(path))}", soft_wrap=True)
    for failure in report.failed:
        line = f"[bold red]{'failed':>8}[/]  {escape(on_one_line(failure.path))}: {escape(failure.reason)}"
        console.print(line, soft_wrap=True)
    documents = len(report.added) + len(report.changed) + len(report.unchanged)
    console.print(
        f"{documents} document{'' if documents == 1 else 's'} ({len(report.unchanged)} unchanged), "
        f"{report.chunks} passages, {report.facts} figures about pay, "
        f"in {report.seconds:.1f} s{_speed(report)}\n{escape(str(report.store))}",
        soft_wrap=True,
    )


def _speed(report: IndexReport) -> str:
    memory = f"at most {report.peak_memory_bytes / 2**20:,.0f} MB of memory"
    if report.chunks_per_second is None:
        return f" ({memory})"
    return f" ({report.embedded} embedded, {report.chunks_per_second:.0f} a second; {memory})"


def print_pairs(console: Console, title: str, pairs: dict[str, str]) -> None:
    """A titled block of names and values."""
    console.print(Text(f"\n{title}", style="bold"))
    table = Table.grid(padding=(0, 2))
    for name, value in pairs.items():
        table.add_row(Text(f"  {name}", style="dim"), Text(value, overflow="fold"))
    console.print(table)


@contextmanager
def progress_bar(console: Console) -> Iterator[ReportProgress]:
    """A bar on a terminal, silence elsewhere; gives the function that moves it.

    :param console: writes to stderr, so that stdout stays the result.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting", total=None)

        def report(doing: str, done: int, total: int) -> None:
            bar.update(task, description=escape(doing), completed=done, total=total)

        yield report
