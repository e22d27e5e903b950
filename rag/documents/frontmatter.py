"""YAML front matter: what a file says of itself above its text."""

from __future__ import annotations

import re

import yaml

from rag.documents.parsed import find_date

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
DATE_KEYS = ("updated", "date", "published")


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The plain values of the front matter, as written, and the text with it made blank.

    The second has the lines of the first, so that line numbers hold. Two rules with text between
    them are text.
    """
    front = _FRONT_MATTER.match(text)
    meta = _metadata(front["yaml"]) if front else None
    if front is None or meta is None:
        return {}, text
    return meta, "\n" * front[0].count("\n") + text[front.end() :]


def front_matter_date(meta: dict[str, str]) -> str | None:
    """The date of the last change that front matter states, else that of publication."""
    return next((date for key in DATE_KEYS if (date := find_date(meta.get(key, "")))), None)


def _metadata(front: str) -> dict[str, str] | None:
    try:
        meta = yaml.load(front, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return {} if re.match(r"\w+:", front) else None
    if not isinstance(meta, dict):
        return {} if meta is None or meta == "" else None
    return {str(k): v for k, v in meta.items() if isinstance(v, str)}
