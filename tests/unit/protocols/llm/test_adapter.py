"""Which dialect reads a path, what is refused before it goes anywhere, and whose model counts."""

import pytest

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.proxy import Kind
from gateway_desktop.protocols.adapters import FORWARDED
from tests.makers import a_head

ADAPTER = FORWARDED[Kind.LLM]
BODY = b'{"model":"m","messages":[],"input":"x","contents":[],"prompt":"x"}'


def decode(
    path: str, body: bytes = BODY, method: str = "POST", query: str = "", *headers: tuple[str, str]
) -> Call:
    return ADAPTER.decode(a_head(*headers, method=method, path=path, query=query), body, "openai")


@pytest.mark.parametrize(
    ("path", "dialect", "operation"),
    [
        ("/v1/chat/completions", "OpenAiChat", "chat"),
        ("/v1/chat/completions/", "OpenAiChat", "chat"),
        ("/chat/completions", "OpenAiChat", "chat"),
        ("/api/v1/chat/completions", "OpenAiChat", "chat"),
        ("/v1beta/openai/chat/completions", "OpenAiChat", "chat"),
        ("/v1/chat%2Fcompletions", "OpenAiChat", "chat"),
        ("/openai/deployments/d/chat/completions", "OpenAiChat", "chat"),
        ("/v1/completions", "OpenAiChat", "completions"),
        ("/v1/responses", "OpenAiResponses", "responses"),
        ("/openai/v1/responses", "OpenAiResponses", "responses"),
        ("/v1/responses/resp_1/cancel", "Other", "other"),
        ("/v1/messages", "AnthropicMessages", "messages"),
        ("/anthropic/v1/messages", "AnthropicMessages", "messages"),
        ("/v1/messages/count_tokens", "AnthropicMessages", "count_tokens"),
        ("/v1/messages/batches", "Batches", "batch"),
        ("/v1/batch/jobs", "Batches", "batch"),
        ("/v1/threads/t1/messages", "Other", "other"),
        ("/v1beta/models/gemini-2.5-flash:generateContent", "Gemini", "generate_content"),
        ("/v1beta/models/gemini-2.5-flash%3AgenerateContent", "Gemini", "generate_content"),
        ("/v1beta/models/gemini-2.5-flash:streamGenerateContent", "Gemini", "generate_content"),
        ("/v1beta/models/gemini-2.5-flash:countTokens", "Gemini", "count_tokens"),
        ("/v1beta/models/gemini-embedding-001:embedContent", "Embeddings", "embeddings"),
        ("/v1/embeddings", "Embeddings", "embeddings"),
        ("/api/embed", "Embeddings", "embeddings"),
        ("/api/chat", "Ollama", "chat"),
        ("/api/generate", "Ollama", "generate"),
        ("/v1/images/generations", "Other", "other"),
        ("/v1/moderations", "Other", "other"),
    ],
)
def test_the_end_of_the_path_tells_the_dialect(path: str, dialect: str, operation: str) -> None:
    call = decode(path)
    assert (call.dialect, call.operation) == (dialect, operation)


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/gpt-5", "/v1beta/models", "/api/tags"])
def test_lists_of_models_are_named_and_concern_no_model(path: str) -> None:
    call = decode(path, b"", "GET")
    assert (call.operation, call.target, call.body) == ("models", "", b"")


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/v1/chat/completions", "m"),
        ("/openai/deployments/ours/chat/completions", "ours"),
        ("/openai/deployments/ours/embeddings", "ours"),
        ("/v1beta/models/gemini-2.5-flash:generateContent", "gemini-2.5-flash"),
        ("/v1beta/models/gemini%2D2.5-flash%3AgenerateContent", "gemini-2.5-flash"),
        ("/v1beta/tunedModels/mine:generateContent", "mine"),
        ("/v1/projects/p/locations/l/publishers/anthropic/models/claude@1:rawPredict", "claude@1"),
        ("/v1/images/generations", "m"),
        ("/models/chat/completions", "m"),
        ("/model/us.amazon.nova-lite-v1%3A0/converse", "us.amazon.nova-lite-v1:0"),
        ("/model/arn%3Aaws%3Abedrock%3A%3Ap%2Fclaude/invoke", "arn:aws:bedrock::p/claude"),
    ],
)
def test_the_model_in_the_path_counts_before_the_one_in_the_body(path: str, model: str) -> None:
    assert decode(path).target == model


def test_a_deployment_of_anthropics_agents_is_no_model() -> None:
    assert decode("/v1/deployments/depl_1/run", b"{}").target == ""
    assert decode("/v1/deployments/depl_1", b"", "GET").target == ""
    assert decode("/v1/deployments/ours/chat/completions").target == "ours"


@pytest.mark.parametrize(
    "path",
    [
        "/v1beta/models/allowed/../forbidden:generateContent",
        "/v1beta/models/allowed/%2e%2e/forbidden:generateContent",
        "/v1/./chat/completions",
        "/v1/x%2F..%2Fchat/completions",
        "/v1beta/models/allowed/..;x/forbidden:generateContent",
        "/openai/deployments/allowed%5C..%5Cforbidden/chat/completions",
    ],
)
def test_paths_that_upstreams_resolve_in_their_own_ways_are_refused(path: str) -> None:
    with pytest.raises(Malformed):
        decode(path)


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings", "/api/chat"]
)
@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'{"model":', b'{"model":"a","model":"b"}'])
def test_a_known_shape_must_be_a_json_object(path: str, body: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        decode(path, body)
    assert refused.value.status == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'{"model":', b"\x00\x01", b'"model"'])
def test_any_other_body_passes_and_names_no_model(body: bytes) -> None:
    call = decode("/v1/something/new", body)
    assert (call.target, call.body) == ("", body)


def test_no_path_takes_a_model_twice() -> None:
    with pytest.raises(Malformed):
        decode("/v1/something/new", b'{"model":"a","model":"b"}')


def test_who_lets_the_upstream_choose_among_models_names_none() -> None:
    call = decode("/v1/chat/completions", b'{"model":"a","models":["a","b"],"messages":[]}')
    assert (call.target, call.detail["models"]) == ("", ["a", "b"])
    assert decode("/v1/chat/completions", b'{"model":"a","models":["a"],"messages":[]}').target == "a"
    assert decode("/v1/chat/completions", b'{"model":"a","models":[["x"]],"messages":[]}').target == ""


def test_models_that_a_call_falls_back_to_or_whose_tools_use_are_named_beside_its_own() -> None:
    tools = b'[{"type":"advisor_20260301","name":"advisor","model":"b"},{"name":"look","input_schema":{}}]'
    body = b'{"model":"a","max_tokens":9,"messages":[],"fallbacks":[{"model":"c"}],"tools":' + tools + b"}"
    call = decode("/v1/messages", body)
    assert (call.target, sorted(call.others)) == ("a", ["b", "c"])
    for fallbacks in (b'[{"model":7}]', b'[{"model":"c"},"d"]', b"[{}]"):  # nobody can say which is asked
        call = decode("/v1/messages", b'{"model":"a","messages":[],"fallbacks":' + fallbacks + b"}")
        assert (call.target, call.others) == ("", [])
    assert decode("/v1/messages", b'{"model":"a","messages":[],"fallbacks":"default"}').target == "a"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/engines/a/chat/completions", b'{"model":"b","messages":[]}'),
        ("/model/a/converse", b'{"model":"b","messages":[]}'),
        ("/v1/chat/completions", b'{"model":"a","messages":[],"extra_body":{"model":"b"}}'),
        ("/v1/responses", b'{"model":"a","input":"Hi","extra_body":{"model":"a","models":["a","b"]}}'),
        (
            "/v1/chat/completions",
            b'{"model":"a","messages":[],"providerOptions":{"gateway":{"models":["a","b"]}}}',
        ),
        ("/v1/chat/completions?model=b", BODY),
        ("/v1/chat/completions?mod%65l=b", BODY),
        ("/openai/realtime?deployment=b", b'{"model":"a"}'),
        ("/v1/messages/batches", b'{"model":"a","requests":[{"params":{"model":"b","messages":[]}}]}'),
        ("/v1beta/models/a:batchGenerateContent", b'{"batch":{"model":"b","x":[{"model":"models/a"}]}}'),
        ("/v1beta/models/a:batchGenerateContent", b'{"batch":{"x":[{"request":{"model":"b"}}]}}'),
        ("/v1/realtime/client_secrets", b'{"model":"a","session":{"model":"b"}}'),
        ("/v1/realtime/client_secrets", rb'{"model":"a","session":{"\u006dodel":"b"}}'),
        ("/v1/realtime/client_secrets", b'{"model":"a","session":{"audio":[{"Model":"b"}]}}'),
        ("/api/copy", b'{"model":"a","source":"b","destination":"a2"}'),
        ("/api/create", b'{"model":"a","From":"b"}'),
    ],
)
def test_a_model_is_found_where_it_hides_behind_one_that_is_allowed(path: str, body: bytes) -> None:
    place, _, query = path.partition("?")
    assert decode(place, body, "POST", query).others == ["b"]


@pytest.mark.parametrize("name", ["user_config", "model_list", "router_settings_override"])
def test_where_a_request_says_who_answers_for_a_model_it_may_be_any(name: str) -> None:
    assert decode("/v1/chat/completions", b'{"model":"a","messages":[],"%b":{}}' % name.encode()).others == [
        ""
    ]


@pytest.mark.parametrize("name", [b"azureml-model-deployment", b"X_Ms_Model_Mesh_Model_Name"])
def test_a_deployment_that_a_header_names_is_a_model(name: bytes) -> None:
    head = a_head(raw_headers=((b"Host", b"gateway"), (name, b"b"), (name, b"c")))
    assert ADAPTER.decode(head, BODY, "azure").others == ["b", "c"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"model":"a","files":{"x.gguf":"sha256:1"}}',
        b'{"model":"a","from":7}',
        b'{"model":"a","from":"a","modelfile":"FROM b"}',
    ],
)
def test_a_model_that_is_made_of_what_nobody_can_say_names_none(body: bytes) -> None:
    assert "" in decode("/api/create", body).others


def test_models_in_more_than_can_be_read_are_any() -> None:
    body = b'{"model":"a","x":[' + b"[1]," * 150_000 + b'[[{"model":"b"}]]]}'
    assert "" in decode("/v1/something/new", body).others


def test_who_writes_a_drawing_for_a_tool_is_named() -> None:
    tool = b'{"type":"image_generation","model":"b","svg":{"model":"c"}}'
    call = decode("/v1/responses", b'{"model":"a","input":"Draw.","tools":[' + tool + b"]}")
    assert call.others == ["b", "c"]


def test_models_that_stand_in_where_a_call_fails_are_any() -> None:
    body = b'{"model":"a","messages":[],"context_window_fallbacks":[{"a":["b"]}]}'
    assert decode("/v1/chat/completions", body).target == ""


def test_the_same_model_said_twice_is_one() -> None:
    for path, body in (
        ("/v1/engines/a/chat/completions", b'{"model":"a","messages":[]}'),
        (
            "/v1/rerank",
            b'{"model":"a","documents":["\\"model\\": \\"b\\""],"parameters":{"model":{"type":"string"}}}',
        ),
        ("/api/copy", b'{"model":"a","source":"a","destination":"a2"}'),
    ):
        assert set(decode(path, body).others) <= {"a"}


def form(*parts: tuple[str, bytes], boundary: str = "XX") -> bytes:
    pieces = [f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in parts]
    return b"".join(pieces) + f"--{boundary}--\r\n".encode()


FILE = (
    'Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav',
    b"\x00\r\n\r\nmodel",
)
MODEL = ('Content-Disposition: form-data; name="model"', b"whisper-1")
MULTIPART = ("content-type", "multipart/form-data; boundary=XX")


def test_the_model_of_a_form_is_found() -> None:
    call = decode("/v1/audio/transcriptions", form(FILE, MODEL), "POST", "", MULTIPART)
    assert call.target == "whisper-1"


@pytest.mark.parametrize(
    "parts",
    [
        [FILE],
        [
            MODEL,
            (
                'Content-Disposition: form-data; name="x"\r\nContent-Disposition: form-data; name="model"',
                b"b",
            ),
        ],
        [MODEL, ("Content-Disposition: form-data; name*=utf-8''model", b"b")],
        [MODEL, ('content-disposition: form-data; name="mo\\del"', b"b")],
        [MODEL, ("X: y", b"b")],
        [MODEL, ('Content-Disposition: form-data; name="x"; name="model"', b"b")],
    ],
)
def test_a_form_that_parsers_might_read_in_two_ways_names_no_model(parts: list[tuple[str, bytes]]) -> None:
    assert decode("/v1/audio/transcriptions", form(*parts), "POST", "", MULTIPART).target == ""


def test_a_form_with_two_models_is_refused() -> None:
    other = ('Content-Disposition: form-data; name="Model"', b"other")
    with pytest.raises(Malformed):
        decode("/v1/audio/transcriptions", form(MODEL, FILE, other), "POST", "", MULTIPART)


def test_a_file_of_requests_beside_a_model_names_models_that_nobody_reads() -> None:
    head = 'Content-Disposition: form-data; name="file"; filename="a.jsonl"'
    file = (head, b'\n{"body":{"model":"b"}}\n')
    assert decode("/v1/files", form(MODEL, file), "POST", "", MULTIPART).others == [""]
    for harmless in (FILE, (head, b'{"language":"en"}'), (head, b"a model on a catwalk")):
        call = decode("/v1/audio/transcriptions", form(MODEL, harmless), "POST", "", MULTIPART)
        assert call.others == []


@pytest.mark.parametrize(
    "boundary",
    ["", "; boundary=XX; boundary=YY", "; boundary=XX; boundary*=YY", '; boundary="X\\X"', "; boundary =XX"],
)
def test_a_form_has_one_boundary(boundary: str) -> None:
    kind = ("content-type", f"multipart/form-data{boundary}")
    with pytest.raises(Malformed, match="boundary"):
        decode("/v1/audio/transcriptions", form(MODEL), "POST", "", kind)


def test_a_form_of_very_many_parts_is_refused() -> None:
    field = ('Content-Disposition: form-data; name="a"', b"1")
    for path, parts in (("/v1/audio/transcriptions", [field]), ("/v1/models/m:upload", [MODEL, field])):
        with pytest.raises(Malformed, match="parts") as refused:
            decode(path, form(*parts * 10_001), "POST", "", MULTIPART)
        assert refused.value.status == 413


def test_texts_of_a_form_end_where_they_end() -> None:
    prompt = ('Content-Disposition: form-data; name="prompt"', b"Two lines\r\n")
    empty = ('Content-Disposition: form-data; name="language"', b"")
    call = decode("/v1/audio/transcriptions", form(MODEL, prompt, empty), "POST", "", MULTIPART)
    assert [(part.place, part.text) for part in call.texts] == [("/1", "whisper-1"), ("/2", "Two lines\r\n")]


def test_what_is_no_form_names_no_model() -> None:
    kind = ("content-type", "text/plain")
    assert decode("/v1/audio/transcriptions", form(MODEL), "POST", "", kind).target == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":{"message":"No such model","type":"x"}}', "No such model"),
        (b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', "Overloaded"),
        (b'[{"error":{"code":400,"message":"Bad key","status":"INVALID_ARGUMENT"}}]', "Bad key"),
        (b'{"error":"model not found"}', "model not found"),
        (b'{"detail":[{"msg":"field required"}]}', "field required"),
        (b'{"message":"Unauthorized"}', "Unauthorized"),
        (b"<html>502 Bad Gateway</html>", "<html>502 Bad Gateway</html>"),
        (b"", None),
        (b"[]", None),
        (b"7", None),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_the_upstream_s_own_words_are_found(body: bytes, words: str | None) -> None:
    call = decode("/v1/chat/completions")
    reader = ADAPTER.read_reply(call, 400, "application/json")
    assert reader.feed(body) is body
    assert reader.end() == b""
    assert reader.reply.error == (words or "HTTP 400")
    assert reader.reply.usage is None and reader.reply.complete


def test_only_known_shapes_must_be_answered_with_json() -> None:
    assert ADAPTER.expects_json(decode("/v1/chat/completions"))
    assert ADAPTER.expects_json(decode("/v1/embeddings"))
    assert not ADAPTER.expects_json(
        decode("/v1/chat/completions", b'{"model":"m","stream":true,"messages":[]}')
    )
    assert not ADAPTER.expects_json(decode("/v1/audio/speech"))
    assert not ADAPTER.expects_json(Call("chat", b""))


def test_what_is_fetched_was_metered_when_it_was_made() -> None:
    call = decode("/v1/responses/resp_1", b"", "GET")
    reader = ADAPTER.read_reply(call, 200, "application/json")
    reader.feed(b'{"object":"response","usage":{"input_tokens":5,"output_tokens":5}}')
    reader.end()
    assert reader.reply.usage is None and reader.reply.complete


@pytest.mark.parametrize("status", [204, 301, 304])
def test_an_answer_without_a_body_to_read_is_complete(status: int) -> None:
    reader = ADAPTER.read_reply(decode("/v1/chat/completions"), status, "")
    assert reader.end() == b""
    assert reader.reply.complete and reader.reply.usage is None


def test_an_answer_too_large_to_read_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway_desktop.protocols.llm.readers._LARGEST", 1000)
    reader = ADAPTER.read_reply(decode("/v1/chat/completions"), 200, "application/json")
    pieces = [b"x" * 400] * 5
    assert [reader.feed(piece) for piece in pieces] == pieces
    reader.end()
    assert "too large" in str(reader.reply.detail["not_read"])
    assert reader.reply.complete


def test_a_request_of_more_texts_than_can_be_looked_at_is_not_read_to_its_end() -> None:
    """A million took seconds, in which nobody else had an answer."""
    body = b'{"model":"e","input":["a"' + b',"a"' * 250_000 + b"]}"
    with pytest.raises(Malformed, match="100,000 texts") as refused:
        decode("/v1/embeddings", body)
    assert refused.value.status == 413
