"""Markdown to plain text, for reading answers and quotes."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKER = re.compile(r"\[\^?\d+(?:\s*[,;–-]\s*\d+)*\](?:\([^)\s]*\))?")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_LIST_NUMBER = re.compile(r"^([ \t>]*)\d{1,2}[.)][ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w\\])[*_]+|(?<!\\)[*_]+(?!\w)|`+|~~")
_ESCAPE = re.compile(r"\\([^\w\s])")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)")
_SPACES = re.compile(r"[^\S\n]+")
_WRAPPED_LINE = re.compile(r"(?<!\n) ?\n(?! *(?:\n|[-*+|#>]|$))")
_CHARACTERS = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-", "\uff05": "%"}
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "")
)
_TYPOGRAPHY = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "\n": " "}
)
MARKER_NUMBER = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


def plain(markdown: str) -> str:
    """The text without markup, citation markers, addresses and list numbers.

    Spaces of every kind become one plain space (thousands set apart with a hard space get
    commas: "70 000" -> "70,000"), hard hyphens plain ones. Lines wrapped within a paragraph
    are joined; list items and table rows stay on lines of their own.
    """
    text = _TAG.sub(" ", markdown)
    text = html.unescape(text)
    text = _MARKER.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _URL.sub(" ", text)
    text = _LIST_NUMBER.sub(r"\n\1", text)
    text = _EMPHASIS.sub("", text)
    text = _ESCAPE.sub(r"\1", text)
    text = _SPACED_THOUSANDS.sub(lambda match: re.sub(r"\s", ",", match[0]), text)
    text = _SPACES.sub(" ", text.translate(_CHARACTERS))
    return _WRAPPED_LINE.sub(" ", text).strip()


def comparable(markdown: str) -> str:
    """Plain text in which case, dashes, quotation marks and spaces no longer make a difference."""
    return " ".join(plain(markdown).translate(_TYPOGRAPHY).casefold().split())


def markers(markdown: str) -> frozenset[int]:
    """The numbers of the citation markers that the text holds: "[1]", "[1, 2]"."""
    return frozenset(
        int(number) for group in MARKER_NUMBER.findall(markdown) for number in group.split(",")
    )
