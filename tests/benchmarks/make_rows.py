"""Make a database like a team's after months: `python tests/benchmarks/make_rows.py FILE [ROWS] [DAYS]`.

Zipf-distributed users, office hours, five proxies, three in a hundred failed, two blocked, one abandoned;
rollups are added up from the same rows. A million rows take about a minute.
"""

import random
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US, HOUR_US, now_us
from gateway_desktop.core.ids import new_id
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.vault import SEALS
from gateway_desktop.store.batch import insert_rollups, insert_seen
from gateway_desktop.store.database import Database
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.rollups import SPAN_DAYS, Rollups, close_spans, seen_key
from gateway_desktop.store.rows import COLUMNS, insert_sql, row_hash
from gateway_desktop.store.seals import SealHead, add_seal
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file
from gateway_desktop.store.whose import add_up_all

USERS = 200
PROXIES = (("openai", "llm"), ("anthropic", "llm"), ("ollama", "llm"), ("tools", "mcp"), ("agents", "a2a"))
TARGETS = {
    "openai": ("gpt-5", "gpt-5-mini", "text-embedding-3-small"),
    "anthropic": ("claude-opus-4-1", "claude-sonnet-4-5", "claude-haiku-4-5"),
    "ollama": ("llama3.3", "qwen3"),
    "tools": ("search", "read_file", "run_query", "send_mail"),
    "agents": ("researcher", "planner"),
}
APPS = ("Claude Code 2.1.228", "openai-python 3.54", "Codex 0.40", "curl 8.9")
METHODS = {"llm": "chat", "mcp": "tools/call", "a2a": "message/send"}
_PLACE = {name: place for place, name in enumerate(COLUMNS)}
_CHUNK = 20_000
_BATCH = 8  # rows under a seal, as a gateway with some traffic writes them
MASTER = b"m" * 32  # the master key of `tests.ui.conftest.Opened`
KEY = Sealer(MASTER).derive(SEALS)


def rows(count: int, days: int, end_us: int, seed: int = 1) -> Iterator[list[Any]]:
    """Yield rows of `event`, the oldest first."""
    dice = random.Random(seed)
    users = list(accumulate(1 / (rank + 1) ** 1.1 for rank in range(USERS)))
    kinds = list(accumulate((45, 35, 8, 10, 2)))
    hours = list(accumulate([1] * 7 + [4, 10, 14, 14, 13, 10, 13, 14, 13, 11, 7] + [2] * 6))
    at_us = _times(count, days, end_us, dice, hours)
    last = 0
    for seq, drawn in enumerate(at_us, 1):
        last = at = max(drawn, last + 1)
        user = dice.choices(range(USERS), cum_weights=users)[0]
        proxy, kind = dice.choices(PROXIES, cum_weights=kinds)[0]
        yield _row(dice, seq, at, user, proxy, kind)


def make_rows(path: Path, count: int, days: int = 90, end_us: int | None = None, seed: int = 1) -> None:
    """Fill a new database."""
    prepare_file(path)
    database = SqliteDatabase(path, gateway=1)
    migrate(database)
    connection = database.raw()
    connection.execute("PRAGMA synchronous=off")
    connection.execute("PRAGMA cache_size=-200000")
    _people(database)
    rollups = Rollups()
    seen: dict[Any, list[Any]] = {}
    insert = insert_sql("event", COLUMNS, 1)
    head = SealHead()
    chunk: list[list[Any]] = []
    for row in rows(count, days, end_us or now_us(), seed):
        rollups.add(row)
        seen.setdefault(seen_key(row), row)
        chunk.append(row)
        if len(chunk) == _CHUNK:
            head = _write(connection, insert, chunk, head)
    _write(connection, insert, chunk, head)
    connection.execute("BEGIN IMMEDIATE")
    insert_rollups(connection, rollups)
    insert_seen(connection, seen.values())
    connection.execute("INSERT INTO gateway(id, name, host) VALUES(1, 'benchmark', '')")
    close_spans(connection, 1, max(row[0] for row in rollups.days()) // SPAN_DAYS)
    add_up_all(database)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()


def _write(connection: Any, insert: str, chunk: list[list[Any]], head: SealHead) -> SealHead:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(insert, chunk)
    for place in range(0, len(chunk), _BATCH):
        head = add_seal(connection, KEY, 1, head, chunk[place : place + _BATCH])
    connection.execute("COMMIT")
    chunk.clear()
    return head


def _times(count: int, days: int, end_us: int, dice: random.Random, hours: list[int]) -> list[int]:
    first_day = end_us // DAY_US - days + 1
    found = []
    for _ in range(count):
        hour = dice.choices(range(24), cum_weights=hours)[0]
        found.append((first_day + dice.randrange(days)) * DAY_US + hour * HOUR_US + dice.randrange(HOUR_US))
    return sorted(min(at, end_us - 1) for at in found)


def _row(dice: random.Random, seq: int, at_us: int, user: int, proxy: str, kind: str) -> list[Any]:
    luck = dice.random()
    outcome = (
        "success" if luck > 0.06 else "failed" if luck > 0.03 else "blocked" if luck > 0.01 else "abandoned"
    )
    known = dice.random() > 0.01
    tokens = int(dice.lognormvariate(7, 1)) if kind == "llm" and outcome != "blocked" else None
    duration = int(dice.lognormvariate(7, 1)) + 1
    row: list[Any] = [None] * len(COLUMNS)
    values = {
        "id": Recorded.first_id(at_us) | 1,
        "gw": 1,
        "seq": seq,
        "exchange_id": new_id(),
        "started_us": at_us - duration * 1000,
        "kind": kind,
        "outcome": outcome,
        "policy_action": "blocked" if outcome == "blocked" and luck > 0.02 else "none",
        "block_reason": ("policy" if luck > 0.02 else "access") if outcome == "blocked" else None,
        "proxy": proxy,
        "principal_kind": "api_key" if known else "anonymous",
        "actor": f"user{user:03}@example.com" if known else "",
        "display_name": f"User {user:03}" if known else "",
        "user_id": f"user-{user:03}" if known else None,
        "api_key_id": f"key-{user:03}-{dice.randrange(2)}" if known else None,
        "grp": f"group-{user % 8}" if known else "",
        "no_user_reason": None if known else "No credential was sent",
        "session": f"session-{user}-{at_us // DAY_US}" if dice.random() < 0.5 else None,
        "app": dice.choice(APPS),
        "client_ip": "127.0.0.1",
        "method": METHODS[kind],
        "target": dice.choice(TARGETS[proxy]),
        "endpoint": "/v1/chat/completions" if kind == "llm" else "/mcp",
        "http_status": {"success": 200, "failed": 502, "blocked": 403, "abandoned": 200}[outcome],
        "tokens_in": tokens,
        "tokens_out": None if tokens is None else tokens // 4,
        "cost_nano": None if tokens is None or proxy == "ollama" else tokens * 2500,
        "cost_basis": "reported" if tokens else "unknown",
        "finish": "stop" if outcome == "success" else None,
        "duration_ms": duration,
        "ttft_ms": duration // 4,
        "request_bytes": 2000,
        "response_bytes": 900,
        "detail": '{"timeline":{"authentication":0.0001,"forwarding":0.4}}',
    }
    for name, value in values.items():
        row[_PLACE[name]] = value
    row[-1] = row_hash(row[:-1])
    return row


def _people(database: Database) -> None:
    at = 1_700_000_000_000_000
    with database.writing():
        for number in range(8):
            values = (f"group-{number}", f"group-{number}", at)
            database.execute_sql("INSERT INTO user_group(id, name, created_us) VALUES(?, ?, ?)", values)
        for user in range(USERS):
            account = (
                f"user-{user:03}",
                f"user{user:03}@example.com",
                f"user{user:03}",
                f"User {user:03}",
                at,
            )
            database.execute_sql(
                "INSERT INTO user_account(id, email, username, display_name, role, created_us)"
                " VALUES(?, ?, ?, ?, 'member', ?)",
                account,
            )
            database.execute_sql(
                "INSERT INTO membership(user_id, group_id, position) VALUES(?, ?, 0)",
                (account[0], f"group-{user % 8}"),
            )
            for key in range(2):
                name = f"key-{user:03}-{key}"
                database.execute_sql(
                    "INSERT INTO api_key(id, name, prefix, digest, user_id, group_id, created_us)"
                    " VALUES(?, ?, ?, ?, ?, ?, ?)",
                    (
                        name,
                        name,
                        f"gwd_{user:03}{key}abcd",
                        name.encode(),
                        account[0],
                        f"group-{user % 8}",
                        at,
                    ),
                )


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    make_rows(Path(sys.argv[1]), int((sys.argv[2:] or ["1000000"])[0]), int((sys.argv[3:] or ["90"])[0]))
