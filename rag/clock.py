"""How long each stage of an answer took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

STAGES = ("rewrite", "retrieve", "read", "generate")


@dataclass(slots=True)
class Clock:
    """Milliseconds by stage, from when it is made."""

    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    _last: float = 0.0

    def __post_init__(self) -> None:
        self._last = self.started

    def lap(self, stage: str) -> None:
        """What passed since the last lap was of this stage."""
        now = time.perf_counter()
        self.stages[stage] += round((now - self._last) * 1000)
        self._last = now

    def timings(self) -> dict[str, int]:
        """Of each stage, and the ``total`` so far."""
        return {**self.stages, "total": round((time.perf_counter() - self.started) * 1000)}
