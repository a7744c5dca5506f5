"""`audit` and `settings`."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.commands.conftest import Terminal


def test_the_audit_comes_as_json_lines(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    terminal.run("group", "add", "lab")
    events = [json.loads(line) for line in terminal.run("audit", "--tab", "system").splitlines()]
    assert [event["method"] for event in events] == ["user created", "group created"]
    assert all(event["actor"].startswith("local:") for event in events)
    (found,) = terminal.run(
        "audit", "--tab", "system", "--filter", "event:group*", "--since", "1h"
    ).splitlines()
    assert json.loads(found)["target"] == "lab"
    assert terminal.run("audit", "--tab", "system", "--until", "2026-01-01T00:00:00+00:00") == ""
    for ends in ("--since", "--until"):  # a year that no zone has
        assert "is not like 2026-01-31" in terminal.fail("audit", ends, "9999-12-31T23:59:59-14:00")


def test_the_audit_comes_as_csv(terminal: Terminal) -> None:
    terminal.run("group", "add", "=lab")
    text = terminal.run("audit", "--tab", "system", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["Event"], row["Resource"], row["Category"]) == ("group created", "'=lab", "User Management")


def test_an_export_says_what_it_wrote(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("group", "add", "lab")
    path = tmp_path / "system.csv"
    said = terminal.json(
        "audit", "--tab", "system", "--format", "csv", "--out", str(path), "--columns", "target"
    )
    assert path.read_text() == "Resource\nlab\n"
    assert (said["rows"], said["file"], said["columns"]) == (1, "system.csv", ["target"])
    assert terminal.run("audit", "--tab", "llm", "--out", str(path)) == f"Wrote 0 rows to {path}\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--filter", "colour:red"), "colour: not a filter"),
        (("--since", "yesterday-ish"), "since: 'yesterday-ish' is not like"),
        (("--columns", "colour"), "columns: 'colour' is none of"),
    ],
)
def test_a_question_that_does_not_hold_is_one_sentence(
    terminal: Terminal, words: tuple[str, ...], problem: str
) -> None:
    assert problem in terminal.fail("audit", *words)


@pytest.mark.usefixtures("begun")
def test_settings_are_listed_read_changed_and_reset(terminal: Terminal) -> None:
    listed = {row["key"]: row for row in terminal.json("settings", "list")}
    assert listed["listen.port"] == {"key": "listen.port", "value": 8899, "from": "default", "what": "Port"}
    assert terminal.run("settings", "set", "listen.port", "9001") == "listen.port = 9001\n"
    assert terminal.run("settings", "get", "listen.port") == "9001\n"
    assert terminal.json("settings", "get", "listen.port")["from"] == "file"
    assert terminal.run("settings", "set", "audit.wait_for_commit", "off") == "audit.wait_for_commit = off\n"
    assert terminal.json("settings", "get", "audit.wait_for_commit") == {
        "key": "audit.wait_for_commit",
        "value": False,
        "from": "database",
    }
    assert terminal.run("settings", "reset", "listen.port") == "listen.port = 8899\n"
    assert "theme" in terminal.run("settings", "list")


@pytest.mark.usefixtures("begun")
def test_a_misspelt_setting_is_named_with_the_nearest_one(terminal: Terminal) -> None:
    for words in (("get", "listen.prot"), ("set", "listen.prot", "1"), ("reset", "listen.prot")):
        assert "did you mean 'listen.port'?" in terminal.fail("settings", *words)
    assert "65535" in terminal.fail("settings", "set", "listen.port", "70000")


def test_a_setting_that_the_environment_overrides_says_so(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_DESKTOP_LISTEN_PORT", "9009")
    status, out, err = terminal.type("settings", "set", "listen.port", "9001")
    assert (status, out) == (0, "listen.port = 9009\n")
    assert "GATEWAY_DESKTOP_LISTEN_PORT says otherwise" in err


def test_an_address_that_others_can_reach_is_said_loudly(terminal: Terminal) -> None:
    status, _, err = terminal.type("settings", "set", "listen.host", "0.0.0.0")
    assert status == 0 and "Other machines can reach the gateway" in err
    assert json.loads(terminal.run("audit", "--tab", "system"))["severity"] == "warning"
    for host in ("localhost", "::1"):
        assert terminal.type("settings", "set", "listen.host", host)[2] == ""


def test_a_setting_that_needs_a_start_says_so(terminal: Terminal) -> None:
    status, _, err = terminal.type("settings", "set", "database", "other.sqlite")
    assert status == 0 and "next start" in err


def test_the_manifest_of_an_export_names_the_times_without_logging(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.run("settings", "set", "audit.enabled", "false")
    terminal.run("settings", "set", "audit.enabled", "true")
    manifest = terminal.json("audit", "--tab", "llm", "--format", "csv", "--out", str(tmp_path / "llm.csv"))
    (gap,) = manifest["gaps"]
    assert gap["why"] == "audit logging was off" and gap["since"] <= gap["until"]
    manifest = terminal.json("audit", "--tab", "system", "--format", "csv", "--out", str(tmp_path / "s.csv"))
    assert manifest["gaps"] == []
