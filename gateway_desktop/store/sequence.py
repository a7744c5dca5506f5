"""Sequence: the next id and the next place in a gateway's chain.

An id is `(microseconds since 2024-01-01 UTC) << 10 | gateway`, given under the write lock and strictly
increasing per gateway, so that no cursor over ids ever misses a row. A clock that goes backwards stands
still here until it has caught up with what was given. The head in memory counts only once it is committed.
"""

from gateway_desktop.core.audit import Recorded


class Sequence:
    """What one gateway's next row is called."""

    def __init__(self, gateway: int, head: tuple[int, int] = (0, 0)) -> None:
        self.gateway = gateway
        self._committed = head
        self._tick = head[0] >> Recorded.GATEWAY_BITS
        self._seq = head[1]

    def take(self, at_us: int) -> tuple[int, int]:
        """Return the next id and seq."""
        self._tick = max(at_us - Recorded.EPOCH_US, self._tick + 1)
        self._seq += 1
        return self._tick << Recorded.GATEWAY_BITS | self.gateway, self._seq

    def commit(self) -> None:
        """Keep what was taken."""
        self._committed = (self._tick << Recorded.GATEWAY_BITS, self._seq)

    def roll_back(self) -> None:
        """Give back what was taken since the last commit."""
        self._tick = self._committed[0] >> Recorded.GATEWAY_BITS
        self._seq = self._committed[1]
