"""May this principal make this call?"""

import asyncio

import pytest

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.people import TEAM
from gateway_desktop.core.proxy import Access
from gateway_desktop.gateway.filters.authorization import Authorization
from tests.makers import a_call, a_head, a_principal, a_proxy, an_exchange

LIMITED = a_proxy(restricted=True, access=(Access(TEAM, ("gpt-5-*",)),))


def passes(call: Call, method: str = "POST") -> bool:
    async def call_next(_: Exchange) -> None:
        return None

    exchange = an_exchange(proxy=LIMITED, principal=a_principal(), call=call, request=a_head(method=method))
    try:
        asyncio.run(Authorization()(exchange, call_next))
    except Refused as refused:
        assert refused.status == 403
        return False
    return True


@pytest.mark.parametrize(("model", "passed"), [("gpt-5-mini", True), ("o3", False), ("", False)])
def test_only_listed_models_pass_and_one_that_cannot_be_read_does_not(model: str, passed: bool) -> None:
    assert passes(a_call(target=model)) is passed


def test_reading_lists_needs_no_model() -> None:
    assert passes(a_call(target="", body=b""), method="GET")


def test_a_body_asks_for_a_model_whatever_the_method_is() -> None:
    assert not passes(a_call(target=""), method="GET")


@pytest.mark.parametrize(
    ("others", "passed"), [(["gpt-5-nano"], True), (["gpt-5-nano", "o3"], False), ([""], False)]
)
def test_all_models_that_a_call_names_are_looked_at(others: list[str], passed: bool) -> None:
    assert passes(a_call(target="gpt-5-mini", others=others)) is passed
