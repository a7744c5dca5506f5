"""Results of batches: lines of many models, which may break off."""

import json
from typing import Any

import pytest

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import Reply, Usage
from gateway_desktop.protocols.llm.dialects.batches import Batches


def read(*lines: object, cut: bool = False) -> Reply:
    reply = Reply(200)
    reader = Batches().reader(Call("batch", b""), reply, "application/x-jsonl")
    for line in lines:
        reader.feed(json.dumps(line).encode() + b"\n")
    if cut:
        reader.aborted()
    else:
        reader.end()
    return reply


def line(model: str, input: int, output: int) -> dict[str, object]:
    usage = {"input_tokens": input, "output_tokens": output, "server_tool_use": {"web_search_requests": 1}}
    return {"custom_id": "a", "result": {"type": "succeeded", "message": {"model": model, "usage": usage}}}


def test_what_was_used_is_added_up_by_model() -> None:
    reply = read(
        line("one", 1, 2), line("two", 10, 20), line("one", 3, 4), {"result": {"type": "errored"}}, 7
    )
    others = [("two", Usage(10, output=20, summed=True, extra={"web_search_requests": 1}))]
    total = Usage(4, output=6, summed=True, extra={"web_search_requests": 2}, others=others)
    assert (reply.usage, reply.response_model, reply.service_tier) == (total, "one", "batch")
    assert reply.complete


def test_results_that_broke_off_count_where_they_are_fetched_again() -> None:
    reply = read(line("one", 1, 2), cut=True)
    assert reply.usage is None and not reply.complete


def test_results_of_who_speaks_like_openai_are_lines_of_a_file() -> None:
    body = {"model": "gpt-4o-mini", "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
    told = {"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}
    reply = read(told, told, {"custom_id": "b", "response": None, "error": {"message": "expired"}})
    assert (reply.usage, reply.response_model) == (Usage(6, output=4, summed=True), "gpt-4o-mini")


def whole(value: object) -> Reply:
    reply = Reply(200)
    reader = Batches().reader(Call("batch", b""), reply, "application/json")
    reader.feed(json.dumps(value).encode())
    reader.end()
    return reply


TOLD = {"model": "m", "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
RESULT = {"custom_id": "a", "response": {"status_code": 200, "body": TOLD}}


@pytest.mark.parametrize(
    ("batch", "queued"),
    [
        ({"id": "job", "status": "QUEUED", "model": "m"}, "job"),  # Mistral's
        ({"id": "job", "status": "RUNNING"}, "job"),
        ({"id": "job", "status": "SUCCESS", "model": "m", "output_file": "file"}, "file"),
        ({"id": "job", "status": "SUCCESS", "output_file": None, "outputs": None}, None),
        ({"job": {"id": "job", "status": "VALIDATING"}, "warning": ""}, "job"),  # Together's
        ({"id": "job", "status": "COMPLETED", "output_file_id": "file"}, "file"),
    ],
)
def test_batches_of_mistral_and_together_are_under_way_until_they_name_the_file_of_their_results(
    batch: dict[str, Any], queued: str | None
) -> None:
    reply = whole(batch)
    assert (reply.detail.get("queued"), reply.usage) == (queued, None)


def test_results_may_stand_within_the_batch() -> None:
    reply = whole({"id": "job", "status": "SUCCESS", "output_file": "file", "outputs": [RESULT, RESULT]})
    assert (reply.usage, reply.response_model) == (Usage(6, output=4, summed=True), "m")
    assert "queued" not in reply.detail


def test_what_a_batch_used_of_no_model_that_it_names_is_told_by_its_file() -> None:
    batch = {"id": "b", "status": "completed", "usage": {"input_tokens": 6, "output_tokens": 4}}
    assert whole(batch).usage == Usage(6, output=4, summed=True)
    reply = whole({**batch, "output_file_id": "file"})
    assert (reply.usage, reply.detail["queued"]) == (None, "file")
