"""Errors become answers in the caller's own protocol."""

import asyncio
import json
import weakref
from collections.abc import Callable, Iterable

from gateway_desktop.core.errors import Malformed, Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.filters.refusals import Refusals
from tests.makers import ClientRecord, an_exchange


def go(error: Exception, *, started: bool = False) -> ClientRecord:
    client = ClientRecord()
    client.started = started
    exchange = an_exchange(client=client)

    async def call_next(_: Exchange) -> None:
        raise error

    asyncio.run(Refusals()(exchange, call_next))
    return client


def test_a_refusal_is_the_protocols_error_object_and_names_the_exchange() -> None:
    client = go(Refused(Reason.ACCESS, "not for you"))
    assert client.status == 403
    assert "not for you" in json.loads(client.body)["error"]["message"]


def test_an_answer_that_has_begun_ends_with_an_error_event() -> None:
    client = go(Refused(Reason.POLICY, "stop"), started=True)
    assert client.broken
    event = client.body.lstrip(b"\n")  # a blank line ends what broke off in the middle of an event
    assert event.startswith((b"data: ", b"event: "))


def test_malformed_requests_name_the_place() -> None:
    client = go(Malformed("not JSON", "line 1, column 2"))
    assert client.status == 400
    assert b"line 1, column 2" in client.body


def test_what_was_read_of_a_refused_request_is_gone_when_the_caller_is_told() -> None:
    alive: list[bool] = []
    held: list[Callable[[], object]] = []

    class Body(bytearray):
        """What a refused request held."""

    class Watcher(ClientRecord):
        async def whole(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
            alive.extend(body() is not None for body in held)
            await super().whole(status, headers, body)

    def read() -> None:
        body = Body(b"what was unpacked until then")
        held.append(weakref.ref(body))
        raise ValueError

    async def call_next(_: Exchange) -> None:
        body = Body(b"many bytes")
        held.append(weakref.ref(body))
        try:
            read()
        except ValueError as error:
            raise Malformed("too many", "") from error

    asyncio.run(Refusals()(an_exchange(client=Watcher()), call_next))
    assert alive == [False, False]


def test_a_bug_of_ours_is_a_500_without_its_text(expect_log: Callable[[str], None]) -> None:
    expect_log("failed inside the gateway")
    client = go(KeyError("internal detail"))
    assert client.status == 500
    assert b"internal detail" not in client.body
