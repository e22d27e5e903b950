"""A conversation -> what is asked now, as a value that is passed on and never parsed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.library import Library
from rag.retrieve import mend
from rag.salary.question import PayQuestion
from rag.types import Corrections, Trait
from rag.understand import profile as of_user
from rag.understand.carry import carried, with_left_out
from rag.understand.slots import readings_of


@dataclass(frozen=True, slots=True)
class Query:
    """``turns`` are the user's messages as they are read, latest last, typing errors mended;
    ``pay`` what they ask of pay, the last turn by itself first, then as the conversation leaves
    it. ``left_out`` are words that the last turn takes from before, ``profile`` what the person
    told of themselves."""

    turns: tuple[str, ...]
    pay: tuple[PayQuestion, ...]
    left_out: tuple[str, ...] = ()
    profile: tuple[Trait, ...] = ()

    @property
    def last(self) -> str:
        return self.turns[-1]

    @property
    def standalone(self) -> str:
        """The last turn with what it leaves out, for people to read."""
        return with_left_out(self.last, self.left_out)


def understand(turns: Sequence[str], corrections: Corrections, library: Library) -> Query:
    """What the last turn asks, in the light of those before it.

    :param corrections: what the user put right by hand; a question that they edited stands alone,
        as it is.
    """
    verbatim = turns[-1] in corrections.verbatim
    kept = turns[-1:] if verbatim else [_corrected(t, corrections) for t in turns]
    read = tuple(kept) if verbatim else tuple(mend(t, library) for t in kept)
    profile = of_user.added(corrections.traits)
    for turn in turns:
        said = of_user.corrected(of_user.read_traits(turn), corrections.traits)
        profile = of_user.updated(profile, said)
    stated = ", ".join(t.text for t in of_user.added(corrections.traits))
    return Query(
        turns=read,
        pay=readings_of([*([stated] if stated else []), *read], library.ledger),
        left_out=tuple(carried(read[-1], read[:-1])),
        profile=profile,
    )


def _corrected(turn: str, corrections: Corrections) -> str:
    """A turn with what the user says they meant in place of what was read."""
    for trait in corrections.traits:
        if trait.said:
            turn = turn.replace(trait.said, trait.meant)
    return turn
