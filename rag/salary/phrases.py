"""One figure as a phrase, figure first: what every sentence and list of a pay answer is made of."""

from __future__ import annotations

from collections.abc import Sequence

from rag.documents.parsed import strip_markup
from rag.draft import Draft
from rag.salary import wording
from rag.salary.money import PERCENT, find_mentions
from rag.sentences import normalise
from rag.types import SalaryFact

MAX_OWN_SENTENCE_CHARS = 260


def amount(fact: SalaryFact, draft: Draft) -> str:
    """ "**$210k** a year", "**8%**"."""
    figure = wording.figure(fact, draft.library.documents[fact.document].text)
    return f"**{figure}**{wording.period(fact)}"


def phrase(fact: SalaryFact, draft: Draft) -> str:
    """ "**$210k** a year: median base salary of senior AI engineers (5-9 years), June 2026 [1]"."""
    marker = draft.cite_fact(fact)
    who = lower_first(wording.who(fact))
    where = _spaced(wording.place(fact))
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
    if len(sentence) > MAX_OWN_SENTENCE_CHARS or len(list(find_mentions(sentence))) != len(spans):
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


def sentence(fact: SalaryFact, draft: Draft) -> str:
    """A whole sentence: the source's own where that says all, else the phrase."""
    return f"{own_sentence([fact], draft) or phrase(fact, draft)}."


def lower_first(text: str) -> str:
    """A phrase within a sentence: "Senior engineers" becomes "senior engineers", "AI engineers" stays."""
    first = text.split()[0] if text.split() else ""
    return text[0].lower() + text[1:] if first[1:2].islower() or len(first) == 1 else text


def _spaced(text: str) -> str:
    return f" {text}" if text else ""
