"""`provider`."""

import io

import pytest

from tests.commands.conftest import Terminal

ADD = ("provider", "add", "Acme", "--issuer", "https://id.acme.test", "--client-id", "gateway")


def test_a_provider_is_added_listed_changed_and_removed(terminal: Terminal) -> None:
    status, out, _ = terminal.type(*ADD)
    assert status == 0 and out.splitlines()[-1] == "http://127.0.0.1:8899/oauth/callback"
    assert "1. Register a web application" in out
    [listed] = terminal.json("provider", "list")
    assert (listed["name"], listed["secret"], listed["admits"]) == ("Acme", "none", "anyone")
    changed = terminal.json("provider", "set", "acme", "name=Acme Corp", "admits=invited", "scopes=groups")
    assert (changed["name"], changed["admits"]) == ("Acme Corp", "invited")
    assert changed["scopes"] == ["openid", "email", "profile", "groups"]
    assert terminal.json("provider", "remove", "Acme Corp") == {"removed": "Acme Corp", "ended": 0}
    assert terminal.json("provider", "list") == []


def test_a_variable_that_is_not_set_is_told_of(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_SECRET", raising=False)
    named = ("--client-secret-env", "ACME_SECRET")
    assert "ACME_SECRET is not set here" in terminal.type(*ADD, *named)[2]
    assert "ACME_SECRET is not set here" in terminal.type("provider", "set-secret", "Acme", *named)[2]
    monkeypatch.setenv("ACME_SECRET", "the-secret-1")
    assert "not set here" not in terminal.type("provider", "set-secret", "Acme", *named)[2]


def test_a_secret_comes_from_standard_input_and_is_never_shown(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("the-secret-1\n"))
    terminal.run(*ADD, "--client-secret-stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO("the-secret-2\n"))
    terminal.run("provider", "set-secret", "Acme", "--client-secret-stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    failed = terminal.fail("provider", "set-secret", "Acme", "--client-secret-stdin")
    assert "nothing came from standard input" in failed
    assert terminal.json("provider", "list")[0]["secret"] == "sealed"
    assert "the-secret" not in terminal.run("provider", "list") + terminal.run("audit", "--tab", "system")


def test_rules_are_set_in_their_order_and_tried(terminal: Terminal) -> None:
    terminal.run("group", "add", "staff")
    terminal.run(*ADD)
    rules = ("claim:role=boss>staff", "email_domain=acme.test>team")
    assert terminal.json("provider", "set-rules", "Acme", *rules)["rules"] == list(rules)
    tried = terminal.json("provider", "try", "Acme", "--email", "ana@acme.test", "--claim", "role=boss")
    assert [(row["rule"], row["matches"], row["group"]) for row in tried] == [
        (1, True, "staff"),
        (2, True, "team"),
    ]
    tried = terminal.json("provider", "try", "Acme", "--email", "ana@acme.test", "--unverified")
    assert not tried[1]["matches"] and "did not verify" in tried[1]["why"]
    assert "NAME=VALUE" in terminal.fail("provider", "try", "Acme", "--claim", "role")
    assert "rules[1]" in terminal.fail("provider", "set-rules", "Acme", "colour=red>team")


def test_bad_input_names_its_place(terminal: Terminal) -> None:
    assert "issuer" in terminal.fail("provider", "add", "X", "--client-id", "x")
    assert "secret" in terminal.fail("provider", "add", "X", "--kind", "google", "--client-id", "x")
    assert "there is no identity provider 'Nobody'" in terminal.fail("provider", "remove", "Nobody")


def test_a_provider_that_is_not_there_is_diagnosed(terminal: Terminal) -> None:
    terminal.run("provider", "add", "Gone", "--issuer", "http://127.0.0.1:9", "--client-id", "x")
    status, out, _ = terminal.type("provider", "test", "Gone")
    assert status == 1 and "no connection to 127.0.0.1:9" in out
