"""Sinks at the command line."""

import pytest

from tests.commands.conftest import Terminal
from tests.fakes.receiver import receiver


def test_a_sink_is_added_tested_listed_and_removed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as there:
        made = terminal.json(
            "sink", "add", "siem", "--kind", "webhook", "--address", f"{there.url}/private?sig=1"
        )
        assert made["address"] == f"{there.url.removesuffix('/')}/..."
        assert made["records"] == ["alerts", "system"] and made["secret"].startswith("whsec_")
        monkeypatch.setenv("SLACK", f"{there.url}/services/private")
        said = terminal.run("sink", "add", "chat", "--kind", "slack", "--secret-env", "SLACK")
        assert said == "chat gets alerts\n"
        assert terminal.run("sink", "test", "chat") == "chat took a test record\n"
        there.answers[:] = [500]
        assert "answered 500" in terminal.fail("sink", "test", "siem")
    rows = terminal.json("sink", "list")
    assert [(row["name"], row["problem"]) for row in rows] == [("chat", ""), ("siem", "")]
    assert "private" not in str(rows) and "private" not in terminal.run("audit", "--tab", "system")
    assert terminal.run("sink", "remove", "chat") == "chat gets nothing any more\n"
    assert [row["name"] for row in terminal.json("sink", "list")] == ["siem"]


def test_a_mistake_is_named(terminal: Terminal) -> None:
    add = ("sink", "add", "x", "--kind")
    assert "https://" in terminal.fail(*add, "webhook", "--address", "http://example.com")
    assert "none of exchanges" in terminal.fail(
        *add, "otlp", "--address", "http://127.0.0.1:1", "--records", "all"
    )
    assert "secret: is missing. The address of the incoming webhook" in terminal.fail(*add, "slack")
    assert "there is no file" in terminal.fail(
        *add, "syslog", "--address", "tls://h:6514", "--ca-file", "/nowhere.pem"
    )
    assert "no sink 'x'" in terminal.fail("sink", "remove", "x")
    assert "NOT_SET_ANYWHERE is empty" in terminal.fail(*add, "slack", "--secret-env", "NOT_SET_ANYWHERE")
