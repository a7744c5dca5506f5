"""What waits in a session is bounded, and nothing that waited is forgotten without a word."""

import pytest

from gateway_desktop.core.errors import Refused
from gateway_desktop.gateway.mcp_http.sessions import Session
from tests.makers import a_call, an_exchange


def test_of_calls_that_wait_the_oldest_is_given_back_beyond_the_limit() -> None:
    session = Session("s", "p", ("user", "u", "", ""))
    calls = [an_exchange(call=a_call(request_id=str(number))) for number in range(1001)]
    for keep in (session.wait_for, session.ask):
        assert [keep(call) for call in calls[:1000]] == [[]] * 1000
        assert keep(calls[1000]) == [calls[0]]
    assert len(list(session.open_calls())) == 2000


def test_a_call_whose_id_is_taken_again_is_given_back() -> None:
    session = Session("s", "p", ("user", "u", "", ""))
    first, second = (an_exchange(call=a_call(request_id="1")) for _ in range(2))
    assert session.wait_for(first) == [] and session.wait_for(first) == []
    assert session.wait_for(second) == [first]
    assert list(session.open_calls()) == [second]


def test_the_event_at_which_a_stream_ended_is_known_however_many_came_on_others() -> None:
    session = Session("s", "p", ("user", "u", "", ""))
    for id in ("first", *map(str, range(999)), "first", *map(str, range(999))):
        session.gives(id)
    session.check_given("first")
    session.gives("another")
    with pytest.raises(Refused):
        session.check_given("first")
