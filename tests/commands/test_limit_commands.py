"""Rate limits at the command line."""

import pytest

from tests.commands.conftest import Terminal


@pytest.mark.usefixtures("begun")
def test_a_limit_is_set_changed_listed_and_removed(terminal: Terminal) -> None:
    assert terminal.json("limit", "list") == []
    said = terminal.run("limit", "set", "group", "team", "--requests", "60", "--concurrent", "4")
    assert said == "The group team is limited to 60 requests a minute, 4 requests at once\n"
    row = terminal.json("limit", "set", "group", "team", "--concurrent", "none", "--tokens", "1000")
    assert row == {"scope": "group", "subject": "team", "requests": 60, "tokens": 1000, "concurrent": None}
    assert terminal.json("limit", "list") == [row]
    assert terminal.run("limit", "remove", "group", "team") == "The group team is not limited any more\n"
    assert terminal.json("limit", "list") == []


def test_changes_are_system_events_with_before_and_after(terminal: Terminal) -> None:
    terminal.run("proxy", "add", "openai", "--upstream", "https://api.openai.com")
    terminal.run("limit", "set", "proxy", "openai", "--requests", "60")
    terminal.run("limit", "set", "proxy", "openai", "--requests", "30")
    events = terminal.run("audit", "--tab", "system")
    assert "rate limit set" in events and "rate limit changed" in events


def test_a_mistake_is_named(terminal: Terminal) -> None:
    assert "no group 'lab'" in terminal.fail("limit", "set", "group", "lab", "--requests", "1")
    assert "requests" in terminal.fail("limit", "set", "group", "team", "--requests", "many")
    assert "from 1 to" in terminal.fail("limit", "set", "group", "team", "--requests", "0")
    assert "say how many" in terminal.fail("limit", "set", "group", "team")
    assert "has no rate limit" in terminal.fail("limit", "remove", "group", "team")
