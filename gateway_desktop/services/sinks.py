"""Sinks: add, remove and try the places that records are sent to."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.sink import OutboxRecord, Records, Sink, SinkKind
from gateway_desktop.core.spelling import NONE_INVISIBLE
from gateway_desktop.delivery.sink import Undelivered
from gateway_desktop.delivery.sinks import SINKS
from gateway_desktop.delivery.sinks.webhook import new_secret
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.futures import beside
from gateway_desktop.services.vault import forget, opened, seal
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.sink import SinkCursorRow, SinkRow
from gateway_desktop.store.queries.outbox import gateways, head_of, sink_of
from gateway_desktop.store.reader import Reader


@dataclass(frozen=True, slots=True)
class NewSink:
    """A sink that does not exist yet; without records it gets those that are usual for its kind."""

    name: str
    kind: str
    address: str = ""
    secret: str = ""
    records: tuple[str, ...] = ()
    ca_file: str = ""
    from_start: bool = False  # also what is in the audit already


@dataclass(frozen=True, slots=True)
class AddedSink:
    """The sink, and the secret if one was made: it is shown this once."""

    sink: Sink
    made_secret: str = ""


class Sinks(Service):
    """Secrets are sealed; who takes the records is asked only when a person wants it tried."""

    def add(self, new: NewSink) -> Future[AddedSink]:
        """Add a sink; it gets what is recorded from now on, or everything."""
        sink, secret, made = _checked(new)
        # Who knows the path may write there, at Teams, Discord and others: the row has what is shown.
        sealed = f"{sink.address}\n{secret}" if sink.shown != sink.address else secret
        sealer = self._sealer() if sealed else None

        def work(change: Change) -> AddedSink:
            _refuse_double(sink.name)
            secret_id = seal(sealer, f"sink {sink.id}", sealed) if sealer is not None else None
            SinkRow.create(
                id=sink.id,
                name=sink.name,
                kind=str(sink.kind),
                address=sink.shown,
                records=json.dumps(sorted(sink.records)),
                ca_file=sink.ca_file,
                secret_id=secret_id,
                created_us=change.now_us,
            )
            if not new.from_start:
                _start_here(change, sink.id)
            change.record(_event(sink, "sink created"))
            return AddedSink(sink, made)

        return self._administration.change(work)

    @transaction()
    def remove(self, change: Change, name: str) -> Sink:
        """Send nothing there any more."""
        row = _the_sink(name)
        sink = sink_of(row)
        SinkCursorRow.delete().where(SinkCursorRow.sink == sink.id).execute()
        row.delete_instance()
        forget(row.secret_id)
        change.record(_event(sink, "sink removed"))
        return sink

    def test(self, name: str) -> Future[str]:
        """Send a record that says it is a test; the Future has a sentence, or fails with one."""
        sealer = self._sealer

        def read(_database: Database) -> tuple[Sink, str | None]:
            row = _the_sink(name)
            return sink_of(row), row.secret_id

        def work() -> str:
            found, secret_id = self._reader.submit(read).result()
            sink = with_secret(self._reader, found, secret_id, sealer)
            try:
                SINKS[sink.kind](sink).send((_test_record(),))
            except Undelivered as error:
                raise Unavailable(f"{sink.name}: {error}") from None
            return f"{sink.name} took a test record"

        return beside("sink-test", work)


def with_secret(reader: Reader, sink: Sink, secret_id: str | None, sealer: Callable[[], Sealer]) -> Sink:
    """Return the sink with its secret opened, and the address that may be sealed with it."""
    if secret_id is None:
        return sink
    key = sealer()
    address, line, secret = reader.submit(lambda _: opened(key, secret_id)).result().rpartition("\n")
    return replace(sink, address=address if line else sink.address, secret=Secret(secret) if secret else None)


def _checked(new: NewSink) -> tuple[Sink, str, str]:
    """Return the sink, its secret, and the secret once more if it was made here."""
    name = new.name.strip()
    if not name or len(name) > 64 or not name.isprintable():
        raise ConfigurationError("name", f"1 to 64 characters, {NONE_INVISIBLE}")
    if new.kind not in list(SinkKind):
        raise ConfigurationError("kind", f"one of {', '.join(SinkKind)}")
    channel = SINKS[SinkKind(new.kind)]
    secret = new.secret.strip()
    made = new_secret() if new.kind == SinkKind.WEBHOOK and not secret else ""
    if channel.secret_needed and not (secret or made):
        raise ConfigurationError("secret", f"is missing. {channel.secret_help}")
    if secret and not channel.secret_help:
        raise ConfigurationError("secret", f"{channel.title} has none")
    if new.ca_file and not Path(new.ca_file).is_file():
        raise ConfigurationError("ca_file", f"there is no file {new.ca_file}")
    address = channel.checked(new.address, secret or made)
    records = frozenset(one_of(Records, name, "records") for name in new.records) or channel.usual
    sink = Sink(new_id(), name, SinkKind(new.kind), address, records, new.ca_file)
    return sink, secret or made, made


def _start_here(change: Change, sink_id: str) -> None:
    for gateway in gateways(change.database):
        head = head_of(change.database, gateway)
        SinkCursorRow.create(
            sink=sink_id, gw=gateway, last_seq=head.last_seq, updated_us=change.now_us, last_id=head.last_id
        )


def _refuse_double(name: str) -> None:
    if _found(name) is not None:
        raise ConfigurationError("name", f"there is a sink '{name}' already")


def _the_sink(name: str) -> SinkRow:
    row = _found(name)
    if row is None:
        raise ConfigurationError("name", f"there is no sink '{name}'")
    return row


def _found(name: str) -> SinkRow | None:
    wanted = name.strip().lower()
    every: list[Any] = list(SinkRow.select())
    return next((row for row in every if row.name.lower() == wanted), None)


def _event(sink: Sink, event: str) -> SystemEvent:
    what: dict[str, object] = {
        "kind": str(sink.kind),
        "address": sink.shown,
        "records": sorted(map(str, sink.records)),
    }
    removed = event == "sink removed"
    return SystemEvent(
        Category.SYSTEM, event, sink.name, before=what if removed else None, after=None if removed else what
    )


def _test_record() -> OutboxRecord:
    return OutboxRecord(0, 0, 0, now_us(), "test", "info", "A test of Gateway Desktop: this sink works")
