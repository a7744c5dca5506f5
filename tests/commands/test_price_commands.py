"""Own prices of models at the command line."""

import pytest

from tests.commands.conftest import Terminal


@pytest.mark.usefixtures("begun")
def test_a_price_is_set_changed_listed_and_removed(terminal: Terminal) -> None:
    assert terminal.json("price", "list") == []
    terminal.run("settings", "set", "team.time_zone", "Europe/Berlin")
    words = ("price", "set", "gpt-5*", "--input", "$1.25", "--output", "10", "--from", "2026-06-01")
    said = terminal.run(*words)
    assert said == "gpt-5* costs $1.25 in and $10.00 out a million tokens, from 2026-05-31T22:00+00:00\n"
    row = terminal.json(*words, "--cached", "0.125")
    assert (row["cached"], row["cache_write"]) == ("$0.125", None)
    assert (row["input_usd"], row["cached_usd"], row["cache_write_usd"], row["output_usd"]) == (
        1.25,
        0.125,
        None,
        10,
    )
    assert terminal.json("price", "list") == [row]
    assert "is removed" in terminal.run("price", "remove", row["id"])
    assert terminal.json("price", "list") == []


def test_changes_are_system_events_with_before_and_after(terminal: Terminal) -> None:
    for amount in ("1", "2"):
        terminal.run("price", "set", "m", "--input", amount, "--output", "3", "--from", "2026-01-01")
    events = terminal.run("audit", "--tab", "system")
    assert "model price set" in events and "model price changed" in events and "$1.00" in events


def test_a_mistake_is_named(terminal: Terminal) -> None:
    start = ("price", "set", "m", "--output", "1")
    assert "an amount in dollars" in terminal.fail(*start, "--input", "cheap")
    assert "a day such as" in terminal.fail(*start, "--input", "1", "--from", "soon")
    assert "one of openai" in terminal.fail(*start, "--input", "1", "--provider", "nobody")
    assert "no price of yours" in terminal.fail("price", "remove", "0")
