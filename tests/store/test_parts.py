"""Parts: every text once, the newest shortened if it is too much, none readable from its hash."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway_desktop.core.audit import AuditRecord, KnownPayload, Payload
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import Where
from gateway_desktop.store.parts import Parts, text_of
from gateway_desktop.store.queries import audit
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.store import Store
from tests.makers import a_payload, a_record
from tests.store.conftest import Timeline

Ask = Callable[..., list[tuple[Any, ...]]]


def conversation(turns: int) -> AuditRecord:
    """A request that repeats all turns so far, as agents do."""
    return a_record(
        payloads=[
            Payload("request", TextPart(f"/messages/{turn}/content", "user", f"turn {turn} " * 50))
            for turn in range(turns)
        ]
    )


def parts_of(store: Store, place: int = 0) -> tuple[audit.StoredPart, ...]:
    newest = store.reader.submit(audit.page, AuditFilter("llm")).result(60).rows[place]
    found = store.reader.submit(audit.detail, newest.id).result(60)
    assert found is not None
    return found.parts


def texts(store: Store, place: int = 0) -> list[str | None]:
    return [part.text for part in parts_of(store, place)]


def test_a_long_conversation_costs_its_new_turns(append: Callable[..., None], rows: Ask) -> None:
    for turns in range(1, 31):
        append(conversation(turns))
    assert rows("SELECT count(*) FROM part") == [(30,)]
    assert rows("SELECT count(*) FROM event_part") == [(30 * 31 // 2,)]


def test_turns_of_one_batch_are_stored_once(
    queue_up: Callable[..., list[Any]], store: Store, rows: Ask
) -> None:
    for future in queue_up([conversation(5) for _ in range(40)]):
        future.result(60)
    assert rows("SELECT count(*) FROM part") == [(5,)]
    assert len(texts(store)) == 5


def test_what_was_stored_before_the_program_started_is_found_again(where: Where) -> None:
    for _ in range(2):
        with Store.open(where, ChangeFeed()) as store:
            store.configure(content_key=b"k" * 32)
            store.writer.append(conversation(3))
            counted = store.writer.submit(
                lambda database: database.execute_sql("SELECT count(*), max(id) FROM part").fetchone()
            )
            assert counted.result(60) == (3, 3)


def test_without_the_key_a_hash_says_nothing(store: Store, append: Callable[..., None], rows: Ask) -> None:
    append(a_record(payloads=[a_payload("yes")]))
    store.configure(content_key=b"another key")
    append(a_record(payloads=[a_payload("yes")]))
    assert rows("SELECT count(DISTINCT hash) FROM part") == [(2,)]


def test_beyond_the_limit_head_and_tail_are_kept_and_marked(
    store: Store, append: Callable[..., None]
) -> None:
    store.configure(payload_kb=1)
    text = "".join(f"{number:05}\n" for number in range(10_000))
    append(a_record(payloads=[a_payload(text)]))
    [part] = parts_of(store)
    assert part.cut
    assert part.text is not None
    assert part.text.startswith("00000\n00001\n")
    assert part.text.endswith("09998\n09999\n")
    assert "58976 characters left out" in part.text
    assert len(part.text) < 1100


def test_a_long_text_that_comes_again_is_the_stored_one_and_leaves_room_for_what_is_new(
    store: Store, append: Callable[..., None], rows: Ask
) -> None:
    store.configure(payload_kb=8)
    long = "0123456789" * 1_200
    for answer in ("one", "two"):
        append(a_record(payloads=[a_payload(long), a_payload(answer)]))
    assert rows("SELECT count(*) FROM part") == [(3,)]
    first, second = texts(store)
    assert "characters left out" in (first or "")
    assert second == "two"


def test_parts_that_come_again_as_the_same_objects_are_written_like_others(
    store: Store, append: Callable[..., None], rows: Ask
) -> None:
    parts = [TextPart(f"/messages/{turn}", "user", f"turn {turn} " * (10 ** (turn % 3))) for turn in range(7)]
    known = [KnownPayload("request", part) for part in parts]
    for payloads in (known, known, known, [Payload("request", part) for part in parts]):
        append(a_record(payloads=list(payloads)))
    assert rows("SELECT count(*) FROM part") == [(7,)]
    assert rows("SELECT count(DISTINCT parts_hash) FROM event") == [(1,)]
    assert rows("SELECT count(*) FROM (SELECT DISTINCT n, place, role, part_id, cut FROM event_part) x") == [
        (7,)
    ]
    noted = [one.stored for one in known]
    store.configure(content_key=b"another key")
    append(a_record(payloads=list(known)))
    assert rows("SELECT count(*) FROM part") == [(14,)]
    assert None not in noted


def test_the_limit_counts_new_texts_only(store: Store, append: Callable[..., None], rows: Ask) -> None:
    store.configure(payload_kb=2)
    old = [
        Payload("request", TextPart(f"/messages/{turn}/content", "user", f"{turn}" * 1500))
        for turn in range(9)
    ]
    for turns in range(1, 10):
        append(a_record(payloads=old[:turns]))
    assert rows("SELECT count(*) FROM event_part WHERE cut = 1") == [(0,)]


def test_an_erased_part_shows_as_erased_and_the_row_stays(store: Store, append: Callable[..., None]) -> None:
    append(a_record())
    store.writer.submit(lambda database: database.execute_sql("UPDATE part SET body = NULL") and None).result(
        10
    )
    assert texts(store) == [None, None]


def test_places_and_roles_stand_beside_the_texts(store: Store, append: Callable[..., None]) -> None:
    append(a_record())
    shown = [(part.direction, part.place, part.role, part.text, part.cut) for part in parts_of(store)]
    assert shown == [
        ("request", "/messages/0/content", "user", "Hello", False),
        ("response", "/choices/0/message/content", "assistant", "Hi!", False),
    ]


def test_a_batch_that_fails_leaves_no_part_behind(timeline: Timeline) -> None:
    timeline.record(10**15 * 2, conversation(2))

    timeline.database.execute_sql("ALTER TABLE lat_hour RENAME TO away")
    with pytest.raises(Exception, match="lat_hour"):
        timeline.record(10**15 * 2, conversation(4))
    timeline.database.execute_sql("ALTER TABLE away RENAME TO lat_hour")
    timeline.record(10**15 * 2, conversation(4))
    assert timeline.database.execute_sql("SELECT count(*), max(id) FROM part").fetchone() == (4, 4)
    assert timeline.database.execute_sql("SELECT max(seq), count(*) FROM event").fetchone() == (2, 2)


@given(st.text(st.characters(), max_size=3000))
@example("half \ud800 a letter")
def test_every_text_comes_back_as_it_was_and_half_a_letter_as_none(text: str) -> None:
    parts = Parts(b"key")
    parts.refer([a_payload(text)])
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE part(hash BLOB, id INTEGER, salted BLOB)")
        [(_, _, dict_id, size, body, _, _)] = parts.rows(connection)
    data = text.encode("utf-8", "surrogatepass")
    assert text_of(dict_id, body) == data.decode("utf-8", "replace")
    assert size == len(data)
