"""The memory for bodies, of requests and of answers: so much for all callers, half of it for one person's."""

from collections import Counter

from gateway_desktop.core.errors import GatewayError

FOR_ALL = 512 << 20  # bytes
_OF_ONE = FOR_ALL // 2


class BodyMemory:
    """Counts what is held, by whose it is: who sends slowly, or does not read, keeps out nobody else."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    def take(self, owner: str, size: int, within: int) -> None:
        """Count bytes for a body of which `within` are held; raise GatewayError (503) beyond a limit.

        One body alone may be as large as the settings let it be.
        """
        if self._held.total() + size > FOR_ALL:
            raise GatewayError("Too many large requests at once; try again in a moment", 503)
        if (mine := self._held[owner]) > within and mine + size > _OF_ONE:
            raise GatewayError("Too many large requests of yours at once; try again in a moment", 503)
        self._held[owner] += size

    def give_back(self, owner: str, size: int) -> None:
        """Count the end of a body."""
        self._held[owner] -= size
        if not self._held[owner]:
            del self._held[owner]
