"""Policies with the official SDKs: each one's own error, masked upstream, put back in answers."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import errors, types

from tests.end_to_end.conftest import Setting, prepared
from tests.end_to_end.program import eventually
from tests.fakes.llm import Connection

BIRD = "bluebird-" + "Zq7" * 6
POLICIES = r"""
name: Birds
rules:
- name: none-in
  when: {pattern: 'forbidden-[a-z]+'}
  action: block
  direction: request
  message: There is a bird in it
  recommended: Take it out
- name: none-out
  when: {pattern: 'eagle-[a-z]+'}
  action: block
  direction: answer
- name: masked
  when: {pattern: 'bluebird-[A-Za-z0-9]{12,}'}
  action: redact
  direction: request
  restore: true
- name: masked-out
  when: {pattern: 'raven-[a-z]{4,}'}
  action: redact
  direction: answer
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """Start a gateway that obeys the policy."""
    with prepared(tmp_path_factory.mktemp("policies")) as setting:
        setting.program.run("policy", "import", "-", stdin=POLICIES)
        with setting.program.serving():
            yield setting


def last(setting: Setting) -> dict[str, Any]:
    return setting.program.rows()[-1]


def openai_of(setting: Setting) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key, max_retries=0)


def anthropic_of(setting: Setting) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=setting.url, api_key=setting.key, max_retries=0)


def google_of(setting: Setting) -> genai.Client:
    return genai.Client(api_key=setting.key, http_options=types.HttpOptions(base_url=setting.url))


def chat(setting: Setting, text: str) -> str:
    messages: Any = [{"role": "user", "content": text}]
    done = openai_of(setting).chat.completions.create(model="gpt-4o-mini", messages=messages)
    return done.choices[0].message.content or ""


def streamed_chat(setting: Setting, text: str) -> str:
    messages: Any = [{"role": "user", "content": text}]
    stream = openai_of(setting).chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def said_or_refused(setting: Setting, text: str) -> tuple[str, str]:
    """Return what a streamed chat says, or why it was refused: a gateway obeys changes soon."""
    try:
        return streamed_chat(setting, text), ""
    except openai.PermissionDeniedError as error:
        return "", error.message


def says(*pieces: str, ends: bool = True) -> Any:
    """Return a script that answers chats with these words; `ends=False`: a stream until the caller leaves."""

    async def script(connection: Connection) -> None:
        if not json.loads(connection.received.body).get("stream"):
            message = {"role": "assistant", "content": "".join(pieces)}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            await connection.whole(json.dumps({"object": "chat.completion", "choices": [choice]}).encode())
            return
        await connection.head(200, ("Content-Type", "text/event-stream"))
        for piece in pieces:
            chunk = {"choices": [{"index": 0, "delta": {"content": piece}}]}
            await connection.chunk(f"data: {json.dumps(chunk)}\n\n".encode())
        end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        await connection.chunk(f"data: {json.dumps(end)}\n\ndata: [DONE]\n\n".encode())
        await (connection.end() if ends else connection.gone())

    return script


def test_openais_sdk_raises_its_own_error_naming_the_policy(setting: Setting) -> None:
    with pytest.raises(
        openai.PermissionDeniedError, match=r"'Birds'.*There is a bird in it.*Take it out"
    ) as error:
        chat(setting, "a forbidden-bird")
    assert error.value.code == "content_policy_violation"
    row = last(setting)
    assert (row["outcome"], row["block_reason"], row["policy_action"]) == ("blocked", "policy", "blocked")
    assert row["policy"] == "Birds@1/none-in"
    assert setting.upstream.received == []


def test_anthropics_sdk_raises_its_own_error(setting: Setting) -> None:
    with pytest.raises(anthropic.PermissionDeniedError, match="'Birds'"):
        anthropic_of(setting).messages.create(
            model="claude-haiku-4-5", max_tokens=9, messages=[{"role": "user", "content": "a forbidden-bird"}]
        )


def test_googles_sdk_raises_its_own_error(setting: Setting) -> None:
    client = google_of(setting)
    with pytest.raises(errors.ClientError, match="'Birds'") as error:
        client.models.generate_content(model="gemini-2.5-flash", contents="a forbidden-bird")
    assert error.value.code == 403 and error.value.status == "PERMISSION_DENIED"


def test_the_upstream_sees_a_placeholder_and_the_caller_the_original(setting: Setting) -> None:
    setting.script(says("Your key is <MASKED_1> ", "indeed."))
    assert chat(setting, f"The key is {BIRD}.") == f"Your key is {BIRD} indeed."
    [received] = setting.upstream.received
    assert b"<MASKED_1>" in received.body and BIRD.encode() not in received.body
    row = last(setting)
    assert row["policy_action"] == "redacted" and row["outcome"] == "success"


def test_a_placeholder_split_over_a_stream_comes_back_as_the_original(setting: Setting) -> None:
    setting.script(says("Your key is <MAS", "KED_1", ">, is it?"))
    assert streamed_chat(setting, f"The key is {BIRD}.") == f"Your key is {BIRD}, is it?"


@pytest.mark.parametrize("ask", [chat, streamed_chat])
def test_an_answer_that_must_not_pass_is_refused(setting: Setting, ask: Any) -> None:
    setting.script(says("Here is an eag", "le-owl ", "for you. "))
    with pytest.raises(openai.PermissionDeniedError, match="none-out"):
        ask(setting, "hello")
    assert last(setting)["outcome"] == "blocked"


@pytest.mark.parametrize("ask", [chat, streamed_chat])
def test_an_answer_is_masked(setting: Setting, ask: Any) -> None:
    setting.script(says("Here is a rav", "en-black ", "for you."))
    before = len(setting.program.rows())
    assert ask(setting, "hello") == "Here is a <MASKED_OUT_1> for you."
    rows = eventually(lambda: setting.program.rows()[before:])  # an SDK stops at [DONE], before the end
    assert rows[-1]["policy_action"] == "redacted"


@pytest.mark.parametrize("stream", [True, False])
def test_what_is_masked_is_not_told_by_its_tokens(setting: Setting, stream: bool) -> None:
    def tokens(*words: str) -> dict[str, Any]:
        return {"content": [{"token": word, "bytes": list(word.encode()), "logprob": 0} for word in words]}

    def event(text: str, *words: str) -> bytes:
        choice = {"index": 0, "delta": {"content": text}, "logprobs": tokens(*words)}
        return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"

    async def saying(connection: Connection) -> None:
        if stream:
            events = event("a rav", "a ", "rav") + event("en-black", "en-black") + b"data: [DONE]\n\n"
            await connection.whole(events, 200, ("Content-Type", "text/event-stream"))
        else:
            message = {"role": "assistant", "content": "a raven-black"}
            choice = {"index": 0, "message": message, "logprobs": tokens("a ", "rav", "en-black")}
            await connection.whole(json.dumps({"choices": [choice]}).encode())

    setting.script(saying)
    body = {"model": "m", "stream": stream, "logprobs": True, "messages": [{"role": "user", "content": "Hi"}]}
    status, _, answered = setting.program.post(
        "/llm/v1/chat/completions", json.dumps(body).encode(), Authorization=f"Bearer {setting.key}"
    )
    assert status == 200 and b"<MASKED_OUT_1>" in answered
    assert b"black" not in answered and b"rav" not in answered


def test_a_long_stream_with_something_late_ends_with_the_protocols_error(setting: Setting) -> None:
    setting.script(says("Words and words. " * 60, "an eagle-owl", " and more. " * 60))
    with pytest.raises(openai.APIError, match="none-out"):
        streamed_chat(setting, "hello")


@pytest.mark.parametrize("ends", [True, False])  # before its end, an SDK leaves: it stops at [DONE]
def test_where_answers_pass_as_they_come_the_record_tells_what_was_in_them(
    setting: Setting, ends: bool
) -> None:
    setting.program.run("proxy", "set", "llm", "answers=pass")
    setting.script(says("Here is an eag", "le-owl", ends=ends))
    try:
        assert eventually(lambda: said_or_refused(setting, "hello")[0]) == "Here is an eagle-owl"
        assert eventually(lambda: last(setting)["policy_action"] == "monitored")
    finally:
        setting.program.run("proxy", "set", "llm", "answers=auto")


def test_hidden_text_is_told_under_watch_and_refused_once_strict_is_assigned(setting: Setting) -> None:
    hidden = "see \U000e0049\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065 this"
    chat(setting, hidden)
    row = last(setting)
    assert row["policy_action"] == "monitored" and row["risk"] > 0
    setting.program.run("policy", "assign", "Strict", "llm")
    try:
        assert "'Strict'" in eventually(lambda: said_or_refused(setting, hidden)[1])
        assert last(setting)["policy"].startswith("Strict@2/")
    finally:
        setting.program.run("policy", "unassign", "Strict", "llm")
