"""The trace context in MCP's own messages (SEP-414) is followed: to the spans, the row and the server."""

import asyncio
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.conftest import Setting
from tests.end_to_end.mcp_fixture import client
from tests.end_to_end.program import Program, eventually
from tests.end_to_end.spans import SPAN, TRACE, attributes, spans
from tests.fakes.llm import Connection, FakeUpstream
from tests.fakes.receiver import Receiver
from tests.fakes.stdio_session import ARGUMENTS, HERE

pytestmark = pytest.mark.slow
OTHER = "b" * 32
ASKS = {"jsonrpc": "2.0", "id": "s1", "method": "ping", "params": {"_meta": {}}}


async def serve(connection: Connection) -> None:
    """Answer as a server without sessions; a tool called `asks` asks the client first, within a trace."""
    asked = json.loads(connection.received.body)
    answer = {
        "jsonrpc": "2.0",
        "id": asked.get("id"),
        "result": {"content": [{"type": "text", "text": "hi"}]},
    }
    if asked["params"]["name"] != "asks":
        await connection.whole(json.dumps(answer).encode())
        return
    ping = {**ASKS, "params": {"_meta": {"traceparent": f"00-{OTHER}-{SPAN}-01"}}}
    await connection.head(200, ("Content-Type", "text/event-stream"))
    for message in (ping, answer):
        await connection.chunk(f"event: message\ndata: {json.dumps(message)}\n\n".encode())
    await connection.end()


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, collector: Receiver) -> Iterator[Setting]:
    program = Program(tmp_path_factory.mktemp("traced-mcp") / "data")
    with pytest.MonkeyPatch.context() as environment, FakeUpstream(serve) as upstream:
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        program.run("proxy", "add", "tools", "--kind", "mcp", "--upstream", f"{upstream.url}/mcp")
        key = program.add_user("ana@example.org")
        program.run("settings", "set", "telemetry.endpoint", collector.url)
        with program.serving():
            setting = Setting(program, upstream, key)
            eventually(lambda: told(setting, collector), seconds=100)  # what exports is loaded beside
            yield setting


def told(setting: Setting, there: Receiver) -> bool:
    try:
        call(setting)
    except TimeoutError:  # detectors are built for the first exchange: on a busy machine that takes long
        return False
    return bool(spans(there))


def call(
    setting: Setting, tool: str = "say", meta: dict[str, Any] | None = None, **headers: str
) -> tuple[bytes, str]:
    """Return what the client gets, and the exchange."""
    params: dict[str, Any] = {"name": tool, "arguments": {"a": 1.0}}
    if meta is not None:
        params["_meta"] = meta
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    accepts = "application/json, text/event-stream"
    status, found, said = setting.program.post(
        "/tools/mcp", body.encode(), Authorization=f"Bearer {setting.key}", Accept=accepts, **headers
    )
    assert status == 200
    return said, found["x-gateway-request-id"]


def of_trace(collector: Receiver, trace: str, count: int) -> dict[int, Any]:
    """Return the spans of a trace by kind, once there are so many."""

    def found() -> dict[int, Any] | None:
        mine = [span for span in spans(collector) if span.trace_id.hex() == trace]
        return {span.kind: span for span in mine} if len(mine) >= count else None

    return eventually(found)


def test_what_the_message_says_goes_before_the_headers_and_goes_on_with_our_span(
    traced: Setting, collector: Receiver
) -> None:
    named = f"00-{TRACE}-{SPAN}-01"
    meta = {"traceparent": named, "tracestate": "vendor=1", "baggage": "team=blue", "other": 1.0}
    _, exchange = call(traced, meta=meta, traceparent=f"00-{OTHER[:-1]}c-{SPAN}-01")
    received = traced.upstream.received[-1]
    sent = json.loads(received.body)["params"]["_meta"]["traceparent"]
    version, trace_id, span, flags = sent.split("-")
    assert (version, trace_id, flags) == ("00", TRACE, "01") and span != SPAN
    asked = {"name": "say", "arguments": {"a": 1.0}, "_meta": {**meta, "traceparent": sent}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked})
    assert received.body == body.encode()  # nothing else of it changed
    assert received.header("traceparent") == sent.encode()
    found = of_trace(collector, TRACE, 2)
    assert (found[2].parent_span_id.hex(), found[3].span_id.hex()) == (SPAN, span)
    assert found[3].parent_span_id == found[2].span_id and found[3].name == "tools/call say"
    rows = [row for row in traced.program.rows(tab="mcp") if row["exchange_id"] == exchange]
    assert [row["trace_id"] for row in rows] == [TRACE]


@pytest.mark.parametrize("meta", [None, {"progressToken": 1.0}])
def test_a_request_that_names_no_span_gets_ours_with_what_stands_in_its_headers(
    traced: Setting, collector: Receiver, meta: dict[str, Any] | None
) -> None:
    trace = ("c" if meta is None else "d") * 32
    call(traced, meta=meta, traceparent=f"00-{trace}-{SPAN}-01", tracestate="vendor=2")
    received = traced.upstream.received[-1]
    sent = (received.header("traceparent") or b"").decode()
    assert sent.startswith(f"00-{trace}-") and SPAN not in sent
    context = {"traceparent": sent, "tracestate": "vendor=2"}
    assert json.loads(received.body)["params"]["_meta"] == {**context, **(meta or {})}
    found = of_trace(collector, trace, 2)
    assert found[3].span_id.hex() == sent.split("-")[2]


def test_where_a_trace_begins_here_the_server_is_told_of_it(traced: Setting, collector: Receiver) -> None:
    call(traced, tracestate="of=nothing")
    meta = json.loads(traced.upstream.received[-1].body)["params"]["_meta"]
    assert meta.keys() == {"traceparent"}
    _, trace, span, flags = meta["traceparent"].split("-")
    found = of_trace(collector, trace, 2)
    assert (found[3].span_id.hex(), flags) == (span, "01") and not found[2].parent_span_id


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/call", {"name": "say", "_meta": {"traceparent": "nonsense"}}),
        ("tools/call", {"name": "say", "_meta": {"tracestate": "of=another"}}),
        ("vendor/new", {"name": "say"}),
    ],
)
def test_what_says_something_itself_and_unknown_methods_pass_byte_for_byte(
    traced: Setting, method: str, params: dict[str, Any]
) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    accepts = "application/json, text/event-stream"
    status, _, _ = traced.program.post(
        "/tools/mcp", body, Authorization=f"Bearer {traced.key}", Accept=accepts
    )
    assert status == 200 and traced.upstream.received[-1].body == body


def test_a_command_of_the_official_sdk_is_told_of_the_trace_too(
    traced: Setting, collector: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = traced.program
    where = ("--stdio", "--cwd", str(HERE), "--env", "PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", str(HERE)))
    program.run("proxy", "add", "command", "--kind", "mcp", *where, "--", *ARGUMENTS)

    async def told_there() -> str:
        async with client(f"{program.base}/command/mcp", traced.key) as session:
            found = await session.call_tool("context", {})
            return str(getattr(found.content[0], "text", found))

    eventually(lambda: program.get("/command/mcp", Authorization=f"Bearer {traced.key}") != 404)
    meta = json.loads(asyncio.run(told_there()))
    _, trace, span, _ = meta["traceparent"].split("-")
    assert of_trace(collector, trace, 2)[3].span_id.hex() == span


def test_a_request_of_the_server_goes_on_to_the_client_with_our_span(
    traced: Setting, collector: Receiver
) -> None:
    said, _ = call(traced, tool="asks")
    asked = json.loads(said.split(b"data: ")[1].splitlines()[0])
    _, trace_id, span, _ = asked["params"]["_meta"]["traceparent"].split("-")
    found = of_trace(collector, OTHER, 1)
    assert (asked["method"], trace_id) == ("ping", OTHER) and span != SPAN
    assert found[2].parent_span_id.hex() == SPAN
    assert attributes(found[2])["mcp.method.name"] == "ping"
