"""`access list`, `activity` and `alert list` as tables, as JSON, and in files."""

import csv
import hashlib
import io
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.tool_pin import PinState, ToolPin
from gateway_desktop.store.models.tool_pin import ToolPinRow
from gateway_desktop.store.store import Store
from tests.commands.conftest import Terminal
from tests.makers import a_record
from tests.store.conftest import queued


def team(terminal: Terminal) -> None:
    """Ana in the group lab, Bo in the first group; one open proxy and one for the lab."""
    terminal.run("group", "add", "lab")
    terminal.run("user", "add", "ana@example.com")
    terminal.run("user", "add", "bo@example.com")
    terminal.run("group", "member", "add", "lab", "ana@example.com")
    for name in ("open", "secret"):
        terminal.run("proxy", "add", name, "--kind", "llm", "--upstream", "https://api.example.com")
    terminal.run("proxy", "allow", "secret", "--group", "lab", "--model", "gpt-*")


def test_access_names_the_group_that_lets_somebody_in(terminal: Terminal) -> None:
    team(terminal)
    lines = terminal.json("access", "list")
    assert [(line["user"], line["proxy"], line["through"], line["models"]) for line in lines] == [
        ("ana@example.com", "open", "everybody", []),
        ("ana@example.com", "secret", "lab", ["gpt-*"]),
        ("bo@example.com", "open", "everybody", []),
    ]
    assert all(line["unused"] and line["last_used"] is None for line in lines)
    terminal.run("user", "deactivate", "ana@example.com")
    assert {line["user"] for line in terminal.json("access", "list")} == {"bo@example.com"}
    assert terminal.json("access", "list", "--proxy", "secret") == []


def test_a_list_in_a_file_has_a_manifest_and_an_event(terminal: Terminal, tmp_path: Path) -> None:
    team(terminal)
    path = tmp_path / "access.csv"
    assert terminal.run("access", "list", "--user", "ana", "--out", str(path)) == f"Wrote 2 rows to {path}\n"
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert [(row["Proxy"], row["Through"], row["Unused"]) for row in rows] == [
        ("open", "everybody", "yes"),
        ("secret", "lab", "yes"),
    ]
    manifest = json.loads((tmp_path / "access.csv.manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (manifest["table"], manifest["filter"], manifest["rows"]) == ("Access", "user:ana", 2)
    last = terminal.run("audit", "--tab", "system").splitlines()[-1]
    assert json.loads(last)["details"] == "2 rows of Access"


def test_lists_come_as_text_safe_for_spreadsheets(terminal: Terminal) -> None:
    team(terminal)
    terminal.run("group", "rename", "lab", "=cmd")
    asked = ("access", "list", "--proxy", "secret", "--format")
    (row,) = csv.DictReader(io.StringIO(terminal.run(*asked, "csv"), newline=""))
    assert row["Through"] == "'=cmd"
    (line,) = terminal.run(*asked, "jsonl").splitlines()
    assert json.loads(line)["through"] == "=cmd"
    assert terminal.run("activity", "users", "--format", "csv").startswith("User,Name,Groups,Kinds,Requests,")
    assert terminal.run("alert", "list", "--all", "--format", "csv").startswith("Last seen,Severity,Title,")
    assert terminal.json("activity", "groups", "--since", "2026-01-01") == []
    assert "since: 'soon' is not like" in terminal.fail("activity", "users", "--since", "soon")
    assert "until: 'soon' is not like" in terminal.fail("alert", "list", "--until", "soon")
    turned = ("--since", "2026-02-01", "--until", "2026-01-01")
    for words in (
        ("activity", "users"),
        ("activity", "models"),
        ("alert", "list"),
        ("audit", "--tab", "llm"),
    ):
        assert "until: '2026-01-01' is not after '2026-02-01'" in terminal.fail(*words, *turned)


@pytest.mark.usefixtures("begun")
def test_models_tools_and_agents_are_summed_up_as_audit_logs_does(terminal: Terminal) -> None:
    called = {"kind": "mcp", "proxy": "files", "method": "tools/call", "target": "read", "cost_nano": None}
    records = [
        a_record(),
        a_record(target="sonnet", cost_nano=None, cost_basis="unknown"),
        a_record(target="sonnet", proxy="anthropic", cost_nano=2_000_000_000),
        a_record(**called),
        a_record(**called, outcome=Outcome.FAILED),
        a_record(**called | {"kind": "a2a", "target": "Weather"}),
    ]
    with Store.open(Paths(terminal.data).database, ChangeFeed()) as store:
        for future in queued(store, records):
            future.result(60)
    since = ("--since", "2026-01-01")
    assert terminal.json("activity", "models", *since) == [
        {"model": "sonnet", "requests": 2, "tokens": 40, "cost_usd": 2.0, "cost_unknown": 1},
        {"model": "gpt-5-mini", "requests": 1, "tokens": 20, "cost_usd": 0.000019, "cost_unknown": 0},
    ]
    (narrowed,) = terminal.json("activity", "models", *since, "--filter", "proxy:anthropic")
    assert (narrowed["model"], narrowed["requests"]) == ("sonnet", 1)
    assert terminal.json("activity", "tools", *since) == [
        {"tool": "read", "calls": 2, "success": 1, "failed": 1, "blocked": 0, "abandoned": 0}
    ]
    assert terminal.run("activity", "agents", *since, "--format", "csv") == (
        "Agent,Calls,Success,Failed,Blocked,Abandoned\r\nWeather,1,1,0,0,0\r\n"
    )
    assert "nope: not a filter" in terminal.fail("activity", "tools", "--filter", "nope:1")
    (asked,) = terminal.json("activity", "users", *since)
    for who in (asked["user"], asked["user"].upper(), asked["owner"]):
        assert terminal.json("activity", "users", *since, "--user", who) == [asked]
    assert terminal.json("activity", "users", *since, "--user", "bo@example.com") == []


@pytest.mark.parametrize("words", ["audit", "budget list", "diagnostics", "policy export"])
@pytest.mark.usefixtures("begun")
def test_a_device_or_pipe_is_not_replaced_by_a_file(terminal: Terminal, tmp_path: Path, words: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert f"--out: '{pipe}' is no file" in terminal.fail(*words.split(), "--out", str(pipe))
    assert pipe.is_fifo()


@pytest.mark.usefixtures("begun")
def test_without_tools_the_list_says_what_makes_them_known(terminal: Terminal) -> None:
    status, out, err = terminal.type("tool", "list")
    assert (status, out) == (0, "") and "an application has to list them" in err


def test_tools_of_a_proxy_that_does_not_exist_name_the_mistake(terminal: Terminal) -> None:
    terminal.run("proxy", "add", "files", "--kind", "mcp", "--upstream", "https://mcp.example.com/mcp")
    for words in (("list", "flies"), ("show", "flies", "read")):
        assert "there is no proxy 'flies'; did you mean 'files'?" in terminal.fail("tool", *words)
    assert "an application has to list them" in terminal.type("tool", "list", "files")[2]


def test_tools_are_listed_by_state(terminal: Terminal) -> None:
    proxy = terminal.json(
        "proxy", "add", "files", "--kind", "mcp", "--upstream", "https://mcp.example.com/mcp"
    )
    pin = ToolPin(proxy["id"], "read", PinState.PENDING, "", "", "00", "{}", 1, 1)
    with Store.open(Paths(terminal.data).database, ChangeFeed(), 0) as store:
        values = {**asdict(pin), "state": str(pin.state)}
        store.writer.submit(lambda _: ToolPinRow.insert(values).execute()).result()
    assert [row["tool"] for row in terminal.json("tool", "list", "--state", "pending")] == ["read"]
    assert "No tool is in that state" in terminal.type("tool", "list", "--state", "changed")[2]
