"""Gateways: several may write to one database, each under an id that stays with its data folder."""

import socket
from pathlib import Path

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.files import write_atomically
from gateway_desktop.core.ids import new_id
from gateway_desktop.store.database import Database

GATEWAYS = 0x6777  # the advisory locks of gateways that run on a server, with their ids
MOST = (1 << Recorded.GATEWAY_BITS) - 1
_INSERT = "INSERT INTO gateway(id, name, host, folder) VALUES(?, ?, ?, ?)"


def folder_name(file: Path) -> str:
    """Return the lasting name of a data folder, which stands in this file; it is made if there is none.

    Who calls holds the folder's lock. A full disk may have left the file empty: without a name of its own the
    gateway would write as another one.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = file.read_text(encoding="utf-8").strip() if file.exists() else ""
        if not name:
            name = new_id()
            write_atomically(file, name)
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {in_words(error)}") from error
    return name


def join(database: Database, folder: str) -> int:
    """Return the id of the gateway that runs on this data folder, a new one if it is new here."""
    with database.writing():
        known = database.execute_sql("SELECT id FROM gateway WHERE folder = ?", (folder,)).fetchone()
        if known is not None:
            return int(known[0])
        gateway = int(database.execute_sql("SELECT max(id) FROM gateway").fetchone()[0] or 0) + 1
        if gateway > MOST:
            raise Unavailable(f"{database.where} has had {MOST} gateways already: no further one fits")
        database.execute_sql(_INSERT, (gateway, socket.gethostname(), socket.gethostname(), folder))
        return gateway
