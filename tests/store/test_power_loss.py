"""Power loss: whenever it comes, the database is whole, verifies, and has all that was acknowledged."""

import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file
from gateway_desktop.store.verification import verify
from tests.store.power_loss import KEY, RECORDS, Disk, built, recorded, states


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed: power loss was NOT tried")
    folder = tmp_path_factory.mktemp("power")
    return recorded(folder, built(folder))


def rows_after(disk: Disk, folder: Path, dice: random.Random | None) -> int:
    """Return how many rows there are after a loss of power, once all of it was looked at."""
    folder.mkdir()
    for path, content in disk.after(dice).items():
        (folder / Path(path).name).write_bytes(content)
    if not (folder / "gateway.sqlite").exists():
        return 0
    with closing(SqliteDatabase(folder / "gateway.sqlite")) as database:
        assert database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
        if not database.table_exists("seal"):
            return 0
        return verify(database, KEY).rows


def test_on_macos_the_disk_empties_its_own_memory_at_each_commit(tmp_path: Path) -> None:
    prepare_file(tmp_path / "gateway.sqlite")
    with closing(SqliteDatabase(tmp_path / "gateway.sqlite")) as database:
        assert database.execute_sql("PRAGMA fullfsync").fetchone() == (1,)


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["nothing that was not synced", "some of it, torn"])
def test_what_was_acknowledged_is_there_whenever_the_power_goes(
    log: bytes, tmp_path: Path, kept: str
) -> None:
    dice = random.Random(7) if kept.startswith("some") else None
    tried = most = 0
    for number, (disk, acknowledged) in enumerate(states(log)):
        folder = tmp_path / str(number)
        rows = rows_after(disk, folder, dice)
        assert rows >= acknowledged, f"state {number}: {rows} rows, {acknowledged} were acknowledged"
        shutil.rmtree(folder)
        tried, most = tried + 1, rows
    assert most == RECORDS
    assert tried > 40


def test_a_write_that_was_not_synced_is_seen_to_be_lost(log: bytes) -> None:
    """The test itself: without syncs nothing would be left."""
    disk = next(disk for disk, acknowledged in states(log) if acknowledged > 20)
    assert any(disk.pending.values())
    assert disk.after(None) != disk.after(random.Random(1))
