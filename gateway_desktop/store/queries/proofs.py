"""Seals with the hashes of their rows, as an export carries them for whoever verifies it without us."""

from collections.abc import Iterator, Sequence
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.seal import START, Span
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import COLUMNS, canonical
from gateway_desktop.store.seals import link_before_seals

_NUMBERS = "n, lo, hi, first_id, last_id"
_SEAL = f"SELECT {_NUMBERS}, salt, link FROM seal WHERE gw = ? AND last_id >= ? ORDER BY last_id LIMIT 1"
_BEFORE = f"SELECT {_NUMBERS}, link FROM seal WHERE gw = ? AND last_id < ? ORDER BY last_id DESC LIMIT 1"
_HASHES = "SELECT id, seq, row_hash FROM event WHERE gw = ? AND id BETWEEN ? AND ? ORDER BY id"
_WHOLE = f"SELECT {', '.join(COLUMNS)} FROM event WHERE gw = ? AND id BETWEEN ? AND ? ORDER BY id"
_GATEWAY = (1 << Recorded.GATEWAY_BITS) - 1


def proofs(database: Database, ids: Sequence[int], whole: bool) -> Iterator[dict[str, Any]]:
    """Yield what proves these rows, given in ascending order, a seal at a time; `whole`: their bytes too."""
    connection = database.raw()
    for gateway in sorted({event_id & _GATEWAY for event_id in ids}):
        of_gateway = _ids_of(gateway, ids)
        before = 0, ""
        event_id = next(of_gateway, None)
        while event_id is not None:
            seal = connection.execute(_SEAL, (gateway, event_id)).fetchone()
            if seal is None:
                return  # under no seal: the manifest has more rows than the proof, and `verify` names it
            wanted = [event_id]
            last_id = seal[4]
            event_id = None
            for following in of_gateway:
                if following > last_id:
                    event_id = following
                    break
                wanted.append(following)
            found = _proof(connection, gateway, seal, wanted, whole)
            number, link = before
            follows = link and number == found["n"] - 1
            found["before"] = link if follows else _link_before(connection, gateway, found["first_id"])
            before = found["n"], found["link"]
            yield found


def _ids_of(gateway: int, ids: Sequence[int]) -> Iterator[int]:
    return (event_id for event_id in ids if event_id & _GATEWAY == gateway)


def _proof(
    connection: Any, gateway: int, seal: Sequence[Any], wanted: list[int], whole: bool
) -> dict[str, Any]:
    n, lo, hi, first_id, last_id, salt, link = seal
    span = Span(gateway, n, lo, hi, first_id, last_id)
    ends = (first_id, last_id) if n else (wanted[0], wanted[-1])  # those from before seals are many
    rows = connection.execute(_WHOLE if whole else _HASHES, (gateway, *ends)).fetchall()
    asked = set(wanted)
    exported = [row for row in rows if row[0] in asked]
    found: dict[str, Any] = {
        "gateway": gateway,
        "n": n,
        "lo": lo,
        "hi": hi,
        "first_id": first_id,
        "last_id": last_id,
        "salt": None if salt is None else bytes(salt).hex(),
        "link": bytes(link).hex() if n else link_before_seals(span).hex(),
        "hashes": [(row[2 if whole else 1], bytes(row[-1]).hex()) for row in rows],
        "exported": [row[2 if whole else 1] for row in exported],
    }
    if whole:
        found["rows"] = [canonical(row[:-1]).decode() for row in exported]
    return found


def _link_before(connection: Any, gateway: int, first_id: int) -> str:
    row = connection.execute(_BEFORE, (gateway, first_id)).fetchone()
    if row is None:
        return START.hex()
    *numbers, link = row
    return link_before_seals(Span(gateway, *numbers)).hex() if numbers[0] == 0 else bytes(link).hex()
