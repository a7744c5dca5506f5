"""Throttle: at most so many in so much time, for each key."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MOST_KEYS = 10_000


class Throttle:
    """Remembers the times of the latest takes of each key, of the most recent keys."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._seconds = seconds
        self._clock = clock
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Return whether one more is allowed now, and count it if so."""
        now = self._clock()
        times = self._taken.pop(key, None) or deque()
        while times and times[0] <= now - self._seconds:
            times.popleft()
        self._taken[key] = times
        if len(self._taken) > _MOST_KEYS:
            self._taken.popitem(last=False)
        if len(times) >= self.most:
            return False
        times.append(now)
        return True
