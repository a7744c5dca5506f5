"""Our no in the words of Agent2Agent: JSON-RPC errors, and google.rpc.Status of the HTTP+JSON binding.

Sources: A2A 1.0 sections 5.4, 9.5 and 11.6; google.rpc.ErrorInfo.
"""

import json

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import GatewayError, Malformed, Reason, Refused, UpstreamFailed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.reply import Refusal
from gateway_desktop.protocols.a2a.methods import SENDS, SET_PUSH, route_of
from gateway_desktop.protocols.json_rpc import INVALID_REQUEST, PARSE_ERROR, RpcMalformed
from gateway_desktop.protocols.sse import event

PUSH_NOT_SUPPORTED = -32003
REFUSED = -32010  # -32001 to -32009 have meanings of their own
UNAVAILABLE = -32011
_INTERNAL = -32603
_DOMAIN = "gateway-desktop"
_A2A_DOMAIN = "a2a-protocol.org"  # of the errors that Agent2Agent itself defines
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "RESOURCE_EXHAUSTED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class PushRefused(Refused):
    """The agent may not be told to call that address."""

    def __init__(self, why: str) -> None:
        super().__init__(Reason.POLICY, f"Refused: {why}", 400)


def refusal(head: RequestHead, error: GatewayError, exchange_id: str, call: Call | None = None) -> Refusal:
    """Return the error as the caller's binding writes it.

    A no to what a JSON-RPC request says, or to how it is written, is a JSON-RPC answer like any other, with
    status 200: clients show its message, of other statuses only the number.
    """
    headers = [("WWW-Authenticate", 'Bearer realm="gateway-desktop"')] if error.status == 401 else []
    if error.status == 405:
        headers.append(("Allow", "GET, HEAD"))  # of an agent's card, RFC 9110 section 15.5.6
    if _is_rest(head, call):
        return Refusal(error.status, _encoded(_status(error, exchange_id)), headers=tuple(headers))
    understood = call is not None and isinstance(error, Refused) and error.status in (400, 402, 403)
    misread = isinstance(error, Malformed) and error.status == 400
    status = 200 if understood or misread else error.status
    return Refusal(status, _encoded(_answer(error, exchange_id, call)), headers=tuple(headers))


def midstream(head: RequestHead, error: GatewayError, exchange_id: str, call: Call | None = None) -> bytes:
    """Return the error as the last event of a stream."""
    if _is_rest(head, call):
        return event(_encoded(_status(error, exchange_id)), "error")
    return event(_encoded(_answer(error, exchange_id, call)))


def code_of(error: GatewayError) -> int:
    """Return the JSON-RPC code of an error."""
    if isinstance(error, PushRefused):
        return PUSH_NOT_SUPPORTED
    if isinstance(error, RpcMalformed):
        return error.code
    if isinstance(error, Malformed):
        return PARSE_ERROR if "not valid JSON" in error.message else INVALID_REQUEST
    if isinstance(error, Refused):
        return REFUSED
    return UNAVAILABLE if isinstance(error, UpstreamFailed) or error.status == 503 else _INTERNAL


def _answer(error: GatewayError, exchange_id: str, call: Call | None) -> dict[str, object]:
    said = {"code": code_of(error), "message": _message(error), "data": [_info(error, exchange_id)]}
    known = error.id if isinstance(error, RpcMalformed) else call.request_id if call is not None else None
    request_id = json.loads(known) if known else None
    return {"jsonrpc": "2.0", "id": request_id, "error": said}


def _status(error: GatewayError, exchange_id: str) -> dict[str, object]:
    status = (
        "FAILED_PRECONDITION" if isinstance(error, PushRefused) else _STATUSES.get(error.status, "INTERNAL")
    )
    said = {"code": error.status, "status": status, "message": _message(error)}
    return {"error": {**said, "details": [_info(error, exchange_id)]}}


def _info(error: GatewayError, exchange_id: str) -> dict[str, object]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": _reason(error),
        "domain": _A2A_DOMAIN if isinstance(error, PushRefused) else _DOMAIN,
        "metadata": {"request_id": exchange_id},
    }


def _reason(error: GatewayError) -> str:
    if isinstance(error, PushRefused):
        return "PUSH_NOTIFICATION_NOT_SUPPORTED"
    if isinstance(error, Malformed):
        return "INVALID_REQUEST"
    if isinstance(error, Refused):
        return f"REFUSED_{error.reason.upper()}"
    return "UPSTREAM_FAILED" if isinstance(error, UpstreamFailed) else "GATEWAY_ERROR"


def _message(error: GatewayError) -> str:
    return f"Gateway Desktop: {error.message}"


def _is_rest(head: RequestHead, call: Call | None) -> bool:
    if call is not None:
        return call.dialect != "jsonrpc"
    if head.method != "POST":
        return True
    route = route_of(head.method, head.path)
    return route is not None and (route.operation in SENDS or route.operation == SET_PUSH or bool(route.task))


def _encoded(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
