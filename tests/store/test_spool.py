"""While the team's database is away, records wait on this machine's disk; nothing is lost when it returns."""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import pytest

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.budget import Budget, Period
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.core.scope import Scope
from gateway_desktop.policies.budget import term_at
from gateway_desktop.store.database import Database
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.recorder import Recorder
from gateway_desktop.store.spool import Spool, Waiting
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.store.verification import verify
from gateway_desktop.store.written import not_written_yet
from tests.makers import NOON_US, a_payload, a_record, a_system_event
from tests.postgresql import Server
from tests.store.conftest import Timeline, queued

KEY = b"s" * 32


@pytest.fixture
def team(own_server: Server) -> DatabaseUrl:
    where = own_server.url(own_server.create())
    database = open_database(where)
    migrate(database)
    database.close()
    return where


def opened(team: DatabaseUrl, folder: Path, changes: ChangeFeed | None = None) -> Store:
    store = Store.open(team, changes or ChangeFeed(), folder="folder", spool=folder / "spool.sqlite")
    store.ready.result(60)
    store.configure(content_key=b"k" * 32, seal_key=KEY)
    return store


def rows(database: Database) -> list[str]:
    found = database.execute_sql("SELECT exchange_id FROM event WHERE kind = 'llm' ORDER BY gw, seq")
    return [row[0] for row in found.fetchall()]


def answers(futures: list[Future[None]]) -> int:
    return sum(future.result(60) is None for future in futures)


def settle(store: Store) -> None:
    """Wait until the database takes units of work again: then nothing waits any more."""
    pause = threading.Event()
    while store.writer.submit(lambda _database: None).exception(30) is not None:
        pause.wait(0.05)


def test_nothing_acknowledged_is_lost_when_the_server_stops_and_returns_under_load(
    own_server: Server, team: DatabaseUrl, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The database .* does not answer")
    acknowledged: list[str] = []
    room, end = threading.Semaphore(40), threading.Event()

    def load(store: Store) -> None:
        while not end.is_set():
            room.acquire()
            record = a_record(payloads=[a_payload("always the same"), a_payload(f"{len(acknowledged)}")])

            def done(error: BaseException | None, record: AuditRecord = record) -> None:
                room.release()
                if error is None:
                    acknowledged.append(record.exchange_id)

            store.writer.append(record, done)

    def passed(more: int) -> bool:
        goal = len(acknowledged) + more
        return any(len(acknowledged) >= goal or end.wait(0.05) for _ in range(400))

    with opened(team, tmp_path) as store:
        caller = threading.Thread(target=load, args=(store,))
        caller.start()
        for mode in ("fast", "immediate"):
            assert passed(200)
            own_server.stop(mode)
            assert passed(300)
            recorder = Recorder(store)
            assert recorder.ready() is None
            assert "audit rows wait on this machine's disk" in recorder.notice()
            own_server.start()
        assert passed(500)
        end.set()
        caller.join()
        settle(store)
        assert not (tmp_path / "spool.sqlite").exists()
        assert Recorder(store).notice() == ""
        stored = store.reader.submit(rows).result(60)
        assert set(acknowledged) <= set(stored)
        assert len(stored) == len(set(stored))
        checked = store.reader.submit(lambda database: verify(database, KEY, ())).result(60)
        assert checked.rows >= len(stored)


def test_rows_keep_the_times_and_the_order_in_which_they_were_recorded(
    own_server: Server, team: DatabaseUrl, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The database .* does not answer")
    records = [a_record(exchange_id=f"e-{n:03}") for n in range(30)]
    with opened(team, tmp_path) as store:
        answers(queued(store, records[:10]))
        own_server.stop()
        for some in (records[10:20], records[20:]):
            answers(queued(store, some))
    own_server.start()
    with opened(team, tmp_path) as store:  # what still waits is written at the next start
        settle(store)
        assert store.reader.submit(rows).result(60) == [record.exchange_id for record in records]


def test_the_spool_takes_over_whatever_finds_out_first_that_the_server_is_away(
    own_server: Server, team: DatabaseUrl, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The database .* does not answer")
    with opened(team, tmp_path) as store:
        own_server.stop()
        with pytest.raises(StorageUnavailable, match="does not answer"):
            store.writer.submit(write_system_event, a_system_event()).result(60)
        recorder = Recorder(store)
        assert recorder.ready() is None
        assert "wait on this machine's disk" in recorder.notice()
        answers(queued(store, [a_record()]))
        own_server.start()
        settle(store)
        assert len(store.reader.submit(rows).result(60)) == 1


def test_nothing_is_refused_while_the_first_records_go_to_the_disk(
    own_server: Server, team: DatabaseUrl, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The database .* does not answer")
    refused = []

    class Watched(Spool):
        def append(self, records: Sequence[AuditRecord], at_us: int, sent: int = 0) -> None:
            refused.append(recorder.ready())
            super().append(records, at_us, sent)

    with opened(team, tmp_path) as store:
        recorder = Recorder(store)
        store.writer.durability.spool = Watched(tmp_path / "spool.sqlite")
        own_server.stop()
        answers(queued(store, [a_record()]))
        assert refused == [None]
        assert "1 audit row waits on this machine's disk" in recorder.notice()


def test_beyond_the_limit_records_are_refused_until_the_server_returns(
    own_server: Server, team: DatabaseUrl, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The database .* does not answer")
    changes = ChangeFeed()
    changed = threading.Semaphore(0)
    changes.subscribe(lambda topic: changed.release() if topic is Topic.STATUS else None)
    with opened(team, tmp_path, changes) as store:
        recorder = Recorder(store)
        spool = Spool(tmp_path / "spool.sqlite", most_rows=3)
        store.writer.durability.spool = spool
        own_server.stop()
        for _ in range(3):
            answers(queued(store, [a_record()]))
        assert recorder.ready() is None
        with pytest.raises(StorageUnavailable) as refused:
            answers(queued(store, [a_record()]))
        assert refused.value.kind is Disk.FULL
        assert "no more fit" in (recorder.storage_problem() or "")
        with pytest.raises(StorageUnavailable, match="does not answer"):
            store.writer.submit(write_system_event, a_system_event()).result(60)
        own_server.start()
        while recorder.ready() is not None:
            assert changed.acquire(timeout=60)
        answers(queued(store, [a_record()]))
        assert len(store.reader.submit(rows).result(60)) == 4


def test_large_records_fill_it_as_many_do_also_after_a_restart(tmp_path: Path) -> None:
    large = a_record(payloads=[a_payload("long " * 2_000)])
    path = tmp_path / "spool.sqlite"
    for _ in range(2):
        spool = Spool(path, most_bytes=25_000)
        spool.open()
        if not spool.rows:
            spool.append([large, large], 1)
        with pytest.raises(StorageUnavailable, match="no more fit"):
            spool.append([large], 2)
        assert spool.rows == 2
        spool.close()
    spool.drop(spool.oldest(1))
    spool.append([large], 3)
    assert [one.at_us for one in spool.oldest(3)] == [1, 3]
    spool.close()


def test_what_the_server_committed_without_saying_so_is_not_written_twice(timeline: Timeline) -> None:
    at_us = 1_800_000_000_000_000
    there = [a_record(exchange_id="one", target=f"tool-{n % 2}") for n in range(3)]
    timeline.record(at_us, *there)
    again = [*there, there[0], a_record()]
    waiting = [Waiting(n, at_us + 5_000_000, record) for n, record in enumerate(again)]
    assert [one.n for one in not_written_yet(timeline.database, 1, waiting)] == [3, 4]


_COMMIT = b"Q\0\0\0\x0bCOMMIT\0"


class Relay:
    """Stands between a gateway and its server; when told to, it cuts the line at a commit."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.commits: list[str] = []  # what becomes of the next ones
        self._server = str(server.folder / ".s.PGSQL.5432")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far:
            far.connect(self._server)
            back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
            back.start()
            self._carry(near, far)
            back.join()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if self.commits and _COMMIT in data:
                    one.shutdown(socket.SHUT_RDWR)  # the answer goes nowhere
                    if self.commits.pop(0) == "lost":
                        break
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


def added_budget(server: Server, team: DatabaseUrl) -> Budget:
    """Add a budget of all to the database of a team."""
    server.ask(
        "INSERT INTO budget(id, scope, subject_id, period, limit_nano, mode, reset_us, created_us)"
        " VALUES('b', 'gateway', '', 'day', 1000, 'block', 0, 0)",
        team.name,
    )
    return Budget("b", Scope.GATEWAY, "", "all", Period.DAY, 1000)


@pytest.mark.parametrize("commits", [["unanswered"], ["lost", "unanswered"]], ids=["at once", "later"])
@pytest.mark.parametrize("kept", [True, False], ids=["a row", "no row"])
def test_what_a_commit_without_an_answer_charged_is_not_charged_again(
    commits: list[str],
    kept: bool,
    own_server: Server,
    team: DatabaseUrl,
    tmp_path: Path,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("ERROR: The database .* does not answer")
    budget = added_budget(own_server, team)
    relay = Relay(own_server, tmp_path)
    through = DatabaseUrl(team.url.replace(str(own_server.folder), str(tmp_path)))
    charged = a_record(kept=kept, charges=(term_at(budget, NOON_US, None),), charged_nano=7)
    with opened(through, tmp_path) as store:
        relay.commits[:] = commits
        answers(queued(store, [charged]))
        settle(store)
        assert relay.commits == []
        answers(queued(store, [a_record(kept=kept, charges=charged.charges, charged_nano=1)]))
    relay.close()
    assert own_server.ask("SELECT spent_nano, requests FROM budget_term", team.name) == [(8, 2)]


def test_what_was_written_is_not_charged_again_where_it_could_not_be_forgotten(
    own_server: Server, team: DatabaseUrl, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The database .* does not answer")
    budget = added_budget(own_server, team)
    left = tmp_path / "left.sqlite"

    class Watched(Spool):
        def drop(self, done: Sequence[Waiting]) -> None:
            self._opened().execute_sql("VACUUM INTO ?", (str(left),))  # as a kill leaves it
            super().drop(done)

    path = tmp_path / "spool.sqlite"
    charged = a_record(kept=False, charges=(term_at(budget, NOON_US, None),), charged_nano=7)
    with opened(team, tmp_path) as store:
        store.writer.durability.spool = Watched(path)
        own_server.stop()
        answers(queued(store, [charged, a_record()]))
        own_server.start()
        settle(store)
    left.rename(path)
    with opened(team, tmp_path) as store:
        settle(store)
        assert len(store.reader.submit(rows).result(60)) == 1
    assert own_server.ask("SELECT spent_nano, requests FROM budget_term", team.name) == [(7, 1)]


def test_what_a_transaction_wrote_that_a_restored_server_never_had_is_written(team: DatabaseUrl) -> None:
    waiting = [Waiting(1, NOON_US, a_record(kept=False), ((1 << 40) + 1000,))]
    database = open_database(team)
    assert not_written_yet(database, 1, waiting) == waiting
    database.close()


def test_a_row_that_the_database_refuses_is_set_aside_and_stops_no_other(
    own_server: Server, team: DatabaseUrl, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The database .* does not answer")
    expect_log("ERROR: The database refuses an audit row, which waits in .*spool.sqlite: .*out of range")
    records = [a_record(exchange_id=f"e-{n}") for n in range(5)]
    records[1].duration_ms = 2**63  # more than the column takes
    records[3].detail = {"code": 10**30, "said": "half \ud83d"}
    with opened(team, tmp_path) as store:
        own_server.stop()
        answers(queued(store, records))
        own_server.start()
        settle(store)
        assert store.reader.submit(rows).result(60) == ["e-0", "e-2", "e-3", "e-4"]
        assert "1 audit row was refused by the database: kept in" in Recorder(store).notice()
        assert Recorder(store).ready() is None
        [told] = store.reader.submit(told_of).result(60)
        assert "out of range" in told
        answers(queued(store, [a_record(exchange_id="e-5")]))
    with opened(team, tmp_path) as store:  # it is tried again, and told of again
        settle(store)
        assert store.reader.submit(rows).result(60)[-1] == "e-5"
        assert len(store.reader.submit(told_of).result(60)) == 2
        assert store.writer.durability.spool is not None
        assert store.writer.durability.spool.path.exists()


def test_what_cannot_be_read_is_set_aside_and_kept(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("which waits in .*: It cannot be read")
    path = tmp_path / "spool.sqlite"
    spool = Spool(path)
    spool.append([a_record(exchange_id="first")], 1)
    spool.append([a_record(exchange_id="last")], 2)
    spool.close()
    file = SqliteDatabase(path)
    file.execute_sql("UPDATE waiting SET record = x'c1' WHERE n = 1")
    file.close()
    for _ in range(2):  # at the next start as well
        spool = Spool(path)
        spool.open()
        assert spool.rows == 2
        assert [one.record.exchange_id for one in spool.oldest(10)] == ["last"]
        assert (spool.rows, spool.aside) == (1, 1)
        spool.close()


def told_of(database: Database) -> list[str]:
    found = database.execute_sql("SELECT detail FROM event WHERE method = 'audit rows set aside' ORDER BY id")
    return [str(row[0]) for row in found.fetchall()]
