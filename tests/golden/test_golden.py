"""Every golden case: what is understood of request and answer, however the answer is cut into pieces."""

import random

import pytest

from gateway_desktop.core.reply import Basis
from tests.golden.cases import Case, all_cases, describe_call, describe_reply, name

CASES = all_cases()
with_each_case = pytest.mark.parametrize("case", CASES, ids=name)


@with_each_case
def test_the_request_is_understood(case: Case) -> None:
    assert describe_call(case, case.decode()) == case.expected("call.json")


@with_each_case
def test_the_body_is_the_very_one_unless_usage_is_asked_for(case: Case) -> None:
    call = case.decode()
    assert call.hides_usage or call.body is case.request


@with_each_case
def test_the_answer_is_understood_and_passes(case: Case) -> None:
    reader = case.reader(case.decode())
    assert case.feed(reader, [case.answer]) == case.client
    assert describe_reply(reader.reply) == case.expected("reply.json")


@with_each_case
def test_every_two_pieces_are_the_whole(case: Case) -> None:
    call, expected = case.decode(), case.expected("reply.json")
    for at in range(1, len(case.answer)):
        reader = case.reader(call)
        assert case.feed(reader, [case.answer[:at], case.answer[at:]]) == case.client, at
        assert describe_reply(reader.reply) == expected, at


@with_each_case
def test_single_bytes_and_random_pieces_are_the_whole(case: Case) -> None:
    call, expected = case.decode(), case.expected("reply.json")
    answer = case.answer
    ways = [[answer[at : at + 1] for at in range(len(answer))]]
    chance = random.Random(7)
    for _ in range(20):
        cuts = sorted(chance.randrange(len(answer) + 1) for _ in range(chance.randrange(1, 12)))
        ways.append([answer[a:b] for a, b in zip([0, *cuts], [*cuts, len(answer)], strict=True)])
    for pieces in ways:
        reader = case.reader(call)
        assert case.feed(reader, pieces) == case.client
        assert describe_reply(reader.reply) == expected


@with_each_case
def test_an_answer_cut_off_anywhere_is_still_recorded(case: Case) -> None:
    """What was passed on is a beginning of what the caller would have got; nothing is taken for complete."""
    call = case.decode()
    for at in range(0, len(case.answer), 3):
        reader = case.reader(call)
        passed = reader.feed(case.answer[:at])
        assert case.client.startswith(passed)
        reader.aborted()
        reply = reader.reply
        assert not reply.complete
        if reply.usage is not None and case.folder.parent.name not in ("other",):
            assert reply.usage.basis is Basis.PARTIAL
            assert reply.usage.output is not None and reply.usage.input is not None
