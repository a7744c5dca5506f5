"""Alerts stand in the transaction of what they rest on, and repeats are merged."""

import json

from gateway_desktop.core.alert import AlertState
from gateway_desktop.core.audit import AuditRecord, Category, Severity, SystemEvent
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.finding import Level
from gateway_desktop.store.alerts import MOST_NEW, add_history
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.alert import AlertRow
from gateway_desktop.store.queries.alerts import AlertDetail, AlertFilter, alerts, count, detail
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from tests.unit.alerting.makers import a_finding_detail, a_hit_record

OPEN = AlertFilter(states=(AlertState.NEW, AlertState.REVIEW))


def write(store: Store, *records: AuditRecord) -> None:
    for record in records:
        store.writer.append(record)
    store.writer.submit(lambda _: None).result(60)


def only(store: Store) -> AlertDetail:
    (item,) = store.reader.submit(alerts, AlertFilter()).result(60)
    found = store.reader.submit(detail, item.id).result(60)
    assert found is not None
    return found


def told(store: Store) -> list[str]:
    def read(database: Database) -> list[str]:
        rows = database.execute_sql("SELECT method FROM event WHERE kind = 'system' ORDER BY id").fetchall()
        return [row[0] for row in rows]

    return store.writer.submit(read).result(60)


def test_a_hundred_repeats_are_one_alert_with_count_100(store: Store) -> None:
    records = [a_hit_record(a_finding_detail()) for _ in range(100)]
    write(store, *records)
    found = only(store)
    assert found.item.times == 100
    assert found.item.state is AlertState.NEW
    assert found.item.severity is Level.HIGH
    assert found.exchanges[0] == records[-1].exchange_id
    assert len(found.exchanges) == 20
    assert found.evidence[0]["excerpt"] == "my <SECRET>"
    assert told(store) == ["alert created"]
    assert [line.what for line in found.history] == ["created"]


def test_a_flood_of_different_values_is_one_alert_more(store: Store) -> None:
    write(store, *(a_hit_record(a_finding_detail(value=str(number))) for number in range(MOST_NEW + 20)))
    items = store.reader.submit(alerts, AlertFilter()).result(60)
    assert len(items) == MOST_NEW + 1
    (flood,) = [item for item in items if item.title.startswith("More than 100 alerts in an hour")]
    assert flood.times == 20


def test_rows_and_alerts_are_one_chain(store: Store) -> None:
    for _ in range(3):
        write(store, a_hit_record(a_finding_detail()), a_hit_record(a_finding_detail(value="other")))

    def read(database: Database) -> list[int]:
        return [row[0] for row in database.execute_sql("SELECT seq FROM event ORDER BY id").fetchall()]

    assert store.writer.submit(read).result(60) == list(range(1, 9))


def test_a_closed_alert_that_happens_again_is_new_again(store: Store) -> None:
    write(store, a_hit_record(a_finding_detail()))

    def close(database: Database) -> None:
        AlertRow.update(state="dismissed", dismissal="false_positive").execute()
        add_history(AlertRow.get().id, 1, "local:ana@laptop", "dismissed", "new", "dismissed")

    store.writer.submit(close).result(60)
    assert store.reader.submit(count, OPEN).result(60) == 0
    write(store, a_hit_record(a_finding_detail()))
    found = only(store)
    assert (found.item.state, found.item.times, found.dismissal) == (AlertState.NEW, 2, "")
    assert [line.what for line in found.history] == ["created", "dismissed", "reopened"]
    assert told(store) == ["alert created", "alert reopened"]
    assert store.reader.submit(count, OPEN).result(60) == 1


def test_system_events_are_looked_at_too(store: Store) -> None:
    event = SystemEvent(Category.SYSTEM, "configuration not loaded", severity=Severity.CRITICAL, details="x")
    store.writer.submit(write_system_event, event).result(60)
    assert only(store).item.title == "Configuration not loaded"
    assert told(store) == ["configuration not loaded", "alert created"]


def test_filters_find_what_they_say(store: Store) -> None:
    write(
        store, a_hit_record(a_finding_detail()), a_hit_record(a_finding_detail(), severity="low", rule="pii")
    )

    def number(asked: AlertFilter) -> int:
        return store.reader.submit(count, asked).result(60)

    assert number(AlertFilter()) == 2
    assert number(AlertFilter(severities=(Level.LOW,))) == 1
    assert number(AlertFilter(states=(AlertState.NEW,), user="ANA", proxy="openai", policy="Guard")) == 2
    assert number(AlertFilter(policy="Watch")) == 0
    assert number(AlertFilter(rule="policy Guard/pii")) == 1
    assert number(AlertFilter(text="Secret")) == 2
    assert number(AlertFilter(assignee="bob")) == 0
    assert len(store.reader.submit(alerts, AlertFilter(), 1).result(60)) == 1


def test_the_change_is_announced_and_the_memory_kept(where: Where) -> None:
    changes, seen = ChangeFeed(), list[Topic]()
    changes.subscribe(seen.append)
    with Store.open(where, changes) as store:
        write(store, a_hit_record(a_finding_detail()))
        assert Topic.ALERTS in seen
    with Store.open(where, ChangeFeed()) as store:

        def read(database: Database) -> list[tuple[str, str, str]]:
            return database.execute_sql("SELECT rule, subject, value FROM alert_memory").fetchall()  # type: ignore[no-any-return]

        memory = store.writer.submit(read).result(60)
    assert {(rule, subject) for rule, subject, _ in memory} == {("volume", "user-1")}
    assert all(json.loads(value) for _, _, value in memory)
