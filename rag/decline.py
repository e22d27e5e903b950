"""Saying that the documents don't say: why, and what nearby they do cover. Never a sum of money."""

from __future__ import annotations

import re

from rag.salary import wording
from rag.salary.match import Gap
from rag.types import Document

_COMPONENTS = {
    "unspecified": "pay",
    "base": "base salary",
    "total": "total compensation",
    "bonus": "bonuses",
}


def decline_pay(gap: Gap) -> str:
    """The reason that a pay question has no answer, and what the corpus has instead."""
    covered = wording.joined([_covered(gap.facet, c) for c in gap.covered[:6]])
    match gap.facet:
        case "place":
            asked = (
                f"pay in {wording.the(gap.asked)}"
                if gap.asked != "remote work"
                else "pay for remote work"
            )
            have = f"they give pay for {covered} only" if covered else "they name no places"
            back = "Ask me about one of those, or add a document that covers it."
        case "role":
            asked = f"pay for {wording.plural(gap.asked)}"
            have = f"they are about {covered}" if covered else "they name no role"
            back = f"Ask me about one of those, or add a document about {gap.asked} pay."
        case "level":
            asked = f"pay at that level ({gap.asked})" if gap.asked else "pay at that level"
            have = f"they give {covered}" if covered else "they give no levels"
            back = "Ask me about one of those."
        case "name":
            asked = f"pay at {gap.asked}"
            have = "their figures are not tied to it"
            back = "Ask me without the name, or add a document that covers it."
        case "date":
            asked = f"pay in {gap.asked}"
            have = f"their figures are from {covered}" if covered else "their figures are undated"
            back = "Ask me for those, or add a document of that date."
        case _:
            asked = gap.asked or "that"
            have = f"for this they give {covered}" if covered else "they give no pay"
            back = "Ask me about that instead."
    return f"The documents don't cover {asked}: {have}. {back}"


def _covered(facet: str, value: str) -> str:
    if facet == "role":
        return wording.joined([wording.plural(r) for r in value.split("/")])
    if facet == "place":
        return wording.the(value)
    if facet == "date":
        return wording.date(value)
    return _COMPONENTS.get(value, value) if facet == "component" else value


def decline_topic(documents: tuple[Document, ...]) -> str:
    """Nothing on the subject at all."""
    subjects = [_subject(d.title) for d in documents[:4]]
    more = " and more" if len(documents) > 4 else ""
    return (
        f"The documents don't say. They cover {wording.joined(list(dict.fromkeys(subjects)))}{more}. "
        "Ask me about one of those, or add a document that covers your subject."
    )


def _subject(title: str) -> str:
    """A title as a subject: without its subtitle and year, as one writes it within a sentence."""
    short = re.sub(r"\s+in\s+(?:19|20)\d\d$", "", re.split(r"[:|–—]", title)[0].strip())
    first = short.split()[0] if short.split() else ""
    return short[0].lower() + short[1:] if first[1:].islower() else short
