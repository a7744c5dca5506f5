"""Batches: what they used stands where their end or results are first fetched, once, for who made them."""

import json
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import eventually
from tests.fakes.llm import Connection

pytestmark = pytest.mark.timeout(120)  # the first request waits for detectors

NOTHING = {
    "input_tokens": 0,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 0,
}
USED = {
    "input_tokens": 9_000,
    "input_tokens_details": {"cached_tokens": 1_000},
    "output_tokens": 500,
    "output_tokens_details": {"reasoning_tokens": 400},
    "total_tokens": 9_500,
}


def tokens(setting: Setting, rows: int) -> list[tuple[int | None, int | None, int | None]]:
    """Return tokens and cost of the newest rows, the oldest first."""
    found = setting.program.rows()[-rows:]
    return [(row["tokens_in"], row["tokens_out"], row["cost_nano"]) for row in found]


def test_a_batch_of_openai_is_counted_where_its_end_is_first_fetched(setting: Setting) -> None:
    states = iter(["validating", "in_progress", "completed", "completed"])

    async def batches(connection: Connection) -> None:
        batch: dict[str, Any] = {"id": "batch_1", "object": "batch", "endpoint": "/v1/responses"}
        batch |= {
            "input_file_id": "file-1",
            "completion_window": "24h",
            "created_at": 1,
            "model": "gpt-5-mini",
        }
        state = next(states)
        batch |= {"status": state, "usage": USED if state == "completed" else NOTHING}
        await connection.whole(json.dumps(batch).encode())

    setting.script(batches)
    with openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key, max_retries=0) as client:
        asked: Any = {"input_file_id": "file-1", "endpoint": "/v1/responses", "completion_window": "24h"}
        made = client.batches.create(**asked)
        seen = [client.batches.retrieve(made.id).status for _ in range(3)]
    assert seen == ["in_progress", "completed", "completed"]
    begun, early, first, again = tokens(setting, 4)
    assert (begun, early, again) == ((None, None, None), (None, None, 0), (None, None, 0))
    assert first[:2] == (9_000, 500) and first[2]
    row = setting.program.rows()[-2]
    assert (row["response_model"], row["service_tier"], row["tokens_cached"]) == (
        "gpt-5-mini",
        "batch",
        1_000,
    )


def test_a_batch_that_tells_no_usage_is_counted_where_its_file_of_results_is_first_fetched(
    setting: Setting,
) -> None:
    used = {"prompt_tokens": 900, "completion_tokens": 50, "total_tokens": 950}
    body = {"object": "chat.completion", "model": "gpt-4o-mini-2024-07-18", "usage": used}
    line = {"custom_id": "1", "response": {"status_code": 200, "body": body}, "error": None}

    async def batches(connection: Connection) -> None:
        if connection.received.target.endswith("/content"):
            lines = (json.dumps(line) + "\n").encode() * 2
            await connection.whole(lines, 200, ("Content-Type", "application/octet-stream"))
            return
        batch: dict[str, Any] = {"id": "batch_9", "object": "batch", "status": "validating"}
        if connection.received.method == "GET":
            batch |= {"status": "completed", "output_file_id": "file-out"}
        await connection.whole(json.dumps(batch).encode())

    setting.script(batches)
    with openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key, max_retries=0) as client:
        asked: Any = {"input_file_id": "file-1", "endpoint": "/v1/responses", "completion_window": "24h"}
        made = client.batches.create(**asked)
        for _ in range(2):
            results = client.batches.retrieve(made.id).output_file_id
            assert results and client.files.content(results).text.count("batch") == 0
    begun, ended, first, _, again = tokens(setting, 5)
    assert (begun, ended, again) == ((None, None, None), (None, None, 0), (None, None, 0))
    assert first[:2] == (1_800, 100) and first[2]


def test_a_batch_that_a_list_tells_the_end_of_is_counted_where_its_file_of_results_is_first_fetched(
    setting: Setting,
) -> None:
    body = {"model": "gpt-5-mini", "usage": USED}
    line = {"custom_id": "1", "response": {"status_code": 200, "body": body}, "error": None}

    async def batches(connection: Connection) -> None:
        target = connection.received.target
        if target.endswith("/content"):
            lines = (json.dumps(line) + "\n").encode()
            await connection.whole(lines, 200, ("Content-Type", "application/octet-stream"))
            return
        batch: dict[str, Any] = {"id": "batch_l", "object": "batch", "status": "validating"}
        if connection.received.method == "GET":
            ended = {"status": "completed", "model": "gpt-5-mini", "usage": USED}
            batch |= {**ended, "output_file_id": "file-of-batch_l"}
            elsewhere = {**batch, "id": "batch_of_nobody", "output_file_id": "file-of-nobody"}
            batch = {"object": "list", "data": [batch, elsewhere], "has_more": False}
        await connection.whole(json.dumps(batch).encode())

    setting.script(batches)
    with openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key, max_retries=0) as client:
        asked: Any = {"input_file_id": "file-1", "endpoint": "/v1/responses", "completion_window": "24h"}
        client.batches.create(**asked)
        results = [batch.output_file_id for batch in client.batches.list()]
        for file in (*results, *results):
            assert file is not None and "batch_l" not in client.files.content(file).text
    begun, listed, first, *others = tokens(setting, 6)
    assert (begun, listed) == ((None, None, None), (None, None, 0))
    assert first[:2] == (9_000, 500) and first[2]
    assert others == [(None, None, 0)] * 3
    assert setting.program.rows()[-5]["detail"]["queued"] == {"batch_l": "file-of-batch_l"}


def test_a_batch_that_another_fetches_after_a_restart_is_counted_once_and_charged_to_who_made_it(
    setting: Setting,
) -> None:
    states = iter(["validating", "in_progress", "completed", "completed"])

    async def batches(connection: Connection) -> None:
        state = next(states)
        batch: dict[str, Any] = {"id": "batch_7", "object": "batch", "status": state, "model": "gpt-5-mini"}
        batch["usage"] = USED if state == "completed" else NOTHING
        await connection.whole(json.dumps(batch).encode())

    program = setting.program
    key, another = program.add_user("bo@example.org"), program.add_user("cy@example.org")
    for who in ("bo", "cy"):
        program.run("budget", "set", "user", f"{who}@example.org", "--limit", "9", "--period", "month")
    bearer = {"Authorization": f"Bearer {another}"}
    eventually(lambda: program.get("/llm/v1/models/x", **bearer) != 401)
    setting.script(batches)

    def client(key: str) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{setting.url}/v1", api_key=key, max_retries=0)

    with client(key) as making:
        asked: Any = {"input_file_id": "file-1", "endpoint": "/v1/responses", "completion_window": "24h"}
        making.batches.create(**asked)
    for fetches in (2, 1):
        program.stop()
        program.start()
        with client(another) as fetching:
            for _ in range(fetches):
                fetching.batches.retrieve("batch_7")
    early, first, again = tokens(setting, 3)
    assert (early, again) == ((None, None, 0), (None, None, 0))
    assert first[:2] == (9_000, 500) and first[2]
    used = {row["budget"]: round(float(row["used"][1:]) * 10**9) for row in program.json("budget", "list")}
    assert sorted(used.values()) == [0, first[2]], used


def test_a_batch_of_anthropic_is_counted_where_its_results_are_first_fetched(setting: Setting) -> None:
    usage = {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 20, "service_tier": "batch"}
    message = {"id": "m", "type": "message", "role": "assistant", "content": [], "usage": usage}
    told = ("claude-haiku-4-5", "claude-sonnet-5", "claude-haiku-4-5")
    lines: list[dict[str, Any]] = [
        {"custom_id": "1", "result": {"type": "succeeded", "message": {**message, "model": model}}}
        for model in told
    ]
    lines.append({"custom_id": "2", "result": {"type": "expired"}})

    async def batches(connection: Connection) -> None:
        if connection.received.target.endswith("/results"):
            body = "".join(json.dumps(line) + "\n" for line in lines).encode()
            await connection.whole(body, 200, ("Content-Type", "application/x-jsonl"))
            return
        state = "in_progress" if connection.received.method == "POST" else "ended"
        batch = {"id": "msgbatch_1", "type": "message_batch", "processing_status": state}
        batch["results_url"] = f"{setting.upstream.url}/v1/messages/batches/msgbatch_1/results"
        await connection.whole(json.dumps(batch).encode())

    setting.script(batches)
    asked: Any = {"model": told[0], "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    with anthropic.Anthropic(base_url=setting.url, api_key=setting.key, max_retries=0) as client:
        made = client.messages.batches.create(requests=[{"custom_id": "1", "params": asked}])
        assert [len(list(client.messages.batches.results(made.id))) for _ in range(2)] == [4, 4]
    begun, ended, first, _, again = tokens(setting, 5)
    assert (begun, ended, again) == ((None, None, None), (None, None, 0), (None, None, 0))
    assert first[:2] == (200, 40) and first[2]


def test_a_batch_of_gemini_is_counted_where_its_results_are_first_fetched(setting: Setting) -> None:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 2, "totalTokenCount": 12}
    answer = {"modelVersion": "gemini-2.5-flash", "usageMetadata": usage}
    results = {"inlinedResponses": {"inlinedResponses": [{"response": answer}, {"response": answer}]}}

    async def batches(connection: Connection) -> None:
        batch: dict[str, Any] = {"name": "batches/b1", "metadata": {"state": "BATCH_STATE_PENDING"}}
        if connection.received.method == "GET":
            batch |= {"metadata": {"state": "BATCH_STATE_SUCCEEDED"}, "done": True, "response": results}
        await connection.whole(json.dumps(batch).encode())

    setting.script(batches)
    options = types.HttpOptions(base_url=setting.url)
    with genai.Client(api_key=setting.key, http_options=options) as client:
        made = client.batches.create(model="gemini-2.5-flash", src=[types.InlinedRequest(contents="Hi")])
        assert made.name == "batches/b1"
        for _ in range(2):
            client.batches.get(name=made.name)
    begun, first, again = tokens(setting, 3)
    assert (begun, again) == ((None, None, None), (None, None, 0))
    assert first[:2] == (20, 4) and first[2]


@pytest.mark.parametrize("listed", [False, True])
def test_a_batch_of_gemini_is_counted_where_its_file_of_results_is_first_fetched(
    setting: Setting, listed: bool
) -> None:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 2, "totalTokenCount": 12}
    answer = {"modelVersion": "gemini-2.5-flash", "usageMetadata": usage}
    lines: list[dict[str, Any]] = [{"key": "1", "response": answer}, {"key": "2", "response": answer}]
    lines.append({"key": "3", "error": {"code": 3, "message": "no"}})

    async def batches(connection: Connection) -> None:
        if ":download" in connection.received.target:
            body = "".join(json.dumps(line) + "\n" for line in lines).encode()
            await connection.whole(body, 200, ("Content-Type", "application/octet-stream"))
            return
        batch: dict[str, Any] = {"name": "batches/b2", "metadata": {"state": "BATCH_STATE_PENDING"}}
        if connection.received.method == "GET":
            output = {"responsesFile": "files/batch-b2"}
            batch |= {"metadata": {"state": "BATCH_STATE_SUCCEEDED", "output": output}, "done": True}
            if listed:
                batch = {"operations": [batch]}
        await connection.whole(json.dumps(batch).encode())

    setting.script(batches)
    options = types.HttpOptions(base_url=setting.url)
    with genai.Client(api_key=setting.key, http_options=options) as client:
        client.batches.create(model="gemini-2.5-flash", src="files/requests")
        for _ in range(2):
            batch = next(iter(client.batches.list())) if listed else client.batches.get(name="batches/b2")
            assert batch.dest is not None and batch.dest.file_name == "files/batch-b2"
            assert client.files.download(file=batch.dest.file_name).count(b"\n") == 3
    begun, ended, first, _, again = tokens(setting, 5)
    assert (begun, ended, again) == ((None, None, None), (None, None, 0), (None, None, 0))
    assert first[:2] == (20, 4) and first[2]
