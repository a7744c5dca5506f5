"""What OpenAI and Gemini make in the background: what it used stands where it is first reported, once."""

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import openai
from google import genai
from google.genai import types

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import Program, eventually
from tests.fakes.llm import Connection, FakeUpstream

USAGE = {
    "input_tokens": 1000,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 500,
    "output_tokens_details": {"reasoning_tokens": 400},
    "total_tokens": 1500,
}


def response(status: str) -> dict[str, Any]:
    base = {"id": "resp_1", "object": "response", "created_at": 1764000000, "status": status}
    base |= {"model": "gpt-5-mini-2025-08-07", "output": [], "parallel_tool_calls": True, "tools": []}
    return {**base, "tool_choice": "auto", "usage": USAGE if status == "completed" else None}


def test_what_a_queued_response_used_is_counted_once_whoever_fetches_it(setting: Setting) -> None:
    states = iter(["queued", "in_progress", "completed", "completed", "completed"])

    async def responses(connection: Connection) -> None:
        known = connection.received.target.endswith("/models")
        await connection.whole(b"{}" if known else json.dumps(response(next(states))).encode())

    setting.script(responses)
    bearer = {"Authorization": f"Bearer {setting.program.add_user('bob@example.org')}"}
    models = f"{setting.url}/v1/models"
    eventually(lambda: httpx.get(models, headers=bearer, timeout=60).status_code == 200)  # the key is known
    client = openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key, max_retries=0)
    began = client.responses.create(model="gpt-5-mini", input="Think.", background=True)
    assert client.responses.retrieve(began.id).status == "in_progress"
    assert httpx.get(f"{setting.url}/v1/responses/{began.id}", headers=bearer, timeout=60).status_code == 200
    seen = [client.responses.retrieve(began.id).status for _ in range(2)]
    assert seen == ["completed", "completed"]
    begun, early, first, *later = setting.program.rows()[-5:]
    assert (begun["tokens_in"], begun["cost_basis"]) == (None, "unknown")
    for row in (early, *later):
        assert (row["tokens_in"], row["cost_nano"]) == (None, 0)
    assert first["actor"] == "bob@example.org"
    assert (first["tokens_in"], first["tokens_out"], first["tokens_reasoning"]) == (1000, 500, 400)
    assert (first["method"], first["target"], first["cost_basis"]) == ("responses", "gpt-5-mini", "reported")
    assert first["cost_nano"] > 0


def test_a_chat_that_is_deferred_is_counted_where_its_answer_is_first_fetched(setting: Setting) -> None:
    used = {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500}
    done = {"object": "chat.completion", "model": "gpt-5-mini", "choices": [], "usage": used}
    fetched = iter([(b"", 202), (json.dumps(done).encode(), 200), (json.dumps(done).encode(), 200)])

    async def chats(connection: Connection) -> None:
        if connection.received.method == "POST":
            await connection.whole(b'{"request_id": "deferred-1"}')
        else:
            await connection.whole(*next(fetched))

    setting.script(chats)
    asked = {"model": "gpt-5-mini", "messages": [{"role": "user", "content": "Think."}], "deferred": True}
    with httpx.Client(headers={"Authorization": f"Bearer {setting.key}"}, timeout=60) as client:
        chat = f"{setting.url}/v1/chat"
        assert client.post(f"{chat}/completions", json=asked).json() == {"request_id": "deferred-1"}
        seen = [client.get(f"{chat}/deferred-completion/deferred-1").status_code for _ in range(3)]
    assert seen == [202, 200, 200]
    begun, early, first, again = setting.program.rows()[-4:]
    assert (begun["tokens_in"], begun["cost_basis"]) == (None, "unknown")
    for row in (early, again):
        assert (row["tokens_in"], row["cost_nano"]) == (None, 0)
    assert (first["tokens_in"], first["tokens_out"], first["cost_basis"]) == (1000, 500, "reported")
    assert first["cost_nano"] > 0 and first["outcome"] == "success"


def test_who_leaves_a_stream_of_the_background_pays_where_its_end_is_told(setting: Setting) -> None:
    def event(number: int, kind: str, **more: Any) -> bytes:
        told = {"type": f"response.{kind}", "sequence_number": number, **more}
        return f"event: response.{kind}\ndata: {json.dumps(told)}\n\n".encode()

    streams = iter(
        [
            [event(0, "created", response=response("queued")), event(1, "output_text.delta", delta="Hel")],
            [event(2, "output_text.delta", delta="lo")],  # broke off
            [event(3, "output_text.delta", delta="!"), event(4, "completed", response=response("completed"))],
        ]
    )

    async def responses(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        for piece in next(streams):
            await connection.chunk(piece)
        if connection.received.method == "POST":
            await connection.gone()
        await connection.end()

    setting.script(responses)
    with openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key, max_retries=0) as client:
        began = client.responses.create(model="gpt-5-mini", input="Think.", background=True, stream=True)
        for event_ in began:
            if event_.type == "response.output_text.delta":
                break
        began.close()
        eventually(lambda: setting.program.rows()[-1]["outcome"] == "abandoned")
        for after in (1, 2):
            list(client.responses.retrieve("resp_1", stream=True, starting_after=after))
    left, broken, ended = setting.program.rows()[-3:]
    assert (left["tokens_out"], left["cost_nano"], left["cost_basis"]) == (None, None, "unknown")
    assert (broken["tokens_out"], broken["cost_nano"]) == (None, 0)
    assert (ended["tokens_in"], ended["tokens_out"], ended["cost_basis"]) == (1000, 500, "reported")
    assert ended["cost_nano"] > 0


def test_two_who_fetch_it_at_the_same_time_count_it_once(setting: Setting) -> None:
    fetched = []
    both = asyncio.Event()

    async def responses(connection: Connection) -> None:
        if connection.received.method == "GET":
            fetched.append(connection)
            if len(fetched) == 2:
                both.set()
            await both.wait()
        await connection.whole(json.dumps(response("completed" if fetched else "queued")).encode())

    setting.script(responses)
    headers = {"Authorization": f"Bearer {setting.key}"}
    url = f"{setting.url}/v1/responses"
    asked = {"model": "gpt-5-mini", "input": "Think.", "background": True}
    assert httpx.post(url, json=asked, headers=headers, timeout=60).status_code == 200
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda _: httpx.get(f"{url}/resp_1", headers=headers, timeout=60), range(2))
        assert [answer.json()["status"] for answer in answers] == ["completed", "completed"]
    first, second = setting.program.rows()[-2:]
    assert (first["tokens_in"], second["tokens_in"], second["cost_nano"]) == (1000, None, 0)
    assert first["cost_nano"] > 0


INTERACTION_USAGE = {
    "total_input_tokens": 1000,
    "total_output_tokens": 100,
    "total_thought_tokens": 400,
    "total_tokens": 1500,
}


def interaction(status: str) -> dict[str, Any]:
    base = {"id": "v1_abc", "object": "interaction", "status": status, "model": "gemini-2.5-flash"}
    base |= {"created": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z"}
    return {**base, "usage": INTERACTION_USAGE} if status == "completed" else base


def test_what_an_interaction_in_the_background_used_is_counted_once(setting: Setting) -> None:
    states = iter(["in_progress", "in_progress", "completed", "completed"])

    async def interactions(connection: Connection) -> None:
        await connection.whole(json.dumps(interaction(next(states))).encode())

    setting.script(interactions)
    client = genai.Client(api_key=setting.key, http_options=types.HttpOptions(base_url=setting.url))
    began = client.interactions.create(model="gemini-2.5-flash", input="Think.", background=True)
    assert began.id is not None
    seen = [client.interactions.get(began.id).status for _ in range(3)]
    assert seen == ["in_progress", "completed", "completed"]
    begun, early, first, again = setting.program.rows()[-4:]
    assert (begun["tokens_in"], begun["cost_basis"]) == (None, "unknown")
    for row in (early, again):
        assert (row["tokens_in"], row["cost_nano"]) == (None, 0)
    assert (first["tokens_in"], first["tokens_out"], first["tokens_reasoning"]) == (1000, 500, 400)
    assert (first["target"], first["cost_basis"]) == ("gemini-2.5-flash", "reported")
    assert first["cost_nano"] > 0


def test_an_interaction_whose_stream_was_cut_is_counted_where_it_goes_on(setting: Setting) -> None:
    done = {"event_type": "interaction.completed", "interaction": interaction("completed")}
    started = {"event_type": "interaction.created", "interaction": interaction("in_progress")}

    async def interactions(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        for event in (started,) if connection.received.method == "POST" else (started, done):
            await connection.chunk(b"data: " + json.dumps(event).encode() + b"\n\n")
        await connection.end()

    setting.script(interactions)
    headers = {"x-goog-api-key": setting.key}
    asked = {"model": "gemini-2.5-flash", "input": "Think.", "stream": True, "background": True}
    url = f"{setting.url}/v1beta/interactions"
    assert httpx.post(url, json=asked, headers=headers, timeout=60).status_code == 200
    for _ in range(2):
        assert httpx.get(f"{url}/v1_abc?stream=true", headers=headers, timeout=60).status_code == 200
    begun, first, again = setting.program.rows()[-3:]
    assert (begun["tokens_in"], first["tokens_in"], again["tokens_in"]) == (None, 1000, None)


def test_budgets_pay_what_it_did_cost_once_its_end_is_fetched_also_after_a_restart(tmp_path: Path) -> None:
    made: list[str] = []
    looked: list[str] = []

    async def responses(connection: Connection) -> None:
        fetched = connection.received.target.rpartition("/")[2]
        if connection.received.method == "POST":
            made.append(fetched := f"resp_{len(made)}")
            told = response("queued") | {"id": fetched}
        else:
            told = response("completed" if fetched in looked else "in_progress") | {"id": fetched}
            looked.append(fetched)
        await connection.whole(json.dumps(told).encode())

    def used() -> tuple[int, int, int]:
        [row] = program.json("budget", "list")
        with closing(sqlite3.connect(program.data / "gateway.sqlite")) as file:
            calls, unknown = file.execute("SELECT requests, n_unknown FROM budget_term").fetchone()
        return round(float(row["used"][1:]) * 10**9), calls, unknown

    program = Program(tmp_path / "data")
    with FakeUpstream(responses) as upstream:
        program.add_proxy("llm", upstream.url)
        key = program.add_user("ana@example.org")
        program.run("budget", "set", "user", "ana@example.org", "--limit", "9", "--period", "month")
        headers = {"Authorization": f"Bearer {key}"}
        url = f"{program.base}/llm/v1/responses"
        with program.serving():
            for _ in range(2):
                asked = {"model": "gpt-5-mini", "input": "Think.", "background": True}
                assert httpx.post(url, json=asked, headers=headers, timeout=60).status_code == 200
            most, *_ = before = used()
            assert before[1:] == (2, 2)
            for id in ("resp_0", "resp_1", "resp_0"):
                assert httpx.get(f"{url}/{id}", headers=headers, timeout=60).status_code == 200
            cost = program.rows()[-1]["cost_nano"]
            assert 0 < cost < most // 2
            assert used() == (most // 2 + cost, 2, 1)
        with program.serving():
            for _ in range(2):
                assert httpx.get(f"{url}/resp_1", headers=headers, timeout=60).status_code == 200
            assert used() == (2 * cost, 2, 0)
