"""Whose calls the calls of a session are."""

import asyncio

import pytest

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.filters.session_clients import SessionClients
from gateway_desktop.gateway.mcp_http.sessions import Sessions
from gateway_desktop.protocols.mcp.adapter import REQUEST
from tests.makers import HeaderList, a_call, a_head, a_proxy, an_exchange

PROXY = a_proxy(kind=Kind.MCP)
ANA, BO = (Principal(PrincipalKind.API_KEY, user_id=user, api_key_id=user) for user in ("ana", "bo"))


def asked(principal: Principal = ANA, id: str = "s1", query: str = "", app: str | None = None) -> Exchange:
    headers = HeaderList(("Mcp-Session-Id", id)) if id else HeaderList()
    head = a_head(path="/mcp", query=query, headers=headers)
    call = a_call(dialect=REQUEST, request_id="7", app=app)
    return an_exchange(proxy=PROXY, request=head, call=call, principal=principal)


def named(exchange: Exchange) -> str | None:
    """Return which client a call is of, where Ana's client `tool 3` opened the session s1."""
    sessions = Sessions()
    session, _ = sessions.add(asked(), "s1")
    session.app = "tool 3"

    said: list[str | None] = []

    async def end(exchange: Exchange) -> None:
        assert exchange.call is not None
        said.append(exchange.call.app)

    asyncio.run(SessionClients(sessions)(exchange, end))
    return said[0]


@pytest.mark.parametrize("exchange", [asked(), asked(id="", query="session_id=s1")])
def test_a_call_in_a_session_is_of_the_client_that_opened_it(exchange: Exchange) -> None:
    assert named(exchange) == "tool 3"


def test_a_call_that_names_its_client_itself_is_of_that_one() -> None:
    assert named(asked(app="other 1")) == "other 1"


@pytest.mark.parametrize("exchange", [asked(id=""), asked(id="s2"), asked(BO)])
def test_outside_of_a_session_of_the_caller_nothing_is_known(exchange: Exchange) -> None:
    assert named(exchange) is None
