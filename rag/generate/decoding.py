"""How tokens are chosen: greedy unless a temperature is given, and then from a seed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decoding:
    """``temperature`` 0 is greedy; ``max_tokens`` bounds the prose, not the prompt."""

    max_tokens: int = 320
    temperature: float = 0.0
    seed: int = 0


GREEDY = Decoding()
