"""`proxy add --stdio`, `proxy secret`, `proxy test` of a command."""

import io
import os
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Terminal
from tests.fakes.stdio_session import HERE

VALUE = "stdio-" + "value-0123456789"
SERVER = ("--", sys.executable, "-m", "tests.fakes.stdio_server", "--json", "--data")
ADD = ("proxy", "add", "fake", "--kind", "mcp", "--stdio", "--cwd", str(HERE), "--env", "PYTHONPATH")


def test_a_command_is_added_given_a_sealed_value_and_tried(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", str(HERE)))
    assert terminal.run(*ADD, *SERVER) == "Added fake (mcp)\n"
    assert "tests.fakes.stdio_server --json --data" in terminal.run("proxy", "list")
    monkeypatch.setattr("sys.stdin", io.StringIO(VALUE + "\n"))
    status, out, _ = terminal.type("proxy", "secret", "set", "fake", "FAKE_TOKEN", "--stdin")
    assert (status, out) == (0, "Sealed FAKE_TOKEN of fake\n")
    assert terminal.json("proxy", "secret", "list", "fake") == [
        {"variable": "FAKE_TOKEN", "value": "sealed"},
        {"variable": "PYTHONPATH", "value": "copied"},
    ]
    found = terminal.json("proxy", "test", "fake")
    assert found["ok"] and "echo" in found["models"]
    assert terminal.run("proxy", "secret", "remove", "fake", "FAKE_TOKEN") == "Forgot FAKE_TOKEN of fake\n"
    audit = terminal.run("audit", "--tab", "system")
    assert "environment value sealed" in audit and VALUE not in audit
    terminal.run("proxy", "remove", "fake")


def test_what_runs_where_with_which_variables_is_changed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", str(HERE)))
    terminal.run("proxy", "add", "fake", "--kind", "mcp", "--stdio", "--", "no-such-command", "it's")
    words = f"command='{sys.executable}' -m tests.fakes.stdio_server --json"
    changed = terminal.json("proxy", "set", "fake", words, f"cwd={HERE}", "env=PYTHONPATH LANG")
    assert changed["upstream"].endswith("-m tests.fakes.stdio_server --json")
    assert (changed["cwd"], changed["env"]) == (str(HERE), ["PYTHONPATH", "LANG"])
    assert [row["variable"] for row in terminal.json("proxy", "secret", "list", "fake")] == [
        "PYTHONPATH",
        "LANG",
    ]
    assert terminal.json("proxy", "test", "fake")["ok"]
    audit = terminal.run("audit", "--tab", "system")
    assert "no-such-command" in audit and str(HERE) in audit
    terminal.run("proxy", "set", "fake", "cwd=", "env=")
    assert terminal.json("proxy", "secret", "list", "fake") == []
    for change, told in (
        ("command= ", "command: it is missing"),
        ("command='one", "the quotes do not pair"),
        ("cwd=/no/such/folder", "there is no folder"),
        ("env=A=b", "is not the name"),
        ("upstream=http://127.0.0.1:9", "neither an address nor a credential"),
        ("credential_env=TOKEN", "neither an address nor a credential"),
    ):
        assert told in terminal.fail("proxy", "set", "fake", change)
    terminal.run("proxy", "add", "main", "--upstream", "http://127.0.0.1:9")
    assert "cwd: 'main' runs no command" in terminal.fail("proxy", "set", "main", "cwd=/")


def test_a_list_does_not_show_what_an_argument_holds_that_should_have_been_sealed(terminal: Terminal) -> None:
    terminal.run("proxy", "add", "x", "--kind", "mcp", "--stdio", "--", "server", "--token", VALUE)
    assert "server --token '***'" in terminal.run("proxy", "list")
    assert VALUE not in terminal.run("proxy", "list", "--json")


def test_a_command_that_cannot_be_is_refused_with_a_sentence(terminal: Terminal) -> None:
    assert "command: it is missing" in terminal.fail("proxy", "add", "x", "--kind", "mcp", "--stdio")
    assert "a command speaks MCP" in terminal.fail("proxy", "add", "x", "--stdio", "--", "cat")
    assert "there is no folder" in terminal.fail(*ADD[:6], "--cwd", "/no/such/folder", "--", "cat")
    assert "is not the name" in terminal.fail(*ADD[:6], "--env", "A=b", "--", "cat")
    assert "belong to a command" in terminal.fail("proxy", "add", "x", "--cwd", "/", "--upstream", "http://h")


def test_a_command_that_is_missing_or_says_nothing_fails_its_test(terminal: Terminal) -> None:
    terminal.run("proxy", "add", "gone", "--kind", "mcp", "--stdio", "--", "no-such-command-anywhere")
    status, out, _ = terminal.type("proxy", "test", "gone")
    assert status == 1 and "There is no command 'no-such-command-anywhere'" in out


@pytest.mark.parametrize(
    ("count", "status", "told"),
    [(3_000, 0, " tool49 and 2,950 more\n"), (130_000, 1, "200,000 lists and objects")],
)
def test_a_list_of_very_many_tools_is_cut_for_people_or_refused(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, count: int, status: int, told: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", str(HERE)))
    terminal.run(*ADD, "--", sys.executable, "-m", "tests.fakes.stdio_giant", "--tools", str(count))
    found, out, _ = terminal.type("proxy", "test", "fake")
    assert found == status and told in out and len(out) < 2_000


def test_a_path_is_looked_for_from_the_folder_that_the_command_runs_in(
    terminal: Terminal, tmp_path: Path
) -> None:
    script = tmp_path / "server"
    script.write_text(f'#!/bin/sh\ncd "{HERE}" && exec "{sys.executable}" -m tests.fakes.stdio_server\n')
    script.chmod(0o755)
    terminal.run(*ADD[:6], "--cwd", str(tmp_path), "--", "./server")
    status, out, err = terminal.type("proxy", "test", "fake")
    assert status == 0, out + err


def test_only_commands_have_variables(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("proxy", "add", "main", "--upstream", "http://127.0.0.1:9")
    monkeypatch.setattr("sys.stdin", io.StringIO("value\n"))
    status, _, err = terminal.type("proxy", "secret", "set", "main", "TOKEN", "--stdin")
    assert status == 1 and "runs no command" in err
