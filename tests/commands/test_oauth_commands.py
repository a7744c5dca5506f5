"""`oauth`, and passwords of `user`."""

import io
import json
from pathlib import Path

import pyotp
import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.paths import Paths
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.gateway_lock import GatewayLock
from gateway_desktop.store.password_store import MOST_FAILURES, PasswordStore
from gateway_desktop.store.store import Store
from tests.commands.conftest import Terminal


@pytest.fixture
def ready(terminal: Terminal) -> Terminal:
    """A terminal where the proxy openai and Ana are."""
    terminal.run("proxy", "add", "openai", "--kind", "llm", "--upstream", "https://api.openai.com")
    terminal.run("user", "add", "ana@example.com")
    return terminal


def test_enabling_ends_with_the_address_to_give_to_applications(ready: Terminal) -> None:
    done = ready.json(
        "oauth", "enable", "openai", "--group", "team", "--scope", "read", "--access-minutes", "15"
    )
    assert done == {"proxy": "openai", "oauth": True, "url": "http://127.0.0.1:8899/openai"}
    enabled = ready.run("audit", "--tab", "system", "--format", "jsonl").splitlines()
    assert any('"OAuth enabled"' in row for row in enabled)
    assert ready.json("oauth", "disable", "openai")["oauth"] is False
    assert "off at 'openai' already" in ready.fail("oauth", "disable", "openai")


def test_the_addresses_are_those_of_the_gateway_that_runs_here(ready: Terminal) -> None:
    add = ("provider", "add", "Acme", "--issuer", "https://id.acme.test", "--client-id", "gateway")
    with GatewayLock(ready.data / "gateway.lock") as lock:
        lock.announce("http://127.0.0.1:18422")
        assert ready.json("oauth", "enable", "openai")["url"] == "http://127.0.0.1:18422/openai"
        assert ready.run(*add).splitlines()[-1] == "http://127.0.0.1:18422/oauth/callback"


def test_what_cannot_hold_is_named_by_its_place(ready: Terminal) -> None:
    assert "scopes: " in ready.fail("oauth", "enable", "openai", "--scope", "two words")
    assert "access_seconds: 60 to" in ready.fail("oauth", "enable", "openai", "--access-minutes", "0")
    assert "providers: " in ready.fail("oauth", "enable", "openai", "--provider", "nobody")
    assert "groups: " in ready.fail("oauth", "enable", "openai", "--group", "nobody")
    assert "mode: upstream is for MCP" in ready.fail("oauth", "enable", "openai", "--mode", "upstream")
    assert "proxy: " in ready.fail("oauth", "enable", "nothing")


def test_keys_may_be_off_and_claude_code_be_told_what_to_obey(ready: Terminal, tmp_path: Path) -> None:
    settings = tmp_path / "claude.json"
    settings.write_text("[1]", encoding="utf-8")
    words = ("oauth", "enable", "openai", "--keys", "off", "--claude-settings")
    assert "claude_settings: a JSON object" in ready.fail(*words, str(settings))
    assert "cannot be read" in ready.fail(*words, str(tmp_path / "nothing.json"))
    settings.write_text('{"env": {"SECRET": "of-the-team"}}', encoding="utf-8")
    ready.run(*words, str(settings))
    written = ready.run("audit", "--tab", "system", "--format", "jsonl")
    assert "sha256:" in written and "of-the-team" not in written
    ready.run("oauth", "enable", "openai", "--keys", "on", "--claude-settings", "")


def test_a_client_is_registered_by_hand_and_revoked(ready: Terminal) -> None:
    added = ready.json(
        "oauth", "add-client", "openai", "Build", "--redirect", "http://localhost/cb", "--secret"
    )
    assert added["client_secret"].startswith("gws_")
    ready.run("oauth", "add-client", "openai", "Terminal", "--id", "terminal")
    assert "registered already" in ready.fail("oauth", "add-client", "openai", "Again", "--id", "terminal")
    assert "redirect: " in ready.fail("oauth", "add-client", "openai", "X", "--redirect", "javascript:x")
    assert "name: say what" in ready.fail("oauth", "add-client", "openai", " ")
    rows = {row["name"]: row for row in ready.json("oauth", "clients", "openai")}
    assert (rows["Build"]["status"], rows["Build"]["how"]) == ("never used", "by hand")
    assert rows["Terminal"]["redirect_uris"] == []
    assert "it belongs to --client" in ready.fail("oauth", "revoke", "--user", "a@b.c", "--proxy", "openai")
    ready.run("proxy", "add", "other", "--upstream", "http://127.0.0.1:9")
    ready.run("oauth", "enable", "other")
    ready.run("oauth", "add-client", "other", "Terminal", "--id", "terminal")
    ready.run("oauth", "revoke", "--client", "terminal", "--proxy", "other")
    assert [row["status"] for row in ready.json("oauth", "clients", "other")] == ["revoked"]
    assert "revoked" not in [row["status"] for row in ready.json("oauth", "clients", "openai")]
    assert ready.json("oauth", "revoke", "--client", "terminal") == {"ended": 0}
    rows = {row["name"]: row for row in ready.json("oauth", "clients", "openai")}
    assert rows["Terminal"]["status"] == "revoked"
    assert "no OAuth client" in ready.fail("oauth", "revoke", "--client", "nobody")
    assert "no OAuth session" in ready.fail("oauth", "revoke", "--session", "nobody")
    assert ready.json("oauth", "revoke", "--user", "ana@example.com") == {"ended": 0}
    assert ready.json("oauth", "sessions", "--proxy", "openai") == []


def test_a_password_comes_by_standard_input_only(ready: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    ready.run("user", "set-password", "ana@example.com", "--password-stdin")
    assert "--password-stdin" in ready.misuse("user", "set-password", "ana@example.com")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert "password: 10 to" in ready.fail("user", "set-password", "ana@example.com", "--password-stdin")
    told = ready.json("user", "require-codes", "ana@example.com")
    assert told["url"].startswith("otpauth://totp/")
    [ana] = ready.json("user", "list")
    assert (ana["password"], ana["codes"], ana["locked"], ana["sessions"]) == (True, True, False, 0)
    code = pyotp.TOTP(told["seed"]).now()
    assert ready.json("user", "check-code", "ana@example.com", code)["fits"] is True
    assert "code: not the code of now" in ready.fail("user", "check-code", "ana@example.com", "12")
    assert ready.json("user", "drop-codes", "ana@example.com")["codes"] is False
    assert "not locked out" in ready.fail("user", "unlock", "ana@example.com")


def test_who_is_locked_out_is_listed_and_let_in_again(
    ready: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    ready.run("user", "set-password", "ana@example.com", "--password-stdin")
    with Store.open(Paths(ready.data).database, ChangeFeed(), 0) as store:
        store.ready.result(60)
        for _ in range(MOST_FAILURES):
            PasswordStore(store, Sealer(b"0" * 32)).failed("ana@example.com", "openai", "192.0.2.1").result()
    assert [user["locked"] for user in ready.json("user", "list")] == [True]
    ready.run("user", "unlock", "ana@example.com")
    assert [user["locked"] for user in ready.json("user", "list")] == [False]


def test_a_machine_has_no_password(ready: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.run("user", "add", "nightly", "--service")
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    assert "no e-mail address" in ready.fail("user", "set-password", "nightly", "--password-stdin")


def test_a_port_change_with_oauth_on_names_the_callback(ready: Terminal) -> None:
    ready.run("oauth", "enable", "openai")
    status, out, err = ready.type("settings", "set", "listen.port", "9911")
    assert (status, out.strip()) == (0, "listen.port = 9911")
    assert "http://127.0.0.1:9911/oauth/callback" in err


def test_an_mcp_upstream_that_signs_people_in_itself_is_let(ready: Terminal) -> None:
    ready.run("proxy", "add", "tools", "--kind", "mcp", "--upstream", "https://tools.example/mcp")
    enable = ("oauth", "enable", "tools", "--mode", "upstream")
    asking = ("--introspect-client", "gateway", "--introspect-secret-env", "SECRET_OF_GATEWAY")
    assert "introspection_url: " in ready.fail(*enable, "--introspect-url", "http://other.example/i", *asking)
    assert "introspection_url: " in ready.fail(*enable, "--introspect-url", "https://as.example/i")
    done = ready.json(
        *enable, "--introspect-url", "https://as.example/i", *asking, "--unattributed", "refuse"
    )
    assert done["url"].endswith("/tools/mcp")
    events = ready.run("audit", "--tab", "system", "--format", "jsonl").splitlines()
    enabled = [json.loads(row) for row in events if '"OAuth enabled"' in row][-1]
    assert "SECRET_OF_GATEWAY" in json.dumps(enabled)  # the variable's name; its value is nowhere
