"""One figure as a phrase, figure first: what every sentence and list of a pay answer is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.draft import Draft
from rag.documents.parsed import strip_markup
from rag.documents.sentences import normalise
from rag.facts import wording
from rag.facts.context import read_facets
from rag.facts.facets import find_levels, find_years
from rag.facts.money import PERCENT, find_mentions
from rag.types import SalaryFact

MAX_OWN_SENTENCE_CHARS = 330


def amount(fact: SalaryFact, draft: Draft) -> str:
    """ "**$210k** a year", "**8%**"."""
    figure = wording.figure(fact, draft.library.documents[fact.document].text)
    return f"**{figure}**{wording.period(fact)}"


def phrase(fact: SalaryFact, draft: Draft) -> str:
    """ "**$210k** a year: median base salary of senior AI engineers (5-9 years), June 2026 [1]"."""
    marker = draft.cite_fact(fact)
    who = who_within(fact)
    where = _spaced(wording.place(fact))
    if said := reservation(fact, draft):
        where += f" ({said})"
    when = f", {wording.date(fact.as_of)}" if fact.as_of else ""
    if fact.currency == PERCENT:
        of = f" of {fact.basis}" if fact.basis else ""
        return (
            f"{amount(fact, draft)}{of} as {wording.kind(fact)} for {who}{where}{when} [{marker}]"
        )
    if fact.component == "unspecified" and fact.statistic != "median" and not fact.point:
        return f"{amount(fact, draft)} for {who}{where}{when} [{marker}]"
    kind = wording.kind(fact)
    if fact.point.startswith("p") and (fact.low is None or fact.high is None):
        kind = "pay" if fact.component == "unspecified" else kind.split(" ", 1)[1]
    return f"{amount(fact, draft)}: {kind} of {who}{where}{when} [{marker}]"


_RESERVATION = re.compile(
    r"\s*(?P<unit>(?:[A-Z]{3}\s)?equivalent)?,?\s*\(?"
    r"(?P<said>(?:for|particularly|especially|depending|excluding|including|before|plus|top|with)\s[^.;()|]{3,110})?(?![^\s.;()|,])",
)


def reservation(fact: SalaryFact, draft: Draft) -> str:
    """What the source adds right behind its figure ("USD equivalent, for top talent"); "" for none
    and for what names a place, a level or another figure."""
    text = draft.library.documents[fact.document].text
    end = min(fact.evidence.end, fact.span.end + 120)
    match = _RESERVATION.match(normalise(text[fact.span.end : end]))
    if match is None:
        return ""
    said = re.split(r",?\s+and\s+in\b|,\s+(?:while|and|but)\b", match["said"] or "")[0].strip(" ,")
    facets = read_facets(said)
    if facets.levels or facets.years or facets.component or facets.date or re.search(r"\d", said):
        said = ""
    if facets.places and not said.lower().startswith(("particularly", "especially")):
        said = ""
    unit = f"{fact.currency} equivalent" if match["unit"] else ""
    return ", ".join(filter(None, [unit, said]))


def own_sentence(facts: Sequence[SalaryFact], draft: Draft) -> str | None:
    """The source's own sentence, its figures in bold, where it says all by itself: who, for how
    much, with the reservations it makes. None for table rows, for sentences that hold other figures
    than these, and for those without their subject.

    :param facts: of one document and one sentence.
    """
    first = facts[0]
    document = draft.library.documents[first.document]
    text = document.text
    if first.in_table or any(f.evidence != first.evidence for f in facts):
        return None
    sentence = first.evidence.of(text)
    spans = sorted({(f.span.start, f.span.end) for f in facts})
    labelled = any(f.label and sentence.lstrip("*_ ").startswith(f"{f.label}") and ":" in sentence for f in facts)  # fmt: skip
    if (
        labelled
        or len(sentence) > MAX_OWN_SENTENCE_CHARS
        or len(list(find_mentions(sentence))) != len(spans)
    ):
        return None
    if not all(_names_its_subject(sentence, f) for f in facts):
        return None
    pieces, position = [], first.evidence.start
    for start, end in spans:
        pieces += [text[position:start], f"\0{text[start:end]}\1"]
        position = end
    pieces.append(text[position : first.evidence.end])
    plain = strip_markup(normalise("".join(pieces)))
    bold = plain.replace("\0", "**").replace("\1", "**")
    return f"{wording.capital(bold.rstrip('. '))} [{draft.cite_fact(first)}]"


def _names_its_subject(sentence: str, fact: SalaryFact) -> bool:
    low = sentence.lower()
    named = [fact.label.partition(" (")[0], fact.place or ""]
    heads = [r.split()[-1] for r in (fact.role or "").split("/") if r]
    return all(name.lower() in low for name in named) and any(head in low for head in heads)


def who_within(fact: SalaryFact) -> str:
    """Whose figure it is, as written within a sentence; names of groups and people ("Ann Lee, Chief
    Financial Officer") keep their capitals."""
    who = wording.who(fact)
    named = fact.label and not any(find_levels(fact.label)) and not any(find_years(fact.label))
    is_rung = (fact.level or fact.min_years is not None) and "," not in fact.label and not named
    return lower_first(who) if is_rung else who


def lower_first(text: str) -> str:
    """A phrase within a sentence: "Senior and Lead AI Engineers" becomes "senior and lead AI
    engineers"; what is not only capital at its start stays."""
    return re.sub(r"\b[A-Z](?=[a-z]+\b|\b)(?![a-z]*[A-Z])", lambda m: m[0].lower(), text)


def _spaced(text: str) -> str:
    return f" {text}" if text else ""
