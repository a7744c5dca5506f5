"""`database` and `diagnostics`, as a person types them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway_desktop.services.gateway_lock import GatewayLock
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.migrations import MIGRATIONS
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file
from tests.commands.conftest import Terminal
from tests.full_disk import no_file_beyond


def test_a_backup_is_made_and_put_back(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("user", "add", "ana@example.org")
    copy = tmp_path / "copy.sqlite"
    assert terminal.json("database", "backup", "--out", str(copy))["file"] == str(copy)
    terminal.run("user", "add", "late@example.org")
    said = terminal.json("database", "restore", str(copy))
    assert [user["user"] for user in terminal.json("user", "list")] == ["ana@example.org"]
    assert Path(said["former"]).exists()
    events = terminal.run("audit", "--tab", "system", "--format", "jsonl")
    assert "backup restored" in events


def test_a_backup_on_another_machine_says_what_is_missing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("proxy", "sandbox")
    copy = tmp_path / "copy.sqlite"
    terminal.run("database", "backup", "--out", str(copy))
    other = Terminal(tmp_path / "other", terminal.capture)
    said = other.fail("database", "restore", str(copy))
    assert f"{copy} is in its place, but not ready for use: The secrets in {other.data} are sealed" in said
    shutil.copy(terminal.data / "master.key", other.data)
    assert other.json("verify")["ok"]
    third = Terminal(tmp_path / "third", terminal.capture)
    third.data.mkdir()
    shutil.copy(terminal.data / "master.key", third.data)
    assert third.run("database", "restore", str(copy)) == f"Restored {copy}\n"


def test_who_puts_back_a_backup_hears_that_keys_revoked_since_are_good_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.run("user", "add", "ana@example.org")
    terminal.run("key", "create", "--user", "ana@example.org")
    copy = tmp_path / "copy.sqlite"
    terminal.run("database", "backup", "--out", str(copy))
    terminal.run("key", "revoke", terminal.json("key", "list")[0]["prefix"])
    _, _, said = terminal.type("database", "restore", str(copy))
    assert "keys revoked since then are good again" in said
    assert terminal.json("key", "list")[0]["state"] == "active"


def test_a_backup_that_was_put_back_verifies(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("check")
    copy = tmp_path / "copy.sqlite"
    terminal.run("database", "backup", "--out", str(copy))
    terminal.run("check")  # heads are signed of what the backup does not have
    terminal.run("database", "restore", str(copy))
    assert terminal.json("verify")["ok"]


def test_a_database_that_was_cut_off_is_not_begun_anew(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("user", "add", "ana@example.org")
    terminal.run("check")
    copy = tmp_path / "copy.sqlite"
    terminal.run("database", "backup", "--out", str(copy))
    (terminal.data / "gateway.sqlite").write_bytes(b"")
    for command in ("check", "user list"):
        assert "is damaged. Put the newest backup in its place" in terminal.fail(*command.split())
    terminal.run("database", "restore", str(copy))
    assert terminal.json("user", "list")[0]["user"] == "ana@example.org"
    assert terminal.json("verify")["ok"]


@pytest.mark.usefixtures("begun")
def test_a_backup_goes_into_the_data_folder_unless_told_otherwise(terminal: Terminal) -> None:
    made = Path(terminal.json("database", "backup")["file"])
    assert made.parent == terminal.data / "backups"
    assert terminal.json("database", "size")["database_bytes"] > 0


@pytest.mark.usefixtures("begun")
def test_compacting_tells_both_sizes(terminal: Terminal) -> None:
    terminal.run("user", "list")
    assert terminal.json("database", "compact")["after_bytes"] > 0


@pytest.mark.usefixtures("begun")
def test_while_a_gateway_runs_nothing_is_put_back_or_compacted(terminal: Terminal, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    terminal.run("database", "backup", "--out", str(copy))
    with GatewayLock(terminal.data / "gateway.lock"):
        assert "already running" in terminal.fail("database", "restore", str(copy))
        assert "already running" in terminal.fail("database", "compact")
        terminal.run("database", "backup")


def test_what_is_no_backup_is_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear all")
    assert "no backup" in terminal.fail("database", "restore", str(file))
    file.unlink()
    assert f"There is no file {file}" in terminal.fail("database", "restore", str(file))
    assert not file.exists()


def test_diagnostics_are_a_text_without_names(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("user", "add", "ana@example.org")
    terminal.run("settings", "set", "log.level", "debug")
    text = terminal.run("diagnostics")
    assert "log.level = debug (file)" in text and "Users 1" in text
    assert "ana@example.org" not in text
    out = tmp_path / "found.txt"
    terminal.run("diagnostics", "--out", str(out))
    assert out.read_text(encoding="utf-8").startswith("Program\n")
    assert out.stat().st_mode & 0o777 == 0o600
    assert "cannot be written" in terminal.fail("diagnostics", "--out", str(out / "where"))
    before = out.read_text(encoding="utf-8")
    (terminal.data / "logs").mkdir(exist_ok=True)
    (terminal.data / "logs" / "z.log").write_text("a line of the log\n" * 4000)
    with no_file_beyond(50_000):
        assert f"{out} cannot be written: File too large" in terminal.fail("diagnostics", "--out", str(out))
    assert out.read_text(encoding="utf-8") == before
    assert [path.name for path in tmp_path.glob("found*")] == ["found.txt"]


@pytest.mark.usefixtures("begun")
def test_diagnostics_know_of_a_gateway_in_another_process(terminal: Terminal) -> None:
    assert "State stopped" in terminal.run("diagnostics")
    code = (
        "import sys; from pathlib import Path\n"
        f"from {GatewayLock.__module__} import GatewayLock\n"
        "with GatewayLock(Path(sys.argv[1])): print(flush=True), sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(terminal.data / "gateway.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None and other.stdout is not None
        other.stdout.readline()
        assert f"State running, in process {other.pid}\n" in terminal.run("diagnostics")
        other.stdin.close()


def test_that_a_database_was_migrated_is_told_once(terminal: Terminal) -> None:
    older = terminal.data / "gateway.sqlite"
    prepare_file(older)
    database = SqliteDatabase(older)
    assert migrate(database, MIGRATIONS[:-1]) is None  # it was empty
    database.close()
    terminal.run("user", "list")
    [told] = [json.loads(line) for line in terminal.run("audit", "--tab", "system").splitlines()]
    assert told["method"] == "database migrated" and ".before-schema-" in told["details"]
