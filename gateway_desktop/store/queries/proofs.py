"""Seals with the hashes of their rows, as an export carries them for whoever verifies it without us."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.seal import START, Amendment, Span, mac_of, root_of
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import COLUMNS, canonical, row_hash
from gateway_desktop.store.seals import link_before_seals

_NUMBERS = "n, lo, hi, first_id, last_id"
_SEALS = (
    "SELECT s.n, lo, hi, first_id, last_id, salt, link, s.mac, since, cnt, root, at_us, reason, a.mac"
    " FROM seal s LEFT JOIN amendment a ON a.gw = s.gw AND a.n = s.n"
    " WHERE s.gw = ? AND last_id >= ? ORDER BY last_id LIMIT ?"
)
_BEFORE = f"SELECT {_NUMBERS}, link FROM seal WHERE gw = ? AND last_id < ? ORDER BY last_id DESC LIMIT 1"
_HASHES = "SELECT id, seq, row_hash FROM event WHERE gw = ? AND id BETWEEN ? AND ? ORDER BY id"
_WHOLE = f"SELECT id, seq, {', '.join(COLUMNS)} FROM event WHERE gw = ? AND id BETWEEN ? AND ? ORDER BY id"
_GATEWAY = (1 << Recorded.GATEWAY_BITS) - 1
_MOST_SEALS = 32  # in one question

_Row = Sequence[Any]  # id, seq, ..., row_hash


def proofs(database: Database, key: bytes, ids: Sequence[int], whole: bool) -> Iterator[dict[str, Any]]:
    """Yield what proves these rows, given in ascending order, a seal at a time; `whole`: their bytes too.

    Rows under no seal that was made with the key, and those that are not what was sealed, are left out: the
    manifest has more rows than the proof, and `verify` names it. Nothing is signed that nobody wrote.
    """
    connection = database.raw()
    gateways = sorted({event_id & _GATEWAY for event_id in ids})
    for gateway in gateways:
        of_gateway = ids if len(gateways) == 1 else _ids_of(gateway, ids)
        before = 0, ""
        for seal, wanted, rows in _sealed(connection, gateway, of_gateway, whole):
            if not _is_authentic(key, gateway, seal, rows):
                continue
            found = _proof(gateway, seal, wanted, rows, whole)
            number, link = before
            follows = link and number == found["n"] - 1
            found["before"] = link if follows else _link_before(connection, gateway, found["first_id"])
            before = found["n"], found["link"]
            yield found


def _ids_of(gateway: int, ids: Sequence[int]) -> Sequence[int]:
    return array("q", (event_id for event_id in ids if event_id & _GATEWAY == gateway))


def _sealed(
    connection: Any, gateway: int, ids: Sequence[int], whole: bool
) -> Iterator[tuple[_Row, Sequence[int], Sequence[_Row]]]:
    """Yield each seal over any of the ids, with those ids and all rows under it.

    Read ahead more and more seals while the ids go on from one to the next: of everything, most are wanted.
    """
    place, ahead = 0, 1
    while place < len(ids):
        seals = connection.execute(_SEALS, (gateway, ids[place], ahead)).fetchall()
        ends = list(accumulate((bisect_right(ids, seal[4]) for seal in seals), max, initial=place))
        used = next((i for i in range(len(seals)) if ends[i] == ends[i + 1]), len(seals))
        if not used:
            return
        first, last = seals[0], seals[used - 1]
        # Rows from before there were seals are many: of them only those between the first and the last.
        span = (first[3], last[4]) if first[0] else (ids[place], ids[ends[1] - 1])
        sql = _WHOLE if whole or first[0] else _HASHES
        rows = connection.execute(sql, (gateway, *span)).fetchall()
        begin = 0
        for i in range(used):
            end = bisect_right(rows, seals[i][4], begin, key=itemgetter(0))
            yield seals[i], ids[ends[i] : ends[i + 1]], rows[begin:end]
            begin = end
        place, ahead = ends[used], min(2 * ahead, _MOST_SEALS) if used == len(seals) else 1


def _is_authentic(key: bytes, gateway: int, seal: _Row, rows: Sequence[_Row]) -> bool:
    """Return whether the seal, or what says which of its rows were left, was made with the key."""
    n, link, mac, since, count, root, at_us, reason, amended = (seal[0], *seal[6:])
    if n == 0 or since is None:
        return n == 0 or mac_of(key, bytes(link)) == bytes(mac)
    left = Amendment(gateway, n, since, count, bytes(root), at_us, reason)
    fits = (count, bytes(root)) == (len(rows), root_of(bytes(row[-1]) for row in rows))
    return fits and left.mac(key, bytes(link)) == bytes(amended)


def _proof(
    gateway: int, seal: _Row, wanted: Sequence[int], rows: Sequence[_Row], whole: bool
) -> dict[str, Any]:
    n, lo, hi, first_id, last_id, salt, link = seal[:7]
    asked = set(wanted)
    found_there = (row for row in rows if row[0] in asked)
    exported = [row for row in found_there if n == 0 or row_hash(row[2:-1]) == bytes(row[-1])]
    found: dict[str, Any] = {
        "gateway": gateway,
        "n": n,
        "lo": lo,
        "hi": hi,
        "first_id": first_id,
        "last_id": last_id,
        "salt": None if salt is None else bytes(salt).hex(),
        "link": (bytes(link) if n else link_before_seals(Span(gateway, n, lo, hi, first_id, last_id))).hex(),
        "hashes": [(row[1], bytes(row[-1]).hex()) for row in rows],
        "exported": [row[1] for row in exported],
    }
    if whole:
        found["rows"] = [canonical(row[2:-1]).decode() for row in exported]
    return found


def _link_before(connection: Any, gateway: int, first_id: int) -> str:
    row = connection.execute(_BEFORE, (gateway, first_id)).fetchone()
    if row is None:
        return START.hex()
    *numbers, link = row
    return link_before_seals(Span(gateway, *numbers)).hex() if numbers[0] == 0 else bytes(link).hex()
