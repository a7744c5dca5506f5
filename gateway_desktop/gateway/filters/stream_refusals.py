"""What is refused of a message whose answers come on another stream is said there (MCP 2024-11-05)."""

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.mcp_http.legacy import session_of
from gateway_desktop.gateway.mcp_http.sessions import Sessions
from gateway_desktop.protocols.mcp.adapter import LEGACY_MESSAGE, REQUEST
from gateway_desktop.protocols.mcp.refusals import in_place
from gateway_desktop.protocols.sse import event


class StreamRefusals:
    """The older MCP clients read nothing of the answer to a message but whether it was taken."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on; say an error on the session's stream."""
        try:
            await call_next(exchange)
        except GatewayError as error:
            call = exchange.call
            if call is None or call.dialect != REQUEST:
                raise
            if exchange.request.path.rstrip("/") != LEGACY_MESSAGE or exchange.client.started:
                raise
            session = session_of(exchange, self._sessions)
            if session.give is None:
                raise
            exchange.error = error.bare()
            session.waiting.pop(call.request_id, None)
            await session.give(event(in_place(error, exchange.id, call.request_id), "message"))
            await exchange.client.whole(202, (), b"")
