"""Write down what happened, whatever happened, before the caller has the end of the answer."""

import asyncio
import logging

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.errors import Reason, Refused, Stopped, StorageUnavailable
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.filter import CallNext, RuntimeFilter
from gateway_desktop.gateway.refusals.answers import answer_error

_log = logging.getLogger(__name__)


class Recording(RuntimeFilter):
    """Around everything but the last write: acknowledged means durable."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Refuse what could not be written down; afterwards wait for the commit and let the answer end."""
        audit = self._runtime.snapshot.settings.audit
        must_write = audit.enabled and audit.when_unwritable == "refuse"
        if must_write and (problem := self._runtime.recorder.ready()):
            await answer_error(
                exchange, Refused(Reason.AUDIT, f"The audit cannot be written: {problem}", 503)
            )
            await exchange.client.finish()
            return
        record: AuditRecord | None = None
        try:
            await call_next(exchange)
            if not exchange.rowless:
                record = await self._record(exchange)
        except (asyncio.CancelledError, ClientLeft):
            exchange.abandoned = True
            if self._runtime.stopping:
                exchange.error = exchange.error or Stopped()
            if not exchange.rowless:
                self._runtime.commits.queue(await self._record(exchange))
            raise
        if record is not None and record.kept and audit.wait_for_commit:
            await self._commit(exchange, record, must_write)
        elif record is not None:
            self._runtime.commits.queue(record)
        await exchange.client.finish()

    async def _record(self, exchange: Exchange) -> AuditRecord:
        return await self._runtime.records.finished(exchange, self._runtime.snapshot)

    async def _commit(self, exchange: Exchange, record: AuditRecord, must_write: bool) -> None:
        try:
            await self._runtime.commits.durable(record)
        except Exception as error:  # noqa: BLE001 - whatever it was, the row is not there
            _log.error("Exchange %s could not be written down: %s", exchange.id, error)
            if must_write:
                why = error.told if isinstance(error, StorageUnavailable) else type(error).__name__
                await answer_error(
                    exchange, Refused(Reason.AUDIT, f"The audit could not be written: {why}", 503)
                )
