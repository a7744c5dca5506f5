"""`connect`, where it cannot connect."""

import pytest

from tests.commands.conftest import Terminal


def test_without_a_gateway_it_says_so(terminal: Terminal) -> None:
    assert "No gateway runs on this data folder" in terminal.fail("connect", "files")


def test_a_key_that_is_named_must_be_there(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    said = terminal.fail("connect", "files", "--url", "http://127.0.0.1:9", "--key-env", "NO_SUCH_KEY")
    assert "NO_SUCH_KEY is not set" in said
