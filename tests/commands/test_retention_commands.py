"""Retention at the command line."""

import pytest

from tests.commands.conftest import Terminal


@pytest.mark.usefixtures("begun")
def test_what_stays_is_shown_and_what_is_due_goes(terminal: Terminal) -> None:
    shown = terminal.json("retention", "show")
    assert shown["max_mb"] is None
    assert {row["kind"]: row["days"] for row in shown["kinds"]} == {
        "llm": 365,
        "mcp": 365,
        "a2a": 365,
        "system": None,
        "texts": 90,
    }
    assert "no rows" in terminal.run("retention", "run")
    terminal.run("settings", "set", "retention.max_mb", "100")
    assert terminal.json("retention", "run") == {
        "rows": {"llm": 0, "mcp": 0, "a2a": 0},
        "texts": 0,
        "swept": 0,
    }
    assert "100 MB" in terminal.type("retention", "show")[2]
