"""Errors in the caller's own protocol, so that official SDKs raise the exception that fits."""

from dataclasses import dataclass

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import GatewayError, Reason, Refused
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.reply import Refusal
from gateway_desktop.protocols.amazon_frames import exception_frame
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.llm.clients import application
from gateway_desktop.protocols.sse import event

# OpenAI: type and code; Anthropic: type; Google: status (google.rpc.Code).
_OPENAI = {
    400: ("invalid_request_error", None),
    401: ("authentication_error", "invalid_api_key"),
    402: ("insufficient_quota", "insufficient_quota"),
    403: ("permission_error", "access_denied"),
    404: ("invalid_request_error", "not_found"),
    413: ("invalid_request_error", "request_too_large"),
    415: ("invalid_request_error", "unsupported_media_type"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    502: ("upstream_error", "upstream_failed"),
    503: ("server_error", "service_unavailable"),
    504: ("timeout_error", "upstream_timeout"),
}
_ANTHROPIC = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    415: "invalid_request_error",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_GOOGLE = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "FAILED_PRECONDITION",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_AMAZON = {
    401: "UnrecognizedClientException",
    402: "ServiceQuotaExceededException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    429: "ThrottlingException",
    502: "ServiceUnavailableException",
    503: "ServiceUnavailableException",
    504: "ModelTimeoutException",
}
_BEDROCK = ("/converse", "/converse-stream", "/invoke", "/invoke-with-response-stream", "/count-tokens")
_JSON = "application/json; charset=utf-8"
_FINAL = (402, 403, 413)  # it would be the same again


@dataclass(frozen=True, slots=True)
class _Openai:
    """OpenAI, Azure OpenAI and all who speak like them; Cohere's and Mistral's SDKs look beside `error`."""

    responses: bool = False

    def body(self, error: GatewayError, message: str, exchange_id: str) -> dict[str, object]:
        kind, code = _OPENAI.get(
            error.status, ("server_error" if error.status >= 500 else "invalid_request_error", None)
        )
        if isinstance(error, Refused) and error.reason is Reason.POLICY:
            kind, code = "invalid_request_error", "content_policy_violation"
        said = {"message": message, "type": kind, "param": None, "code": code}
        return {"error": {**said, "request_id": exchange_id}, "object": "error", **said}

    def midstream(self, body: dict[str, object]) -> bytes:
        inner = {"error": body["error"]}
        if not self.responses:
            return event(compact(inner).encode())
        said = {"code": body["code"], "message": body["message"], "param": None}
        value = {"type": "error", "sequence_number": 0, **said, **inner}  # SDKs take none without a number
        return event(compact(value).encode(), "error")


class _Cohere(_Openai):
    """Cohere's chat of the second version: its SDK passes over events of any other shape.

    Without `usage`: @ai-sdk/cohere then raises the words, with it the answer would only be a short one.
    """

    def midstream(self, body: dict[str, object]) -> bytes:
        inner = body["error"]
        assert isinstance(inner, dict)
        ended = {"finish_reason": "ERROR", "error": inner["message"]}
        return event(compact({"type": "message-end", "delta": ended}).encode(), "message-end")


class _Anthropic:
    """Anthropic's Messages."""

    def body(self, error: GatewayError, message: str, exchange_id: str) -> dict[str, object]:
        kind = _ANTHROPIC.get(error.status, "api_error" if error.status >= 500 else "invalid_request_error")
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": exchange_id}

    def midstream(self, body: dict[str, object]) -> bytes:
        return event(compact(body).encode(), "error")


@dataclass(frozen=True, slots=True)
class _Google:
    """Google's APIs."""

    array: bool = False  # the stream is one JSON array

    def body(self, error: GatewayError, message: str, exchange_id: str) -> dict[str, object]:
        status = _GOOGLE.get(error.status, "INTERNAL" if error.status >= 500 else "INVALID_ARGUMENT")
        details = [{"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": exchange_id}]
        return {"error": {"code": error.status, "message": message, "status": status, "details": details}}

    def midstream(self, body: dict[str, object]) -> bytes:
        return f",\n{compact(body)}]".encode() if self.array else event(compact(body).encode())


class _Amazon:
    """Amazon Bedrock; of a whole answer, SDKs read the kind of error in a header."""

    def body(self, error: GatewayError, message: str, exchange_id: str) -> dict[str, object]:  # noqa: ARG002 - one shape
        return {"message": message, "__type": _amazon(error)}

    def midstream(self, body: dict[str, object]) -> bytes:
        kind = str(body["__type"])
        return exception_frame(kind[0].lower() + kind[1:], compact(body).encode())


class _Ollama:
    """Ollama's own API."""

    def body(self, error: GatewayError, message: str, exchange_id: str) -> dict[str, object]:  # noqa: ARG002 - one shape
        return {"error": message}

    def midstream(self, body: dict[str, object]) -> bytes:
        return b"\n" + compact(body).encode() + b"\n"


_Shape = _Openai | _Anthropic | _Google | _Amazon | _Ollama


def refusal(head: RequestHead, error: GatewayError, exchange_id: str, _call: Call | None = None) -> Refusal:
    """Return the whole answer; the path tells its shape, not the call.

    Codex tries everything five times more but 400.
    """
    shape = _shape(head)
    body = shape.body(error, error.for_caller(exchange_id), exchange_id)
    headers: tuple[tuple[str, str], ...] = ()
    if error.status == 401:
        headers = (("WWW-Authenticate", 'Bearer realm="Gateway Desktop"'),)
    elif isinstance(error, Refused) and error.reason is not Reason.RATE_LIMIT:
        headers = (("x-should-retry", "false"),)  # SDKs would try again what will not change
    if isinstance(shape, _Amazon):
        headers = (*headers, ("x-amzn-ErrorType", _amazon(error)))
    is_codex = error.status in _FINAL and (application(head.headers) or "").startswith("Codex")
    return Refusal(400 if is_codex else error.status, compact(body).encode(), _JSON, headers)


def midstream(head: RequestHead, error: GatewayError, exchange_id: str, _call: Call | None = None) -> bytes:
    """Return the error event; a blank line before it ends what broke off in the middle."""
    shape = _shape(head)
    data = shape.midstream(shape.body(error, error.for_caller(exchange_id), exchange_id))
    if isinstance(shape, _Ollama | _Amazon) or (isinstance(shape, _Google) and shape.array):
        return data
    return b"\n\n" + data


def _amazon(error: GatewayError) -> str:
    """Return the name of an error among those of Bedrock."""
    return _AMAZON.get(
        error.status, "InternalServerException" if error.status >= 500 else "ValidationException"
    )


def _shape(head: RequestHead) -> _Shape:
    """Tell whose errors the caller reads: by the path, and where that may be anybody's, by SDKs' headers."""
    path = head.path.lower().replace("%3a", ":").rstrip("/")
    if shape := _by_path(path, head.query):
        return shape
    if "anthropic-version" in head.headers:
        return _Anthropic()
    if "/v1beta" in path or "x-goog-api-key" in head.headers or "x-goog-api-client" in head.headers:
        return _Google()
    return _Openai()


def _by_path(path: str, query: str) -> _Shape | None:
    if "generatecontent" in path or "embedcontent" in path or path.endswith(":counttokens"):
        return _Google(array=":streamgeneratecontent" in path and "alt=sse" not in query)
    if path.endswith(("/api/chat", "/api/generate", "/api/embed", "/api/tags", "/api/show")):
        return _Ollama()
    if "/model/" in path and path.endswith(_BEDROCK):
        return _Amazon()
    if ("/messages" in path and "/threads/" not in path) or "/publishers/anthropic/" in path:  # Vertex AI's
        return _Anthropic()
    if path.endswith("/v2/chat"):
        return _Cohere()
    if "/chat/" in path or path.endswith(("/completions", "/embeddings")):
        return _Openai()
    if "/responses" in path:
        return _Openai(responses=True)
    return _Openai() if "/openai/" in path else None
