"""Deliveries: at least once, in order, over restarts; what goes wrong is told and tried again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.sink import SinkState
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.deliveries import Deliveries
from gateway_desktop.services.services import Outside, Services
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.sinks import NewSink
from gateway_desktop.services.vault import SEALS
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.outbox import sink_states
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from tests.end_to_end.program import eventually, free_port
from tests.fakes.receiver import Receiver, receiver
from tests.makers import a_record, a_system_event, an_outbox_record
from tests.services.conftest import ACTOR, MASTER

EVERYTHING = ("exchanges", "system")


class House:
    """A store with its deliveries, as the gateway's process has them."""

    def __init__(self, folder: Path, store: Store, changes: ChangeFeed) -> None:
        paths = Paths(folder)
        sealer = Sealer(MASTER)
        store.configure(seal_key=sealer.derive(SEALS))
        self.store = store
        self.services = Services(store, paths, Layers(paths.settings), Outside(ACTOR, lambda: sealer))
        self.deliveries = Deliveries(store, lambda: sealer, changes)

    def add(self, there: Receiver, *records: str, **more: Any) -> None:
        self.services.sinks.add(NewSink("hook", "webhook", there.url, records=records, **more)).result()

    def append(self, *records: AuditRecord) -> None:
        for record in records:
            self.store.writer.append(record)
        self.store.writer.submit(lambda _: None).result()

    def state(self) -> SinkState:
        (state,) = self.store.reader.submit(sink_states).result()
        return state

    def events(self) -> list[str]:
        def work(database: Database) -> list[str]:
            rows = database.execute_sql("SELECT method FROM event WHERE kind = 'system' ORDER BY id")
            return [row[0] for row in rows.fetchall()]

        return self.store.reader.submit(work).result()


@contextmanager
def house(folder: Path, where: Where) -> Iterator[House]:
    changes = ChangeFeed()
    with Store.open(where, changes) as store:
        store.ready.result()
        opened = House(folder, store, changes)
        try:
            yield opened
        finally:
            opened.deliveries.close()


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as received:
        yield received


def records_of(there: Receiver) -> list[dict[str, Any]]:
    return [record for post in there.taken for record in json.loads(post.body)["data"]]


def comes(there: Receiver, what: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    return eventually(lambda: found if what(found := records_of(there)) else None)


def test_what_is_recorded_from_now_on_arrives_in_order(tmp_path: Path, where: Where, there: Receiver) -> None:
    with house(tmp_path, where) as home:
        home.append(a_record(target="before"))
        home.add(there, "exchanges")
        home.append(*(a_record(target=f"m{n}") for n in range(250)))
        found = comes(there, lambda records: len(records) >= 250)
        assert [record["target"] for record in found] == [f"m{n}" for n in range(250)]
        assert [record["seq"] for record in found] == sorted(record["seq"] for record in found)
        assert "payloads" not in str(found[0]) and found[0]["actor"] == "ana@example.com"
        eventually(lambda: home.state().waiting == 0)


def test_from_the_start_means_all_that_is_in_the_audit(tmp_path: Path, where: Where, there: Receiver) -> None:
    with house(tmp_path, where) as home:
        home.append(a_record(target="before"))
        home.add(there, *EVERYTHING, from_start=True)
        found = comes(there, lambda records: any(each.get("method") == "sink created" for each in records))
        assert "before" in [record.get("target") for record in found]


def test_one_that_fails_is_told_once_tried_again_and_misses_nothing(
    tmp_path: Path, where: Where, there: Receiver
) -> None:
    there.answers[:] = [500, 503]
    with house(tmp_path, where) as home:
        home.add(there, "exchanges")
        home.append(*(a_record(target=f"m{n}") for n in range(3)))
        eventually(lambda: "500" in home.state().problem)
        assert home.state().waiting == 3 and home.state().oldest_us is not None
        found = comes(there, lambda records: len(records) >= 3)
        assert [record["target"] for record in found] == ["m0", "m1", "m2"]
        eventually(lambda: "sink recovered" in home.events())
        assert home.events().count("sink failed") == 1
        assert home.state().problem == ""


def test_what_came_while_nobody_listened_arrives_after_the_restart(tmp_path: Path, where: Where) -> None:
    port = free_port()
    with receiver(port) as there, house(tmp_path, where) as home:
        home.add(there, "exchanges")
        home.append(a_record(target="first"))
        comes(there, lambda records: len(records) == 1)
        eventually(lambda: home.state().waiting == 0)
    with house(tmp_path, where) as home:
        home.append(a_record(target="second"))
        eventually(lambda: home.state().problem != "")
    with receiver(port) as there, house(tmp_path, where):
        found = comes(there, lambda records: bool(records))
        assert [record["target"] for record in found] == ["second"]


def test_alerts_alone_come_without_the_rest(tmp_path: Path, where: Where, there: Receiver) -> None:
    with house(tmp_path, where) as home:
        home.add(there, "alerts")
        home.append(*[a_record()] * 5)
        home.store.writer.submit(write_system_event, a_system_event(event="created")).result()
        home.store.writer.submit(write_system_event, a_system_event(event="alert created")).result()
        found = comes(there, lambda records: bool(records))
        assert [record["method"] for record in found] == ["alert created"]


def test_a_sink_that_was_removed_gets_nothing_more(tmp_path: Path, where: Where, there: Receiver) -> None:
    with house(tmp_path, where) as home:
        home.add(there, "exchanges")
        home.services.sinks.remove("hook").result()
        home.deliveries.tell(an_outbox_record()).result()
        home.append(a_record())
        assert home.deliveries.tell(an_outbox_record()).result() == ()
        assert there.posts == []
        assert home.events() == ["sink created", "sink removed"]


def test_a_record_beside_the_outbox_is_told_to_those_who_take_it(
    tmp_path: Path, where: Where, there: Receiver
) -> None:
    with house(tmp_path, where) as home:
        home.add(there, "alerts")
        home.services.sinks.add(NewSink("gone", "otlp", "http://127.0.0.1:9")).result()
        anchor = an_outbox_record(kind="anchor", fields={"head": "00ff"})
        took = eventually(lambda: home.deliveries.tell(anchor).result())
        assert took == ("hook",)
        assert "00ff" in [record.get("head") for record in records_of(there)]


def test_a_test_record_says_at_once_what_is_wrong(tmp_path: Path, where: Where, there: Receiver) -> None:
    with house(tmp_path, where) as home:
        home.add(there, "exchanges")
        assert home.services.sinks.test("HOOK").result() == "hook took a test record"
        there.answers[:] = [401]
        with pytest.raises(Unavailable, match="answered 401"):
            home.services.sinks.test("hook").result()


def test_secrets_are_sealed_and_names_are_not_given_twice(
    tmp_path: Path, where: Where, there: Receiver
) -> None:
    with house(tmp_path, where) as home:
        added = home.services.sinks.add(NewSink("hook", "webhook", there.url)).result()
        assert added.made_secret.startswith("whsec_")
        with pytest.raises(ConfigurationError, match="already"):
            home.services.sinks.add(NewSink("Hook", "webhook", there.url)).result()

        def everything(database: Database) -> str:
            tables = ("sink", "secret", "event", "setting")
            return str([database.execute_sql(f"SELECT * FROM {table}").fetchall() for table in tables])

        assert added.made_secret[6:] not in home.store.reader.submit(everything).result()


@pytest.mark.parametrize(
    ("kind", "secret"), [("webhook", ""), ("otlp", ""), ("otlp", "X-Token: of a collector")]
)
def test_the_path_of_an_address_is_sealed_and_goes_where_it_should(
    tmp_path: Path, where: Where, there: Receiver, kind: str, secret: str
) -> None:
    with house(tmp_path, where) as home:
        new = NewSink("hook", kind, f"{there.url}/hooks/path-of-who-may-write?sig=as-well", secret)
        home.services.sinks.add(new).result()
        assert home.services.sinks.test("hook").result() == "hook took a test record"
        eventually(lambda: home.deliveries.tell(an_outbox_record()).result() == ("hook",))
        assert {post.path for post in there.posts} == {"/hooks/path-of-who-may-write?sig=as-well"}
        assert not secret or all(post.headers["x-token"] == "of a collector" for post in there.posts)

        def row(database: Database) -> str:
            return str(database.execute_sql("SELECT address FROM sink").fetchone()[0])

        assert home.store.reader.submit(row).result() == f"{there.url}/..."
