"""Budgets at the command line."""

from pathlib import Path

import pytest

from tests.commands.conftest import Terminal


@pytest.mark.usefixtures("begun")
def test_a_budget_is_set_changed_listed_reset_and_removed(terminal: Terminal) -> None:
    assert terminal.json("budget", "list") == []
    said = terminal.run("budget", "set", "group", "team", "--limit", "$100")
    assert said == "The budget of group team: $100.00 a month; once it is spent, calls are refused\n"
    row = terminal.json("budget", "set", "group", "team", "--mode", "warn")
    assert (row["limit"], row["mode"], row["used"], row["percent"]) == ("$100.00", "warn", "$0.00", "0%")
    numbers = ("limit_usd", "used_usd", "forecast_usd", "used_percent", "warn_at_percent")
    assert [row[name] for name in numbers] == [100, 0, 0, 0, None]
    terminal.run("budget", "set", "gateway", "--limit", "12.5", "--period", "day")
    assert [(one["budget"], one["period"]) for one in terminal.json("budget", "list")] == [
        ("whole gateway", "day"),
        ("group team", "month"),
    ]
    assert "starts anew now" in terminal.run("budget", "reset", "group", "team", "--reason", "a test run")
    assert "is removed" in terminal.run("budget", "remove", "group", "team")
    assert len(terminal.json("budget", "list")) == 1


def test_a_budget_warns_at_a_threshold_of_its_own(terminal: Terminal) -> None:
    said = terminal.run("budget", "set", "group", "team", "--limit", "10", "--warn-at", "80")
    assert "$10.00 a month; it warns at 80%; once it is spent" in said
    assert terminal.json("budget", "set", "group", "team", "--limit", "20")["warn_at"] == "80%"
    assert "1 to 99 per cent" in terminal.fail("budget", "set", "group", "team", "--warn-at", "100")
    assert terminal.json("budget", "set", "group", "team", "--warn-at", "0")["warn_at"] == ""
    assert '"warn_at": 80' in terminal.run("audit", "--tab", "system").replace('":80', '": 80')


def test_the_list_is_written_into_a_file_with_a_manifest(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("budget", "set", "gateway", "--limit", "100")
    out = tmp_path / "budgets.csv"
    assert "Wrote 1 row" in terminal.run("budget", "list", "--format", "csv", "--out", str(out))
    head, row = out.read_text(encoding="utf-8").splitlines()
    assert head.startswith("Budget,Period,Limit,Used,Percent")
    assert row.startswith("whole gateway,month,$100.00,$0.00,0%")
    assert out.with_name("budgets.csv.manifest.json").exists()


def test_changes_are_system_events_with_before_and_after(terminal: Terminal) -> None:
    terminal.run("budget", "set", "group", "team", "--limit", "10")
    terminal.run("budget", "set", "group", "team", "--limit", "20")
    terminal.run("budget", "reset", "group", "team", "--reason", "a test run")
    terminal.run("budget", "remove", "group", "team")
    events = terminal.run("audit", "--tab", "system")
    for event in ("budget set", "budget changed", "budget reset", "budget removed", "$10.00", "a test run"):
        assert event in events


def test_a_mistake_is_named(terminal: Terminal) -> None:
    assert "no group 'lab'" in terminal.fail("budget", "set", "group", "lab", "--limit", "1")
    assert "an amount in dollars" in terminal.fail("budget", "set", "group", "team", "--limit", "much")
    assert "more than nothing" in terminal.fail("budget", "set", "group", "team", "--limit", "0")
    assert "say how much" in terminal.fail("budget", "set", "group", "team")
    assert "say whose" in terminal.fail("budget", "set", "group", "--limit", "1")
    assert "has no budget" in terminal.fail("budget", "remove", "group", "team")
    terminal.run("budget", "set", "group", "team", "--limit", "1")
    assert "say why" in terminal.fail("budget", "reset", "group", "team", "--reason", " ")
