"""A month whose rows are all due leaves as a whole, without deleting a row, and the chain says so."""

import threading
from collections import Counter

import pytest

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.retention import Removed
from gateway_desktop.services.vault import SEALS
from gateway_desktop.store import due_months, partitions
from gateway_desktop.store.amendments import remove_rows
from gateway_desktop.store.database import Database
from gateway_desktop.store.due_months import drop_due, look_through
from gateway_desktop.store.heads import sign_heads, signed_heads
from gateway_desktop.store.partitions import Month, make_partitions, months_before
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.store.verification import verify
from tests.conftest import postgresql_only
from tests.makers import a_payload, a_record, a_system_event
from tests.services.conftest import Office

pytestmark = postgresql_only  # a file has no months
EXCHANGES = ("llm", "mcp", "a2a")


@pytest.fixture
def month(office: Office) -> Month:
    """The month of a hundred days ago, with tables of its own."""
    assert isinstance(office.store.where, DatabaseUrl)
    at = now_us() - 100 * DAY_US
    office.store.writer.submit(make_partitions, at).result()
    return office.ask(months_before, now_us() - 40 * DAY_US)[0]


def together(office: Office, at_us: int, count: int, kind: str = "llm") -> None:
    """Record exchanges as one batch, as if it were that time; each has a text of its own."""
    batches, go_on = office.store.writer.batches, threading.Event()

    def wait(_database: Database) -> None:
        batches._clock = lambda: at_us
        go_on.wait(60)

    office.store.writer.submit(wait)
    for n in range(count):
        payloads = [a_payload(f"{kind} {at_us} {n}")]
        office.store.writer.append(a_record(kind=kind, payloads=payloads, started_us=at_us))
    go_on.set()

    def back(_database: Database) -> None:
        batches._clock = now_us

    office.store.writer.submit(back).result()


def in_month(month: Month, part: float) -> int:
    """Return a time in the month."""
    first, end = Recorded.time_us(month.first), Recorded.time_us(month.end)
    return first + int((end - first) * part)


def a_life(office: Office, month: Month) -> None:
    """Record what a month sees: seals astride its ends, System events, signed heads, rows that went."""

    def sign(database: Database) -> None:
        sign_heads(database, lambda _head: bytes(64), now_us())

    together(office, Recorded.time_us(month.first) - 2, 4)
    together(office, in_month(month, 0.1), 3)
    office.store.writer.submit(sign).result()
    together(office, in_month(month, 0.2), 1)
    together(office, in_month(month, 0.3), 2, "mcp")
    office.store.writer.submit(write_system_event, a_system_event(), in_month(month, 0.4)).result()
    together(office, in_month(month, 0.5), 3)
    together(office, in_month(month, 0.6), 2)
    together(office, Recorded.time_us(month.end) - 2, 4)
    office.store.writer.submit(sign).result()
    took = office.ask(ids_between, month, 0.15, 0.25) + office.ask(ids_between, month, 0.45, 0.55)[:1]
    office.store.writer.submit(remove_rows, took, "erasure", now_us()).result()


def ids_between(database: Database, month: Month, first: float, last: float) -> list[int]:
    ends = [Recorded.first_id(in_month(month, part)) for part in (first, last)]
    found = database.execute_sql("SELECT id FROM event WHERE id BETWEEN ? AND ? ORDER BY id", ends)
    return [row[0] for row in found.fetchall()]


def forbid_deleting(database: Database, month: Month) -> None:
    """Let no row go by DELETE but those under seals astride the month's ends."""
    first, last = (Recorded.first_id(in_month(month, part)) for part in (0.05, 0.95))
    database.execute_sql(
        "CREATE FUNCTION forbidden() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a row of the month is deleted'; END $$"
    )
    database.execute_sql(
        f"CREATE TRIGGER forbidden BEFORE DELETE ON {month.events} FOR EACH ROW"
        f" WHEN (OLD.id BETWEEN {first} AND {last}) EXECUTE FUNCTION forbidden()"
    )


def counted(office: Office, sql: str) -> int:
    return office.ask(lambda database: int(database.execute_sql(sql).fetchone()[0]))


def run(office: Office) -> Removed:
    office.services.settings.change({f"retention.{kind}_days": 60 for kind in EXCHANGES}).result()
    return office.services.retention.run().result()


def test_it_leaves_without_deleting_a_row_and_the_chain_says_so(office: Office, month: Month) -> None:
    a_life(office, month)
    heads = office.ask(signed_heads)
    office.store.writer.submit(forbid_deleting, month).result()
    exchanges, events = (
        counted(office, f"SELECT count(*) FROM event WHERE kind = '{kind}' AND id < {month.end + (1 << 20)}")
        for kind in ("llm", "system")
    )
    removed = run(office)
    assert (removed.rows["llm"], removed.rows["mcp"]) == (exchanges, 2)
    tables = office.ask(lambda database: database.get_tables())
    assert month.events not in tables and month.references not in tables
    assert counted(office, f"SELECT count(*) FROM event WHERE id < {month.end}") == events > 0
    assert counted(office, "SELECT count(*) FROM event_part") == 0
    found = office.ask(verify, office.sealer.derive(SEALS), heads)
    assert found.heads + found.heads_purged == len(heads)
    assert (
        counted(office, "SELECT count(*) FROM amendment WHERE cnt = 0") == events + 1
    )  # around the System events


def test_one_with_more_system_events_than_are_moved_at_once_keeps_its_table(
    office: Office, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (due_months, partitions):
        monkeypatch.setattr(module, "MOST_MOVED", 1)
    together(office, in_month(month, 0.3), 2)
    for part in (0.4, 0.5):
        office.store.writer.submit(write_system_event, a_system_event(), in_month(month, part)).result()
    assert run(office).rows["llm"] == 2
    assert counted(office, f"SELECT count(*) FROM {month.events}") == 2
    monkeypatch.setattr(partitions, "MOST_MOVED", 2)
    run(office)
    assert month.events not in office.ask(lambda database: database.get_tables())
    assert counted(office, f"SELECT count(*) FROM event WHERE id < {month.end}") == 2


def test_one_from_before_seals_goes_row_by_row(office: Office, month: Month) -> None:
    def unseal(database: Database) -> None:
        database.execute_sql("DELETE FROM seal")
        numbers = "gw, 0, min(seq), max(seq), min(id), max(id), '', ''"
        database.execute_sql(
            "INSERT INTO seal(gw, n, lo, hi, first_id, last_id, link, mac)"
            f" SELECT {numbers} FROM event GROUP BY gw"
        )

    together(office, in_month(month, 0.3), 3)
    office.store.writer.submit(unseal).result()
    assert run(office).rows["llm"] == 3
    office.ask(verify, office.sealer.derive(SEALS))


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE {0} SET row_hash = '\\x00' WHERE kind = 'mcp'",
        "DELETE FROM {0} WHERE kind = 'mcp'",
        "UPDATE {0} SET id = id + 1048576 WHERE kind = 'mcp'",
        "UPDATE {0} SET gw = 9 WHERE kind = 'mcp'",
        "DELETE FROM seal WHERE last_id = (SELECT max(id) FROM {0} WHERE kind = 'mcp')",
        "UPDATE {0} SET row_hash = '\\x00' WHERE id ="
        " (SELECT last_id FROM seal JOIN amendment USING (gw, n) WHERE cnt > 0)",
        # under no seal: a row of a gateway that never was
        "INSERT INTO {0} SELECT (jsonb_populate_record(e, jsonb_build_object('id', id + 8, 'gw', 9))).*"
        " FROM {0} e WHERE kind = 'mcp'",
    ],
)
def test_one_that_somebody_harmed_stays_and_the_run_says_why(office: Office, month: Month, harm: str) -> None:
    a_life(office, month)
    office.store.writer.submit(lambda one: one.execute_sql(harm.format(month.events))).result()
    with pytest.raises(Unavailable, match="run `gateway-desktop verify`"):
        run(office)
    assert month in office.ask(months_before, now_us())
    assert office.last_event().row.outcome == "failure"


def test_one_in_which_something_went_since_it_was_looked_through_waits(office: Office, month: Month) -> None:
    a_life(office, month)
    plan = office.ask(look_through, month, EXCHANGES)
    assert plan is not None
    horizons = dict.fromkeys(EXCHANGES, Recorded.time_us(month.end))
    some = office.ask(ids_between, month, 0.55, 0.65)[:1]
    office.store.writer.submit(remove_rows, some, "erasure", now_us()).result()
    assert office.store.writer.submit(drop_due, plan, horizons, now_us()).result() == Counter()
    plan = office.ask(look_through, month, EXCHANGES)
    assert plan is not None
    gone = office.store.writer.submit(drop_due, plan, horizons, now_us()).result()
    assert gone.total() > 0
    office.ask(verify, office.sealer.derive(SEALS))


def test_one_with_rows_that_are_not_due_goes_row_by_row(office: Office, month: Month) -> None:
    a_life(office, month)
    assert office.ask(look_through, month, ("llm", "a2a")) is None
    changes = {"retention.llm_days": 60, "retention.mcp_days": 0}
    office.services.settings.change(changes).result()
    office.services.retention.run().result()
    assert counted(office, f"SELECT count(*) FROM {month.events} WHERE kind = 'mcp'") == 2
    office.ask(verify, office.sealer.derive(SEALS))


def test_system_events_that_are_due_go_with_it(office: Office, month: Month) -> None:
    a_life(office, month)
    office.services.settings.change({"retention.system_days": 60}).result()
    assert run(office).rows["system"] > 0
    assert counted(office, f"SELECT count(*) FROM event WHERE id < {month.end}") == 0
    office.ask(verify, office.sealer.derive(SEALS))
