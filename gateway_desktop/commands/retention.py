"""`retention`: how long what is recorded stays, and what is gone."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, say, table, wants_json
from gateway_desktop.commands.session import session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.plural import plural
from gateway_desktop.services.gateway_lock import GatewayLock
from gateway_desktop.store.queries.gaps import retention_marks
from gateway_desktop.store.queries.paging import TABS


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done."""
    actions = Actions(parser, common)
    actions.add("show", _show, "how long each kind stays, and what is gone")
    actions.add("run", _run, "remove now what is due; a gateway does every hour")


def _show(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        kept = wait(opened.services.settings.current()).retention
        marks = {mark.kind: mark for mark in opened.ask(retention_marks)}
    rows = [
        {
            "kind": kind,
            "days": getattr(kept, f"{kind}_days") or None,
            "removed": marks[kind].removed if kind in marks else 0,
            "until": iso(marks[kind].until_us) if kind in marks else None,
        }
        for kind in (*TABS, "texts")
    ]
    if wants_json(arguments):
        return say(arguments, "", {"kinds": rows, "max_mb": kept.max_mb or None})
    if kept.max_mb:
        note(f"Beyond {kept.max_mb:,} MB the oldest days of requests go")
    return table(arguments, rows, ("kind", "days", "removed", "until"), "")


def _run(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened, _alone(opened.paths) as alone:
        removed = wait(opened.services.retention.run(texts=alone))
        on_file = isinstance(opened.store.where, Path)
    if on_file and not alone:
        note("A gateway runs on this data folder: it removes texts itself, within the hour")
    words = ", ".join(f"{n:,} {kind}" for kind, n in removed.rows.items() if n) or "no rows"
    document = {"rows": dict(removed.rows), "texts": removed.texts, "swept": removed.swept}
    return say(arguments, f"Removed {words}, {plural(removed.texts, 'text')} of rows that stay", document)


@contextmanager
def _alone(paths: Paths) -> Iterator[bool]:
    """Keep gateways away as long as this lasts; False: one runs already."""
    lock = GatewayLock(paths.lock)
    try:
        lock.acquire()
    except Unavailable:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
