"""Errors as the official SDKs expect them: each raises the exception that fits."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from google import genai
from google.genai import errors as google_errors
from google.genai import types as google_types
from openai.types.responses import ResponseErrorEvent

from gateway_desktop.core.errors import Failure, GatewayError, Malformed, Reason, Refused, UpstreamFailed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.proxy import Kind
from gateway_desktop.protocols.adapters import FORWARDED
from gateway_desktop.protocols.amazon_frames import FrameSplitter
from tests.makers import HeaderList, a_head

ADAPTER = FORWARDED[Kind.LLM]
ID = "01a207e5-a10f-7f50-9edc-bd83527d10a4"
HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
REFUSALS: dict[int, GatewayError] = {
    400: Malformed("The request has no body"),
    401: Refused(Reason.CREDENTIAL, "No credential was sent", 401),
    402: Refused(Reason.BUDGET, "The budget is spent", 402),
    403: Refused(Reason.ACCESS, "ana@example.com may not use model 'x'", 403),
    429: Refused(Reason.RATE_LIMIT, "Too many requests", 429),
    502: UpstreamFailed(Failure.REFUSED, "The upstream cannot be reached"),
    503: Refused(Reason.AUDIT, "The audit cannot be written", 503),
    504: UpstreamFailed(Failure.TIMEOUT, "The upstream did not answer in time"),
}


def head_of(request: httpx2.Request) -> RequestHead:
    path, query = request.url.raw_path.decode().partition("?")[::2]
    return RequestHead(request.method, path, query, HeaderList(*request.headers.items()), "127.0.0.1")


def refusing(error: GatewayError) -> httpx2.Client:
    def answer(request: httpx2.Request) -> httpx2.Response:
        refusal = ADAPTER.refuse(head_of(request), error, ID)
        headers = [("content-type", refusal.content_type), *refusal.headers]
        return httpx2.Response(refusal.status, headers=headers, content=refusal.body)

    return httpx2.Client(transport=httpx2.MockTransport(answer))


def breaking(error: GatewayError, begun: bytes) -> httpx2.Client:
    def answer(request: httpx2.Request) -> httpx2.Response:
        def body() -> Iterator[bytes]:
            yield begun
            yield ADAPTER.refuse_midstream(head_of(request), error, ID)

        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=body())

    return httpx2.Client(transport=httpx2.MockTransport(answer))


def an_openai(client: httpx2.Client) -> openai.OpenAI:
    return openai.OpenAI(base_url="http://gateway/v1", api_key="x", http_client=client, max_retries=0)


def an_anthropic(client: httpx2.Client) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url="http://gateway", api_key="x", http_client=client, max_retries=0)


def a_gemini(client: httpx2.Client) -> genai.Client:
    options = google_types.HttpOptions(base_url="http://gateway", httpx_client=client)
    return genai.Client(api_key="x", http_options=options)


OPENAI = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    402: openai.APIStatusError,
    403: openai.PermissionDeniedError,
    429: openai.RateLimitError,
    502: openai.InternalServerError,
    503: openai.InternalServerError,
    504: openai.InternalServerError,
}
ANTHROPIC = {
    400: anthropic.BadRequestError,
    401: anthropic.AuthenticationError,
    402: anthropic.APIStatusError,
    403: anthropic.PermissionDeniedError,
    429: anthropic.RateLimitError,
    502: anthropic.InternalServerError,
    503: anthropic.InternalServerError,
    504: anthropic.InternalServerError,
}


@pytest.mark.parametrize("status", REFUSALS)
def test_the_openai_sdk_raises_what_fits(status: int) -> None:
    client = an_openai(refusing(REFUSALS[status]))
    for ask in (
        lambda: client.chat.completions.create(model="m", messages=HELLO),
        lambda: client.responses.create(model="m", input="Hello"),
        lambda: client.embeddings.create(model="m", input="Hello"),
        lambda: client.models.list(),
    ):
        with pytest.raises(OPENAI[status]) as raised:
            ask()
        assert raised.value.status_code == status
        assert isinstance(raised.value.body, dict)
        message = raised.value.body["message"]
        assert message.startswith("Gateway Desktop: ") and ID in message
        assert set(raised.value.body) >= {"message", "type", "param", "code"}


@pytest.mark.parametrize("path", ["/v2/chat", "/v1/chat/completions", "/v1/embeddings"])
@pytest.mark.parametrize("status", REFUSALS)
def test_sdks_of_cohere_and_mistral_find_the_message_at_the_top(status: int, path: str) -> None:
    body = json.loads(ADAPTER.refuse(a_head(path=path), REFUSALS[status], ID).body)
    assert body["object"] == "error"
    assert isinstance(body["type"], str)
    assert body["message"].startswith("Gateway Desktop: ")
    assert (body["message"], body["code"], body["param"]) == (
        body["error"]["message"],
        body["error"]["code"],
        None,
    )


@pytest.mark.parametrize("status", REFUSALS)
def test_the_anthropic_sdk_raises_what_fits(status: int) -> None:
    client = an_anthropic(refusing(REFUSALS[status]))
    for ask in (
        lambda: client.messages.create(model="m", max_tokens=1, messages=HELLO),
        lambda: client.messages.count_tokens(model="m", messages=HELLO),
        lambda: client.models.list(),
    ):
        with pytest.raises(ANTHROPIC[status]) as raised:
            ask()
        body = raised.value.body
        assert isinstance(body, dict)
        assert (body["type"], body["request_id"]) == ("error", ID)
        assert body["error"]["message"].startswith("Gateway Desktop: ")


@pytest.mark.parametrize("status", REFUSALS)
def test_the_gemini_sdk_raises_what_fits(status: int) -> None:
    client = a_gemini(refusing(REFUSALS[status]))
    kind = google_errors.ClientError if status < 500 else google_errors.ServerError
    for ask in (
        lambda: client.models.generate_content(model="m", contents="Hello"),
        lambda: list(client.models.generate_content_stream(model="m", contents="Hello")),
        lambda: client.models.count_tokens(model="m", contents="Hello"),
        lambda: client.models.embed_content(model="m", contents="Hello"),
        lambda: list(client.models.list()),
    ):
        with pytest.raises(kind) as raised:
            ask()
        assert raised.value.code == status
        assert str(raised.value.message).startswith("Gateway Desktop: ")
        assert raised.value.status is not None and raised.value.status.isupper()


def test_the_words_of_each_status() -> None:
    def told(path: str, status: int) -> Any:
        return json.loads(ADAPTER.refuse(a_head(path=path), REFUSALS[status], ID).body)["error"]

    chat, gemini = "/v1/chat/completions", "/v1beta/models/m:generateContent"
    assert told(chat, 401)["code"] == "invalid_api_key"
    assert told("/v1/messages", 401)["type"] == "authentication_error"
    assert told("/v1/messages", 403)["type"] == "permission_error"
    assert told("/v1/messages", 429)["type"] == "rate_limit_error"
    assert told("/v1/messages", 502)["type"] == "api_error"
    assert told(gemini, 403)["status"] == "PERMISSION_DENIED"
    assert told(gemini, 401)["status"] == "UNAUTHENTICATED"
    assert told("/api/chat", 403).startswith("Gateway Desktop: ")
    assert (
        told(chat, 403)["message"]
        == f"Gateway Desktop: ana@example.com may not use model 'x'. (request {ID})"
    )


def test_policy_is_named_in_openai_s_way() -> None:
    refusal = ADAPTER.refuse(a_head(), Refused(Reason.POLICY, "a secret was found"), ID)
    assert json.loads(refusal.body)["error"]["code"] == "content_policy_violation"


def test_who_lacks_a_credential_is_told_which_kind() -> None:
    assert ("WWW-Authenticate", 'Bearer realm="Gateway Desktop"') in ADAPTER.refuse(
        a_head(), REFUSALS[401], ID
    ).headers


def test_sdks_do_not_try_again_what_will_not_change() -> None:
    assert ("x-should-retry", "false") in ADAPTER.refuse(a_head(), REFUSALS[402], ID).headers
    assert ADAPTER.refuse(a_head(), REFUSALS[429], ID).headers == ()
    assert ADAPTER.refuse(a_head(), REFUSALS[502], ID).headers == ()


@pytest.mark.parametrize(("status", "told"), [(401, 401), (402, 400), (403, 400), (429, 429), (502, 502)])
def test_codex_which_tries_everything_again_but_400_gets_that_for_what_will_not_change(
    status: int, told: int
) -> None:
    codex = ("user-agent", "codex_cli_rs/0.171.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.171.0)")
    refusal = ADAPTER.refuse(a_head(codex, path="/v1/responses"), REFUSALS[status], ID)
    others = ADAPTER.refuse(a_head(path="/v1/responses"), REFUSALS[status], ID)
    assert (refusal.status, others.status, refusal.body) == (told, status, others.body)


@pytest.mark.parametrize(
    ("path", "header", "mark"),
    [
        ("/v1/models", ("anthropic-version", "2023-06-01"), b'"type":"error"'),
        ("/v1beta/models", ("x-goog-api-key", "k"), b'"status":"PERMISSION_DENIED"'),
        ("/upload/files", ("x-goog-api-key", "k"), b'"status":"PERMISSION_DENIED"'),
        ("/v1/models", ("accept", "*/*"), b'"code":"access_denied"'),
        ("/v1beta/openai/chat/completions", ("accept", "*/*"), b'"code":"access_denied"'),
        ("/v1/threads/t/messages", ("accept", "*/*"), b'"code":"access_denied"'),
        ("/openai/deployments/d/images/generations", ("api-key", "k"), b'"code":"access_denied"'),
    ],
)
def test_where_the_path_is_anybody_s_headers_tell(path: str, header: tuple[str, str], mark: bytes) -> None:
    assert mark in ADAPTER.refuse(a_head(header, path=path), REFUSALS[403], ID).body


BROKEN = UpstreamFailed(Failure.BROKEN, "The upstream broke the connection")
CHUNK = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}\n\n'


def test_the_openai_sdk_raises_in_midstream() -> None:
    with pytest.raises(openai.APIError, match="Gateway Desktop: The upstream broke"):
        list(
            an_openai(breaking(BROKEN, CHUNK)).chat.completions.create(model="m", messages=HELLO, stream=True)
        )


def test_the_openai_sdk_raises_in_the_midst_of_a_response() -> None:
    begun = b'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"H"}\n\n'
    with pytest.raises(openai.APIError, match="Gateway Desktop: The upstream broke"):
        list(an_openai(breaking(BROKEN, begun)).responses.create(model="m", input="Hello", stream=True))
    for path in ("/v1/responses", "/openai/v1/responses", "/openai/responses"):  # the last two: Azure's
        event = ADAPTER.refuse_midstream(a_head(path=path), BROKEN, ID)
        ResponseErrorEvent.model_validate_json(event.partition(b"data: ")[2])  # Vercel's SDK does check it


def test_the_anthropic_sdk_raises_in_midstream() -> None:
    begun = b'event: ping\ndata: {"type":"ping"}\n\n'
    client = an_anthropic(breaking(BROKEN, begun))
    with pytest.raises(anthropic.APIStatusError, match="Gateway Desktop: The upstream broke"):
        list(client.messages.create(model="m", max_tokens=1, messages=HELLO, stream=True))


def test_the_anthropic_sdk_for_vertex_raises_in_midstream() -> None:
    """It passes over events that have no name."""
    begun = b'event: ping\ndata: {"type":"ping"}\n\n'
    client = anthropic.AnthropicVertex(
        project_id="p",
        region="us-east5",
        access_token="x",
        base_url="http://gateway/v1",
        http_client=breaking(BROKEN, begun),
    )
    with pytest.raises(anthropic.APIStatusError, match="Gateway Desktop: The upstream broke"):
        list(client.messages.create(model="m", max_tokens=1, messages=HELLO, stream=True))


def test_the_gemini_sdk_raises_in_midstream() -> None:
    begun = b'data: {"candidates":[{"content":{"parts":[{"text":"H"}],"role":"model"}}]}\r\n\r\n'
    stream = a_gemini(breaking(BROKEN, begun)).models.generate_content_stream(model="m", contents="Hello")
    assert next(stream).text == "H"
    with pytest.raises(google_errors.ServerError, match="Gateway Desktop: The upstream broke"):
        list(stream)


def test_a_chat_of_cohere_ends_with_the_error() -> None:
    """Its SDK passes over other shapes; Vercel's raises the words only of an end without `usage`."""
    ended = ADAPTER.refuse_midstream(a_head(path="/v2/chat"), BROKEN, ID)
    before, name, data = ended.partition(b"event: ")[0], *ended.split(b"\n")[2:4]
    assert (before, name) == (b"\n\n", b"event: message-end")
    told = json.loads(data.removeprefix(b"data: "))
    assert (told["type"], told["delta"]["finish_reason"]) == ("message-end", "ERROR")
    assert told["delta"]["error"].startswith("Gateway Desktop: The upstream broke")
    assert "usage" not in told["delta"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "UnrecognizedClientException"), (403, "AccessDeniedException"), (429, "ThrottlingException")],
)
def test_bedrocks_clients_read_the_kind_of_an_error_in_a_header(status: int, kind: str) -> None:
    refused = ADAPTER.refuse(a_head(path="/model/a/invoke-with-response-stream"), REFUSALS[status], ID)
    assert ("x-amzn-ErrorType", kind) in refused.headers
    assert json.loads(refused.body)["message"].startswith("Gateway Desktop: ")


def test_a_stream_of_bedrock_ends_with_an_exception() -> None:
    ended = ADAPTER.refuse_midstream(a_head(path="/model/a/converse-stream"), BROKEN, ID)
    (frame,) = FrameSplitter().feed(ended)
    assert (frame.name, frame.failed) == ("serviceUnavailableException", True)
    assert json.loads(frame.payload)["message"].startswith("Gateway Desktop: The upstream broke")


def test_a_stream_that_is_an_array_or_lines_ends_in_its_own_way() -> None:
    path = "/v1beta/models/m:streamGenerateContent"
    array = b'[{"candidates":[]}' + ADAPTER.refuse_midstream(a_head(path=path), BROKEN, ID)
    assert json.loads(array)[1]["error"]["code"] == 502
    lines = b'{"message":{}}\n' + ADAPTER.refuse_midstream(a_head(path="/api/chat"), BROKEN, ID)
    assert json.loads(lines.split(b"\n")[-2])["error"].startswith("Gateway Desktop: ")
