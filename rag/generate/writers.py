"""Who can be asked to answer, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import QuestionError
from rag.generate import open_writer
from rag.generate.write import Writer
from rag.models.embedder import MiniLM
from rag.settings import EMBEDDED
from rag.verify.support import Checker


@dataclass(frozen=True, slots=True)
class Writers:
    """ "embedded", which needs no language model, and those that are set up. ``default`` answers
    where no other is asked for."""

    default: str = EMBEDDED
    by_name: Mapping[str, Writer] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        models: Sequence[str],
        embedder: MiniLM,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Writers:
        """
        :param models: "embedded", paths, hub names or base URLs; the first is the default.
        :raises ModelError: a model cannot be had; says what to do.
        """
        named = [model for model in dict.fromkeys(models) if model != EMBEDDED]
        first = next(iter(models), EMBEDDED)
        if not named:
            return cls(first)
        checker = Checker.open(embedder)
        return cls(first, {model: open_writer(model, checker, progress) for model in named})

    @property
    def names(self) -> tuple[str, ...]:
        return (EMBEDDED, *self.by_name)

    @property
    def servers(self) -> tuple[str, ...]:
        """Where questions go when the language models behind servers write: hosts and ports."""
        hosts = [writer.sends_to for writer in self.by_name.values() if writer.sends_to]
        return tuple(dict.fromkeys(hosts))

    def title(self, name: str) -> str:
        """The name for people: without its folder, hub owner or address."""
        writer = self.by_name.get(name)
        if writer is None:
            return name
        title = writer.name.rstrip("/").rpartition("/")[2] or writer.name
        return f"{title} ({writer.sends_to})" if writer.sends_to else title

    def get(self, name: str | None) -> Writer | None:
        """None where the embedded answer is to stand as it is.

        :param name: by default ``default``.
        :raises QuestionError: there is no such model.
        """
        name = self.default if name is None else name
        if name not in self.names:
            raise QuestionError(f"no model {name} is set up here: {', '.join(self.names)}.")
        return self.by_name.get(name)
