"""What the turns of a conversation ask of pay, as values: slots that the last turn leaves open are
filled from the turns before it.

Nothing is rewritten. A conversation has several readings, the last turn by itself and with what was
said before; a turn that leans on what was said has the latter alone, and of the others it shows in
what the cross-encoder makes of the figures that each leads to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from rag.facts.ledger import Ledger
from rag.understand.pay import PayQuestion, Task, read_question, resolved, with_task


def readings_of(
    turns: Sequence[str], ledger: Ledger, tasks: Sequence[Task], *, leans: bool = False
) -> tuple[PayQuestion, ...]:
    """The last turn by itself, for each task, with the topics that its words may be and without;
    then, where these differ, as the conversation leaves it, for whichever occupation, and, where
    it compares, beside what was asked before.

    :param tasks: what the last turn may ask to do with the figures.
    :param leans: whether it takes up what was said before; by itself it means nothing then.
    """
    *before, last = [ledger.in_full(turn) for turn in turns]
    asked = resolved(read_question(last), ledger)
    now = [
        own
        for task in tasks
        for with_topics in [with_task(asked, task)]
        for own in (with_topics, replace(with_topics, topics=()))
    ]
    if not before:
        return tuple(dict.fromkeys(now))
    past = reduce(filled, (resolved(read_question(turn), ledger) for turn in before))
    others = []
    for own in now:
        whole = filled(past, own)
        others += [whole, replace(whole, roles=own.roles)]
        if own.task not in {Task.AMOUNT, Task.TABLE}:
            others.append(beside(past, whole, own))
    return tuple(dict.fromkeys(others if leans else [*now, *others]))


def beside(before: PayQuestion, whole: PayQuestion, now: PayQuestion) -> PayQuestion:
    """What is asked now together with what was asked before, each the other's other side."""
    return replace(
        whole,
        levels=tuple(dict.fromkeys([*before.levels, *now.levels])),
        labels=tuple(dict.fromkeys([*before.labels, *now.labels])),
        places=tuple(dict.fromkeys([*before.places, *now.places])),
        roles=tuple(dict.fromkeys([*before.roles, *now.roles])),
        remote=before.remote or now.remote,
    )


def filled(before: PayQuestion, now: PayQuestion) -> PayQuestion:
    """What is asked now, with the slots that it leaves open as they were before.

    The slots of one group go together: a level takes the place of years, years that of a level.
    """
    rung = now if now.levels or now.years or now.labels else before
    place = now if now.places or now.remote else before
    kind = now if now.components or now.median or now.points else before
    return replace(
        now,
        levels=rung.levels,
        years=rung.years,
        labels=rung.labels,
        places=place.places,
        remote=place.remote,
        excluded=place.excluded,
        components=kind.components,
        median=kind.median,
        points=kind.points,
        roles=now.roles or before.roles,
        topics=now.topics or before.topics,
        dates=now.dates or before.dates,
        period=now.period or before.period,
        in_money=now.in_money or before.in_money,
    )
