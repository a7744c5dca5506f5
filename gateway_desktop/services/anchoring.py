"""Anchoring: every hour the end of each chain is signed, written beside the database and sent to the sinks.

Whoever holds the key can write the audit anew. They cannot take back what was sent elsewhere: `verify` with
such a copy shows it. What was recorded since the newest copy is shown by nothing, so it is also done when the
gateway starts and when it ends.
"""

import logging
import os
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.seal import Head
from gateway_desktop.core.sink import OutboxRecord
from gateway_desktop.identity.signing import Signer
from gateway_desktop.store.heads import note_sent, sign_heads
from gateway_desktop.store.store import Store

_log = logging.getLogger(__name__)
_SECONDS = 3600.0
_LONGEST = 5.0

Tell = Callable[[OutboxRecord], Future[tuple[str, ...]]]


class Anchoring:
    """Signs at its start, every hour from then on, and when it is closed."""

    def __init__(self, store: Store, paths: Paths, signer: Signer, tell: Tell) -> None:
        self._store = store
        self._paths = paths
        self._signer = signer
        self._tell = tell
        self._end: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="anchoring")
        self._worker.submit(self._run)

    def close(self) -> None:
        """Sign once more, and end."""
        self._end.put(None)
        self._worker.shutdown()

    def anchor(self) -> list[Head]:
        """Sign the chains that went on, and keep and send their heads; return them."""
        heads = self._store.writer.submit(sign_heads, self._signer.sign, now_us()).result()
        if heads:
            self._keep(heads)
            took = [self._tell(_record(head)).result(_LONGEST) for head in heads]
            if sinks := ", ".join(sorted({name for names in took for name in names})):
                self._store.writer.submit(note_sent, heads, sinks).result()
        return heads

    def _run(self) -> None:
        over = False
        while True:
            try:
                self.anchor()
            except Exception as error:  # noqa: BLE001 - the next hour tries again
                _log.warning("The heads of the audit could not be kept: %s", error)
            if over:
                return
            with suppress(queue.Empty):
                self._end.get(timeout=_SECONDS)
                over = True

    def _keep(self, heads: Sequence[Head]) -> None:
        self._paths.heads.parent.mkdir(mode=0o700, exist_ok=True)
        at_once = getattr(os, "O_NONBLOCK", 0)  # a pipe without a reader is an error, not to be waited for
        file = os.open(self._paths.heads, os.O_WRONLY | os.O_APPEND | os.O_CREAT | at_once, 0o600)
        try:
            os.write(file, "".join(f"{head}\n" for head in heads).encode())
            os.fsync(file)
        finally:
            os.close(file)


def set_aside(paths: Paths, former: Path) -> None:
    """Keep the heads of a database that a backup took the place of beside that; they fit no more."""
    if paths.heads.exists():
        paths.heads.rename(paths.heads.with_name(f"heads.{former.name}.log"))


def _record(head: Head) -> OutboxRecord:
    """Return a head as sinks tell it: signed, so that it can be kept anywhere."""
    return OutboxRecord(
        id=0,
        gateway=head.gateway,
        seq=head.hi,
        at_us=head.at_us,
        kind="anchor",
        severity="info",
        summary=str(head),
        fields={"head": str(head)},
    )
