"""Where nothing is exported, messages pass as they are and rows still know their traces."""

import asyncio
from dataclasses import replace

from gateway_desktop.gateway.telemetry.telemetry import Telemetry, trace_id_of
from tests.makers import a_call, a_head, an_exchange

OURS, THEIRS, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "b" * 32, "00f067aa0ba902b7"


def test_a_row_knows_the_trace_of_the_message_before_that_of_the_headers() -> None:
    headers = a_head(("traceparent", f"00-{THEIRS}-{SPAN}-01"))
    call = replace(a_call(), traceparent=f"00-{OURS}-{SPAN}-01")
    assert trace_id_of(an_exchange(call=call, request=headers)) == OURS
    assert trace_id_of(an_exchange(call=a_call(), request=headers)) == THEIRS


async def test_without_a_collector_the_body_is_the_same_object() -> None:
    call = replace(a_call(), traceparent=f"00-{OURS}-{SPAN}-01")
    telemetry = Telemetry(asyncio.get_running_loop())
    assert telemetry.carried(an_exchange(call=call)) is call.body
