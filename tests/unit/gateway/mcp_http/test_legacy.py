"""HTTP+SSE: what an answer of the client's, whose id the server chose, leaves waiting."""

from dataclasses import replace

import pytest

from gateway_desktop.gateway.mcp_http.legacy import forget
from gateway_desktop.gateway.mcp_http.sessions import Session
from gateway_desktop.protocols.mcp.adapter import ANSWER, REQUEST
from tests.makers import a_call, an_exchange


@pytest.mark.parametrize(("dialect", "left"), [(REQUEST, []), (ANSWER, ["7"])])
def test_an_answer_with_the_id_of_a_call_does_not_end_the_call(dialect: str, left: list[str]) -> None:
    session = Session("s", "p", ("user", "u", "", ""))
    session.waiting["7"] = an_exchange()
    forget(session, replace(a_call(), dialect=dialect, request_id="7"))
    assert list(session.waiting) == left
