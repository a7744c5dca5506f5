"""Official SDKs through the gateway: the same objects as without it, and the tokens that they report."""

import asyncio
import json
from base64 import b64decode
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import CREDENTIAL, eventually
from tests.fakes.llm import Connection

IMAGE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="
CHAT: list[Any] = [
    {"role": "system", "content": "You are brief."},
    {
        "role": "user",
        "content": [{"type": "text", "text": "Weather?"}, {"type": "image_url", "image_url": {"url": IMAGE}}],
    },
]
OPENAI_TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
ANTHROPIC_IMAGE: Any = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/gif", "data": IMAGE.partition(",")[2]},
}
ANTHROPIC_TOOL: Any = {"name": "weather", "input_schema": {"type": "object"}}


def openais(setting: Setting) -> tuple[openai.OpenAI, openai.OpenAI]:
    """Return a client past the gateway and one through it."""
    direct = openai.OpenAI(base_url=f"{setting.upstream.url}/v1", api_key=CREDENTIAL)
    return direct, openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key)


def last(setting: Setting) -> dict[str, Any]:
    return setting.program.rows()[-1]


@pytest.mark.parametrize("tools", [False, True])
def test_a_chat_is_the_same_object(setting: Setting, tools: bool) -> None:
    asked: dict[str, Any] = {
        "model": "gpt-4o-mini",
        "messages": CHAT,
        **({"tools": [OPENAI_TOOL]} if tools else {}),
    }
    direct, through = (client.chat.completions.create(**asked) for client in openais(setting))
    assert through == direct
    row, usage = last(setting), through.usage
    assert usage is not None
    assert (row["tokens_in"], row["tokens_out"]) == (usage.prompt_tokens, usage.completion_tokens)
    assert (row["tokens_cached"], row["tokens_reasoning"]) == (1024, 8)
    assert (row["actor"], row["target"], row["outcome"], row["cost_basis"]) == (
        "ana@example.org",
        "gpt-4o-mini",
        "success",
        "reported",
    )


def test_a_streamed_tool_call_is_the_same_object(setting: Setting) -> None:
    asked: dict[str, Any] = {"model": "gpt-4o-mini", "messages": CHAT, "tools": [OPENAI_TOOL], "stream": True}
    direct, through = (list(client.chat.completions.create(**asked)) for client in openais(setting))
    assert through == direct
    assert through[0].choices[0].delta.tool_calls
    assert last(setting)["tokens_out"] == 28


def test_a_hundred_chats_at_once_of_the_asynchronous_client(setting: Setting) -> None:
    async def ask() -> list[Any]:
        async with openai.AsyncOpenAI(base_url=f"{setting.url}/v1", api_key=setting.key) as client:
            chats = (client.chat.completions.create(model="gpt-4o-mini", messages=CHAT) for _ in range(100))
            return await asyncio.gather(*chats)

    assert {chat.usage.total_tokens for chat in asyncio.run(ask())} == {1069}
    assert [row["outcome"] for row in setting.program.rows()[-100:]] == ["success"] * 100


def test_azures_client_names_a_deployment_in_the_path_and_its_key_in_a_header_of_its_own(
    setting: Setting,
) -> None:
    def client(endpoint: str, key: str) -> openai.AzureOpenAI:
        return openai.AzureOpenAI(azure_endpoint=endpoint, api_key=key, api_version="2024-10-21")

    setting.program.add_proxy("azure", setting.upstream.url, "--provider", "azure")
    direct, through = (
        client(setting.upstream.url, CREDENTIAL),
        client(f"{setting.program.base}/azure", setting.key),
    )
    eventually(lambda: setting.program.get("/azure/x", api_key=setting.key) != 404)
    setting.upstream.received.clear()
    asked: dict[str, Any] = {"model": "my-deployment", "messages": CHAT}
    assert through.chat.completions.create(**asked) == direct.chat.completions.create(**asked)
    ours, theirs = setting.upstream.received
    assert (
        ours.target
        == theirs.target
        == ("/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21")
    )
    assert ours.header("api-key") == CREDENTIAL.encode() and ours.body == theirs.body
    assert (last(setting)["target"], last(setting)["tokens_in"]) == ("my-deployment", 1041)


@pytest.mark.parametrize("provider", ["ollama", "lmstudio"])
def test_local_upstreams_serve_openais_and_anthropics_routes_and_cost_nothing(
    setting: Setting, provider: str
) -> None:
    setting.program.run("proxy", "add", provider, "--kind", "llm", "--upstream", setting.upstream.url,
                        "--provider", provider)  # fmt: skip
    base = f"{setting.program.base}/{provider}"
    eventually(lambda: setting.program.get(f"/{provider}/x", x_api_key=setting.key) != 404)
    chat = openai.OpenAI(base_url=f"{base}/v1", api_key=setting.key).chat.completions
    assert chat.create(model="qwen3", messages=CHAT).usage
    messages = anthropic.Anthropic(base_url=base, api_key=setting.key).messages
    assert messages.create(model="qwen3", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]).usage
    received = setting.upstream.received[-2:]
    assert [one.target for one in received] == ["/v1/chat/completions", "/v1/messages"]
    assert all(setting.key.encode() not in repr(one).encode() for one in received)
    assert [row["cost_nano"] for row in setting.program.rows()[-2:]] == [0, 0]


def test_mistral_is_not_asked_for_the_usage_that_its_streams_end_with(setting: Setting) -> None:
    usage = {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25, "num_cached_tokens": 16}
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "mistral-large-2512"}
    said: dict[str, Any] = {"index": 0, "delta": {"role": "assistant", "content": "Sunny."}}

    async def mistral(connection: Connection) -> None:
        if b"include_usage" in connection.received.body:
            forbidden = {"type": "extra_forbidden", "loc": ["body", "stream_options", "include_usage"]}
            await connection.whole(json.dumps({"message": {"detail": [forbidden]}}).encode(), 422)
            return
        await connection.head(200, ("Content-Type", "text/event-stream"))
        chunk = {**head, "choices": [{**said, "finish_reason": "stop"}], "usage": usage}
        await connection.chunk(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode())
        await connection.end()

    setting.script(mistral)
    setting.program.add_proxy("mistral", setting.upstream.url, "--provider", "mistral")
    eventually(lambda: setting.program.get("/mistral/x", x_api_key=setting.key) != 404)
    client = openai.OpenAI(base_url=f"{setting.program.base}/mistral/v1", api_key=setting.key)
    [chunk] = client.chat.completions.create(model="mistral-large-latest", messages=CHAT, stream=True)
    assert chunk.usage is not None and chunk.usage.total_tokens == 25
    row = last(setting)
    assert (row["tokens_in"], row["tokens_cached"], row["tokens_out"]) == (20, 16, 5)
    assert row["cost_nano"] and row["cost_basis"] == "reported"


@pytest.mark.parametrize("include_usage", [False, True])
def test_a_streamed_chat_has_the_same_chunks_whether_usage_was_asked_for_or_not(
    setting: Setting, include_usage: bool
) -> None:
    asked: dict[str, Any] = {"model": "gpt-4o-mini", "messages": CHAT, "stream": True}
    if include_usage:
        asked["stream_options"] = {"include_usage": True}
    direct, through = (list(client.chat.completions.create(**asked)) for client in openais(setting))
    assert through == direct
    row = last(setting)
    assert (row["tokens_in"], row["tokens_out"], row["finish"]) == (1041, 28, "stop")


def test_responses_whole_and_streamed(setting: Setting) -> None:
    direct, through = openais(setting)
    assert through.responses.create(model="gpt-5-mini", input="Weather?") == direct.responses.create(
        model="gpt-5-mini", input="Weather?"
    )
    streams = (
        client.responses.create(model="gpt-5-mini", input="Hi", stream=True) for client in (direct, through)
    )
    first, second = (list(stream) for stream in streams)
    assert first == second
    assert [(row["method"], row["tokens_in"], row["tokens_out"]) for row in setting.program.rows()[-2:]] == [
        ("responses", 1041, 28)
    ] * 2


def test_embeddings_and_models(setting: Setting) -> None:
    direct, through = openais(setting)
    asked: dict[str, Any] = {"model": "text-embedding-3-small", "input": "words", "encoding_format": "float"}
    assert through.embeddings.create(**asked) == direct.embeddings.create(**asked)
    assert through.models.list().data == direct.models.list().data
    assert [row["tokens_in"] for row in setting.program.rows()[-2:]] == [7, None]


def test_anthropic_messages_whole_streamed_and_with_tools(setting: Setting) -> None:
    direct = anthropic.Anthropic(base_url=setting.upstream.url, api_key=CREDENTIAL)
    through = anthropic.Anthropic(base_url=setting.url, api_key=setting.key)
    asked: dict[str, Any] = {
        "model": "claude-next",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Weather?"}, ANTHROPIC_IMAGE]}],
        "tools": [ANTHROPIC_TOOL],
    }
    assert through.messages.create(**asked) == direct.messages.create(**asked)
    with direct.messages.stream(**asked) as first, through.messages.stream(**asked) as second:
        assert second.get_final_message() == first.get_final_message()
    for row in setting.program.rows()[-2:]:
        assert (row["tokens_in"], row["tokens_out"]) == (17 + 256 + 1024, 20)
        assert (row["tokens_cached"], row["tokens_cache_write"]) == (1024, 256)


def test_gemini_whole_and_streamed(setting: Setting) -> None:
    def client(base: str, key: str) -> genai.Client:
        return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=base))

    def said(answer: types.GenerateContentResponse) -> dict[str, Any]:
        return answer.model_dump(exclude={"sdk_http_response"})

    direct, through = client(setting.upstream.url, CREDENTIAL), client(setting.url, setting.key)
    asked: dict[str, Any] = {"model": "gemini-2.5-flash", "contents": "Weather?"}
    assert said(through.models.generate_content(**asked)) == said(direct.models.generate_content(**asked))
    first, second = (list(each.models.generate_content_stream(**asked)) for each in (direct, through))
    assert [said(chunk) for chunk in second] == [said(chunk) for chunk in first]
    for row in setting.program.rows()[-2:]:
        assert (row["tokens_in"], row["tokens_out"], row["target"]) == (1041, 28, "gemini-2.5-flash")


def test_gemini_with_an_image_and_a_tool(setting: Setting) -> None:
    def client(base: str, key: str) -> genai.Client:
        return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=base))

    picture = types.Part.from_bytes(data=b64decode(IMAGE.partition(",")[2]), mime_type="image/gif")
    tool = types.Tool(function_declarations=[types.FunctionDeclaration(name="weather")])
    config = types.GenerateContentConfig(tools=[tool])
    asked: dict[str, Any] = {"model": "gemini-2.5-flash", "contents": ["Weather?", picture], "config": config}
    clients = client(setting.upstream.url, CREDENTIAL), client(setting.url, setting.key)
    direct, through = (each.models.generate_content(**asked) for each in clients)
    assert through.function_calls == direct.function_calls and through.function_calls
    assert setting.upstream.received[0].body == setting.upstream.received[1].body
    usage = through.usage_metadata
    assert usage is not None and last(setting)["tokens_in"] == usage.prompt_token_count


def test_a_cache_of_gemini_is_of_the_model_that_paths_name_without_a_prefix(setting: Setting) -> None:
    async def cached(connection: Connection) -> None:
        usage = {"totalTokenCount": 4096}
        cache = {"name": "cachedContents/1", "model": "models/gemini-2.5-flash", "usageMetadata": usage}
        await connection.whole(json.dumps(cache).encode())

    setting.script(cached)
    program = setting.program
    program.add_proxy("google", setting.upstream.url, "--provider", "google")
    program.run("proxy", "allow", "google", "--group", "team", "--model", "gemini-2.5-*")
    through = genai.Client(
        api_key=setting.key, http_options=types.HttpOptions(base_url=f"{program.base}/google")
    )
    path, other = "/google/v1beta/cachedContents", b'{"model": "models/gemini-3-pro"}'
    eventually(lambda: program.post(path, other, x_goog_api_key=setting.key)[0] == 403)
    config = types.CreateCachedContentConfig(contents=["A long text"])
    cache = through.caches.create(model="gemini-2.5-flash", config=config)
    assert cache.name == "cachedContents/1" and last(setting)["target"] == "gemini-2.5-flash"
    with pytest.raises(genai.errors.ClientError, match="may not use model 'gemini-3-pro'"):
        through.caches.create(model="gemini-3-pro", config=config)


def test_each_sdk_raises_its_own_class_for_an_unknown_key(setting: Setting) -> None:
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=f"{setting.url}/v1", api_key="gwd_nobody", max_retries=0).models.list()
    with pytest.raises(anthropic.AuthenticationError):
        anthropic.Anthropic(base_url=setting.url, api_key="gwd_nobody", max_retries=0).models.list()
    assert last(setting)["block_reason"] == "credential"
    assert last(setting)["no_user_reason"]


def test_a_key_for_use_without_the_gateway_passes_and_is_told_of(setting: Setting) -> None:
    async def made(connection: Connection) -> None:
        session = {"type": "realtime", "id": "sess_1", "object": "realtime.session"}
        await connection.whole(json.dumps({"value": "ek_1", "expires_at": 1, "session": session}).encode())

    setting.script(made)
    direct, through = (client.realtime.client_secrets.create() for client in openais(setting))
    assert through == direct and through.value == "ek_1"

    def titles() -> list[str]:
        return [alert["title"] for alert in setting.program.json("alert", "list")]

    eventually(lambda: "ana@example.org was let past the gateway by llm" in titles(), 40)
