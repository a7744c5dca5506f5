"""What policies say of contents is done: refused, masked, told once."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.control_settings import Inspection
from gateway_desktop.core.errors import Failure, Malformed, Reason, Refused, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.finding import Context, Scan
from gateway_desktop.core.policy import Action, AnswerMode, Condition, Direction, Policy, Rule
from gateway_desktop.core.settings import Settings
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.filters.guardrails import Guardrails
from gateway_desktop.gateway.runtime import Runtime
from tests.makers import a_call, a_head, a_principal, a_proxy, a_reply, a_snapshot, an_exchange
from tests.unit.gateway.filters.runtimes import a_runtime

HIDDEN = "see \U000e0049\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065 this"
Next = Callable[[Exchange], Awaitable[None]]


def a_rule(action: Action, value: object = "bluebird", kind: str = "pattern", **changes: Any) -> Rule:
    return replace(Rule("bird", action, (Condition(kind, value),)), **changes)


def a_chat(*messages: tuple[str, str], **changes: Any) -> Call:
    body = json.dumps({"messages": [{"role": role, "content": text} for role, text in messages]}).encode()
    texts = [TextPart(f"/messages/{at}/content", role, text) for at, (role, text) in enumerate(messages)]
    return a_call(**({"body": body, "texts": texts} | changes))


class Gate:
    """The filter with its runtime, so that it remembers from one exchange to the next."""

    def __init__(self, *rules: Rule, proxy: Any = None, inspection: Inspection | None = None) -> None:
        self._policies = (Policy("Birds", rules, id="p", version=1),) if rules else ()
        self._settings = replace(Settings(), inspection=inspection or Inspection())
        self._proxy = proxy or a_proxy()
        self._runtime: Runtime | None = None

    def go(self, *calls: Call, answer: Next | None = None, head: Any = None) -> list[Exchange]:
        async def reached(exchange: Exchange) -> None:
            return None

        async def main() -> list[Exchange]:
            snapshot = a_snapshot(policies=self._policies, settings=self._settings)
            gate = Guardrails(a_runtime(snapshot))
            exchanges = []
            for call in calls:
                made = an_exchange(
                    principal=a_principal(), call=call, proxy=self._proxy, request=head or a_head()
                )
                exchanges.append(made)
                try:
                    await gate(made, answer or reached)
                except (Refused, UpstreamFailed, ClientLeft, asyncio.CancelledError) as error:
                    made.error = error  # type: ignore[assignment]
            return exchanges

        return asyncio.run(main())


@pytest.mark.parametrize(
    ("kind", "value", "one"),
    [
        ("pattern", r"bluebird-\d+", "bluebird-{}"),
        ("finding", "personal_data", "mia.lang{}@firm{}.com"),
        ("finding", "secret", "ghp_{:04d}" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ2bC4xQ"),
    ],
)
def test_of_very_many_all_are_masked_or_nothing_passes(kind: str, value: str, one: str) -> None:
    rule = a_rule(Action.REDACT, value, kind)
    few, many = ([one.format(n, n) for n in range(count)] for count in (40, 400))
    masked, refused = Gate(rule).go(a_chat(("user", "\n".join(few))), a_chat(("user", "\n".join(many))))
    assert masked.error is None and masked.call is not None
    assert not [text for text in few if text.encode() in masked.call.body]
    assert isinstance(refused.error, Refused) and "more of it in one text" in str(refused.error)


def test_what_must_not_pass_is_refused_naming_policy_rule_and_what_to_do() -> None:
    rule = a_rule(Action.BLOCK, message="No birds.", recommended="Leave the bird out.")
    [made] = Gate(rule).go(a_chat(("user", "a bluebird")))
    assert isinstance(made.error, Refused) and made.error.reason is Reason.POLICY and made.error.status == 403
    for words in ("'Birds'", "version 1", "'bird'", "No birds", "Leave the bird out"):
        assert words in made.error.message
    assert made.call is not None and made.call.verdict.action is Action.BLOCK
    assert "inspected" in made.timeline


def test_a_detectors_finding_is_scored_told_and_kept_for_the_record() -> None:
    [made] = Gate(a_rule(Action.MONITOR, "invisible_text", "finding")).go(a_chat(("user", HIDDEN)))
    call = made.call
    assert call is not None and call.scan is not None and made.error is None
    assert (call.scan.score or 0) > 0 and call.verdict.action is Action.MONITOR
    assert call.noted[0].value and not call.noted[0].seen and call.verdict.hits[0].tells


def test_thirty_replayed_turns_are_told_once_and_an_edited_old_turn_is_new() -> None:
    gate = Gate(a_rule(Action.MONITOR, "invisible_text", "finding"))
    turns: list[tuple[str, str]] = [("system", "Be brief"), ("user", HIDDEN)]
    calls = [a_chat(*turns)]
    for number in range(30):
        turns += [("assistant", f"answer {number}"), ("user", f"question {number}")]
        calls.append(a_chat(*turns))
    edited = list(turns)
    edited[3] = ("user", HIDDEN + " now")
    calls.append(a_chat(*edited))
    made = gate.go(*calls)
    tells = [
        exchange.call is not None and any(hit.tells for hit in exchange.call.verdict.hits)
        for exchange in made
    ]
    assert tells == [True] + [False] * 30 + [True]
    middle = made[5].call
    assert middle is not None and middle.noted[0].seen and middle.scan is not None and middle.scan.score == 0


def test_the_newest_message_is_told_each_time_it_is_sent() -> None:
    made = Gate(a_rule(Action.MONITOR, "invisible_text", "finding")).go(*[a_chat(("user", HIDDEN))] * 3)
    assert all(exchange.call is not None and exchange.call.verdict.hits[0].tells for exchange in made)


def test_what_is_masked_is_masked_in_every_turn_by_the_same_placeholder() -> None:
    gate = Gate(a_rule(Action.REDACT, "b(?:lue|lack)bird"))
    first = a_chat(("user", "blackbird"))
    later = a_chat(("user", "blackbird"), ("assistant", "Yes"), ("user", "a bluebird, a blackbird"))
    one, two = gate.go(first, later)
    assert one.call is not None and two.call is not None
    assert json.loads(one.call.body)["messages"][0]["content"] == "<BIRD_1>"
    assert [message["content"] for message in json.loads(two.call.body)["messages"]] == [
        "<BIRD_1>",
        "Yes",
        "a <BIRD_2>, a <BIRD_1>",
    ]
    assert "bluebird" not in str(two.call.texts), "what is stored is what was sent on"


def test_masking_leaves_all_other_bytes_of_the_body_and_knows_compressed_ones() -> None:
    body = b'{ "messages":[{"role":"user","content":"a bl\\u0075ebird"}],\n "x" : 1.0 }'
    texts = [TextPart("/messages/0/content", "user", "a bluebird")]
    packed = zlib.compress(body)
    call = a_call(body=packed, texts=texts, compressed=True)
    [made] = Gate(a_rule(Action.REDACT)).go(call, head=a_head(("Content-Encoding", "deflate")))
    assert call.body == body.replace(b"bl\\u0075ebird", b"<BIRD_1>") and not call.compressed
    assert made.error is None


def test_a_body_in_which_the_text_cannot_be_found_for_certain_does_not_pass() -> None:
    body = b'{"messages":[{"role":"user","content":"bluebird","content":"other"}]}'
    with pytest.raises(Malformed):
        Gate(a_rule(Action.REDACT)).go(
            a_call(body=body, texts=[TextPart("/messages/0/content", "user", "bluebird")])
        )


@pytest.mark.parametrize(
    "body",
    [b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nbluebird\r\n--x--\r\n', b"a bluebird"],
)
def test_what_cannot_be_masked_in_a_form_or_a_file_is_refused_by_the_policy(body: bytes) -> None:
    [made] = Gate(a_rule(Action.REDACT)).go(a_call(body=body, texts=[TextPart("/0", "user", "bluebird")]))
    assert isinstance(made.error, Refused) and "rule 'bird'" in str(made.error)


def test_a_tools_arguments_are_looked_at_one_by_one_and_masked_in_their_json() -> None:
    arguments = json.dumps({"path": "x", "note": 'a "bluebird"'})
    body = json.dumps({"messages": [{"tool_calls": [{"function": {"arguments": arguments}}]}]}).encode()
    place = "/messages/0/tool_calls/0/function/arguments"
    call = a_call(body=body, texts=[TextPart(place, "tool_call", arguments, "write")])
    rule = Rule("bird", Action.REDACT, (Condition("argument", {"tool": "write", "contains": "bluebird"}),))
    Gate(rule).go(call)
    sent = json.loads(call.body)["messages"][0]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(sent) == {"path": "x", "note": 'a "<BIRD_1>"'}


def test_the_fields_of_an_address_are_looked_at_as_arguments_and_never_masked_but_refused() -> None:
    plain = a_head(query="api-version=2024-10-21&alt=sse")
    asked = a_head(query="tag=blue&note=see%20the%20bluebird&path=..%2f..%2fetc%2fpasswd")
    [made] = Gate(a_rule(Action.BLOCK)).go(a_chat(("user", "hello")), head=plain)
    assert made.error is None and made.call is not None and made.call.scan == Scan(score=0)
    for action in (Action.BLOCK, Action.REDACT):
        [made] = Gate(a_rule(action)).go(a_chat(("user", "hello")), head=asked)
        assert isinstance(made.error, Refused) and made.error.reason is Reason.POLICY
    [made] = Gate(a_rule(Action.MONITOR, "path_traversal", "finding")).go(a_call(texts=[]), head=asked)
    assert made.error is None and made.call is not None
    assert [(one.finding.place, one.finding.context) for one in made.call.noted] == [
        ("?/2/path", Context.TOOL_ARGUMENT)
    ]


def test_without_inspection_nothing_is_looked_at_and_the_record_says_so() -> None:
    [made] = Gate(a_rule(Action.BLOCK), inspection=Inspection(enabled=False)).go(a_chat(("user", "bluebird")))
    assert made.error is None and made.call is not None and made.call.scan is not None
    assert made.call.scan.score is None and "switched off" in made.call.scan.not_scanned


def test_a_request_without_texts_has_no_score() -> None:
    [made] = Gate().go(a_call(texts=[]))
    assert made.call is not None and made.call.scan is not None and made.call.scan.score is None


def test_a_text_beyond_the_budget_is_looked_at_in_part_and_the_record_says_so() -> None:
    long = a_chat(("user", "word " * 20_000))
    [made] = Gate(inspection=Inspection(largest_kb=16)).go(long)
    assert (
        made.call is not None and made.call.scan is not None and "not looked at" in made.call.scan.not_scanned
    )


async def answered(exchange: Exchange) -> None:
    """Answer as forwarding does."""
    exchange.reply = a_reply(texts=[TextPart("/choices/0/message/content", "assistant", "a bluebird")])
    assert exchange.guard is not None
    body = b'{"choices":[{"message":{"content":"a bluebird <BIRD_1>"}}]}'
    await exchange.client.whole(200, [], await exchange.guard.whole(body, exchange.reply))


def test_an_answer_is_masked_and_what_was_masked_of_the_request_comes_back() -> None:
    rules = (
        a_rule(Action.REDACT, "blackbird", restore=True, direction=Direction.REQUEST),
        a_rule(Action.REDACT, "bluebird", direction=Direction.ANSWER, name="blue"),
    )
    [made] = Gate(*rules).go(a_chat(("user", "a blackbird")), answer=answered)
    client: Any = made.client
    assert json.loads(client.body)["choices"][0]["message"]["content"] == "a <BLUE_1> blackbird"
    assert made.reply is not None and "bluebird" not in str(made.reply.texts)
    assert made.call is not None and {one.direction for one in made.call.noted} == set(Direction) - {
        Direction.BOTH
    }


def test_an_answer_that_must_not_pass_is_refused_also_where_streams_pass() -> None:
    proxy = a_proxy(answers=AnswerMode.PASS)
    [made] = Gate(a_rule(Action.BLOCK), proxy=proxy).go(a_chat(("user", "hello")), answer=answered)
    assert isinstance(made.error, Refused)


@pytest.mark.parametrize(
    "error", [None, ClientLeft(), asyncio.CancelledError(), UpstreamFailed(Failure.BROKEN, "")]
)
def test_a_stream_that_passed_is_looked_at_afterwards_however_it_ended(error: BaseException | None) -> None:
    async def streamed(exchange: Exchange) -> None:
        assert exchange.guard is not None and not exchange.guard.rewrites
        exchange.reply = a_reply(texts=[TextPart("/x", "assistant", "a bluebird")])
        if error is not None:
            raise error

    proxy = a_proxy(answers=AnswerMode.PASS)
    [made] = Gate(a_rule(Action.BLOCK), proxy=proxy).go(a_chat(("user", "hello")), answer=streamed)
    assert made.error is error and made.call is not None
    assert made.call.verdict.action is Action.MONITOR, "it passed, so the record does not say blocked"


def test_what_was_masked_in_a_stream_whose_caller_left_is_masked_in_its_record() -> None:
    async def streamed(exchange: Exchange) -> None:
        assert exchange.guard is not None
        exchange.guard.opens("text/event-stream")
        exchange.reply = a_reply(texts=[TextPart("/x", "assistant", "a bluebird and more")])
        raise ClientLeft

    rule = a_rule(Action.REDACT, direction=Direction.ANSWER)
    [made] = Gate(rule).go(a_chat(("user", "hello")), answer=streamed)
    assert made.call is not None and made.call.verdict.action is Action.REDACT
    assert made.reply is not None
    assert [part.text for part in made.reply.texts] == ["a <BIRD_1> and more"]


def test_answers_are_held_back_only_where_a_rule_may_stop_them() -> None:
    async def look(exchange: Exchange) -> None:
        assert exchange.guard is not None
        seen.append(exchange.guard.rewrites)

    seen: list[bool] = []
    Gate(a_rule(Action.MONITOR)).go(a_chat(("user", "hello")), answer=look)
    Gate(a_rule(Action.BLOCK, direction=Direction.REQUEST)).go(a_chat(("user", "hello")), answer=look)
    Gate(a_rule(Action.BLOCK)).go(a_chat(("user", "hello")), answer=look)
    Gate(a_rule(Action.MONITOR), proxy=a_proxy(answers=AnswerMode.BUFFER)).go(
        a_chat(("user", "hello")), answer=look
    )
    assert seen == [False, False, True, True]
