"""What the gateway needs from other rooms."""

from collections.abc import Callable
from typing import Protocol

from gateway_desktop.core.audit import AuditRecord


class Recorder(Protocol):
    """Where records are written; both calls return at once."""

    def ready(self) -> str | None:
        """Return None, or why nothing can be written right now, in a sentence."""
        ...

    def append(self, record: AuditRecord, done: Callable[[BaseException | None], None] | None) -> None:
        """Queue the record; `done` is called in another thread after its commit, or with its failure."""
        ...
