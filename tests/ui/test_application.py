"""The life of the window: shown first, then filled; the second start raises the first."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gateway_desktop.app import open_application
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.store.queries.configuration import user_rows
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.single_instance import SingleInstance, server_name

ROOT = Path(__file__).parents[2]


def life(folder: Path, how: str) -> list[str]:
    """Return what a process said that was one window from start to end."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.ui.run_desktop", str(folder), how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ended.stdout.splitlines()


def test_the_window_is_painted_before_anything_is_opened_and_all_is_closed_after_it(tmp_path: Path) -> None:
    said = life(tmp_path, "opens")
    loaded = "pages loaded by another thread"
    assert said[:-1] == ["pyqtgraph False", "painted", "opened", loaded, f"page {PANELS[0].name}", "closed"]
    assert said[-1] == "charts wait False"  # although the first page has none


def test_a_process_that_is_told_to_end_waits_for_no_answer(tmp_path: Path) -> None:
    assert life(tmp_path, "told")[-1] == "closed"


def test_what_cannot_be_opened_is_said_in_the_window(tmp_path: Path) -> None:
    said = life(tmp_path, "locked")
    assert said[1:] == ["painted", "Another gateway (process 4711) runs on this data folder"]


def test_what_could_not_be_opened_is_tried_again_on_request(tmp_path: Path) -> None:
    said = life(tmp_path, "again")
    assert said[1:] == [
        "painted",
        "Another gateway (process 4711) runs on this data folder",
        "opened",
        "pages loaded by another thread",
        f"page {PANELS[0].name}",
        "closed",
    ]


@pytest.mark.slow
def test_a_damaged_database_is_told_with_its_newest_backup_which_a_click_puts_back(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    backups = tmp_path / "backups"
    with open_application(paths, {"window.start_gateway": False}) as opened:
        opened.services.people.add_user("ana@example.org").result()
        opened.services.backups.back_up(backups / "newest.sqlite").result()
    (backups / "older.sqlite").write_text("older, and no database")
    os.utime(backups / "older.sqlite", (0, 0))
    paths.database.write_bytes(b"damaged " * 4096)
    said = life(tmp_path, "damaged")
    assert "is damaged" in said[1] and "gateway-desktop database restore" in said[1]
    assert said[2] == "Restore the newest backup…"
    assert said[3].startswith("newest.sqlite takes the place of the damaged database.")
    assert said[-1:] == [f"page {PANELS[0].name}"]
    with open_application(paths) as opened:
        people = opened.reader.submit(user_rows).result()
        assert [item.user.shown for item in people] == ["ana@example.org"]
    assert any(tmp_path.glob("gateway.sqlite.before-restore.*"))


def test_a_small_window_says_why_there_is_no_other(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = life(tmp_path / "file" / "data", "alone")
    assert said[0] == "Gateway Desktop cannot open"
    assert "cannot be written: Not a directory" in said[1] and "--data DIR" in said[1]
    assert said[2:] == ["Close", "ended with 1"]


def test_an_account_without_a_name_has_windows_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)
    assert server_name(tmp_path).startswith("gateway-desktop-")


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path, qapp: QApplication) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        SingleInstance(tmp_path / "gone").claim()


def start_elsewhere(folder: Path) -> "subprocess.Popen[str]":
    """Claim the folder in another process; it says whether it is the first."""
    program = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication; "
        "from gateway_desktop.ui.single_instance import SingleInstance; app = QCoreApplication([]); "
        "print(SingleInstance(Path(sys.argv[1])).claim(), flush=True)"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_second_start_raises_the_first_window(tmp_path: Path, qtbot: QtBot) -> None:
    first = SingleInstance(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.raised, timeout=10_000):
        second = start_elsewhere(tmp_path)
    assert second.communicate(timeout=60)[0] == "False\n"
    first.release()
    third = start_elsewhere(tmp_path)
    assert third.communicate(timeout=60)[0] == "True\n"


def test_two_data_folders_have_two_windows(tmp_path: Path, qapp: QApplication) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    first, second = SingleInstance(here), SingleInstance(there)
    assert first.claim()
    assert second.claim()
    first.release()
    second.release()


def test_the_lock_of_a_window_that_was_killed_locks_nobody_out(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "window.lock").write_text(f"999999\npython\n{socket.gethostname()}\n")
    first = SingleInstance(tmp_path)
    assert first.claim()
    first.release()
