"""Errors as JSON-RPC: with the request's id, and a sentence that a person can act on."""

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import GatewayError, Malformed, Reason, Refused, UpstreamFailed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.reply import Refusal
from gateway_desktop.protocols.json_rpc import INVALID_REQUEST, RpcMalformed, error
from gateway_desktop.protocols.sse import event

# Of -32000 to -32019, which MCP leaves to implementations.
_REFUSED = {
    Reason.CREDENTIAL: -32001,
    Reason.ACCESS: -32002,
    Reason.RATE_LIMIT: -32003,
    Reason.BUDGET: -32004,
    Reason.POLICY: -32005,
    Reason.AUDIT: -32006,
}
_UPSTREAM, _OTHER, _SESSION = -32010, -32011, -32012
_IN_THE_ANSWER = frozenset({Reason.POLICY, Reason.BUDGET})


def refusal(head: RequestHead, problem: GatewayError, exchange_id: str, call: Call | None = None) -> Refusal:
    """Return the whole answer.

    What a policy, a budget or the list of tools says to a request is an answer like others (HTTP 200):
    clients show its words, where they take another status for a broken connection.
    """
    body = _body(problem, exchange_id, call)
    status = problem.status
    asked = call is not None and bool(call.request_id) and not call.detail.get("whole_proxy")
    if asked and isinstance(problem, Refused) and (problem.reason in _IN_THE_ANSWER or _is_tool(problem)):
        status = 200
    headers: list[tuple[str, str]] = []
    if status == 401 and not problem.headers:
        headers.append(("WWW-Authenticate", 'Bearer realm="Gateway Desktop"'))
    if status == 405:
        headers.append(("Allow", "GET, POST, DELETE" if head.path.startswith("/mcp") else "GET, POST"))
    return Refusal(status, body, "application/json", tuple(headers))


def midstream(_head: RequestHead, problem: GatewayError, exchange_id: str, call: Call | None = None) -> bytes:
    """Return the error as the event that ends a stream, after a blank line that ends what broke off."""
    if call is None or not call.request_id:
        return b""
    return b"\n\n" + event(_body(problem, exchange_id, call), "message")


def in_place(problem: GatewayError, exchange_id: str, id: str) -> bytes:
    """Return the error as one message."""
    return error(id, _code(problem), problem.for_caller(exchange_id), _data(problem, exchange_id))


def _body(problem: GatewayError, exchange_id: str, call: Call | None) -> bytes:
    id = call.request_id if call is not None else ""
    if isinstance(problem, RpcMalformed):
        id = id or problem.id
    return in_place(problem, exchange_id, id)


def _is_tool(problem: Refused) -> bool:
    return problem.reason is Reason.ACCESS and problem.status == 403


def _code(problem: GatewayError) -> int:
    match problem:
        case RpcMalformed():
            return problem.code
        case Refused():
            return _SESSION if problem.status == 404 else _REFUSED.get(problem.reason, _OTHER)
        case Malformed():
            return INVALID_REQUEST
        case UpstreamFailed():
            return _UPSTREAM
        case _:
            return _SESSION if problem.status == 404 else _OTHER


def _data(problem: GatewayError, exchange_id: str) -> dict[str, object]:
    data: dict[str, object] = {"request_id": exchange_id}
    if isinstance(problem, Refused):
        data["reason"] = str(problem.reason)
    return data
