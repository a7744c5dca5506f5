"""Owners: who began a task; to everybody else it does not exist.

Servers and agents see one credential for all people behind it. What was begun elsewhere, or before this
process, is whose it is that asks for it first.
"""

from collections.abc import Iterable

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.lately import Lately

_MOST = 100_000
_GONE = "There is no such task here: it ended, or never was"


class Owners:
    """On the gateway's loop."""

    def __init__(self) -> None:
        self._owners: Lately[tuple[str, str], str] = Lately(_MOST)  # by proxy id and task id

    def may_see(self, exchange: Exchange, task: str) -> bool:
        """Return whether nobody else began the task."""
        return self._owners.get((exchange.proxy.id, task)) in (None, _person(exchange))

    def check(self, exchange: Exchange, tasks: Iterable[str]) -> None:
        """Raise Refused (403) where one of these tasks is another's."""
        if not all(self.may_see(exchange, task) for task in tasks):
            raise Refused(Reason.ACCESS, _GONE)

    def learn(self, exchange: Exchange, tasks: Iterable[str]) -> None:
        """Take that the caller was told of these tasks."""
        for task in tasks:
            if task and self.may_see(exchange, task):
                self._owners.put((exchange.proxy.id, task), _person(exchange))


def _person(exchange: Exchange) -> str:
    """Return who asks: one person's two keys are one person."""
    who = exchange.principal
    return who.user_id or who.actor or who.session or ""
