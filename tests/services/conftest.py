"""A data folder with a real store and its services, as the command line has them."""

import base64
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl, Where
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.services import Outside, Services
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.vault import SEALS
from gateway_desktop.store.database import Database
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.queries.audit import AuditDetail, detail, page
from gateway_desktop.store.queries.configuration import config_version, load_snapshot
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.store import Store

Answer = TypeVar("Answer")
MASTER = bytes(range(32))
ACTOR = Principal(PrincipalKind.LOCAL, actor="local:ana@laptop", display_name="ana")


@dataclass(frozen=True)
class Office:
    """The store, the services on it, and questions about what they did."""

    store: Store
    paths: Paths
    layers: Layers
    sealer: Sealer
    outside: Outside

    @property
    def services(self) -> Services:
        return Services(self.store, self.paths, self.layers, self.outside)

    def keep_key(self) -> None:
        """Put the master key where other processes find it."""
        self.paths.master_key.write_bytes(base64.b64encode(MASTER))

    def with_outside(self, **changes: Any) -> "Office":
        return replace(self, outside=replace(self.outside, **changes))

    def ask(self, query: Callable[..., Answer], *arguments: Any) -> Answer:
        return self.store.reader.submit(query, *arguments).result()

    def version(self) -> int:
        return self.ask(config_version)

    def snapshot(self) -> Snapshot:
        return self.ask(load_snapshot, self.sealer, self.layers.settings)

    def events(self) -> list[AuditDetail]:
        """Return every System event, the oldest first."""
        rows = self.ask(page, AuditFilter("system")).rows
        found = [self.ask(detail, row.id) for row in reversed(rows)]
        return [event for event in found if event is not None]

    def stored(self) -> bytes:
        """Return all that the database holds, as it would be found by who steals it."""
        if isinstance(self.store.where, DatabaseUrl):
            return self.ask(_all_text)
        with closing(SqliteDatabase(self.store.where)) as database:
            database.execute_sql("PRAGMA wal_checkpoint(FULL)").fetchall()
        return self.store.where.read_bytes()

    def last_event(self) -> AuditDetail:
        return self.events()[-1]

    def told(self) -> list[tuple[str | None, str | None]]:
        """Return event and resource of every System event, the oldest first."""
        return [(event.row.method, event.row.target) for event in self.events()]


def _all_text(database: Database) -> bytes:
    tables = [model._meta.table_name for model in MODELS]
    rows = [database.execute_sql(f"SELECT t::text FROM {table} t").fetchall() for table in tables]
    return str(rows).encode()


@pytest.fixture
def office(where: Where, tmp_path: Path) -> Iterator[Office]:
    paths = Paths(tmp_path)
    sealer = Sealer(MASTER)
    with Store.open(where, ChangeFeed(), 0) as store:
        store.ready.result()
        store.configure(seal_key=sealer.derive(SEALS))
        yield Office(store, paths, Layers(paths.settings), sealer, Outside(ACTOR, lambda: sealer))
