"""Differences that the documents state as a percentage: said as they stand, and applied to an
amount of the question's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from rag.answer.draft import Draft
from rag.answer.pay.phrases import own_sentence
from rag.documents.sentences import normalise
from rag.documents.words import stem, terms, words
from rag.facts import wording
from rag.facts.money import PERCENT
from rag.facts.roles import abbreviate, same_role
from rag.types import SalaryFact
from rag.understand.pay import PayQuestion

MAX_SENTENCES = 3

_ASKS_FOR_A_DIFFERENCE = re.compile(
    r"\b(?:add(?:s|ed)?|bring(?:s)?|bump|boost|premium|discount|penalt(?:y|ies)|happens?\s+to|worth\s+(?:it|more)|extra|pay\s+off|more|less|better|worse|lower|higher"
    r"|lose|gain|raise|increase|change[sd]?|differ(?:s|ence|ent)?|switch(?:ing)?|mov(?:e|es|ing)|rest\s+of|overall|ratio|against|versus|vs\.?|compared?)\b",
    re.I,
)


def say_premiums(question: PayQuestion, draft: Draft, *, asked_only: bool = False) -> bool:
    """The stated differences that are about what the question compares; False where none is.

    :param asked_only: only where the question asks for a difference and for no level's or
        place's own figure.
    """
    if not _ASKS_FOR_A_DIFFERENCE.search(question.text):
        return False
    own_figure = question.levels or question.years or question.places or question.labels
    if asked_only and own_figure and not question.amounts:
        return False
    facts = _about(question, draft)
    if not facts:
        return False
    for _, group in groupby(facts[: MAX_SENTENCES * 2], key=lambda f: (f.document, f.evidence)):
        draft.say(_sentence(list(group), draft))
    _apply(question, facts, draft)
    return True


MAX_CHARS_APART = 400


def say_nearby(facts: Sequence[SalaryFact], draft: Draft) -> None:
    """The differences that the documents state right beside figures ("outpacing the overall tech
    median by 22 %")."""
    beside = [
        p
        for p in draft.library.ledger.facts
        if p.component == "premium" and p.versus
        and any(p.document == f.document and abs(p.span.start - f.span.start) < MAX_CHARS_APART and p.role == f.role for f in facts)
    ]  # fmt: skip
    for fact in _without_repeats(beside)[:2]:
        draft.say(_sentence([fact], draft))


def stated_differences(question: PayQuestion, draft: Draft) -> list[SalaryFact]:
    """The stated differences about what the question compares."""
    return _about(question, draft)


def _about(question: PayQuestion, draft: Draft) -> list[SalaryFact]:
    ledger = draft.library.ledger
    pool = [
        f
        for f in ledger.facts
        if f.component == "premium" and f.currency == PERCENT and f.statistic != "growth"
    ]
    wanted = _wanted_terms(question, ledger.main_role)
    stated = {m.low for m in question.amounts if m.currency == PERCENT}
    said = set(terms(abbreviate(normalise(question.text))))
    scores: list[float] = []
    for fact in pool:
        held = ledger.context(fact) | set(terms(fact.versus))
        roles = [r for r in question.roles if r != ledger.main_role]
        if roles and not any(
            same_role(r, fact.role or "") or _role_stems(r) <= held for r in roles
        ):
            scores.append(0)  # fmt: skip
            continue
        against = set(terms(fact.versus)) - _role_stems(fact.role or "")
        named = len(against & said)
        scores.append(len(wanted & held) + (fact.low in stated) + (named if named > 1 else 0))
    best = max(scores, default=0)
    if best == 0:
        return []
    found = [f for f, score in zip(pool, scores, strict=True) if score == best]
    components = set(question.components) & {"base", "total"}
    of_component = [f for f in found if f.basis in components]
    return _without_repeats(of_component or found)


def _wanted_terms(question: PayQuestion, main: str | None) -> set[str]:
    wanted = set(question.topics)
    for role in question.roles:
        if role != main:
            wanted |= _role_stems(role) - (_role_stems(main) if main else set())
    if question.remote:
        wanted.add(stem("remote"))
    return wanted


def _role_stems(role: str) -> set[str]:
    return {stem(w) for w in words(role)}


def _without_repeats(facts: list[SalaryFact]) -> list[SalaryFact]:
    seen: dict[tuple[object, ...], SalaryFact] = {}
    for fact in facts:
        seen.setdefault((fact.document, fact.low, fact.high, fact.basis, fact.place), fact)
    return list(seen.values())


def _sentence(facts: list[SalaryFact], draft: Draft) -> str:
    if own := own_sentence(facts, draft):
        return f"{own}."
    return f"{wording.capital('; '.join(difference(f, draft) for f in facts))}."


def difference(fact: SalaryFact, draft: Draft) -> str:
    """ "**7–10%** less total compensation for remote roles than the same on-site jobs [1]"."""
    text = draft.library.documents[fact.document].text
    basis = {"base": " base salary", "total": " total compensation"}.get(fact.basis or "", " pay")
    where = wording.place(fact)
    than = f" than {fact.versus}" if fact.versus else ""
    word = "less" if fact.less else "more"
    return (
        f"**{wording.figure(fact, text)}** {word}{basis} for {wording.who(fact)}"
        f"{f' {where}' if where else ''}{than} [{draft.cite_fact(fact)}]"
    )


def _apply(question: PayQuestion, facts: list[SalaryFact], draft: Draft) -> None:
    """The question's own amount with the stated difference on it, or taken off it."""
    amounts = [m for m in question.amounts if m.currency != PERCENT and m.low is not None]
    if not amounts:
        return
    value, currency = amounts[0].low or 0.0, amounts[0].currency
    asked = set(terms(abbreviate(normalise(_last_clause(question.text)))))
    for fact in facts[:2]:
        if fact.low is None or fact.high is None:
            continue
        shares = [fact.low] if fact.low == fact.high else [fact.low, fact.high]
        shares = [-s for s in shares] if fact.less else shares
        other_side = set(terms(fact.versus)) - set(terms(fact.role or ""))
        divides = bool(other_side & asked) and not _names(fact, asked)
        marker = draft.cite_fact(fact)
        shown = []
        for share in shares:
            factor = 1 + share / 100
            result = value / factor if divides else value * factor
            sign = "÷" if divides else "×"
            shown.append(
                f"{wording.money(value, currency)} {sign} {factor:g} = **{wording.money(round(result, 2), currency)}**"
            )
        draft.say(draft.working(f"{'; '.join(shown)} [{marker}]."))


def _last_clause(text: str) -> str:
    return re.split(r"[,.:;]\s+|\s+-\s+", text.strip(" ?.!"))[-1]


def _names(fact: SalaryFact, asked: set[str]) -> bool:
    return bool(fact.role) and set(terms(fact.role or "")) <= asked
