"""A conversation -> what is asked now, as a value that is passed on and never parsed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.index.library import Library
from rag.retrieve.hybrid import mend
from rag.types import Corrections, Embedder, Matrix, Trait
from rag.understand import profile as of_user
from rag.understand.pay import PayQuestion, Task, read_question
from rag.understand.slots import readings_of
from rag.understand.tagger import TASKS, Tagger, installed, task_tag, tells_tag

TURNS_TOGETHER = 3
AFTER = " (after: "
LEANS = 0.5
"""How likely it must be that a turn leans on the one before it, for that to be said."""
LIKELY_TASK, MOST_TASKS = 0.04, 3
"""What may be asked of pay is tried where it is as likely as this; which it was is judged by what
came of it."""


@dataclass(frozen=True, slots=True)
class Query:
    """``turns`` are the user's messages as they are read, latest last, typing errors mended, and
    ``written`` as they came; ``pay`` what they may ask of pay: the last turn by itself, unless it leans on what was said, and
    as the conversation leaves it. ``profile`` is what the person told of themselves, ``told``
    whether the last turn does nothing else. ``tags`` has how likely, 0..1, each tag is
    (:mod:`rag.understand.tagger`); ``vector`` is of the last turn, ``vector_together`` of the last
    turns together, shape (1, dimension) each."""

    turns: tuple[str, ...]
    pay: tuple[PayQuestion, ...]
    tags: Mapping[str, float]
    vector: Matrix = field(compare=False, repr=False)
    vector_together: Matrix = field(compare=False, repr=False)
    profile: tuple[Trait, ...] = ()
    told: bool = False
    written: tuple[str, ...] = ()

    @property
    def last(self) -> str:
        return self.turns[-1]

    @property
    def together(self) -> str:
        """The last turns as one text."""
        return _together(self.turns)

    @property
    def standalone(self) -> str:
        """The last turn for people to read; with the one that it leans on, where it does."""
        if len(self.turns) < 2 or self.tags["leans"] < LEANS:
            return self.last
        return f"{self.last}{AFTER}{self.turns[-2]})"

    def used_by(self, looked_up: PayQuestion | None) -> tuple[Trait, ...]:
        """What the person told of themselves that figures were looked up by: what the question of
        them names and the last turn leaves open."""
        if looked_up is None:
            return ()
        alone = read_question(self.last)
        taken_up = {
            "years": looked_up.years and not alone.years,
            "level": looked_up.levels and not alone.levels,
            "place": looked_up.places and not alone.places,
        }
        return tuple(trait for trait in self.profile if taken_up.get(trait.kind))


def by_itself(standalone: str) -> str:
    """A question as it is shown, without the turn that it leans on: to be edited."""
    return standalone.partition(AFTER)[0]


def understand(
    turns: Sequence[str],
    corrections: Corrections,
    library: Library,
    embedder: Embedder,
    tagger: Tagger | None = None,
) -> Query:
    """What the last turn asks, in the light of those before it.

    :param corrections: what the user put right by hand; a question that they edited stands alone,
        as it is.
    :param tagger: by default the one that comes with the program.
    """
    tagger = tagger or installed()
    verbatim = turns[-1] in corrections.verbatim
    kept = turns[-1:] if verbatim else [_corrected(t, corrections) for t in turns]
    read = tuple(kept) if verbatim else tuple(mend(t, library) for t in kept)
    profile, told, told_before = _told(turns, corrections, embedder, tagger)
    stated = ", ".join(t.text for t in of_user.added(corrections.traits))
    vectors = embedder.embed([read[-1], *([_together(read), read[-2]] if len(read) > 1 else [])])
    tags = tagger.tag(vectors[:1])
    # "And in Leeds?" asks for what the turn before asked for.
    tasks = likely_tasks(tags, *(tagger.tag(v[None]) for v in vectors[2:]))
    asked = [*([stated] if stated else []), *read]
    leans = tags["leans"] >= LEANS or told_before
    return Query(
        turns=read,
        pay=readings_of(asked, library.ledger, tasks, leans=leans),
        tags=tags,
        vector=vectors[:1],
        vector_together=vectors[1:2] if len(read) > 1 else vectors[:1],
        profile=profile,
        told=told,
        written=tuple(turns),
    )


def _told(
    turns: Sequence[str], corrections: Corrections, embedder: Embedder, tagger: Tagger
) -> tuple[tuple[Trait, ...], bool, bool]:
    """What the person told of themselves, and whether the last turn, and the one before it, do
    nothing else."""
    profile = of_user.added(corrections.traits)
    told = told_before = False
    for parts in _parts(turns, embedder, tagger):
        told_before = told
        told = bool(parts) and all(of_user.is_told(tells) for _, tells in parts)
        said = tuple(dict.fromkeys(t for p, tells in parts for t in of_user.traits_of(p, tells)))
        profile = of_user.updated(profile, of_user.corrected(said, corrections.traits))
    return profile, told, told_before


def _parts(
    turns: Sequence[str], embedder: Embedder, tagger: Tagger
) -> Iterator[list[tuple[str, Mapping[str, float]]]]:
    """Of each turn its parts, and how likely each tells something of the user."""
    cut = [of_user.parts_of(turn) for turn in turns]
    vectors = iter(embedder.embed([part for parts in cut for part in parts]))
    for parts in cut:
        tags = [tagger.tag(next(vectors)[None]) for _ in parts]
        yield [
            (part, {tells: own[tells_tag(tells)] for tells in of_user.TELLS})
            for part, own in zip(parts, tags, strict=True)
        ]


def likely_tasks(*tagged: Mapping[str, float]) -> tuple[Task, ...]:
    """A look-up, which is always tried, and what else may be asked, the likeliest first.

    :param tagged: the tags of the last turn, and of the one before it.
    """
    likely = {task: max(tags[task_tag(task)] for tags in tagged) for task in TASKS}
    others = sorted((t for t in likely if likely[t] >= LIKELY_TASK), key=lambda t: -likely[t])
    extremes = (Task.LOWEST,) if Task.HIGHEST in others[:MOST_TASKS] else ()
    return (Task.AMOUNT, *others[:MOST_TASKS], *extremes)


def _together(turns: Sequence[str]) -> str:
    return " ".join(turns[-TURNS_TOGETHER:])


def _corrected(turn: str, corrections: Corrections) -> str:
    """A turn with what the user says they meant in place of what was read."""
    for trait in corrections.traits:
        if trait.said:
            turn = turn.replace(trait.said, trait.meant)
    return turn
