"""An answer's evidence -> the prompt for a language model, kept within a token budget.

The texts are files of the folder ``prompts``, with named placeholders. The system message is
the same for every question, so that a model's cache of it can be used again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from rag.errors import ModelError
from rag.facts import wording
from rag.generate.sources import Source
from rag.types import CitedFact, Message

FOLDER = Path(__file__).parent / "prompts"
PLACEHOLDERS = {"system.md": frozenset[str](), "question.md": frozenset({"sources", "reader", "question"})}  # fmt: skip
MAX_PROMPT_TOKENS = 900
MAX_QUESTION_CHARS = 600
MAX_SOURCE_CHARS = 400
MAX_HEADING_CHARS = 120


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts of the prompt files, their placeholders checked."""

    system: str
    question: str

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Prompts:
        """:raises ModelError: a file is missing, or has not exactly its placeholders."""
        return cls(*(_checked(folder / name, wanted) for name, wanted in PLACEHOLDERS.items()))


def _checked(path: Path, wanted: frozenset[str]) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
        found = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except (OSError, ValueError) as error:
        raise ModelError(f"the prompt {path} cannot be read ({error}): mend it") from error
    if not text or sorted(found) != sorted(wanted):
        named = wording.joined([f"{{{name}}}" for name in sorted(wanted)]) or "no placeholder"
        raise ModelError(f"the prompt {path} must hold {named}, each once: mend it")
    return text


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is to answer: the standalone question, and what is known of who asks."""

    question: str
    reader: Sequence[str]
    sources: Sequence[Source]
    facts: Sequence[CitedFact]


def build(
    asked: Asked,
    *,
    prompts: Prompts,
    count_tokens: Callable[[Sequence[Message]], int],
    max_tokens: int = MAX_PROMPT_TOKENS,
) -> list[Message]:
    """The messages, of at most ``max_tokens`` as the model counts them.

    Sources are left out from the last on until the prompt fits.

    :raises ModelError: it does not fit even with one source.
    """
    for number in range(len(asked.sources), 0, -1):
        messages = _render(asked, asked.sources[:number], prompts)
        if count_tokens(messages) <= max_tokens:
            return messages
    raise ModelError(f"the prompt does not fit into {max_tokens} tokens")


def system_message(prompts: Prompts) -> Message:
    """What every prompt begins with."""
    return {"role": "system", "content": prompts.system}


def _render(asked: Asked, sources: Sequence[Source], prompts: Prompts) -> list[Message]:
    about = "; ".join(_plain(r, MAX_QUESTION_CHARS // 4) for r in asked.reader)
    values = {
        "sources": _sources(sources, asked.facts),
        "reader": f"About the reader: {about}\n" if about else "",
        "question": _plain(asked.question, MAX_QUESTION_CHARS),
    }
    # One pass over the file's own text: braces in what is put in stay what they are.
    content = _placeholder().sub(lambda match: values[match[1]], prompts.question)
    return [system_message(prompts), {"role": "user", "content": content}]


@cache
def _placeholder() -> re.Pattern[str]:
    return re.compile(r"\{(sources|reader|question)\}")


def _sources(sources: Sequence[Source], facts: Sequence[CitedFact]) -> str:
    """The sources under their headings; a heading is written where it changes."""
    lines: list[str] = []
    before = ""
    for source in sources:
        heading = _plain(source.heading, MAX_HEADING_CHARS)
        if heading != before:
            lines += ["", heading] if lines else [heading]
            before = heading
        own = [c for c in facts if c.marker == source.marker]
        lines.append(f"[{source.marker}] {_source(source, own)}")
    return "\n".join(lines)


def _source(source: Source, facts: Sequence[CitedFact]) -> str:
    """A table row as the figures that were taken from it; a sentence as it stands, with what its
    figure is for where the sentence leaves that to its headings."""
    if facts and all(c.fact.in_table for c in facts):
        return "; ".join(_fact(c, source) for c in facts)
    text = _plain(source.text, MAX_SOURCE_CHARS)
    unsaid = dict.fromkeys(part for c in facts for part in _parts(c) if not _says(text, part))
    return f"{text} ({'; '.join(unsaid)})" if unsaid else text


def _fact(cited: CitedFact, source: Source) -> str:
    figure = wording.figure(cited.fact, source.document_text) + wording.period(cited.fact)
    return _plain(f"{', '.join(_parts(cited))}: {figure}", MAX_SOURCE_CHARS)


def _parts(cited: CitedFact) -> list[str]:
    """Whom a figure is for, where, what kind it is and how old."""
    fact = cited.fact
    basis = f" (of {fact.basis})" if fact.basis else ""
    kind = "" if wording.kind(fact) == "pay" else wording.kind(fact) + basis
    where = "" if wording.place_name(fact) == "not stated" else wording.place_name(fact)
    when = wording.date(fact.as_of) if fact.as_of else ""
    return [part for part in (wording.rung(fact), where, kind, when) if part]


def _says(text: str, part: str) -> bool:
    return all(word in text.lower() for word in re.findall(r"\w+", part.lower()))


_CONTROL = re.compile(r"<(?=[^\s\d=])")


def _plain(text: str, limit: int) -> str:
    """Text of documents and users as one line that holds nothing a chat template or a citation is
    written with: no ``<|im_end|>``, no ``[1]``, no ``[INST]``."""
    line = " ".join(_CONTROL.sub("(", text).replace("[", "(").replace("]", ")").split())
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
