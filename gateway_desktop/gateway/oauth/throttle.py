"""Throttle: at most so many in so much time, for each network and for all together."""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MOST_KEYS = 10_000
_TOGETHER = 50  # networks that may take as much as one may, before all have to wait


class Throttle:
    """Remembers the times of the latest takes; who is not remembered when it is full has to wait."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._seconds = seconds
        self._clock = clock
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()  # the latest take last
        self._together: deque[float] = deque()

    def allows(self, address: str) -> bool:
        """Return whether one more would be allowed now."""
        self._drop_old()
        times = self._taken.get(network_of(address))
        while times and times[0] <= self._clock() - self._seconds:
            times.popleft()
        known = times is not None or len(self._taken) < _MOST_KEYS
        return known and len(times or ()) < self.most and len(self._together) < self.most * _TOGETHER

    def take(self, address: str) -> bool:
        """Return whether one more is allowed now, and count it if so."""
        if not self.allows(address):
            return False
        key, now = network_of(address), self._clock()
        self._taken.setdefault(key, deque()).append(now)
        self._taken.move_to_end(key)
        self._together.append(now)
        return True

    def _drop_old(self) -> None:
        since = self._clock() - self._seconds
        while self._together and self._together[0] <= since:
            self._together.popleft()
        while self._taken:
            key, times = next(iter(self._taken.items()))
            if times and times[-1] > since:
                break
            del self._taken[key]


def network_of(address: str) -> str:
    """Return whom an address belongs to: of IPv6 everybody has 2^64, so the first 64 bits count."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((known, 64), strict=False))
