"""`database`: how large it is; copied, put back, made smaller."""

import argparse
import sys
from datetime import datetime

from gateway_desktop.commands.arguments import Actions, paths_of
from gateway_desktop.commands.output import note, say, wants_json
from gateway_desktop.commands.session import session, wait, where_of
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.paths import at_home
from gateway_desktop.core.plural import plural
from gateway_desktop.services.anchoring import set_aside
from gateway_desktop.services.backups import file_of, restored
from gateway_desktop.services.database_copy import copied, copy_event
from gateway_desktop.services.gateway_lock import GatewayLock
from gateway_desktop.store.backup import put_in_place, stage
from gateway_desktop.store.queries.overview import storage_size

_KEY = "Its sealed credentials open with this folder's master key only, which is not in it"
_OLDER = "What was done since that backup is not in it: keys revoked since then are good again"


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with the database."""
    actions = Actions(parser, common)
    actions.add("size", _size, "how many bytes it takes")
    backup = actions.add("backup", _backup, "copy it, also while a gateway runs")
    backup.add_argument("--out", metavar="FILE", help="a new file (default: in DIR/backups)")
    actions.add("restore", _restore, "put a backup back; no gateway may run", file="FILE")
    actions.add("compact", _compact, "make it smaller; no gateway may run")
    move = actions.add("copy", _copy, "move a team from SQLite to PostgreSQL")
    move.add_argument("source", metavar="FROM", help="the SQLite file; '' is the data folder's own")
    move.add_argument("target", metavar="TO", help="an empty database: postgresql://user@host/name")


def _size(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        size = opened.ask(storage_size)
    document = {"database_bytes": size.database_bytes, "wal_bytes": size.wal_bytes}
    return say(arguments, f"{size.total} bytes", document)


def _backup(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        backups = opened.services.backups
        out = at_home(arguments.out, "--out").absolute() if arguments.out else None
        made = wait(backups.back_up(out or backups.proposed(datetime.now().astimezone())))
    note(_KEY)
    document = {"file": str(made.path), "bytes": made.size}
    return say(arguments, f"Backed up to {made.path} ({made.size} bytes)", document)


def _restore(arguments: argparse.Namespace) -> int:
    paths = paths_of(arguments)
    database = file_of(where_of(arguments))
    with GatewayLock(paths.lock):
        stage(at_home(arguments.file, "FILE").absolute(), database)
        former = put_in_place(database)
        assert former is not None
        set_aside(paths, former)
        try:
            with session(arguments) as opened:
                wait(opened.services.administration.note(restored(former)))
        except Unavailable as error:
            raise Unavailable(f"{arguments.file} is in its place, but not ready for use: {error}") from error
    note(_OLDER)
    document = {"file": arguments.file, "former": str(former) if former.exists() else None}
    before = f"; what was there before is {former}" if former.exists() else ""
    return say(arguments, f"Restored {arguments.file}{before}", document)


def _copy(arguments: argparse.Namespace) -> int:
    paths = paths_of(arguments)
    source = at_home(arguments.source, "FROM").absolute() if arguments.source else paths.database
    target = DatabaseUrl(arguments.target)
    if not DatabaseUrl.names(arguments.target) or not target.name:
        raise ConfigurationError("TO", f"'{arguments.target}' is not like postgresql://user@host/name")
    if not source.is_file():
        raise ConfigurationError("FROM", f"there is no file {source}")
    with GatewayLock(paths.lock):
        tables = copied(source, target, lambda table, rows: _show(arguments, table, rows))
        arguments.database = arguments.target
        with session(arguments, anybody=True) as opened:
            wait(opened.services.administration.note(copy_event(source, target, tables)))
    note("Use it from now on: gateway-desktop settings set database " + arguments.target)
    rows = sum(table.rows for table in tables)
    document = {"rows": rows, "tables": [table._asdict() for table in tables]}
    said = f"Copied {plural(rows, 'row')} of {len(tables)} tables; counts and hashes agree"
    return say(arguments, said, document)


def _show(arguments: argparse.Namespace, table: str, rows: int) -> None:
    if sys.stderr.isatty() and not wants_json(arguments):
        note(f"{table}: {plural(rows, 'row')}")


def _compact(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened, GatewayLock(opened.paths.lock):
        done = wait(opened.services.backups.compact())
    document = {"before_bytes": done.before, "after_bytes": done.after}
    return say(arguments, f"From {done.before} to {done.after} bytes", document)
