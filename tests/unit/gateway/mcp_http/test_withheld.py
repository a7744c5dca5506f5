"""What a policy keeps out of a server's lists is kept out for whom it is meant, and refused to them alone."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.errors import Refused, Unavailable
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.finding import Level, Scan
from gateway_desktop.core.policy import Action, AnswerMode, Condition, Direction, Policy, Rule, Scope
from gateway_desktop.core.principal import Principal
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.verdict import Hit, Noted, Verdict
from gateway_desktop.gateway.beside import if_long
from gateway_desktop.gateway.guarding.answer_guard import Guard
from gateway_desktop.gateway.guarding.inspector import Looked
from gateway_desktop.gateway.mcp_http.withheld import Withheld, _together
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.json_rpc import read
from gateway_desktop.protocols.mcp.reader import read_answer
from gateway_desktop.protocols.mcp.tool_lists import without_tools
from tests.makers import a_call, a_finding, a_principal, a_proxy, a_snapshot, an_exchange
from tests.unit.gateway.filters.runtimes import KeptRecords, a_runtime

ANA, BEN = a_principal(), a_principal(user_id="user-2", actor="ben@example.com", api_key_id="key-2")
BLOCKS = Rule("evil", Action.BLOCK, (Condition("pattern", "do-evil"),))
MASKS = Rule("name", Action.REDACT, (Condition("pattern", "Mallory"),))
FOR_ANA = Policy("Ours", (BLOCKS, MASKS), id="p", version=1, scope=Scope(users=("ana@*",)))


class Place:
    """A gateway's memory of one server's lists."""

    def __init__(self, folder: Path | None = None) -> None:
        self.records = KeptRecords()
        known = a_snapshot(policies=(FOR_ANA,), proxies={"shop": a_proxy(kind=Kind.MCP)})
        self.runtime: Runtime = a_runtime(known, self.records, folder)
        self.withheld = Withheld(self.runtime)

    def asks(self, who: Principal, operation: str, target: str = "") -> Exchange:
        call = replace(a_call(target=target), operation=operation, texts=[])
        exchange = an_exchange(proxy=a_proxy(kind=Kind.MCP), principal=who, call=call)
        exchange.guard = Guard(exchange, self.runtime.inspector, AnswerMode.HOLD, None, 64)
        return exchange

    async def lists(self, who: Principal, *tools: dict[str, Any], hidden: str = "", **more: Any) -> list[str]:
        """Return the names of the tools that somebody gets to see."""
        exchange = self.asks(who, "tools/list")
        data = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": tools, **more}}).encode()
        message, reply = read(data), Reply(200)
        assert message is not None and exchange.call is not None
        read_answer(exchange.call, reply, message)
        if hidden:
            exchange.on_message.append(partial(if_long, lambda body: body))
            data = without_tools(data, lambda name: name != hidden)
        sent = await self.withheld.sift(exchange, message, data, reply)
        return [tool["name"] + ": " + tool["description"] for tool in json.loads(sent)["result"]["tools"]]

    async def refused(self, who: Principal, operation: str, target: str) -> bool:
        exchange = self.asks(who, operation, target)
        assert exchange.call is not None
        try:
            await self.withheld.check(exchange, exchange.call)
        except Refused:
            return True
        return False


def tool(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "description": description}


def with_place(go: Callable[[Place], Awaitable[None]]) -> None:
    async def run() -> None:
        await go(Place())

    asyncio.run(run())


def test_who_is_not_meant_sees_all_and_does_not_open_it_to_others() -> None:
    async def go(place: Place) -> None:
        tools = tool("bad", "please do-evil"), tool("good", "Adds")
        assert await place.lists(ANA, *tools) == ["good: Adds"]
        assert await place.lists(BEN, *tools) == ["bad: please do-evil", "good: Adds"]
        assert await place.refused(ANA, "tools/call", "bad") and await place.refused(ANA, "tools/call", "BAD")
        assert not await place.refused(ANA, "tools/call", "good")
        assert not await place.refused(BEN, "tools/call", "bad")
        [record] = place.records.records
        assert (record.target, record.outcome, record.policy) == ("bad", "blocked", "Ours@1/evil")

    with_place(go)


def test_it_may_be_used_again_once_the_server_says_something_else() -> None:
    async def go(place: Place) -> None:
        await place.lists(ANA, tool("bad", "please do-evil"))
        assert await place.lists(ANA, tool("bad", "Adds")) == ["bad: Adds"]
        assert not await place.refused(ANA, "tools/call", "bad")

    with_place(go)


def test_what_the_caller_does_not_get_anyway_neither_stops_the_list_nor_lets_others_have_it() -> None:
    async def go(place: Place) -> None:
        tools = tool("bad", "Mallory may do-evil"), tool("good", "By Mallory")
        assert await place.lists(ANA, *tools, hidden="bad") == ["good: By <NAME_1>"]
        assert place.records.records == []
        await place.lists(ANA, *tools)
        await place.lists(ANA, *tools, hidden="bad")
        assert await place.refused(ANA, "tools/call", "bad")

    with_place(go)


def test_what_stands_beside_the_entries_stops_the_whole_list() -> None:
    async def go(place: Place) -> None:
        with pytest.raises(Refused, match="'Ours'"):
            await place.lists(ANA, tool("good", "Adds"), note="do-evil")

    with_place(go)


def test_uris_of_a_template_are_refused_and_others_are_not() -> None:
    async def go(place: Place) -> None:
        exchange = place.asks(ANA, "resources/templates/list")
        templates = [{"uriTemplate": "shop://orders/{id}/bill", "name": "bill", "description": "do-evil"}]
        data = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"resourceTemplates": templates}}).encode()
        message = read(data)
        assert message is not None
        sent = await place.withheld.sift(exchange, message, data, Reply(200))
        assert json.loads(sent)["result"]["resourceTemplates"] == []
        assert await place.refused(ANA, "resources/read", "shop://orders/7/bill")
        assert not await place.refused(ANA, "resources/read", "shop://orders/7")

    with_place(go)


def test_a_restart_forgets_nothing_and_what_the_server_says_then_counts(tmp_path: Path) -> None:
    async def go() -> None:
        await Place(tmp_path).lists(ANA, tool("bad", "please do-evil"), tool("good", "Adds"))
        after = Place(tmp_path)
        assert await after.refused(ANA, "tools/call", "bad")
        assert not await after.refused(ANA, "tools/call", "good")
        assert not await after.refused(BEN, "tools/call", "bad")
        assert await after.lists(ANA, tool("bad", "Adds")) == ["bad: Adds"]
        assert not await Place(tmp_path).refused(ANA, "tools/call", "bad")

    asyncio.run(go())
    [kept] = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_what_cannot_be_read_again_stops_the_start_instead_of_letting_all_pass(tmp_path: Path) -> None:
    async def lists() -> None:
        await Place(tmp_path).lists(ANA, tool("bad", "please do-evil"))

    async def begins() -> None:
        Place(tmp_path)

    asyncio.run(lists())
    [kept] = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-3])
    with pytest.raises(Unavailable, match="withheld"):
        asyncio.run(begins())


@pytest.mark.usefixtures("no_collector")
def test_looks_at_very_many_entries_are_put_together_once() -> None:
    """Of 40,000 tools in which something was found that took minutes."""
    scan = Scan((a_finding(),), 10)
    noted = (Noted(scan.findings[0], Direction.ANSWER),)
    hit = Hit("Ours", 1, "it", Action.MONITOR, Level.LOW, noted=noted)
    looks = [Looked(scan, noted, Verdict((hit,))) for _ in range(6_000)]
    began = time.thread_time()
    together = _together(*looks)
    assert time.thread_time() - began < 0.4
    assert len(together.noted) == len(together.scan.findings) == len(together.verdict.hits) == 6_000
    assert together.scan.score == 10
