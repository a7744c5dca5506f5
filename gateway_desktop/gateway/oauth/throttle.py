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

    def allows(self, key: str) -> bool:
        """Return whether one more would be allowed now."""
        return len(self._times(key)) < self.most

    def take(self, key: str) -> bool:
        """Return whether one more is allowed now, and count it if so."""
        times = self._times(key)
        if len(times) >= self.most:
            return False
        times.append(self._clock())
        return True

    def _times(self, key: str) -> deque[float]:
        since = self._clock() - self._seconds
        times = self._taken.pop(key, None) or deque()
        while times and times[0] <= since:
            times.popleft()
        self._taken[key] = times
        if len(self._taken) > _MOST_KEYS:
            self._taken.popitem(last=False)
        return times
