"""`proxy`."""

import io
import json
import shlex

import pytest

from tests.commands.conftest import Terminal

ADD = ("proxy", "add", "main", "--kind", "llm", "--upstream", "http://127.0.0.1:9")


def test_a_proxy_is_added_listed_changed_stopped_and_removed(terminal: Terminal) -> None:
    added = terminal.json(*ADD, "--provider", "openai-like", "--credential-env", "THEIR_KEY")
    assert (added["proxy"], added["upstream"], added["credential"], added["running"]) == (
        "main",
        "http://127.0.0.1:9",
        "$THEIR_KEY",
        True,
    )
    assert terminal.run("proxy", "stop", "main").startswith("Stopped main")
    assert terminal.json("proxy", "start", "main")["running"] is True
    changed = terminal.json("proxy", "set", "main", "upstream=http://127.0.0.1:10/", "payloads=nothing")
    assert (changed["upstream"], changed["payloads"]) == ("http://127.0.0.1:10", "nothing")
    assert terminal.run("proxy", "list").splitlines()[1].split()[:2] == ["main", "llm"]
    assert terminal.run("proxy", "remove", "main") == "Removed main\n"
    assert terminal.json("proxy", "list") == []


def test_a_variable_that_is_not_set_is_told_of(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THEIR_KEY", raising=False)
    assert "THEIR_KEY is not set here" in terminal.type(*ADD, "--credential-env", "THEIR_KEY")[2]
    monkeypatch.setenv("THEIR_KEY", "sk-secret-1")
    assert "is not set" not in terminal.type(*ADD[:2], "set", *ADD[3:], "--credential-env", "THEIR_KEY")[2]
    change = ("proxy", "set", "main", "credential_env=THEIR_KEY")
    assert "is not set" not in terminal.type(*change)[2]
    monkeypatch.delenv("THEIR_KEY")
    assert "THEIR_KEY is not set here" in terminal.type(*change)[2]
    assert "THEIR_KEY is not set here" in terminal.type(*change[:3], "credential-env=THEIR_KEY")[2]


def test_the_address_of_an_mcp_server_is_kept_to_the_letter(terminal: Terminal) -> None:
    address = "http://127.0.0.1:9/mcp/?team=a"
    added = terminal.json("proxy", "add", "x", "--kind", "mcp", "--upstream", address)
    assert (added["kind"], added["upstream"], added["provider"]) == ("mcp", address, "")
    changed = terminal.json("proxy", "set", "x", "upstream=http://127.0.0.1:9/sse/")
    assert changed["upstream"] == "http://127.0.0.1:9/sse/"
    assert "not an address" in terminal.fail("proxy", "set", "x", "upstream=ftp://127.0.0.1/mcp")


def test_a_credential_comes_from_standard_input_and_is_never_shown(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-secret-1\n"))
    status, out, err = terminal.type(*ADD, "--credential-stdin", "--json")
    assert status == 0 and json.loads(out)["credential"] == "sealed"
    assert "master.key" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-secret-2\n"))
    assert terminal.run("proxy", "secret", "set", "main", "--stdin") == "Sealed the credential of main\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "nothing came from standard input" in terminal.fail("proxy", "secret", "set", "main", "--stdin")
    assert "sk-secret" not in terminal.run("proxy", "list") + terminal.run("audit", "--tab", "system")


def test_what_weakens_a_proxy_is_said_loudly(terminal: Terminal) -> None:
    terminal.run(*ADD)
    status, out, err = terminal.type("proxy", "set", "main", "anonymous=on", "verify_tls=off")
    assert status == 0 and out.startswith("Changed main")
    assert "without a key" in err and "takes any certificate" in err


def test_groups_are_allowed_and_disallowed(terminal: Terminal) -> None:
    terminal.run(*ADD)
    said = terminal.run("proxy", "allow", "main", "--group", "team", "--model", "gpt-*", "--model", "o3")
    assert said == "main: team (gpt-*, o3)\n"
    status, _, err = terminal.type("proxy", "disallow", "main", "--group", "team")
    assert status == 0 and "nobody may use main" in err
    terminal.run("proxy", "set", "main", "open=on")
    assert terminal.json("proxy", "list")[0]["allowed"] == "everybody with a key"


def test_an_agent_is_of_no_provider_of_models(terminal: Terminal) -> None:
    words = ("proxy", "add", "weather", "--kind", "a2a", "--upstream", "https://agents.example.com")
    assert terminal.run(*words) == "Added weather (a2a)\n"
    assert terminal.json("proxy", "list")[0]["provider"] == ""


def test_lines_for_tools_are_printed(terminal: Terminal) -> None:
    terminal.run(*ADD, "--provider", "openai-like")
    text = terminal.run("proxy", "connect", "main", "--key", "gwd_mine")
    assert 'export ANTHROPIC_BASE_URL="http://127.0.0.1:8899/main"' in text and "gwd_mine" in text
    tools = [snippet["tool"] for snippet in terminal.json("proxy", "connect", "main")]
    assert "Codex" in tools and "Cursor" in tools
    terminal.run("settings", "set", "public_url", "https://gateway.example.com")
    assert "https://gateway.example.com/main/v1" in terminal.run("proxy", "connect", "main")


def test_the_first_steps_are_a_practice_upstream_and_a_call_with_a_key(terminal: Terminal) -> None:
    made = terminal.json("proxy", "sandbox")
    assert made["key"].startswith("gwd_") and made["key"] in made["call"]
    assert made["call"].startswith('curl "http://127.0.0.1:8899/sandbox/')
    status, out, err = terminal.type("proxy", "sandbox")  # once more makes nothing
    assert status == 0 and "gwd_YOUR_KEY" in out and made["key"] not in out + err
    another = err.rpartition("gateway-desktop ")[2]
    assert terminal.json("proxy", "sandbox") == made | {"key": None, "call": out.rstrip("\n")}
    assert [proxy["proxy"] for proxy in terminal.json("proxy", "list")] == ["sandbox"]
    assert len(terminal.json("user", "list")) == 1 and len(terminal.json("key", "list")) == 1
    assert terminal.run(*shlex.split(another)).startswith("gwd_")


def test_an_upstream_that_is_not_there_is_diagnosed(terminal: Terminal) -> None:
    terminal.run(*ADD)
    status, out, err = terminal.type("proxy", "test", "main", "--json")
    found = json.loads(out)
    assert (status, found["ok"], err) == (1, False, "")
    assert "127.0.0.1" in found["summary"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("proxy", "set", "main", "upstraem=x"), "did you mean 'upstream'"),
        (("proxy", "set", "main", "upstream"), "write it as KEY=VALUE"),
        (("proxy", "set", "mian", "open=on"), "did you mean 'main'"),
        (("proxy", "add", "healthz", "--upstream", "http://x"), "an address of the gateway itself"),
        (("proxy", "add", "x"), "upstream: '' is not an address"),
        (("proxy", "allow", "main", "--group", "lab"), "no group 'lab'"),
    ],
)
def test_mistakes_are_one_sentence(terminal: Terminal, words: tuple[str, ...], problem: str) -> None:
    terminal.run(*ADD)
    assert problem in terminal.fail(*words)


def test_a_credential_has_one_source(terminal: Terminal) -> None:
    assert "not allowed with" in terminal.misuse(*ADD, "--credential-env", "X", "--credential-stdin")
