"""Gateways: several may write to one database, each under an id that stays with its data folder."""

import os
import socket
from pathlib import Path

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.store.database import Database

GATEWAYS = 0x6777  # the advisory locks of gateways that run on a server, with their ids
MOST = (1 << Recorded.GATEWAY_BITS) - 1
_INSERT = "INSERT INTO gateway(id, name, host, folder) VALUES(?, ?, ?, ?)"


def folder_name(file: Path) -> str:
    """Return the lasting name of a data folder, which stands in this file; it is made if it is not there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(new_id())
    except FileExistsError:
        pass
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror or error}") from error
    return file.read_text(encoding="utf-8").strip()


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
