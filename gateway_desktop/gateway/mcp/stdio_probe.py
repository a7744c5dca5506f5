"""Try a command: start it, shake hands, ask for its tools, end it."""

import asyncio
from collections.abc import Mapping

import msgspec

from gateway_desktop.core.errors import Failure, GatewayError, UpstreamFailed
from gateway_desktop.core.plural import plural
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.gateway.mcp.message import Message, members, raw, value
from gateway_desktop.gateway.mcp.stdio import StdioServers
from gateway_desktop.gateway.mcp.stdio_session import StdioSession

_SECONDS = 60  # a first start may fetch packages
_VERSION = "2025-11-25"
_MOST_PAGES = 50


async def probe_command(servers: StdioServers, proxy: Proxy, environment: Mapping[str, Secret]) -> Diagnosis:
    """Return which tools the command offers, or exactly how far it got."""
    steps: list[str] = []
    try:
        async with servers.trial(proxy, environment) as session:
            steps.append("started it")
            try:
                async with asyncio.timeout(_SECONDS):
                    return await _tried(session, steps)
            except (GatewayError, TimeoutError):
                if words := await session.child.last_words():
                    steps.append(f"it said last: {words}")
                raise
    except GatewayError as error:
        return Diagnosis(False, error.message, tuple(steps))
    except TimeoutError:
        return Diagnosis(False, f"It did not answer within {_SECONDS} seconds", tuple(steps))


async def _tried(session: StdioSession, steps: list[str]) -> Diagnosis:
    begun = await _ask(
        session,
        "initialize",
        protocolVersion=_VERSION,
        capabilities={},
        clientInfo={"name": "gateway-desktop", "version": "1"},
    )
    steps.append(f"speaks MCP {value(begun, 'protocolVersion')}")
    await session.send([{"jsonrpc": raw("2.0"), "method": raw("notifications/initialized")}])
    if "tools" not in members(begun, "capabilities"):
        return Diagnosis(True, "The command answers, and offers no tools", tuple(steps))
    names = await _tools(session)
    return Diagnosis(True, f"The command answers: {plural(len(names), 'tool')}", tuple(steps), names, "tools")


async def _tools(session: StdioSession) -> tuple[str, ...]:
    names: list[str] = []
    params: dict[str, object] = {}
    for _ in range(_MOST_PAGES):
        result = await _ask(session, "tools/list", **params)
        listed = value(result, "tools")
        found = listed if isinstance(listed, list) else []
        names += [str(tool.get("name")) for tool in found if isinstance(tool, dict)]
        cursor = value(result, "nextCursor")
        if not isinstance(cursor, str):
            break
        params = {"cursor": cursor}
    return tuple(names)


async def _ask(session: StdioSession, method: str, **params: object) -> Message:
    """Return the result of one request."""
    stream = await session.send(
        [{"jsonrpc": raw("2.0"), "id": raw(1), "method": raw(method), "params": raw(params)}]
    )
    assert stream is not None
    seen = 0
    while events := await stream.after(seen):
        for seen, data in events:  # noqa: B007 - the number of the last one is where to go on
            message = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
            if "result" in message:
                return members(message, "result")
            if "error" in message:
                raise UpstreamFailed(Failure.BROKEN, str(value(members(message, "error"), "message")))
    raise UpstreamFailed(Failure.BROKEN, "The command said nothing")
