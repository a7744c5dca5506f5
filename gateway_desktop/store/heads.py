"""Heads of the chains: the newest are signed, and written down beside where they were sent."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from gateway_desktop.core.seal import Head, heads_in
from gateway_desktop.store.database import Database

_NEWEST = "SELECT n, hi, link FROM seal WHERE gw = ? AND n > 0 ORDER BY last_id DESC LIMIT 1"
_KNOWN = "SELECT 1 FROM anchor WHERE gw = ? AND n = ?"
_WRITE = "INSERT INTO anchor(gw, n, at_us, head) VALUES(?, ?, ?, ?)"


def sign_heads(database: Database, sign: Callable[[bytes], bytes], now_us: int) -> list[Head]:
    """Sign the newest seal of every chain that went on, within the running transaction."""
    heads = []
    for (gateway,) in database.execute_sql("SELECT id FROM gateway ORDER BY id").fetchall():
        newest = database.execute_sql(_NEWEST, (gateway,)).fetchone()
        if newest is None or database.execute_sql(_KNOWN, (gateway, newest[0])).fetchone():
            continue
        head = Head(now_us, gateway, newest[0], newest[1], bytes(newest[2]))
        head = replace(head, signature=sign(head.signed_bytes()))
        database.execute_sql(_WRITE, (gateway, head.n, now_us, str(head)))
        heads.append(head)
    return heads


def note_sent(database: Database, heads: Iterable[Head], sinks: str) -> None:
    """Write down which sinks took the heads, within the running transaction."""
    for head in heads:
        database.execute_sql(
            "UPDATE anchor SET sinks = ? WHERE gw = ? AND n = ?", (sinks, head.gateway, head.n)
        )


def signed_heads(database: Database) -> list[Head]:
    """Return all heads that were ever signed here."""
    rows = database.execute_sql("SELECT head FROM anchor ORDER BY gw, n").fetchall()
    return [head for (text,) in rows for head in heads_in(text)]


def rows_ever(database: Database) -> int:
    """Return how many rows were ever sealed; without a scan."""
    newest = "SELECT max(hi) AS hi FROM seal GROUP BY gw"
    return int(database.execute_sql(f"SELECT coalesce(sum(hi), 0) FROM ({newest}) AS newest").fetchone()[0])
