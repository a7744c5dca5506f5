"""Policies and exceptions at the command line."""

from pathlib import Path

import pytest

from tests.commands.conftest import Terminal

MINE = "name: Mine\nrules:\n- {name: stop, when: {finding: secret}, action: block}\n"


@pytest.mark.usefixtures("begun")
def test_a_fresh_folder_has_the_shipped_policies_and_watch_is_on(terminal: Terminal) -> None:
    listed = {row["policy"]: row for row in terminal.json("policy", "list")}
    assert {name: row["enabled"] for name, row in listed.items()} == {
        "Guard": False,
        "Strict": False,
        "Watch": True,
    }
    assert "Watch" in terminal.run("policy", "list")


def test_a_policy_is_imported_changed_and_gone_back_from(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MINE)
    assert terminal.run("policy", "import", str(file)) == "Mine is at version 1\n"
    file.write_text(MINE.replace("block", "log"))
    terminal.run("policy", "import", str(file), "--note", "softer")
    history = terminal.run("policy", "history", "mine")
    assert "version 2" in history and "softer" in history and "-  action: block" in history
    terminal.run("policy", "restore", "Mine", "1")
    assert "has the versions 1 to" in terminal.fail("policy", "restore", "Mine", "9" * 20)
    assert "action: block" in terminal.run("policy", "show", "Mine")
    assert [row["version"] for row in terminal.json("policy", "history", "Mine")] == [3, 2, 1]


def test_an_import_says_beforehand_what_it_would_change(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MINE)
    assert terminal.run("policy", "import", "--dry-run", str(file)).startswith("Mine is new\n    name: Mine")
    assert "Mine" not in terminal.run("policy", "list")
    terminal.run("policy", "import", str(file))
    file.write_text(MINE.replace("block", "log"))
    answer = terminal.run("policy", "import", "--dry-run", str(file))
    assert answer.startswith("Mine gets version 2\n") and "    -  action: block" in answer
    assert [row["version"] for row in terminal.json("policy", "history", "Mine")] == [1]


def test_an_import_tells_of_proxies_and_groups_that_are_not_there(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"{MINE}scope: {{proxies: [sandbox, 'sand*', opnai], groups: [team, 'lab*']}}\n")
    terminal.run("proxy", "sandbox")
    for words in ((), ("--dry-run",)):
        status, out, err = terminal.type("policy", "import", str(file), *words)
        assert status == 0 and "Mine" in out
        assert err.splitlines() == [
            "Mine: its scope names the proxy 'opnai', and there is none",
            "Mine: its scope names the group 'lab*', and there is none",
        ]


@pytest.mark.usefixtures("begun")
def test_what_is_exported_can_be_imported(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    terminal.run("policy", "export", "--out", str(file))
    assert file.read_text().count("---\n") == 2
    answers = terminal.run("policy", "import", str(file)).splitlines()
    assert sorted(answers) == [f"{name} is at version 1" for name in ("Guard", "Strict", "Watch")]
    assert terminal.run("policy", "export", "Strict").startswith("name: Strict")


def test_a_mistake_in_a_file_is_named_by_its_line(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MINE.replace("block", "ask"))
    said = terminal.fail("policy", "import", str(file))
    assert f"{file}, line 3 column 49" in said
    assert "cannot be read" in terminal.fail("policy", "import", str(tmp_path / "none.yaml"))


def test_a_policy_is_switched_assigned_copied_and_removed(terminal: Terminal) -> None:
    terminal.run("proxy", "add", "openai", "--upstream", "https://api.openai.com")
    assert terminal.run("policy", "assign", "Strict", "openai") == "Strict is on, and holds for openai only\n"
    assert "is off" in terminal.run("policy", "unassign", "Strict", "openai")
    assert terminal.json("policy", "enable", "Guard")["enabled"] is True
    assert terminal.json("policy", "disable", "Guard")["enabled"] is False
    assert terminal.json("policy", "copy", "Guard", "Ours")["policy"] == "Ours"
    terminal.run("policy", "remove", "Ours")
    assert "no policy 'Ours'" in terminal.fail("policy", "show", "Ours")


def test_an_exception_is_made_listed_and_revoked(terminal: Terminal) -> None:
    made = terminal.json(
        "exception", "add", "Strict", "secrets", "--reason", "a test key", "--days", "3", "--tool", "shell"
    )
    [listed] = terminal.json("exception", "list")
    assert listed["id"] == made["id"] and listed["rule"] == "Strict/secrets" and listed["tool"] == "shell"
    terminal.run("exception", "revoke", made["id"])
    assert terminal.json("exception", "list") == []
    assert len(terminal.json("exception", "list", "--all")) == 1


def test_a_text_is_tried_against_the_policies_that_are_on_or_one_that_is_not_saved(
    terminal: Terminal, tmp_path: Path
) -> None:
    text, document = tmp_path / "text", tmp_path / "mine.yaml"
    text.write_text("see \U000e0049\U000e0067\U000e006e\U000e006f this", encoding="utf-8")
    tried = terminal.json("policy", "try", str(text))
    assert tried["action"] == "monitor" and tried["policy"] == "Watch@1/serious" and tried["score"] > 0
    text.write_text("a bluebird")
    document.write_text("name: Mine\nrules:\n- {name: bird, when: {pattern: bluebird}, action: redact}\n")
    said = terminal.run("policy", "try", str(text), "--document", str(document))
    assert said.startswith("redacted by Mine@0/bird") and said.endswith("a <BIRD_1>\n")
    assert "no proxy" in terminal.fail("policy", "try", str(text), "--proxy", "none")
    assert terminal.run("policy", "try", str(text)).startswith("no rule holds")
