"""Under Strict a poisoned tool, prompt or resource costs a server that one alone, in lists and in use."""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec
import pytest
from mcp.client.session import ClientSession
from mcp.shared.exceptions import MCPError

from gateway_desktop.protocols.sse import data_of
from tests.end_to_end.mcp_fixture import client, process
from tests.end_to_end.program import Program, eventually, free_port

pytestmark = pytest.mark.slow
OPENS = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
Does = Callable[[ClientSession], Awaitable[Any]]


@dataclass
class Shop:
    """The careless shop behind a gateway under Strict, and its own address."""

    program: Program
    key: str
    direct: str

    @property
    def proxied(self) -> str:
        return f"{self.program.base}/shop/mcp"

    def does(self, what: Does) -> Any:
        """Return what the official client gets; of an error its code and words."""

        async def go() -> Any:
            async with client(self.proxied, self.key) as session:
                try:
                    return await what(session)
                except MCPError as error:
                    return f"{error.error.code}: {error}"

        return asyncio.run(go())

    def bytes_of(self, url: str, method: str, member: str) -> list[bytes]:
        """Return the entries of a list as they came."""

        async def go() -> list[bytes]:
            headers = {"Authorization": f"Bearer {self.key}"} if url == self.proxied else {}
            headers["Accept"] = "application/json, text/event-stream"
            async with aiohttp.ClientSession(headers=headers) as http:
                opened = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": OPENS}
                async with http.post(url, json=opened) as answer:
                    mine = {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"]}
                async with http.post(
                    url, json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=mine
                ) as answer:
                    assert answer.status == 202
                asked = {"jsonrpc": "2.0", "id": 2, "method": method}
                async with http.post(url, json=asked, headers=mine) as answer:
                    body = await answer.read()
            body = body if body.startswith(b"{") else data_of(body) or b""
            result = msgspec.json.decode(body, type=dict[str, msgspec.Raw])["result"]
            listed = msgspec.json.decode(result, type=dict[str, msgspec.Raw])[member]
            return [bytes(one) for one in msgspec.json.decode(listed, type=list[msgspec.Raw])]

        return asyncio.run(go())

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.program.rows(tab="mcp")
        return rows


@pytest.fixture(scope="module", params=["stream", "plain"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder, port = tmp_path_factory.mktemp("withheld"), free_port()
    words = ["--plain"] * (request.param == "plain")
    command = [
        sys.executable,
        "-m",
        "tests.fakes.shop_server",
        str(port),
        str(folder / "shop.sqlite"),
        *words,
    ]
    with process(command, port, folder / "shop.log"):
        direct = f"http://127.0.0.1:{port}/mcp"
        program = Program(folder / "data")
        program.run("proxy", "add", "shop", "--kind", "mcp", "--upstream", direct)
        program.run("policy", "assign", "Strict", "shop")
        key = program.add_user("ana@example.org", "--name", "Ana")
        with program.serving():
            yield Shop(program, key, direct)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client wonders about tools that it calls and that are hidden."""
    monkeypatch.setattr(logging.getLogger("client"), "disabled", True)


@pytest.mark.parametrize(
    ("method", "member", "left_out", "stay"),
    [
        ("tools/list", "tools", {"add"}, {"find_customer", "fetch_page"}),
        ("prompts/list", "prompts", {"farewell"}, {"greeting"}),
        ("resources/list", "resources", {"rebates"}, {"hours"}),
        ("resources/templates/list", "resourceTemplates", {"bill"}, set()),
    ],
)
def test_the_others_of_a_list_come_as_they_are_to_the_byte(
    shop: Shop, method: str, member: str, left_out: set[str], stay: set[str]
) -> None:
    direct = shop.bytes_of(shop.direct, method, member)
    proxied = shop.bytes_of(shop.proxied, method, member)
    assert {json.loads(one)["name"] for one in direct} == left_out | stay
    assert proxied == [one for one in direct if json.loads(one)["name"] not in left_out]
    assert {json.loads(one)["name"] for one in proxied} == stay


def test_the_official_client_sees_the_others_and_is_refused_what_was_left_out(shop: Shop) -> None:
    async def names(session: ClientSession) -> list[set[str]]:
        return [
            {tool.name for tool in (await session.list_tools()).tools},
            {prompt.name for prompt in (await session.list_prompts()).prompts},
            {str(one.uri) for one in (await session.list_resources()).resources},
            {one.uri_template for one in (await session.list_resource_templates()).resource_templates},
        ]

    assert shop.does(names) == [{"find_customer", "fetch_page"}, {"greeting"}, {"shop://hours"}, set()]
    for refused in (
        shop.does(lambda session: session.call_tool("add", {"a": 1, "b": 2})),
        shop.does(lambda session: session.call_tool("Add", {"a": 1, "b": 2})),
        shop.does(lambda session: session.get_prompt("farewell")),
        shop.does(lambda session: session.read_resource("shop://rebates")),
        shop.does(lambda session: session.read_resource("shop://orders/7/bill")),
    ):
        assert refused.startswith("-32005: ") and "'Strict'" in refused
    said = shop.does(lambda session: session.call_tool("find_customer", {"name": "Ada"}))
    assert not said.is_error
    assert shop.does(lambda session: session.get_prompt("greeting")).messages[0].content.text == "Hello Ada"
    assert shop.does(lambda session: session.read_resource("shop://hours")).contents[0].text == "9 to 5"


def test_what_was_left_out_has_a_row_and_an_alert_and_the_list_is_a_success(shop: Shop) -> None:
    shop.bytes_of(shop.proxied, "tools/list", "tools")
    listed = [row for row in shop.rows() if row["method"] == "tools/list"]
    assert {("blocked", "add"), ("success", "")} == {(row["outcome"], row["target"]) for row in listed}
    left_out = next(row for row in reversed(listed) if row["target"] == "add")
    assert (left_out["policy_action"], left_out["block_reason"]) == ("blocked", "policy")
    assert left_out["policy"].startswith("Strict@")
    title = "Tool description that gives orders in add"
    alerts = eventually(
        lambda: [one for one in shop.program.json("alert", "list") if one["title"].startswith(title)], 40
    )
    shown = shop.program.json("alert", "show", alerts[0]["id"])
    assert "id_rsa" in json.dumps(shown["evidence"])


def test_it_is_there_again_when_the_policy_lets_it_be(shop: Shop) -> None:
    async def add(session: ClientSession) -> Any:
        return await session.call_tool("add", {"a": 1, "b": 2})

    assert len(shop.bytes_of(shop.proxied, "tools/list", "tools")) == 2
    assert shop.does(add).startswith("-32005: ")
    shop.program.run("policy", "disable", "Strict")
    said = eventually(lambda: said if not isinstance(said := shop.does(add), str) else None)
    assert said.content[0].text == "3"
    assert len(shop.bytes_of(shop.proxied, "tools/list", "tools")) == 3
    shop.program.run("policy", "enable", "Strict")
    assert eventually(lambda: shop.does(add) if isinstance(shop.does(add), str) else None)
