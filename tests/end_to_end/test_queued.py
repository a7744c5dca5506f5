"""Responses that OpenAI makes in the background: what they used stands where it is first reported, once."""

import json
from typing import Any

import httpx
import openai
import pytest

from tests.end_to_end.conftest import Setting
from tests.fakes.llm import Connection

pytestmark = pytest.mark.timeout(120)  # the first request waits for detectors

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


def test_what_a_queued_response_used_is_counted_once_and_for_who_began_it(setting: Setting) -> None:
    states = iter(["queued", "completed", "in_progress", "completed", "completed"])

    async def responses(connection: Connection) -> None:
        await connection.whole(json.dumps(response(next(states))).encode())

    setting.script(responses)
    client = openai.OpenAI(base_url=f"{setting.url}/v1", api_key=setting.key, max_retries=0)
    began = client.responses.create(model="gpt-5-mini", input="Think.", background=True)
    other = setting.program.add_user("bob@example.org")
    bearer = {"Authorization": f"Bearer {other}"}
    assert httpx.get(f"{setting.url}/v1/responses/{began.id}", headers=bearer, timeout=20).status_code == 200
    seen = [client.responses.retrieve(began.id).status for _ in range(3)]
    assert seen == ["in_progress", "completed", "completed"]
    begun, bobs, early, first, again = setting.program.rows()[-5:]
    assert (begun["tokens_in"], begun["cost_basis"]) == (None, None)
    for row in (bobs, early, again):
        assert (row["tokens_in"], row["cost_nano"]) == (None, 0)
    assert (first["tokens_in"], first["tokens_out"], first["tokens_reasoning"]) == (1000, 500, 400)
    assert (first["method"], first["target"], first["cost_basis"]) == ("responses", "gpt-5-mini", "reported")
    assert first["cost_nano"] > 0
