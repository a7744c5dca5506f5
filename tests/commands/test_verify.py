"""`verify`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway_desktop.core.paths import Paths
from tests.commands.conftest import Terminal


def tampered(terminal: Terminal, sql: str) -> None:
    with closing(sqlite3.connect(Paths(terminal.data).database)) as database:
        database.execute(sql)
        database.commit()


def heads(terminal: Terminal, tmp_path: Path) -> Path:
    """Let a gateway start and stop, and take its heads elsewhere."""
    terminal.run("user", "add", "ana@example.com")
    terminal.run("check")
    kept = tmp_path / "syslog"
    kept.write_text(f"Nov 29 05:00:01 host gateway[1]: {Paths(terminal.data).heads.read_text()}")
    return kept


def test_what_commands_wrote_verifies_and_is_itself_written_down(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    assert "1 row is as it was written" in terminal.run("verify")
    found = terminal.json("verify")
    assert (found["ok"], found["rows"], found["seals"], found["gateways"]) == (True, 2, 2, 1)
    assert len(bytes.fromhex(found["public_key"])) == 32
    events = terminal.run("audit", "--tab", "system")
    assert events.count('"method":"integrity verified"') == 2


def test_a_changed_row_is_named_fails_and_alerts(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    tampered(terminal, "UPDATE event SET actor = 'eve' WHERE seq = 1")
    status, out, err = terminal.type("verify")
    assert (status, err) == (1, "")
    assert "gateway 0, place 1" in out and "it was changed after it was written" in out
    status, out, _ = terminal.type("verify", "--json")
    assert status == 1 and '"ok": false' in out
    [alert] = terminal.json("alert", "list")
    assert alert["severity"] == "high" and alert["times"] == 2


def test_counts_that_are_not_those_of_the_rows_are_named(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    values = "490896, 1, 'llm', 'llm', 'gpt-5', 'success', 3, 0, 0, 7, 0, 0"  # an hour that nobody used
    tampered(terminal, f"INSERT INTO roll_hour VALUES({values})")
    status, out, _ = terminal.type("verify")
    assert status == 1
    assert "hourly counts of 2026-01-01 00:00 UTC: the number of requests is 3, but the rows say 0" in out


def test_a_value_that_cannot_be_read_is_told_of_as_others_are(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    values = "490896, 1, CAST(x'ff' AS TEXT), 'llm', 'gpt-5', 'success', 3, 0, 0, 7, 0, 0"
    tampered(terminal, f"INSERT INTO roll_hour VALUES({values})")
    status, out, err = terminal.type("verify")
    assert (status, err) == (1, "")
    assert "counts of hours, days and people: a value is of a kind that is never written" in out


@pytest.mark.parametrize("column", ["n", "hi", "last_id", "link", "mac"])
def test_a_newest_seal_with_a_value_that_is_never_written_stops_nothing_and_is_told_of(
    terminal: Terminal, column: str
) -> None:
    terminal.run("user", "add", "ana@example.com")
    tampered(terminal, f"UPDATE seal SET {column} = 'abc' WHERE gw = 0 AND n = 1")
    for _ in range(2):
        status, out, err = terminal.type("verify")
        assert (status, err) == (1, "") and out
    terminal.run("user", "add", "bo@example.com")
    assert terminal.json("alert", "list")


def test_heads_kept_elsewhere_are_found_in_any_text_and_show_an_older_copy(
    terminal: Terminal, tmp_path: Path
) -> None:
    kept = heads(terminal, tmp_path)
    assert terminal.json("verify", "--anchors", str(kept))["heads"] == 2
    paths = Paths(terminal.data)
    paths.heads.unlink()
    tampered(terminal, "DELETE FROM anchor")
    tampered(terminal, "DELETE FROM event WHERE gw = 1")
    tampered(terminal, "DELETE FROM seal WHERE gw = 1")
    terminal.run("verify")
    status, out, _ = terminal.type("verify", "--anchors", str(kept))
    assert status == 1 and "its end was cut off, or this is an older copy of the database" in out


def test_the_heads_in_the_data_folder_count_without_being_named(terminal: Terminal, tmp_path: Path) -> None:
    heads(terminal, tmp_path)
    tampered(terminal, "DELETE FROM anchor")
    tampered(terminal, "DELETE FROM event WHERE gw = 1")
    tampered(terminal, "DELETE FROM seal WHERE gw = 1")
    assert terminal.type("verify")[0] == 1


def test_a_head_that_another_key_signed_is_found(terminal: Terminal, tmp_path: Path) -> None:
    kept = heads(terminal, tmp_path)
    text = kept.read_text().rstrip()
    kept.write_text(text[:-1] + ("0" if text[-1] != "0" else "1"))
    status, out, _ = terminal.type("verify", "--anchors", str(kept))
    assert status == 1 and "it was not signed with this master key" in out


def test_a_file_of_heads_that_is_not_there_or_holds_none_is_named(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("user", "add", "ana@example.com")
    (tmp_path / "letter.txt").write_bytes(b"Dear all \xff")
    assert "letter.txt holds no signed head" in terminal.fail(
        "verify", "--anchors", str(tmp_path / "letter.txt")
    )
    assert "nowhere.log cannot be read" in terminal.fail("verify", "--anchors", "/nowhere.log")


def test_another_master_key_is_refused(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    terminal.run("user", "add", "bo@example.com")
    Paths(terminal.data).master_key.write_text("A" * 43 + "=\n")
    assert "was sealed with" in terminal.fail("user", "add", "cy@example.com")


@pytest.mark.parametrize("words", ["verify", "audit", "user list", "database backup", "retention run"])
def test_a_folder_by_a_wrong_name_is_not_all_well_and_not_made(terminal: Terminal, words: str) -> None:
    assert f"there is no database in {terminal.data}" in terminal.fail(*words.split())
    assert not terminal.data.exists()


@pytest.mark.parametrize("words", ["verify", "audit", "user list", "database backup", "retention run"])
def test_an_empty_file_and_the_file_of_another_program_are_no_database_and_stay_so(
    terminal: Terminal, words: str
) -> None:
    terminal.data.mkdir()
    file = Paths(terminal.data).database
    file.touch()
    assert f"the file {file} is empty" in terminal.fail(*words.split())
    assert not file.stat().st_size
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE note(text)")
    assert "the database of another program" in terminal.fail(*words.split())
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("note",)]
