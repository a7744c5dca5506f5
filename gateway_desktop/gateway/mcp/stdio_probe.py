"""Try a command: start it, shake hands, ask for its tools, end it."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from gateway_desktop.core.errors import Failure, GatewayError, UpstreamFailed
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.gateway.mcp.handshake import INITIALIZE, offered
from gateway_desktop.gateway.mcp.message import members, raw, value
from gateway_desktop.gateway.mcp.stdio import StdioServers
from gateway_desktop.gateway.mcp.stdio_session import StdioSession
from gateway_desktop.protocols.crowded import TOO_MUCH, crowded

_SECONDS = 60  # a first start may fetch packages


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
    begun = await _ask(session, "initialize", INITIALIZE)
    steps.append(f"speaks MCP {begun.get('protocolVersion')}")
    await session.send([{"jsonrpc": raw("2.0"), "method": raw("notifications/initialized")}])
    return await offered("command", begun, partial(_ask, session), steps)


async def _ask(session: StdioSession, method: str, params: Mapping[str, object]) -> dict[str, Any]:
    """Return the result of one request."""
    stream = await session.send(
        [{"jsonrpc": raw("2.0"), "id": raw(1), "method": raw(method), "params": raw(params)}]
    )
    assert stream is not None
    seen = 0
    while events := await stream.after(seen):
        for seen, data in events:  # noqa: B007 - the number of the last one is where to go on
            if crowded(data):
                raise UpstreamFailed(Failure.BROKEN, f"The command's answer {TOO_MUCH}")
            message = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
            if "result" in message:
                result = value(message, "result")
                return result if isinstance(result, dict) else {}
            if "error" in message:
                raise UpstreamFailed(Failure.BROKEN, str(value(members(message, "error"), "message")))
    raise UpstreamFailed(Failure.BROKEN, "The command said nothing")
