"""How often one person may ask."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from rag.errors import QuestionError

QUESTIONS_PER_MINUTE = 120
_WINDOW_SECONDS = 60.0
_MAX_PEOPLE = 10_000


class RateLimit:
    """At most so many events in any minute for each person. Not for several event loops at once.

    :param per_minute: 0 for no limit.
    :param clock: seconds that only grow.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def seconds_to_wait(self, person: str) -> float:
        """0 and the event counts; or how long until one more is allowed, and it does not."""
        if not self._per_minute:
            return 0.0
        now = self._clock()
        times = self._times.setdefault(person, deque(maxlen=self._per_minute))
        self._times.move_to_end(person)
        while len(self._times) > _MAX_PEOPLE:  # who was quiet the longest is forgotten
            self._times.popitem(last=False)
        while times and now - times[0] >= _WINDOW_SECONDS:
            times.popleft()
        if len(times) >= self._per_minute:
            return _WINDOW_SECONDS - (now - times[0])
        times.append(now)
        return 0.0

    def check(self, person: str) -> None:
        """:raises QuestionError: this person has asked as often as allowed."""
        wait = self.seconds_to_wait(person)
        if wait:
            raise QuestionError(
                f"{self._per_minute} questions a minute are the limit here: "
                f"ask again in {max(1, round(wait))} s."
            )
