"""Clients of MCP say who they are once, as they open a session; every call in it is theirs."""

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.mcp_http.sessions import Sessions


class SessionClients:
    """Without it, rows would name the library that sends their requests."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Set the client of a call that does not name one itself."""
        call = exchange.call
        if call is not None and not call.app and (session := self._sessions.of(exchange)) is not None:
            call.app = session.app
        await call_next(exchange)
