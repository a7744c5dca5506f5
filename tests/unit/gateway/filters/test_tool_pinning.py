"""Is the tool still what was approved?"""

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import pytest

from gateway_desktop.core.errors import Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.tool_pin import Listing, Pinned, PinState
from gateway_desktop.gateway.filters.tool_pinning import ToolPinning
from gateway_desktop.gateway.mcp_http.withheld import Withheld
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

    async def arrive(self, count: int) -> None:
        for _ in range(1_000):
            if len(self.listings) >= count:
                return
            await asyncio.sleep(0)
        raise AssertionError(f"{len(self.listings)} reports")


class SlowReports(Reports):
    """Has written a report when it is told so."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: Future[None] = Future()

    def report(self, listing: Listing) -> Future[None]:
        self.listings.append(listing)
        self.begun = Future()
        return self.begun


def answer(*tools: str, **more: object) -> bytes:
    listed = [{"name": tool.partition("=")[0], "description": tool} for tool in tools]
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": listed, **more}}).encode()


def asks(operation: str, target: str = "", cursor: str = "") -> Exchange:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": operation, "params": {"cursor": cursor}})
    call = replace(a_call(target=target), operation=operation, body=body.encode())
    return an_exchange(proxy=FILES, principal=a_principal(), call=call)


async def test_a_call_is_refused_by_its_pin_alone() -> None:
    pins = {FILES.id: {"rm": Pinned(PinState.CHANGED, "1", "2")}}
    runtime = a_runtime(Snapshot(pins=pins))
    check = ToolPinning(runtime, Withheld(runtime))
    passed: list[str] = []

    async def call_next(exchange: Exchange) -> None:
        assert exchange.call is not None
        passed.append(exchange.call.target)

    with pytest.raises(Refused, match="changed since it was approved"):
        await check(asks("tools/call", "rm"), call_next)
    await check(asks("tools/call", "ls"), call_next)
    assert passed == ["ls"]


async def test_a_change_counts_before_it_is_written_down() -> None:
    reports = Reports()
    pins = ToolPins(reports)
    asked = asks("tools/list")
    assert await pins.listed(asked, "", answer("ls", "rm")) == answer("ls", "rm")
    changed = json.loads(await pins.listed(asked, "", answer("ls", "rm=all")))
    assert [tool["name"] for tool in changed["result"]["tools"]] == ["ls"]
    assert "changed" in pins.problem(FILES, "rm") and not pins.problem(FILES, "ls")
    await reports.arrive(2)
    assert [[tool.name for tool in one.tools] for one in reports.listings] == [["ls", "rm"], ["rm"]]
    await pins.listed(asked, "", answer("ls", "rm=all"))
    assert len(reports.listings) == 2  # the same again is no news


async def test_a_tool_is_gone_only_when_a_whole_list_lacks_it() -> None:
    reports = Reports()
    pins = ToolPins(reports)
    known = Pinned(PinState.APPROVED, "1", "1")
    pins.obey(Snapshot(pins={FILES.id: {"rm": known}}))
    await pins.listed(asks("tools/list"), "", answer("ls", nextCursor="2"))
    assert reports.listings[-1].names is None
    await pins.listed(asks("tools/list", cursor="2"), "2", answer("cp"))
    await reports.arrive(3)
    assert reports.listings[-1].names == {"ls", "cp"}


@pytest.mark.parametrize("beside", ["1", "1e400"])
async def test_a_page_is_no_whole_list_whatever_stands_beside_its_cursor(beside: str) -> None:
    reports = Reports()
    runtime = a_runtime(Snapshot(pins={FILES.id: {"rm": Pinned(PinState.APPROVED, "1", "1")}}))
    runtime.pins = ToolPins(reports)
    runtime.pins.obey(runtime.snapshot)
    asked = asks("tools/list", cursor="of a list that began before")
    assert asked.call is not None
    asked.call.body = asked.call.body.replace(b'"cursor"', b'"n": %s, "cursor"' % beside.encode())

    async def call_next(exchange: Exchange) -> None:
        for look in exchange.on_message:
            await look(answer("ls"))

    await ToolPinning(runtime, Withheld(runtime))(asked, call_next)
    assert [one.names for one in reports.listings] == [None]


async def test_a_tool_is_gone_also_before_it_was_written_down() -> None:
    reports = Reports()
    pins = ToolPins(reports)
    await pins.listed(asks("tools/list"), "", answer("ls", "rm"))
    await pins.listed(asks("tools/list"), "", answer("ls"))
    await reports.arrive(2)
    assert [one.names for one in reports.listings] == [None, {"ls"}]


async def test_a_long_list_is_written_down_in_parts_so_that_others_write_between_them() -> None:
    reports = SlowReports()
    pins = ToolPins(reports)
    names = [f"tool-{number:03}" for number in range(450)]
    await pins.listed(asks("tools/list"), "", answer(*names))
    await pins.listed(asks("tools/list"), "", answer("ls"))
    for count in range(1, 8):
        await reports.arrive(count)
        assert len(reports.listings) == count  # one at a time
        reports.begun.set_result(None)
    assert [len(one.tools) for one in reports.listings] == [200, 200, 50, 1, 0, 0, 0]
    there = [sorted(one.names or ()) for one in reports.listings[4:]]
    assert there == [["ls", *names[200:]], ["ls", *names[400:]], ["ls"]]


@pytest.mark.parametrize("name", ["RM", "Rm", " rm", "rm ", "r\u200bm", "\uff52\uff4d", "rm\n"])
@pytest.mark.parametrize("state", [PinState.CHANGED, PinState.DISABLED, PinState.PENDING])
def test_another_spelling_of_a_refused_tool_is_refused_like_it(name: str, state: PinState) -> None:
    pins = ToolPins(None)
    pins.obey(Snapshot(pins={FILES.id: {"rm": Pinned(state, "1", "2")}}))
    assert pins.problem(FILES, name) and pins.problem(FILES, "rm")
    assert not pins.problem(FILES, "ls")


def test_two_tools_whose_names_differ_by_case_are_two_where_the_server_lists_both() -> None:
    pins = ToolPins(None)
    known = {"rm": Pinned(PinState.DISABLED, "1", "1"), "Rm": Pinned(PinState.APPROVED, "2", "2")}
    pins.obey(Snapshot(pins={FILES.id: known}))
    assert pins.problem(FILES, "rm") and not pins.problem(FILES, "Rm")


async def test_a_server_that_lists_without_end_is_pinned_up_to_a_limit(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("lists more than 5000 tools; nobody sees or calls the others")

    reports = Reports()
    pins = ToolPins(reports)
    for page in range(8):
        names = [f"tool-{page}-{number}" for number in range(1000)]
        asked = asks("tools/list", cursor="c")
        asked.reply = Reply(200)
        seen = json.loads(await pins.listed(asked, "c", answer(*names, nextCursor="c")))
        assert len(seen["result"]["tools"]) == (1000 if page < 5 else 0)
        assert asked.reply.detail == ({} if page < 5 else {"left_out": 1000})
    await reports.arrive(25)
    assert sum(len(one.tools) for one in reports.listings) == 5000
    assert "more than 5,000 tools" in pins.problem(FILES, "tool-7-1")
    assert not pins.problem(FILES, "tool-1-1")


async def test_a_long_list_is_read_and_written_beside_the_loop() -> None:
    told = {"type": "object", "properties": {name: {"type": "string"} for name in "abcdefghij"}}
    tools = [{"name": f"tool-{number}", "inputSchema": told} for number in range(4_000)]
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": tools}}).encode()

    pins, asked = ToolPins(Reports()), asks("tools/list")
    await pins.listed(asked, "", message)
    on_loop, everywhere = time.thread_time(), time.process_time()
    assert await pins.listed(asked, "", message) == message
    on_loop, everywhere = time.thread_time() - on_loop, time.process_time() - everywhere
    assert on_loop < everywhere / 2


async def test_two_definitions_of_one_name_in_one_list_are_a_change() -> None:
    pins = ToolPins(Reports())
    message = {"result": {"tools": [{"name": "ls"}, {"name": "ls", "description": "and rm"}]}}
    left = json.loads(await pins.listed(asks("tools/list"), "", json.dumps(message).encode()))
    assert left["result"]["tools"] == []
    assert "changed" in pins.problem(FILES, "ls")


async def test_what_differs_from_session_to_session_is_a_change() -> None:
    pins = ToolPins(Reports())
    assert b'"ls' in await pins.listed(asks("tools/list"), "", answer("ls"))
    assert b'"ls' not in await pins.listed(asks("tools/list"), "", answer("ls=for another"))
    assert b'"ls' not in await pins.listed(asks("tools/list"), "", answer("ls"))
