"""Official SDKs through the gateway: the same objects as without it, and the tokens that they report."""

from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import CREDENTIAL

IMAGE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="
CHAT: list[Any] = [
    {"role": "system", "content": "You are brief."},
    {
        "role": "user",
        "content": [{"type": "text", "text": "Weather?"}, {"type": "image_url", "image_url": {"url": IMAGE}}],
    },
]
OPENAI_TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
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
        "messages": [{"role": "user", "content": "Weather?"}],
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


def test_each_sdk_raises_its_own_class_for_an_unknown_key(setting: Setting) -> None:
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=f"{setting.url}/v1", api_key="gwd_nobody", max_retries=0).models.list()
    with pytest.raises(anthropic.AuthenticationError):
        anthropic.Anthropic(base_url=setting.url, api_key="gwd_nobody", max_retries=0).models.list()
    assert last(setting)["block_reason"] == "credential"
    assert last(setting)["no_user_reason"]
