"""Notifications of agents come through the gateway: looked at, recorded, passed on to who asked for them."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.agent_place import BINDINGS, AgentSetting, every_method, used
from tests.end_to_end.program import Program, eventually
from tests.fakes.agent import SampleAgent
from tests.gateway.oauth.person import PASSWORD, Application, Person, told

pytestmark = pytest.mark.slow
TOKEN = "of-the-" + "webhook"


@dataclass
class Webhook:
    """What the client listens with."""

    server: ThreadingHTTPServer
    got: list[tuple[dict[str, str], Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.got.append(
                ({name.lower(): value for name, value in self.headers.items()}, json.loads(body))
            )
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    there = Webhook(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=there.server.serve_forever)
    thread.start()
    yield there
    there.server.shutdown()
    thread.join()
    there.server.server_close()


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentSetting]:
    program = Program(tmp_path_factory.mktemp("push") / "data")
    with SampleAgent(notifies=True) as agent:
        program.run("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url)
        program.run("settings", "set", "a2a.push_hosts", "127.0.0.1 8.8.8.8 hooks.example.invalid")
        program.run("settings", "set", "a2a.push_through", "true")
        key = program.add_user("ana@example.org", "--name", "Ana")
        with program.serving():
            made = AgentSetting(program, agent, key)
            httpx.get(f"{made.url}/.well-known/agent-card.json", headers=made.signed_in, timeout=60)
            yield made


def asked(url: str) -> dict[str, Any]:
    said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "weather"}]}
    config = {"url": url, "token": TOKEN}
    return {
        "message": said,
        "configuration": {"taskPushNotificationConfig": config, "returnImmediately": True},
    }


def test_a_notification_comes_through_is_a_row_and_reaches_the_webhook(
    setting: AgentSetting, webhook: Webhook
) -> None:
    webhook.got.clear()
    answer = setting.rpc("SendMessage", asked(webhook.url), A2A_Version="1.0")
    task = answer.json()["result"]["task"]["id"]
    eventually(lambda: webhook.got)
    headers, body = webhook.got[-1]
    assert headers["x-a2a-notification-token"] == TOKEN
    assert task in json.dumps(body)
    rows = eventually(lambda: [row for row in setting.rows() if row["method"] == "PushNotification"])
    assert {row["actor"] for row in rows} == {"ana@example.org"}
    assert {row["target"] for row in rows} == {"Weather agent"}
    assert rows[0]["detail"]["task"] == task
    assert rows[0]["detail"]["webhook"] == "127.0.0.1"
    assert rows[0]["outcome"] == "success"


@pytest.mark.parametrize(("binding", "version"), BINDINGS)
def test_every_method_is_the_same_when_notifications_come_through(
    setting: AgentSetting, binding: str, version: str
) -> None:
    """A client reads back the address that it gave."""
    direct = used(setting, binding, version, every_method, proxied=False)
    assert used(setting, binding, version, every_method, proxied=True) == direct


def test_the_agent_never_hears_the_webhooks_address(setting: AgentSetting, webhook: Webhook) -> None:
    setting.rpc("SendMessage", asked(webhook.url), A2A_Version="1.0")
    task = setting.rpc("SendMessage", asked(webhook.url), A2A_Version="1.0").json()["result"]["task"]["id"]
    through = setting.rpc("ListTaskPushNotificationConfigs", {"taskId": task}, A2A_Version="1.0").json()
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "ListTaskPushNotificationConfigs",
        "params": {"taskId": task},
    }
    direct = httpx.post(f"{setting.agent.url}/rpc/", json=body, headers={"A2A-Version": "1.0"}).json()
    assert webhook.url in json.dumps(through) and webhook.url not in json.dumps(direct)
    ours = direct["result"]["configs"][0]["url"]
    assert ours.startswith(f"{setting.url}/push-notifications/")


def test_a_name_that_is_not_known_yet_may_be_given_and_is_looked_up_when_it_is_called(
    setting: AgentSetting,
) -> None:
    given = setting.rpc("SendMessage", asked("https://hooks.example.invalid/"), A2A_Version="1.0").json()
    task = given["result"]["task"]["id"]
    body = {"jsonrpc": "2.0", "id": 1, "method": "ListTaskPushNotificationConfigs"}
    direct = httpx.post(
        f"{setting.agent.url}/rpc/", json={**body, "params": {"taskId": task}}, headers={"A2A-Version": "1.0"}
    ).json()
    told = httpx.post(direct["result"]["configs"][0]["url"], json={"task": {"id": task}}, timeout=60)
    assert told.status_code == 502


# What an attacker's name server does: public when the name is checked, this machine when it is called.
# uvloop would look it up past Python.
REBINDING = """
import asyncio, socket, sys, types
sys.modules["uvloop"] = types.SimpleNamespace(new_event_loop=asyncio.new_event_loop)
ordinary = socket.getaddrinfo
def looked_up(host, port, *more, **named):
    if host == "rebinding.example.com":
        host = "8.8.8.8" if port is None else "127.0.0.1"
    return ordinary(host, port, *more, **named)
socket.getaddrinfo = looked_up
"""


def test_a_name_that_becomes_an_address_of_this_machine_once_it_was_checked_is_not_called(
    tmp_path: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(REBINDING, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    program = Program(tmp_path / "data")
    with SampleAgent(notifies=True) as agent:
        program.run("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url)
        program.run("settings", "set", "a2a.push_hosts", "rebinding.example.com")
        program.run("settings", "set", "a2a.push_through", "true")
        there = AgentSetting(program, agent, program.add_user("ana@example.org"))
        program.start()
        url = webhook.url.replace("127.0.0.1", "rebinding.example.com")
        task = there.rpc("SendMessage", asked(url), A2A_Version="1.0").json()["result"]["task"]["id"]
        body = {"jsonrpc": "2.0", "id": 1, "method": "ListTaskPushNotificationConfigs"}
        direct = httpx.post(
            f"{agent.url}/rpc/", json={**body, "params": {"taskId": task}}, headers={"A2A-Version": "1.0"}
        ).json()
        ours = direct["result"]["configs"][0]["url"]
        told = httpx.post(ours, json={"task": {"id": "rebound"}}, timeout=20)
        program.stop()
    assert told.status_code == 502 and "rebound" not in json.dumps(webhook.got)


def test_an_address_that_we_did_not_make_is_none(setting: AgentSetting, webhook: Webhook) -> None:
    for last in ("", "x", "A" * 80, "../rpc"):
        answer = httpx.post(f"{setting.url}/push-notifications/{last}", json={"task": {"id": "forged"}})
        assert answer.status_code in (400, 401, 404), last
    assert "forged" not in json.dumps(webhook.got)


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        ("person", "not active"),
        ("key", "was revoked"),
        ("session", "has ended"),
        ("membership", "may not use proxy"),
    ],
)
def test_what_comes_is_refused_where_who_asked_for_it_would_be(
    setting: AgentSetting, webhook: Webhook, ended: str, why: str
) -> None:
    email, run = f"bo-{ended}@example.org", setting.program.run
    key = setting.program.add_user(email)
    application = Application(setting.program.base, proxy="weather")
    if ended == "session":
        run("user", "set-password", email, "--password-stdin", stdin=f"{PASSWORD}\n")
        run("oauth", "enable", "weather")
        key = signed_in(application, email)
    if ended == "membership":
        run("group", "add", "watchers")
        run("group", "member", "add", "watchers", email)
        run("proxy", "allow", "weather", "--group", "watchers")
    bo = AgentSetting(setting.program, setting.agent, key)
    task = eventually(
        lambda: bo.rpc("SendMessage", asked(webhook.url), A2A_Version="1.0").json().get("result"), 10
    )["task"]["id"]
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "ListTaskPushNotificationConfigs",
        "params": {"taskId": task},
    }
    direct = httpx.post(f"{setting.agent.url}/rpc/", json=body, headers={"A2A-Version": "1.0"}).json()
    ours = direct["result"]["configs"][0]["url"]
    assert httpx.post(ours, json={"task": {"id": task}}, timeout=60).status_code == 204
    match ended:
        case "person":
            run("user", "deactivate", email)
        case "key":
            run("key", "revoke", key[:12])
        case "session":
            assert application.ask_at("revoke", token=key).status_code == 200
        case _:
            run("group", "member", "remove", "watchers", email)
    eventually(lambda: httpx.post(ours, json={"task": {"id": task}}, timeout=60).status_code in (401, 403))
    refused = [row for row in setting.rows() if row["outcome"] == "blocked"]
    assert refused[-1]["actor"] == email
    assert why in refused[-1]["error"]


def signed_in(application: Application, email: str) -> str:
    """Return the access token of a person who signs in."""
    eventually(lambda: application.register().status_code == 201)
    code = told(Person(application.base).sign_in(application.authorize_url(), email))["code"]
    return str(application.redeem(code).json()["access_token"])
