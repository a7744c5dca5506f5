"""Is the tool still what was approved?"""

import asyncio
import json
from concurrent.futures import Future
from dataclasses import replace

import pytest

from gateway_desktop.core.errors import Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.tool_pin import Listing, Pinned, PinState
from gateway_desktop.gateway.filters.tool_pinning import ToolPinning
from gateway_desktop.gateway.tool_pins import ToolPins
from tests.makers import a_call, a_principal, a_proxy, an_exchange
from tests.unit.gateway.filters.runtimes import a_runtime

FILES = a_proxy(kind=Kind.MCP)


class Reports:
    """Takes reports, and writes nothing down."""

    def __init__(self) -> None:
        self.listings: list[Listing] = []

    def report(self, listing: Listing) -> Future[None]:
        self.listings.append(listing)
        done: Future[None] = Future()
        done.set_result(None)
        return done


def answer(*tools: str, **more: object) -> bytes:
    listed = [{"name": tool.partition("=")[0], "description": tool} for tool in tools]
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": listed, **more}}).encode()


def asks(operation: str, target: str = "", cursor: str = "") -> Exchange:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": operation, "params": {"cursor": cursor}})
    call = replace(a_call(target=target), operation=operation, body=body.encode())
    return an_exchange(proxy=FILES, principal=a_principal(), call=call)


def test_a_call_is_refused_by_its_pin_alone() -> None:
    async def go() -> None:
        pins = {FILES.id: {"rm": Pinned(PinState.CHANGED, "1", "2")}}
        check = ToolPinning(a_runtime(Snapshot(pins=pins)))
        passed: list[str] = []

        async def call_next(exchange: Exchange) -> None:
            assert exchange.call is not None
            passed.append(exchange.call.target)

        with pytest.raises(Refused, match="changed since it was approved"):
            await check(asks("tools/call", "rm"), call_next)
        await check(asks("tools/call", "ls"), call_next)
        assert passed == ["ls"]

    asyncio.run(go())


def test_a_change_counts_before_it_is_written_down() -> None:
    async def go() -> None:
        reports = Reports()
        pins = ToolPins(reports)
        asked = asks("tools/list")
        assert pins.listed(asked, False, answer("ls", "rm")) == answer("ls", "rm")
        changed = json.loads(pins.listed(asked, False, answer("ls", "rm=all")))
        assert [tool["name"] for tool in changed["result"]["tools"]] == ["ls"]
        assert "changed" in pins.problem(FILES, "rm") and not pins.problem(FILES, "ls")
        assert [[tool.name for tool in one.tools] for one in reports.listings] == [["ls", "rm"], ["rm"]]
        pins.listed(asked, False, answer("ls", "rm=all"))
        assert len(reports.listings) == 2  # the same again is no news

    asyncio.run(go())


def test_a_tool_is_gone_only_when_a_whole_list_lacks_it() -> None:
    async def go() -> None:
        reports = Reports()
        pins = ToolPins(reports)
        known = Pinned(PinState.APPROVED, "1", "1")
        pins.obey(Snapshot(pins={FILES.id: {"rm": known}}))
        pins.listed(asks("tools/list"), False, answer("ls", nextCursor="2"))
        assert reports.listings[-1].names is None
        pins.listed(asks("tools/list", cursor="2"), True, answer("cp"))
        assert reports.listings[-1].names == {"ls", "cp"}

    asyncio.run(go())
