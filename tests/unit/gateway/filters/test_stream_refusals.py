"""Refusals of messages whose answers come on another stream."""

import asyncio
import json

import pytest

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.filters.stream_refusals import StreamRefusals
from gateway_desktop.gateway.mcp_http.sessions import Sessions
from gateway_desktop.protocols.mcp.adapter import REQUEST
from gateway_desktop.protocols.sse import data_of
from tests.makers import ClientRecord, a_call, a_head, a_proxy, an_exchange


async def refuse(_exchange: Exchange) -> None:
    raise Refused(Reason.ACCESS, "you may not")


def posted(path: str, query: str) -> Exchange:
    call = a_call(dialect=REQUEST, request_id="7")
    head = a_head(path=path, query=query)
    return an_exchange(proxy=a_proxy(kind=Kind.MCP), request=head, call=call)


def test_the_error_is_said_on_the_stream_and_the_message_is_taken() -> None:
    said: list[bytes] = []

    async def give(data: bytes) -> None:
        said.append(data)

    sessions = Sessions()
    exchange = posted("/sse/message", "session_id=s1")
    session, _ = sessions.add(exchange, "s1")
    session.give = give
    asyncio.run(StreamRefusals(sessions)(exchange, refuse))
    answer = json.loads(data_of(said[0]) or b"")
    assert (answer["id"], answer["error"]["code"]) == (7, -32002)
    assert isinstance(exchange.client, ClientRecord)
    assert isinstance(exchange.error, Refused)


def test_every_other_error_is_left_to_the_refusals() -> None:
    with pytest.raises(Refused):
        asyncio.run(StreamRefusals(Sessions())(posted("/mcp", ""), refuse))
