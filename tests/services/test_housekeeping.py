"""Housekeeping runs by itself, again and again."""

import os
import time
from pathlib import Path

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.ids import new_id
from gateway_desktop.services.housekeeping import Housekeeping
from gateway_desktop.services.machine import clock_is_synchronised
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.oauth import OAuthClientRow
from tests.end_to_end.program import eventually
from tests.services.conftest import Office


def _register(_database: Database) -> None:
    OAuthClientRow.create(
        proxy_id="proxy-1",
        id=new_id(),
        name="Script",
        redirect_uris="[]",
        how="dynamic",
        auth_method="none",
        grant_types="[]",
        registered_us=now_us() - 8 * 86_400_000_000,
    )


def _clients(_database: Database) -> int:
    return int(OAuthClientRow.select().count())


def test_clients_that_were_never_used_are_swept_on_a_timer(office: Office) -> None:
    housekeeping = Housekeeping(office.store, office.services.settings, office.paths.data, seconds=0.05)
    try:
        for _ in range(2):  # the second comes after the first run
            office.store.writer.submit(_register).result()
            eventually(lambda: office.ask(_clients) == 0)
    finally:
        housekeeping.close()


def left_by_a_killed_process(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return what shall go, and what somebody may still write or has nothing to do with it."""
    folder.mkdir(exist_ok=True)
    names = ("a.sqlite.unfinished", "a.sqlite.unfinished-journal", "b.csv.unfinished", "whole.sqlite")
    old = [folder / name for name in names]
    for path in old:
        path.touch()
        os.utime(path, (time.time() - 7200,) * 2)
    new = folder / "new.unfinished"
    new.touch()
    return old[:3], [old[3], new]


def test_what_killed_processes_left_half_written_is_swept(office: Office) -> None:
    data = office.paths.data
    left = [left_by_a_killed_process(folder) for folder in (data, data / "backups", data / "exports")]
    Housekeeping(office.store, office.services.settings, data).close()
    for gone, kept in left:
        assert not any(path.exists() for path in gone) and all(path.exists() for path in kept)


def test_how_long_clients_stay_is_a_setting(office: Office) -> None:
    office.services.settings.set("oauth.sweep_days", 30).result()
    housekeeping = Housekeeping(office.store, office.services.settings, office.paths.data)
    try:
        office.store.writer.submit(_register).result()
        assert housekeeping.tidy().result() == (0, 0, 0)
    finally:
        housekeeping.close()


def test_the_system_says_whether_its_clock_follows_a_time_server() -> None:
    assert clock_is_synchronised() in (True, False)  # which of them is the machine's business
