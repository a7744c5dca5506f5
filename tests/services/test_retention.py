"""Retention: what is old goes a little at a time and is told; counts and the chain stay true."""

import os
import threading
from collections.abc import Callable

import pytest

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.retention import Removed
from gateway_desktop.services.housekeeping import Housekeeping
from gateway_desktop.services.vault import SEALS
from gateway_desktop.store.database import Database
from gateway_desktop.store.partitions import make_partitions
from gateway_desktop.store.queries.gaps import gaps, retention_marks
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.usage import summary
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.store.verification import verify
from tests.conftest import postgresql_only, sqlite_only
from tests.makers import a_payload, a_record, a_system_event
from tests.services.conftest import Office

TODAY = now_us() // DAY_US * DAY_US


def write(office: Office, days_ago: int, count: int, text: str = "", kind: str = "llm") -> None:
    """Record exchanges as if it were that many days ago; each has a text of its own and `text`."""
    batches = office.store.writer.batches
    at = TODAY - days_ago * DAY_US + 3_600_000_000
    texts = [a_payload(f"{text} {days_ago} {n}") for n in range(count)]
    records = [
        a_record(kind=kind, payloads=[each, a_payload(text)] if text else [], started_us=at) for each in texts
    ]

    def work(_database: Database) -> None:
        batches._clock = lambda: at

    office.store.writer.submit(work).result()
    for record in records:
        office.store.writer.append(record)

    def back(_database: Database) -> None:
        batches._clock = now_us

    office.store.writer.submit(back).result()


def run(office: Office, **settings: int) -> Removed:
    changes = {f"retention.{name}": value for name, value in settings.items()}
    office.services.settings.change(changes).result()
    return office.services.retention.run().result()


def counted(office: Office, sql: str) -> int:
    def work(database: Database) -> int:
        return int(database.execute_sql(sql).fetchone()[0])

    return office.ask(work)


def intact(office: Office) -> None:
    """Let `verify` go over everything."""
    office.ask(verify, office.sealer.derive(SEALS))


def test_each_kind_goes_by_its_own_age_in_whole_days_and_counts_stay(office: Office) -> None:
    write(office, 40, 450)
    write(office, 10, 5, kind="mcp")
    write(office, 5, 5)
    removed = run(office, llm_days=30, mcp_days=9, system_days=0)
    assert removed.rows == {"llm": 450, "mcp": 5, "a2a": 0}
    assert counted(office, "SELECT count(*) FROM event WHERE kind IN ('llm', 'mcp')") == 5
    assert counted(office, "SELECT sum(n) FROM roll_day_actor") == 460
    whole = summary_of_days(office, TODAY - 60 * DAY_US, TODAY)
    assert whole == 455
    intact(office)


def summary_of_days(office: Office, since: int, until: int) -> int:
    return office.ask(summary, AuditFilter("llm", since_us=since, until_us=until)).requests


def test_a_run_that_removed_something_is_told_with_its_counts_and_others_are_not(office: Office) -> None:
    write(office, 40, 3, "Hello")
    run(office, llm_days=30)
    event = office.last_event()
    assert (event.row.method, event.row.actor) == ("retention run", "local:ana@laptop")
    assert '"llm":3' in str(event.detail).replace(" ", "").replace("'", '"')
    events = len(office.events())
    office.services.retention.run().result()
    assert len(office.events()) == events
    (mark,) = [mark for mark in office.ask(retention_marks) if mark.kind == "llm"]
    assert (mark.removed, mark.until_us) == (3, TODAY - 30 * DAY_US)
    (gap,) = office.ask(gaps, "llm", None, None)
    assert gap.since_us is None and gap.until_us == mark.until_us and "3 rows" in gap.why
    assert office.ask(gaps, "llm", TODAY, None) == () and office.ask(gaps, "mcp", None, None) == ()


def test_texts_go_before_their_rows_but_not_those_that_newer_rows_have(office: Office) -> None:
    write(office, 20, 3, "shared")
    write(office, 1, 1, "shared")
    removed = run(office, texts_days=10)
    assert (removed.texts, removed.swept, removed.rows) == (3, 0, {"llm": 0, "mcp": 0, "a2a": 0})
    assert counted(office, "SELECT count(*) FROM part WHERE body IS NOT NULL") == 2
    assert run(office, texts_days=10).texts == 0  # those that are gone go no second time
    intact(office)


def test_texts_that_no_row_has_are_swept_and_stored_anew_when_they_come_again(office: Office) -> None:
    write(office, 40, 250, "again")
    removed = run(office, llm_days=30)
    assert removed.swept == 251 and counted(office, "SELECT count(*) FROM part") == 0
    write(office, 0, 1, "again")
    sql = "SELECT count(*) FROM event_part e JOIN part p ON p.id = e.part_id WHERE p.body IS NOT NULL"
    assert counted(office, sql) == 2
    intact(office)


@sqlite_only  # on a server they tell each other
def test_where_another_process_runs_the_gateway_texts_are_left_to_it(office: Office) -> None:
    write(office, 40, 2, "theirs")
    office.services.settings.set("retention.llm_days", 30).result()
    removed = office.services.retention.run(texts=False).result()
    assert (removed.rows["llm"], removed.swept) == (2, 0)
    assert counted(office, "SELECT count(*) FROM part") == 3


def old_months(office: Office, *days_ago: int) -> list[str]:
    """Make the months of those days, and return all there are."""

    def work(database: Database) -> list[str]:
        for days in days_ago:
            make_partitions(database, TODAY - days * DAY_US)
        return sorted(name for name in database.get_tables() if name.startswith("event_2"))

    return office.store.writer.submit(work).result()


@postgresql_only  # a file has no partitions
def test_a_month_that_is_wholly_due_is_dropped_and_its_system_events_stay(office: Office) -> None:
    before = old_months(office, 100)
    old = TODAY - 100 * DAY_US
    office.store.writer.submit(write_system_event, a_system_event(), old).result()
    write(office, 100, 30, "Hello")
    write(office, 1, 2)
    removed = run(office, llm_days=30, system_days=0)
    assert removed.rows["llm"] == 30
    left = old_months(office)
    assert before[0] not in left and before[-1] in left
    until = Recorded.first_id(old + DAY_US)
    there = f"SELECT count(*) FROM event_default WHERE kind = 'system' AND id < {until}"
    assert counted(office, there) == 1
    assert counted(office, "SELECT count(*) FROM event WHERE kind = 'llm'") == 2
    (gap,) = office.ask(gaps, "llm", None, None)
    assert gap.until_us == TODAY - 30 * DAY_US and "30 rows" in gap.why
    intact(office)


@postgresql_only
def test_a_month_that_somebody_reads_or_that_has_other_rows_is_left_alone(office: Office) -> None:
    oldest = old_months(office, 100)[0]
    write(office, 100, 3)
    write(office, 100, 1, kind="mcp")
    run(office, llm_days=30, mcp_days=0)
    assert oldest in old_months(office)
    reading, enough = threading.Event(), threading.Event()

    def read(database: Database) -> int:
        found = database.execute_sql("SELECT count(*) FROM event").fetchone()[0]
        reading.set()
        enough.wait(60)
        return int(found)

    reader = office.store.reader.submit(read)
    assert reading.wait(60)
    removed = run(office, llm_days=30, mcp_days=30)
    assert removed.rows["mcp"] == 1
    assert oldest in old_months(office)
    enough.set()
    reader.result(60)
    office.services.retention.run().result()
    assert oldest not in old_months(office)
    intact(office)


@sqlite_only  # a server gives freed room back in its own time
def test_beyond_its_size_the_oldest_days_go_and_the_newest_stay(
    office: Office, expect_log: Callable[[str], None]
) -> None:
    expect_log("nothing older can go")
    for days_ago in (9, 8, 1, 0):
        for _ in range(20):
            write(office, days_ago, 1, os.urandom(30_000).hex())
    removed = run(office, llm_days=0, max_mb=1)
    assert removed.rows["llm"] == 40
    assert counted(office, "SELECT count(*) FROM event WHERE kind = 'llm'") == 40
    intact(office)


def test_a_chain_that_somebody_broke_is_not_blessed_by_removing_it(office: Office) -> None:
    write(office, 40, 3)

    def tamper(database: Database) -> None:
        database.execute_sql("UPDATE event SET row_hash = ? WHERE kind = 'llm'", (b"\0",))

    office.store.writer.submit(tamper).result()
    with pytest.raises(Unavailable, match="does not fit its rows"):
        run(office, llm_days=30)
    assert office.last_event().row.outcome == "failure"
    assert counted(office, "SELECT count(*) FROM event WHERE kind = 'llm'") == 3


@postgresql_only
def test_months_to_come_get_their_tables_though_a_run_of_retention_fails(
    office: Office, expect_log: Callable[[str], None]
) -> None:
    expect_log("Housekeeping failed: .*does not fit its rows")
    write(office, 400, 3)

    def harm(database: Database) -> str:
        database.execute_sql("UPDATE event SET row_hash = ? WHERE kind = 'llm'", (b"\0",))
        newest = max(name for name in database.get_tables() if name.startswith("event_2"))
        database.execute_sql(f"DROP TABLE {newest}")
        return newest

    newest = office.store.writer.submit(harm).result()
    office.services.settings.change({"retention.llm_days": 30}).result()
    services = office.services
    Housekeeping(
        office.store, services.settings, office.paths.data, services.retention, synchronised=lambda: True
    ).close()
    assert newest in office.ask(lambda database: database.get_tables())


@pytest.mark.parametrize("column", ["seal.salt", "seal.link", "event.row_hash"])
def test_a_chain_with_a_value_that_is_never_written_is_told_of_as_any_that_somebody_broke(
    office: Office, column: str
) -> None:
    write(office, 40, 3)
    table, name = column.split(".")
    office.store.writer.submit(
        lambda database: database.execute_sql(f"UPDATE {table} SET {name} = 'x'")
    ).result()
    with pytest.raises(Unavailable, match="does not fit its rows: run `gateway-desktop verify`"):
        run(office, llm_days=30)
    assert counted(office, "SELECT count(*) FROM event WHERE kind = 'llm'") == 3


def test_times_when_logging_was_off_are_gaps_of_requests_and_not_of_system_events(office: Office) -> None:
    office.services.settings.set("audit.enabled", False).result()
    (gap,) = office.ask(gaps, "mcp", None, None)
    assert gap.until_us is None and "off" in gap.why
    office.services.settings.set("audit.enabled", True).result()
    (gap,) = office.ask(gaps, "llm", None, None)
    assert gap.since_us is not None and gap.until_us is not None and gap.since_us < gap.until_us
    assert office.ask(gaps, "system", None, None) == ()
    assert office.ask(gaps, "llm", gap.until_us, None) == ()


@pytest.mark.parametrize(
    ("days", "synchronised", "leapt"), [(400, False, True), (400, True, False), (50, False, False)]
)
def test_by_a_clock_that_may_have_leapt_nothing_goes_until_somebody_wants_it(
    office: Office, days: int, synchronised: bool, leapt: bool
) -> None:
    write(office, days, 2)
    write(office, 1, 1)
    services = office.services
    services.settings.set("retention.llm_days", 30).result()
    housekeeping = Housekeeping(
        office.store,
        services.settings,
        office.paths.data,
        services.retention,
        synchronised=lambda: synchronised,
    )
    housekeeping.close()  # its first run is over
    assert office.told().count(("retention held", "clock")) == 0  # the clock may yet be set
    assert housekeeping.look_at_clock() is leapt
    assert office.told().count(("retention held", "clock")) == leapt
    assert office.told().count(("alert created", "Retention held clock")) == leapt
    assert services.retention.run().result().rows["llm"] == (2 if leapt else 0)
