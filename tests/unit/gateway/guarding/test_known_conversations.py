"""A conversation that goes on: what was made of its messages is used again, for those very messages only."""

import asyncio
import json
from dataclasses import replace
from typing import Any

from gateway_desktop.core.audit import KnownPayload, Payload
from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.policy import Direction
from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.gateway.guarding.inspector import Inspector, Looked
from gateway_desktop.gateway.recording.payloads import PayloadMaker
from gateway_desktop.protocols.llm import earlier
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from tests.makers import a_call, a_head, a_principal, a_reply, an_exchange

LONG = "a line of a file that somebody asked about\n" * 500
SECRET = "password = 'hunter2hunter2'"


def said(*texts: str) -> list[dict[str, Any]]:
    roles = ("user", "assistant")
    return [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]


def asked(*texts: str) -> Exchange:
    body = json.dumps({"model": "m", "system": "be kind", "messages": said(*texts)}).encode()
    head = a_head(path="/v1/messages")
    return an_exchange(call=LlmAdapter().decode(head, body, "anthropic"))


def call_of(exchange: Exchange) -> Call:
    assert exchange.call is not None
    return exchange.call


def stored(
    maker: PayloadMaker, exchange: Exchange, level: PayloadLevel = PayloadLevel.REDACTED
) -> list[Payload]:
    return asyncio.run(maker.of(exchange, level))


def plain(payloads: list[Payload]) -> list[tuple[str, TextPart, bool]]:
    return [(one.direction, one.part, one.cut) for one in payloads]


def test_the_parts_to_store_are_those_that_would_be_made_alone() -> None:
    earlier._KEPT = earlier._Kept()
    maker = PayloadMaker()
    turns = [LONG, "an answer", SECRET, "done", "thanks"]
    made: list[list[Payload]] = []
    for count in (1, 3, 3, 5):
        exchange = asked(*turns[:count])
        made.append(stored(maker, exchange))
        alone = replace(exchange, call=replace(call_of(exchange), known=None, kept=None))
        assert plain(made[-1]) == plain(stored(PayloadMaker(), alone))
        assert "hunter2" not in str(made[-1])
    assert all(one is two for one, two in zip(made[1][1:], made[3][1:], strict=False))
    assert isinstance(made[3][-1], KnownPayload)


def test_what_a_policy_put_in_the_place_of_texts_is_stored() -> None:
    maker = PayloadMaker()
    for _ in range(2):
        exchange = asked(LONG, "an answer", "my name is Ana")
        call = call_of(exchange)
        call.texts = [part._replace(text=part.text.replace("Ana", "[NAME]")) for part in call.texts]
        texts = [one.part.text for one in stored(maker, exchange, PayloadLevel.FULL)]
        assert texts[-1] == "my name is [NAME]"


def test_a_known_conversation_is_clean_for_its_owner_and_its_new_message_is_looked_at() -> None:
    earlier._KEPT = earlier._Kept()
    inspector = Inspector()

    def look(user: str, *texts: str) -> tuple[Looked, Exchange]:
        exchange = replace(asked(*texts), principal=a_principal(user_id=user))
        call = call_of(exchange)
        return asyncio.run(inspector.look(exchange, call.texts, Direction.REQUEST)), exchange

    for _ in range(2):
        looked, exchange = look("ana", LONG)
        kept = call_of(exchange).kept
        assert not looked.noted
        assert kept is not None and len(kept.made) == 1
    found, exchange = look("ana", LONG, "an answer", SECRET)
    assert [one.finding.family for one in found.noted] == ["secret"]
    again, exchange = look("ana", LONG, "an answer", SECRET, "an answer", "and now?")
    assert [one.finding.place for one in again.noted] == ["/messages/2/content"]
    assert again.noted[0].seen
    kept = call_of(exchange).kept
    assert kept is not None and not kept.made
    look("bo", LONG)
    assert len(look("bo", LONG)[0].noted) == 0


def test_a_place_is_stored_without_secrets_and_not_longer_than_places_are() -> None:
    """The names of members stand in it: a key may be one, and thirty megabytes of it were stored."""
    key = "sk-proj-" + "Ab3dE6gH9jK2mN5p" * 3
    texts = [TextPart(f"/messages/0/{key}", "user", "x"), TextPart("/x/" + "k" * 3_000_000, "user", SECRET)]
    exchange = an_exchange(call=a_call(texts=texts))
    places = [one.part.place for one in stored(PayloadMaker(), exchange)]
    assert places[0].startswith("/messages/0/<") and key not in places[0]
    assert len(places[1]) == 1_000
    full = [one.part.place for one in stored(PayloadMaker(), exchange, PayloadLevel.FULL)]
    assert full[0].endswith(key) and len(full[1]) == 1_000


def test_very_many_texts_are_masked_in_slices() -> None:
    """200,000 of an answer kept everybody waiting for half a second."""
    texts = [TextPart(f"/choices/{at}", "assistant", f"text {at}") for at in range(10_000)]

    async def turns() -> int:
        count, storing = 0, asyncio.create_task(PayloadMaker().of(exchange, PayloadLevel.REDACTED))
        while not storing.done():
            count += 1
            await asyncio.sleep(0)
        return count

    exchange = an_exchange(reply=a_reply(texts=texts))
    assert asyncio.run(turns()) > 5
