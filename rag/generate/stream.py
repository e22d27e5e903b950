"""A model's text as it comes -> whole sentences with their citations in one form.

Nothing is passed on before it is complete: a sentence waits for the citations behind it, and a
citation for its closing bracket. What is passed on is what will be shown: unusual letters and
digits are folded (Unicode NFKC), invisible characters are gone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rag.documents.sentences import split_sentences
from rag.messages import MARKER
from rag.types import Span

MAX_LINE_CHARS = 2000
"""A line that is longer is cut into sentences as if it ended there."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence. ``line`` numbers the line that it stands on, and ``paragraph`` the paragraph;
    ``item`` says that the line is a list's."""

    text: str
    line: int
    paragraph: int
    item: bool = False

    @property
    def markers(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(int(n) for n in MARKER.findall(self.text)))


_BRACKETED = re.compile(
    r"[\[【［]\s*\^?\s*(\d{1,6}(?:\s*[,;、]\s*\d{1,6})*)\s*(?:†[^\]】］]{0,40})?\s*[\]】］]"
)
_OPEN_BRACKET = re.compile(r"[\[【［][^\]】］]{0,60}$")
_MARKERS_BEHIND_END = re.compile(r"([.!?])((?:\s?\[\d+\])+)(?=\s|$)")
_ITEM = re.compile(r"^\s*(?:[-*+•–]|\d{1,2}[.)])\s+")
_WORD_BEHIND_END = re.compile(r"[.!?…][^\w\s]*(?:\s?\[[\d,;\s]+\][^\w\s]*)*\s+\S+\s$")


def folded(text: str) -> str:
    """Text with compatible characters folded into the usual ones, and every citation as ``[1]``."""
    plain = unicodedata.normalize("NFKC", _BRACKETED.sub(_usual, text))
    visible = "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in {"Cf", "Cc"})
    return _BRACKETED.sub(_usual, visible)


def _usual(match: re.Match[str]) -> str:
    return "".join(f"[{int(number)}]" for number in re.findall(r"\d+", match[1]))


@dataclass(slots=True)
class SentenceStream:
    """Takes pieces of any size; gives sentences as they are complete."""

    _buffer: str = ""
    _line: int = 0
    _paragraph: int = 0
    _item: bool = False
    _begun: bool = False

    def feed(self, piece: str) -> Iterator[Spoken]:
        # Letter by letter, so that the sentences do not depend on how the text was cut up.
        for letter in piece:
            self._buffer += letter
            if letter == ">":
                self._buffer = _without_thoughts(self._buffer)
            if self._buffer.lstrip().startswith("<think"):
                continue
            if letter == "\n" or len(self._buffer) > MAX_LINE_CHARS:
                yield from self._line_ended()
            elif letter.isspace() and _WORD_BEHIND_END.search(self._buffer):
                yield from self._begun_line()

    def end(self, *, complete: bool) -> Iterator[Spoken]:
        """What is left; without the last sentence where the model was cut off in it."""
        if "<think" in self._buffer:
            return
        sentences = self._split(_OPEN_BRACKET.sub("", self._buffer))
        if not complete and sentences and not _ends(sentences[-1]):
            sentences.pop()
        yield from (self._spoken(sentence) for sentence in sentences)
        self._buffer = ""

    def _line_ended(self) -> Iterator[Spoken]:
        line, self._buffer = self._buffer, ""
        if line.strip():
            yield from (self._spoken(sentence) for sentence in self._split(line))
            self._line += 1
        elif not self._begun:
            self._paragraph += 1
        self._item = self._begun = False

    def _begun_line(self) -> Iterator[Spoken]:
        """The sentences of the last line behind which another has begun."""
        if _OPEN_BRACKET.search(self._buffer):
            return
        *sentences, rest = self._split(self._buffer) or [""]
        if sentences:
            yield from (self._spoken(sentence) for sentence in sentences)
            self._buffer = f"{rest} "
            self._begun = True

    def _spoken(self, sentence: str) -> Spoken:
        return Spoken(sentence, self._line, self._paragraph, self._item)

    def _split(self, line: str) -> list[str]:
        if not self._begun and (item := _ITEM.match(line)):
            self._item = True
            line = line[item.end() :]
        line = folded(line).replace("\n", " ")
        line = _MARKERS_BEHIND_END.sub(lambda m: f" {m[2].strip()}{m[1]}", line)
        return [
            text for span in split_sentences(line, Span(0, len(line))) if (text := span.of(line))
        ]


def _without_thoughts(text: str) -> str:
    """Without what a model says between <think> and </think>, or before a lone </think>."""
    text = re.sub(r"<think\b[^>]*>.*?</think>", "", text, flags=re.S)
    return text.rsplit("</think>", 1)[-1]


def _ends(sentence: str) -> bool:
    return bool(re.search(r"(?:[.!?…][\"')*]*|\])(?:\s*\[\d+\])*$", sentence.strip()))
