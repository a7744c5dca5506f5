"""Tamper evidence: whatever somebody with the file, or even with the key, does to the audit is found."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegerField

from gateway_desktop.core.audit import Payload, Recorded
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.seal import Amendment, Head, Span, link_of, mac_of, root_of
from gateway_desktop.store.amendments import amend, erase_texts, remove_rows
from gateway_desktop.store.chain import Broken, Verified
from gateway_desktop.store.migration import statements
from gateway_desktop.store.migrations import m0013_seals
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.parts import PLAIN
from gateway_desktop.store.rows import COLUMNS, row_hash
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.store.verification import verify
from tests.conftest import sqlite_only
from tests.makers import NOON_US, a_payload, a_record, a_system_event
from tests.store.conftest import Timeline

KEY = b"s" * 32
SECOND = 1_000_000


@pytest.fixture
def chain(timeline: Timeline) -> Timeline:
    """Twelve batches of five rows, each row with two texts, and the command line's chain of three events."""
    timeline.database.seal_key = KEY
    for batch in range(12):
        records = [a_record(target=f"model-{batch}-{n}", payloads=texts(batch, n)) for n in range(5)]
        timeline.record(NOON_US + batch * SECOND, *records)
    timeline.database.gateway = 0
    for n in range(3):
        with timeline.database.writing():
            write_system_event(timeline.database, a_system_event(), NOON_US + n)
    timeline.database.gateway = 1
    return timeline


def texts(batch: int, n: int) -> list[Any]:
    return [a_payload(f"question {batch} {n} " * 20), a_payload("You are helpful")]


def checked(chain: Timeline, *heads: Head, key: bytes = KEY) -> Verified:
    return verify(chain.database, key, heads)


def broken(chain: Timeline, *heads: Head) -> str:
    with pytest.raises(Broken) as found:
        checked(chain, *heads)
    return str(found.value)


def sql(chain: Timeline, text: str, *values: Any) -> Any:
    cursor = chain.database.execute_sql(text, values)
    return cursor.fetchall() if cursor.description else []


def row_at(chain: Timeline, seq: int) -> dict[str, Any]:
    [row] = sql(chain, f"SELECT {', '.join(COLUMNS)} FROM event WHERE gw = 1 AND seq = ?", seq)
    return dict(zip(COLUMNS, row, strict=True))


def hashes_of(chain: Timeline, lo: int, hi: int) -> list[bytes]:
    rows = sql(chain, "SELECT row_hash FROM event WHERE gw = 1 AND seq BETWEEN ? AND ? ORDER BY id", lo, hi)
    return [bytes(row[0]) for row in rows]


def put(chain: Timeline, row: dict[str, Any]) -> None:
    """Write a row as an attacker does who knows how hashes are made."""
    row["row_hash"] = row_hash([row[name] for name in COLUMNS[:-1]])
    marks = ", ".join("?" * len(COLUMNS))
    sql(chain, "DELETE FROM event WHERE id = ?", row["id"])
    sql(chain, f"INSERT INTO event({', '.join(COLUMNS)}) VALUES({marks})", *row.values())


def delete(chain: Timeline, *seqs: int, gateway: int = 1) -> None:
    """Delete rows with their references to texts, as an attacker does."""
    for seq in seqs:
        sql(chain, "DELETE FROM event WHERE gw = ? AND seq = ?", gateway, seq)
    sql(chain, "DELETE FROM event_part WHERE event_id NOT IN (SELECT id FROM event)")


def head_of(chain: Timeline, gateway: int = 1, n: int | None = None) -> Head:
    where = "" if n is None else f"AND n = {n}"
    [(n, hi, link)] = sql(
        chain, f"SELECT n, hi, link FROM seal WHERE gw = ? {where} ORDER BY n DESC LIMIT 1", gateway
    )
    return Head(NOON_US, gateway, n, hi, bytes(link))


def resealed(chain: Timeline, key: bytes = KEY) -> None:
    """Make all seals of gateway 1 anew from the rows that are there: what a holder of the key can do."""
    link = bytes(32)
    for n, lo, hi, first, last, salt in sql(
        chain, "SELECT n, lo, hi, first_id, last_id, salt FROM seal WHERE gw = 1 ORDER BY n"
    ):
        link = link_of(Span(1, n, lo, hi, first, last), link, salt, hashes_of(chain, lo, hi))
        sql(chain, "UPDATE seal SET link = ?, mac = ? WHERE gw = 1 AND n = ?", link, mac_of(key, link), n)


# ---- nothing was done


def test_what_was_written_verifies(chain: Timeline) -> None:
    found = checked(chain, head_of(chain), head_of(chain, 0), head_of(chain, n=3))
    assert (found.rows, found.seals, found.gateways, found.heads) == (63, 15, 2, 3)
    assert (found.texts, found.before_seals, found.amended_seals, found.unanchored) == (61, 0, 0, 0)


def test_places_and_roles_that_no_database_keeps_verify(chain: Timeline) -> None:
    odd = TextPart("/messages/0/a\0b\ud83d", "us\0er\udc00", "Hello")
    chain.record(NOON_US + 60 * SECOND, a_record(payloads=[Payload("request", odd)], app="caf\udce9"))
    assert checked(chain).rows == 64


def test_every_row_comes_back_from_the_database_as_it_was_hashed(chain: Timeline) -> None:
    odd = a_record(
        error='"\\\x00\x1f\x7f\u2028é\U0001f600', detail={"b": [1.5, None, "é"]}, risk=0, cost_nano=2**62
    )
    chain.record(NOON_US + 60 * SECOND, odd)
    assert checked(chain).rows == 64


def test_rows_since_the_newest_head_are_counted(chain: Timeline) -> None:
    assert checked(chain, head_of(chain, n=10), head_of(chain, 0)).unanchored == 10


# ---- attacks on rows


@pytest.mark.parametrize("column", COLUMNS[:-1])
def test_any_changed_column_is_found(chain: Timeline, column: str) -> None:
    row = row_at(chain, 17)
    value = row[column]
    changed: Any = f"{value!r}x"
    if value is None and isinstance(Event._meta.columns[column], IntegerField):
        changed = 1
    if isinstance(value, int | bytes):
        changed = value + 1 if isinstance(value, int) else b"x" * 32
    sql(chain, f"UPDATE event SET {column} = ? WHERE id = ?", changed, row["id"])
    assert broken(chain).startswith(f"row {changed if column == 'id' else row['id']} ")


@sqlite_only
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET actor = CAST(x'ff41' AS TEXT) WHERE gw = 1 AND seq = 7",
        "UPDATE event SET parts_hash = 'abc' WHERE gw = 1 AND seq = 7",
        "UPDATE seal SET link = 'abc' WHERE gw = 1 AND n = 2",
        "UPDATE seal SET mac = 99999999999999 WHERE gw = 1 AND n = 2",
        "UPDATE seal SET lo = 'abc' WHERE gw = 1 AND n = 2",
        "UPDATE part SET body = 'abc' WHERE id = 3",
        "UPDATE part SET salt = 'abc' WHERE id = 3",
    ],
)
def test_a_value_of_a_kind_that_is_never_written_is_found(chain: Timeline, change: str) -> None:
    sql(chain, change)
    assert broken(chain)


def test_a_changed_row_with_its_hash_made_anew_is_found(chain: Timeline) -> None:
    put(chain, row_at(chain, 17) | {"actor": "eve@example.com"})
    assert broken(chain) == "seal 4 of gateway 1: its rows are not those that were sealed"


def test_a_row_deleted_from_the_middle_is_found(chain: Timeline) -> None:
    delete(chain, 17)
    assert broken(chain) == "place 17 of gateway 1: the row is missing"


def test_the_last_row_of_a_batch_deleted_is_found(chain: Timeline) -> None:
    delete(chain, 20)
    assert broken(chain) == "place 20 of gateway 1: the row is missing"


def test_the_last_row_of_all_deleted_is_found(chain: Timeline) -> None:
    delete(chain, 60)
    assert broken(chain) == "place 60 of gateway 1: the row is missing"


def test_a_whole_batch_deleted_with_its_seal_is_found(chain: Timeline) -> None:
    delete(chain, *range(16, 21))
    sql(chain, "DELETE FROM seal WHERE gw = 1 AND n = 4")
    assert broken(chain) == "seal 5 of gateway 1: seal 4 before it is missing"


def test_the_first_seals_deleted_are_not_taken_for_rows_from_before_seals(chain: Timeline) -> None:
    sql(chain, "DELETE FROM seal WHERE gw = 1 AND n <= 3")
    assert "it is under no seal" in broken(chain)
    delete(chain, *range(1, 16))
    assert broken(chain) == "seal 4 of gateway 1: seal 1 before it is missing"


def test_a_row_put_in_is_found(chain: Timeline) -> None:
    row = row_at(chain, 17) | {"parts_hash": None}
    put(chain, row | {"id": row["id"] + 2, "seq": 18})
    assert "another row has its place in the chain" in broken(chain)


def test_a_row_outside_of_any_seal_is_found(chain: Timeline) -> None:
    row = row_at(chain, 60) | {"parts_hash": None}
    put(chain, row | {"id": row["id"] + (1 << 10), "seq": 61})
    assert "it is under no seal" in broken(chain)


def test_a_row_of_a_gateway_that_is_none_is_found(chain: Timeline) -> None:
    put(chain, row_at(chain, 17) | {"id": row_at(chain, 17)["id"] + 6, "gw": 7, "parts_hash": None})
    assert "it is under no seal" in broken(chain)


def test_two_rows_that_changed_places_are_found(chain: Timeline) -> None:
    one, other = row_at(chain, 17), row_at(chain, 33)
    for row, place in ((one, other), (other, one)):
        put(chain, row | {name: place[name] for name in ("id", "seq", "parts_hash")})
    assert broken(chain) == "seal 4 of gateway 1: its rows are not those that were sealed"


def test_two_batches_that_changed_places_are_found(chain: Timeline) -> None:
    sql(chain, "UPDATE seal SET n = 99 WHERE gw = 1 AND n = 4")
    sql(chain, "UPDATE seal SET n = 4 WHERE gw = 1 AND n = 5")
    sql(chain, "UPDATE seal SET n = 5 WHERE gw = 1 AND n = 99")
    assert broken(chain).startswith("seal 5 of gateway 1")


def test_the_command_lines_rows_are_in_a_chain_too(chain: Timeline) -> None:
    sql(chain, "UPDATE event SET target = 'nothing' WHERE gw = 0 AND seq = 2")
    assert "gateway 0, place 2" in broken(chain)


# ---- attacks on seals


def test_seals_made_without_the_key_are_found(chain: Timeline) -> None:
    put(chain, row_at(chain, 17) | {"actor": "eve@example.com"})
    resealed(chain, b"guessed")
    assert broken(chain) == "seal 1 of gateway 1: it was not made with this master key"


def test_another_master_key_verifies_nothing(chain: Timeline) -> None:
    with pytest.raises(Broken, match="it was not made with this master key"):
        checked(chain, key=b"another")


def test_a_chain_that_the_keys_holder_wrote_anew_is_found_by_a_head_kept_elsewhere(chain: Timeline) -> None:
    head = head_of(chain, n=6)
    put(chain, row_at(chain, 17) | {"actor": "eve@example.com"})
    resealed(chain)
    checked(chain)  # the key's holder can do that
    assert "the chain was written anew" in broken(chain, head)


def test_a_tail_cut_off_is_found_by_a_head_kept_elsewhere(chain: Timeline) -> None:
    head = head_of(chain)
    delete(chain, *range(51, 61))
    sql(chain, "DELETE FROM seal WHERE gw = 1 AND n > 10")
    checked(chain)
    assert "its end was cut off" in broken(chain, head)


def test_a_whole_chain_deleted_is_found_by_a_head_kept_elsewhere(chain: Timeline) -> None:
    head = head_of(chain, 0)
    delete(chain, 1, 2, 3, gateway=0)
    sql(chain, "DELETE FROM seal WHERE gw = 0")
    assert "its end was cut off" in broken(chain, head)


def path_of(line: Timeline) -> Path:
    assert isinstance(line.database, SqliteDatabase)
    return line.database.path


@sqlite_only  # of a file: it is copied, and read byte by byte
def test_an_older_copy_of_the_database_is_found_by_a_head_kept_elsewhere(
    chain: Timeline, tmp_path: Path
) -> None:
    copy = Timeline(tmp_path / "copy.sqlite")
    chain.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    copy.database.close()
    shutil.copy(path_of(chain), path_of(copy))
    chain.record(NOON_US + 60 * SECOND, a_record())
    assert "an older copy" in broken(copy, head_of(chain))
    copy.database.close()


# ---- attacks on texts


def test_a_changed_text_is_found(chain: Timeline) -> None:
    sql(chain, "UPDATE part SET body = ?, dict_id = ? WHERE id = 3", b"You are evil", PLAIN)
    assert broken(chain) == "stored text 3: it was changed after it was written"


def test_a_text_changed_with_its_salt_and_hash_is_found(chain: Timeline) -> None:
    sql(
        chain,
        "UPDATE part SET (body, dict_id, salt, salted) = "
        "(SELECT body, dict_id, salt, salted FROM part WHERE id = 1) WHERE id = 3",
    )
    assert "its stored texts are not those" in broken(chain)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM event_part WHERE event_id = ?",
        "DELETE FROM event_part WHERE n = 1 AND event_id = ?",
        "UPDATE event_part SET role = 'system' WHERE n = 0 AND event_id = ?",
        "UPDATE event_part SET place = 'response/x' WHERE n = 0 AND event_id = ?",
        "UPDATE event_part SET part_id = 1 WHERE n = 0 AND event_id = ?",
        "UPDATE event_part SET cut = 1 WHERE n = 0 AND event_id = ?",
        "INSERT INTO event_part(event_id, n, place, role, part_id) VALUES(?, 2, 'request', 'user', 1)",
        "DELETE FROM part WHERE id = (SELECT part_id FROM event_part WHERE n = 0 AND event_id = ?)",
    ],
)
def test_changed_references_to_texts_are_found(chain: Timeline, change: str) -> None:
    sql(chain, change, row_at(chain, 17)["id"])
    assert "its stored texts are not those that were written with it" in broken(chain)


def test_texts_of_a_row_that_is_none_are_found(chain: Timeline) -> None:
    sql(chain, "INSERT INTO event_part(event_id, n, place, role, part_id) VALUES(7, 0, 'request', 'user', 1)")
    assert "there is no such row" in broken(chain)


def test_a_text_erased_without_authority_is_found(chain: Timeline) -> None:
    sql(chain, "UPDATE part SET body = NULL, salt = NULL WHERE id = 3")
    assert broken(chain) == "stored text 3: it is gone, and nobody was allowed to erase it"


@pytest.mark.parametrize("column", ["at_us", "reason", "mac"])
def test_a_forged_permission_to_erase_is_found(chain: Timeline, column: str) -> None:
    erase(chain, 3)
    forged = "7" if column != "mac" else b"7" * 32
    sql(chain, f"UPDATE erasure SET {column} = ?", forged)
    assert "nobody was allowed to erase it" in broken(chain)


def test_a_permission_to_erase_one_text_is_none_for_another(chain: Timeline) -> None:
    erase(chain, 3)
    sql(chain, "UPDATE part SET body = NULL, salt = NULL WHERE id = 4")
    sql(chain, "UPDATE erasure SET part_id = 4")
    assert "nobody was allowed to erase it" in broken(chain)


# ---- what is allowed


def erase(chain: Timeline, *parts: int) -> None:
    with chain.database.writing():
        erase_texts(chain.database, parts, "asked for", NOON_US)


def remove(chain: Timeline, *seqs: int) -> None:
    ids = [row_at(chain, seq)["id"] for seq in seqs]
    with chain.database.writing():
        assert remove_rows(chain.database, ids, "older than 90 days", NOON_US) == len(ids)


@sqlite_only  # of a file: it is copied, and read byte by byte
def test_an_erased_text_leaves_the_chain_valid_and_nothing_to_test_it_by(chain: Timeline) -> None:
    before = sql(chain, "SELECT hash, salt FROM part WHERE id = 3")
    erase(chain, 3)
    found = checked(chain)
    assert (found.texts, found.erased_texts) == (61, 1)
    chain.database.execute_sql("VACUUM")
    stored = path_of(chain).read_bytes()
    assert not any(value in stored for value in before[0])


def test_rows_removed_by_retention_leave_the_chain_valid(chain: Timeline) -> None:
    heads = head_of(chain), head_of(chain, n=4), head_of(chain, n=2)
    remove(chain, 17, 18, *range(6, 16))
    found = checked(chain, *heads)
    assert (found.rows, found.amended_seals, found.heads, found.heads_purged) == (51, 2, 2, 1)
    remove(chain, 16, 19, 20, 30)
    assert checked(chain).rows == 47


def test_seals_whose_rows_are_all_gone_become_one(chain: Timeline) -> None:
    for start in (21, 11, 16, 31, 26):  # in any order
        remove(chain, *range(start, start + 5))
    assert sql(chain, "SELECT since, n, cnt FROM amendment") == [(3, 7, 0)]
    left = [row[0] for row in sql(chain, "SELECT n FROM seal WHERE gw = 1 ORDER BY n")]
    assert left == [1, 2, *range(7, 13)]
    chain.batches.read_head(chain.database)
    chain.record(NOON_US + 60 * SECOND, a_record())
    assert checked(chain).rows == 39


def test_a_chain_goes_on_after_all_its_rows_are_gone(chain: Timeline) -> None:
    remove(chain, *range(1, 61))
    chain.batches.read_head(chain.database)
    chain.record(NOON_US + 60 * SECOND, a_record())
    assert sql(chain, "SELECT seq FROM event WHERE gw = 1") == [(61,)]
    assert checked(chain).rows == 4


def test_a_rewritten_row_leaves_the_chain_valid(chain: Timeline) -> None:
    row = row_at(chain, 17)
    place = COLUMNS.index("actor")

    def rewrite(values: list[Any]) -> list[Any]:
        return [*values[:place], "erased-1", *values[place + 1 :]]

    with chain.database.writing():
        amend(chain.database, [row["id"]], rewrite, "erased", NOON_US)
    assert row_at(chain, 17)["actor"] == "erased-1"
    assert checked(chain).amended_seals == 1
    assert bytes(row["row_hash"]) not in {bytes(h) for (h,) in sql(chain, "SELECT row_hash FROM event")}


def forged_amendment(chain: Timeline, key: bytes) -> None:
    delete(chain, 17)
    hashes = hashes_of(chain, 16, 20)
    made = Amendment(1, 4, 4, 4, root_of(hashes), NOON_US, "retention")
    link = head_of(chain, n=4).link
    sql(
        chain,
        "INSERT INTO amendment(gw, n, since, cnt, root, at_us, reason, mac) VALUES(1, 4, 4, 4, ?, ?, ?, ?)",
        made.root,
        made.at_us,
        made.reason,
        made.mac(key, link),
    )


def test_a_forged_mark_of_retention_is_found(chain: Timeline) -> None:
    forged_amendment(chain, b"guessed")
    assert "was not made with this master key" in broken(chain)


@pytest.mark.parametrize("column", ["since", "cnt", "root", "at_us", "reason", "mac"])
def test_a_changed_mark_of_retention_is_found(chain: Timeline, column: str) -> None:
    remove(chain, 17)
    value: Any = b"7" * 32 if column in ("root", "mac") else "7" if column == "reason" else 2
    sql(chain, f"UPDATE amendment SET {column} = ?", value)
    assert broken(chain).startswith("seal 4 of gateway 1: ")


def test_more_removed_than_retention_did_is_found(chain: Timeline) -> None:
    remove(chain, 17)
    delete(chain, 18)
    assert broken(chain) == "seal 4 of gateway 1: 4 of its rows were left, 3 are there"


def test_a_seal_whose_rows_are_gone_ends_where_the_next_begins(chain: Timeline) -> None:
    remove(chain, 17)
    sql(chain, "UPDATE seal SET hi = 19 WHERE gw = 1 AND n = 4")
    assert broken(chain) == "seal 5 of gateway 1: it begins at place 21, but the seal before it ends at 19"


def test_a_row_changed_beside_a_removed_one_is_found(chain: Timeline) -> None:
    remove(chain, 17)
    put(chain, row_at(chain, 18) | {"actor": "eve@example.com"})
    assert broken(chain) == "seal 4 of gateway 1: its rows are not those that were left"


def test_a_mark_of_retention_of_another_seal_is_found(chain: Timeline) -> None:
    remove(chain, *range(16, 21))
    delete(chain, *range(26, 31))
    sql(chain, "INSERT INTO amendment SELECT gw, 6, 6, cnt, root, at_us, reason, mac FROM amendment")
    assert broken(chain).startswith("seal 6 of gateway 1: what says that rows were removed")


def test_what_was_changed_before_is_not_blessed_by_retention(chain: Timeline) -> None:
    put(chain, row_at(chain, 18) | {"actor": "eve@example.com"})
    with pytest.raises(Unavailable, match="gateway-desktop verify"):
        remove(chain, 17)


def test_what_was_changed_before_is_not_blessed_by_an_erasure(chain: Timeline) -> None:
    row = row_at(chain, 18)
    sql(chain, "UPDATE event SET actor = 'eve@example.com' WHERE id = ?", row["id"])
    with pytest.raises(Unavailable, match="gateway-desktop verify"):
        amend(chain.database, [row["id"]], lambda values: values, "erased", NOON_US)


# ---- rows from before there were seals


@pytest.fixture
def old(chain: Timeline) -> Timeline:
    """A database whose rows are all from before seals, and one batch from after."""
    on_file = isinstance(chain.database, SqliteDatabase)
    for statement in statements(m0013_seals.SQLITE if on_file else m0013_seals.POSTGRESQL):
        if "INSERT INTO seal" in statement:
            sql(chain, "DELETE FROM seal")
            sql(chain, statement)
    chain.batches.read_head(chain.database)
    chain.record(NOON_US + 60 * SECOND, a_record())
    return chain


def test_rows_from_before_seals_are_counted_and_said_to_be_unprotected(old: Timeline) -> None:
    found = checked(old)
    assert (found.rows, found.before_seals) == (64, 63)


def test_a_row_added_to_those_from_before_seals_is_found(old: Timeline) -> None:
    row = row_at(old, 17) | {"parts_hash": None}
    put(old, row | {"id": row["id"] + (1 << 9 << 10), "seq": 18})
    assert "another row has its place" in broken(old)


def test_a_row_removed_from_those_from_before_seals_is_found(old: Timeline) -> None:
    delete(old, 60)
    assert broken(old) == "seal 0 of gateway 1: rows from before the first seal are missing"


def test_the_number_of_rows_from_before_seals_cannot_be_changed(old: Timeline) -> None:
    sql(old, "UPDATE seal SET hi = hi - 1 WHERE gw = 1 AND n = 0")
    delete(old, 60)
    assert broken(old).startswith("seal 1 of gateway 1: ")


def test_rows_that_came_when_there_were_seals_are_not_taken_for_older_ones(chain: Timeline) -> None:
    event_id = Recorded.first_id(NOON_US + 3600 * SECOND) | 7
    put(chain, row_at(chain, 17) | {"id": event_id, "gw": 7, "seq": 1, "parts_hash": None})
    columns, values = "gw, n, lo, hi, first_id, last_id, link, mac", "7, 0, 1, 1, ?, ?, ?, ?"
    sql(chain, f"INSERT INTO seal({columns}) VALUES({values})", event_id, event_id, b"", b"")
    assert broken(chain).startswith("seal 0 of gateway 7: its rows are said to be from before seals")


def test_rows_from_before_seals_leave_by_retention_too(old: Timeline) -> None:
    remove(old, 3, 4, 60)
    assert checked(old).rows == 61


# ---- the format is what the documentation says


def test_a_rows_bytes_are_those_of_pythons_json(chain: Timeline) -> None:
    import base64
    import hashlib

    row = list(row_at(chain, 17).values())
    plain = [base64.b64encode(value).decode() if isinstance(value, bytes) else value for value in row[:-1]]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).digest() == row[-1]


def test_a_clock_that_goes_backwards_changes_nothing(chain: Timeline) -> None:
    for seconds in (100, 40, 39, -3600, 101):
        chain.record(NOON_US + seconds * SECOND, a_record(), a_record())
    ids = [row[0] for row in sql(chain, "SELECT id FROM event WHERE gw = 1 ORDER BY seq")]
    assert ids == sorted(set(ids))
    assert checked(chain).rows == 73
