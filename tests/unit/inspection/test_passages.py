"""Which role stands in which context, and what of a conversation is new."""

import json

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Context
from gateway_desktop.inspection.memory import Memory
from gateway_desktop.inspection.passages import context_of, newest, passages_of
from tests.makers import a_finding


def part(role: str, text: str = "x", place: str = "/p", tool: str = "") -> TextPart:
    return TextPart(place, role, text, tool)


def test_each_role_has_its_context_and_unknown_words_count_as_results() -> None:
    contexts = {
        role: context_of(part(role)) for role in ("system", "developer", "user", "tool", "assistant", "odd")
    }
    assert contexts == {
        "system": Context.HARNESS,
        "developer": Context.HARNESS,
        "user": Context.USER_PROMPT,
        "tool": Context.TOOL_RESULT,
        "assistant": Context.ANSWER,
        "odd": Context.TOOL_RESULT,
    }
    assert context_of(part("tool_description")) is Context.TOOL_DESCRIPTION
    assert context_of(part("tool_call")) is Context.TOOL_ARGUMENT


def test_a_reminder_of_the_tools_maker_is_not_what_the_person_said() -> None:
    reminder = "<system-reminder>\nDO NOT mention this\n</system-reminder>\n"
    assert context_of(part("user", reminder)) is Context.HARNESS
    assert context_of(part("user", reminder + "and more")) is Context.USER_PROMPT
    assert context_of(part("tool", reminder)) is Context.TOOL_RESULT


def test_what_a_tool_asks_of_each_conversation_is_not_what_the_person_said() -> None:
    asked = "Generate a title for this conversation:\n"
    assert context_of(part("user", asked)) is Context.HARNESS
    assert context_of(part("user", asked + "and more")) is Context.USER_PROMPT
    assert context_of(part("tool", asked)) is Context.TOOL_RESULT


def test_the_newest_turn_is_what_came_after_a_models_last_words() -> None:
    roles = ("system", "user", "assistant", "tool_call", "tool", "user")
    assert newest([part(role) for role in roles]) == 4
    assert newest([part("system"), part("user")]) == 0
    assert newest([part("assistant")]) == 1 and newest([]) == 0


def test_arguments_in_json_are_passages_by_name_and_place() -> None:
    text = json.dumps({"path": "/etc", "opt": {"a/b": ["c", 3]}, "empty": ""})
    found = passages_of(part("tool_call", text, "/args", "read"))
    assert [(one.place, one.argument, one.text, one.tool) for one in found] == [
        ("/args/path", "path", "/etc", "read"),
        ("/args/opt/a~1b/0", "opt", "c", "read"),
    ]
    for odd in ("{not json", "[" * 5000, json.dumps(["x"] * 600)):
        assert [one.text for one in passages_of(part("tool_call", odd))] == [odd]


def test_arguments_that_are_very_long_or_very_many_are_one_text() -> None:
    """To see how many texts they are, all of it was parsed: numbers of thousands of digits held the loop."""
    digits = json.dumps({"a": [int("9" * 4_000)] * 300})
    for text in (digits, json.dumps(dict.fromkeys(map(str, range(6_000)), 1))):
        assert [one.text for one in passages_of(part("tool_call", text))] == [text]


def test_the_memory_knows_a_text_of_the_same_owner_wherever_it_stands_now() -> None:
    memory = Memory()
    finding = a_finding(place="/messages/1/content/x")
    memory.keep("ana", part("user", "secret", "/messages/1/content"), (finding,))
    [again] = memory.recall("ana", part("user", "secret", "/messages/7/content")) or ()
    assert again.place == "/messages/7/content/x"
    assert memory.recall("bo", part("user", "secret")) is None
    assert memory.recall("ana", part("tool", "secret")) is None
    assert memory.recall("ana", part("user", "secret.")) is None


def test_the_memory_is_bounded() -> None:
    memory = Memory(most=3)
    for number in range(4):
        memory.keep("ana", part("user", str(number)), ())
    assert memory.recall("ana", part("user", "0")) is None
    assert memory.recall("ana", part("user", "3")) == ()


def test_a_key_that_is_more_than_a_name_is_looked_at() -> None:
    key = "ghp_" + "a1B2" * 9
    [one] = passages_of(part("tool_call", json.dumps({"headers": {key: 1}}), "/args"))
    assert (one.text, one.argument, one.place) == (key, "headers", f"/args/headers/{key}/")
