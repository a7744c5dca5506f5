"""A person's names in the store, and a pseudonym in their place: in rows, texts, rollups, alerts."""

from collections.abc import Sequence

from gateway_desktop.store.amendments import amend, erase_texts
from gateway_desktop.store.database import Database
from gateway_desktop.store.erased import Person, json_of
from gateway_desktop.store.password_store import counted
from gateway_desktop.store.rollups import DAY_ADDED, DAY_COLUMNS, SEEN_ADDED, SEEN_COLUMNS
from gateway_desktop.store.rows import insert_sql
from gateway_desktop.store.whose import ADDED as WHOSE_ADDED
from gateway_desktop.store.whose import COLUMNS as WHOSE_COLUMNS
from gateway_desktop.store.whose import OWNER

_THEIR_TEXTS = (
    "SELECT ep.part_id FROM event_part ep JOIN event e ON e.id = ep.event_id"
    " JOIN part p ON p.id = ep.part_id WHERE p.body IS NOT NULL"
    " GROUP BY ep.part_id HAVING count(*) = sum(CASE WHEN e.user_id = ? THEN 1 ELSE 0 END)"
)
_SEEN = insert_sql("seen", SEEN_COLUMNS, 1, SEEN_ADDED)
_TABLES = (  # what else may name them: table, key, and texts
    (
        "alert",
        ("id",),
        ("actor", "display_name", "title", "description", "evidence", "details", "assignee", "address"),
    ),
    ("alert_history", ("alert_id", "n"), ("actor", "before", "after", "note")),
    ("budget_term", ("budget_id", "start_us"), ("reset_by", "reset_reason")),
    ("policy_exception", ("id",), ("owner", "reason")),
    ("policy_version", ("policy_id", "version"), ("author", "note")),
    ("tool_pin", ("proxy_id", "name"), ("decided_by",)),
)


def known_names(database: Database, user_id: str) -> tuple[list[str], list[str]]:
    """Return the addresses and the names under which rows of a user were written, also those of long ago."""
    rows = database.execute_sql("SELECT DISTINCT actor FROM roll_day_actor WHERE user_id = ?", (user_id,))
    addresses = [row[0] for row in rows.fetchall() if row[0]]
    names = []
    for address in addresses:
        shown = database.execute_sql("SELECT label FROM seen WHERE field = 'actor' AND value = ?", (address,))
        names += [row[0] for row in shown.fetchall()]
    keys = database.execute_sql("SELECT name FROM api_key WHERE user_id = ?", (user_id,))
    return addresses, names + [row[0] for row in keys.fetchall()]


def rows_naming(database: Database, person: Person) -> list[int]:
    """Return the ids of all rows that are theirs or name them; reads everything once."""
    marks = ",".join("?" * len(person.addresses)) or "NULL"
    words = [*person.addresses, *person.names]
    says = " OR ".join(["lower(target) LIKE lower(?) OR lower(detail) LIKE lower(?)"] * len(words))
    likes = [f"%{json_of(word)}%" for word in words for _ in range(2)]
    strangers = " OR ".join(
        ["lower(no_user_reason) LIKE lower(?)"] * len(person.addresses)
    )  # before they were known
    told = [f"%{address}%" for address in person.addresses]
    sql = (
        f"SELECT id FROM event WHERE user_id = ? OR actor IN ({marks}) OR claimed_user IN ({marks})"
        f" OR (actor = '' AND ({strangers or 'NULL'}))"
        f" OR (kind = 'system' AND ({says or 'NULL'})) ORDER BY id"
    )
    values = (person.user_id, *person.addresses, *person.addresses, *told, *likes)
    return [row[0] for row in database.execute_sql(sql, values).fetchall()]


def texts_of(database: Database, user_id: str) -> list[int]:
    """Return the stored texts that only this user's exchanges refer to; reads everything once."""
    return [row[0] for row in database.execute_sql(_THEIR_TEXTS, (user_id,)).fetchall()]


def hide_in_rows(database: Database, ids: Sequence[int], person: Person, now_us: int) -> None:
    """Rewrite some of the rows that name them, within the running transaction."""
    amend(database, ids, person.rewrite, f"erased {person.pseudonym}", now_us)


def hide_texts(database: Database, part_ids: Sequence[int], person: Person, now_us: int) -> None:
    """Erase some of their texts, within the running transaction."""
    erase_texts(database, part_ids, f"erased {person.pseudonym}", now_us)


def hide_elsewhere(database: Database, person: Person) -> None:
    """Put the pseudonym into rollups, choices, alerts and decisions, within the running transaction."""
    for address in person.addresses:
        for table, period in (("roll_day_actor", "day"), ("roll_span_actor", "span")):
            _hide_in_rollup(database, table, period, address, person)
        for column in ("value", "actor"):
            _hide_in_hours(database, column, address, person.pseudonym)
        _hide_in_choices(database, address, person)
        _hide_in_budgets(database, address, person)
        database.execute_sql("DELETE FROM sign_in_attempt WHERE name = ?", (counted(address),))
    for (reason,) in database.execute_sql("SELECT DISTINCT no_user_reason FROM roll_hour_whose").fetchall():
        if person.hidden(reason) != reason:
            _hide_in_hours(database, "no_user_reason", reason, person.hidden(reason))
    for table, key, columns in _TABLES:
        _hide_in_table(database, table, key, columns, person)
    database.execute_sql("UPDATE alert SET address = '' WHERE user_id = ?", (person.user_id,))
    database.execute_sql("UPDATE oauth_session SET address = '' WHERE user_id = ?", (person.user_id,))


def _hide_in_rollup(database: Database, table: str, period: str, address: str, person: Person) -> None:
    columns = ", ".join([period, *DAY_COLUMNS[1:]])
    hidden = columns.replace("actor", "?", 1)
    database.execute_sql(
        f"INSERT INTO {table}({columns}) SELECT {hidden} FROM {table} WHERE actor = ?"
        + DAY_ADDED.replace("(day,", f"({period},").replace("roll_day_actor", table),
        (person.pseudonym, address),
    )
    database.execute_sql(f"DELETE FROM {table} WHERE actor = ?", (address,))


def _hide_in_hours(database: Database, column: str, old: str, new: str) -> None:
    """Put another text into the rollup of owners and groups; a group of that name keeps it."""
    columns = ", ".join(WHOSE_COLUMNS)
    where = f"WHERE {column} = ?" + (f" AND field = '{OWNER}'" if column == "value" else "")
    database.execute_sql(
        f"INSERT INTO roll_hour_whose({columns}) SELECT {columns.replace(column, '?', 1)}"
        f" FROM roll_hour_whose {where}{WHOSE_ADDED}",
        (new, old),
    )
    database.execute_sql(f"DELETE FROM roll_hour_whose {where}", (old,))


def _hide_in_choices(database: Database, address: str, person: Person) -> None:
    found = database.execute_sql(
        "SELECT kind, field, value, label FROM seen WHERE value = ? OR label = ?", (address, address)
    ).fetchall()
    for row in found:
        database.execute_sql("DELETE FROM seen WHERE kind = ? AND field = ? AND value = ? AND label = ?", row)
        kind, field, value, label = (person.pseudonym if cell == address else cell for cell in row)
        label = person.pseudonym if field == "actor" else label
        database.execute_sql(_SEEN, (kind, field, value, label))


def _hide_in_budgets(database: Database, address: str, person: Person) -> None:
    columns = "budget_id, start_us, kind, ?, spent_nano, requests"
    database.execute_sql(
        f"INSERT INTO budget_share({columns.replace('?', 'name')}) SELECT {columns} FROM budget_share"
        " WHERE kind = 'user' AND name = ? ON CONFLICT(budget_id, start_us, kind, name) DO UPDATE SET"
        " spent_nano = budget_share.spent_nano + excluded.spent_nano,"
        " requests = budget_share.requests + excluded.requests",
        (person.pseudonym, address),
    )
    database.execute_sql("DELETE FROM budget_share WHERE kind = 'user' AND name = ?", (address,))


def _hide_in_table(
    database: Database, table: str, key: Sequence[str], columns: Sequence[str], person: Person
) -> None:
    names = [*key, *columns]
    for row in database.execute_sql(f"SELECT {', '.join(names)} FROM {table}").fetchall():
        hidden = [person.hidden(value) for value in row[len(key) :]]
        if hidden != list(row[len(key) :]):
            sets = ", ".join(f"{column} = ?" for column in columns)
            where = " AND ".join(f"{column} = ?" for column in key)
            database.execute_sql(f"UPDATE {table} SET {sets} WHERE {where}", (*hidden, *row[: len(key)]))
