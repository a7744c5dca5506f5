"""With which piece of a stream the answer itself begins: what stands before it is no first token."""

import pytest

from tests.golden.cases import FOLDER, read_case

BEGINS = {
    "anthropic_messages/stream_of_a_server_tool": b'"server_tool_use"',
    "anthropic_messages/stream_of_thinking_and_tool_use": b'"The user "',
    "anthropic_messages/stream_in_fast_mode": b"text_delta",
    "bedrock/converse_streamed": b"contentBlockDelta",
    "cohere/stream": b'"content-delta"',
    "cohere/stream_of_tool_calls": b'"tool-plan-delta"',
    "gemini/stream_of_events": b'"Hm"',
    "gemini/stream_of_function_calls": b"functionCall",
    "ollama/chat_of_tool_calls": b"get_weather",
    "ollama/generate": b'"Be"',
    "openai_chat/azure_stream_that_starts_with_an_empty_list_of_choices": b'"Blue."',
    "openai_chat/completions_stream": b'"text"',
    "openai_chat/stream_of_deepseek_with_reasoning_and_cache_hits": b'"A colour"',
    "openai_chat/stream_of_two_tool_calls": b'"tool_calls"',
    "openai_responses/stream_completed": b"response.output_text.delta",
    "openai_responses/stream_of_function_call_and_reasoning_that_dies": b"reasoning_summary_text.delta",
    "openai_responses/stream_whose_last_event_leaves_the_output_out": b"response.output_text.delta",
    "other/images_streamed": b"partial_image",
    "other/lm_studio_chat_streamed": b'"Leaves fall"',
    "other/stream_of_coheres_first_version": b'"text-generation"',
}


@pytest.mark.parametrize("name", BEGINS)
def test_the_answer_begins_with_its_first_words(name: str) -> None:
    case = read_case(FOLDER / name)
    at = case.answer.index(BEGINS[name])
    end = b"\n" if case.answer_path.suffix == ".ndjson" else b"\n\n"
    last = case.answer.rfind(end, 0, at) + 1
    rest = case.answer.find(end, at)
    reader = case.reader(case.decode())
    reader.feed(case.answer[:last])
    assert reader.reply.silent
    reader.feed(case.answer[last : rest + len(end) if rest > 0 else None])
    assert not reader.reply.silent


def test_an_answer_that_says_nothing_never_begins() -> None:
    case = read_case(FOLDER / "anthropic_messages/stream_that_dies_before_its_first_word")
    reader = case.reader(case.decode())
    case.feed(reader, [case.answer])
    assert reader.reply.silent
