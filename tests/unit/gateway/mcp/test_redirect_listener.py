"""The redirect address of `connect`: it takes the answer to its own request and no other."""

from urllib.parse import urlsplit

import httpx
import pytest

from gateway_desktop.gateway.mcp.redirect_listener import redirect_listener


async def test_an_answer_with_another_state_is_refused_and_waited_on() -> None:
    async with redirect_listener("mine", 0) as listening, httpx.AsyncClient(timeout=60) as http:
        for query in ("code=evil&state=other", "code=evil", "code=evil&state=%C3%A4"):
            assert (await http.get(f"{listening.redirect}?{query}")).status_code == 400
        root = listening.redirect.removesuffix("/callback")
        assert (await http.get(f"{root}/?code=evil&state=mine")).status_code == 400
        assert (await http.get(f"{listening.redirect}?code=good&state=mine&iss=x")).status_code == 200
        assert dict(await listening.answer(20)) == {"code": "good", "state": "mine", "iss": "x"}


async def test_it_listens_on_the_port_of_before_if_that_is_free_and_on_this_machine_only() -> None:
    async with redirect_listener("mine", 0) as first:
        port = urlsplit(first.redirect).port or 0
        assert urlsplit(first.redirect).hostname == "127.0.0.1"
        async with redirect_listener("mine", port) as second:
            assert second.redirect != first.redirect
    async with redirect_listener("mine", port) as third:
        assert third.redirect == first.redirect


async def test_nobody_is_waited_for_for_ever() -> None:
    async with redirect_listener("mine", 0) as listening:
        with pytest.raises(TimeoutError):
            await listening.answer(0.01)
