"""Credential to Principal, before the body is read."""

import asyncio

import pytest

from gateway_desktop.core.errors import GatewayError, Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.core.proxy import Access
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.filters.authentication import Authentication
from gateway_desktop.identity.api_keys import make_key
from gateway_desktop.identity.tokens import digest
from tests.makers import a_head, a_proxy, a_snapshot, a_user, an_api_key, an_exchange
from tests.unit.gateway.filters.runtimes import a_runtime

KEY = make_key()
LOCAL = a_head(("Host", "localhost:8899"))


def go(exchange: Exchange, **user: object) -> bool:
    """Take the exchange through the filter; return whether it called on."""
    called = False

    async def call_next(_: Exchange) -> None:
        nonlocal called
        called = True

    async def main() -> None:
        key = an_api_key(digest=digest(KEY))
        owner = a_user(**user)
        runtime = a_runtime(a_snapshot(keys={key.digest: key}, users={owner.id: owner}))
        await Authentication(runtime)(exchange, call_next)

    asyncio.run(main())
    return called


def test_a_known_key_names_its_owner() -> None:
    exchange = an_exchange(request=LOCAL, credential=Secret(KEY))
    assert go(exchange)
    assert (exchange.principal.kind, exchange.principal.actor) == (PrincipalKind.API_KEY, "ana@example.com")


def test_no_credential_no_service() -> None:
    with pytest.raises(Refused) as caught:
        go(an_exchange(request=LOCAL))
    assert (caught.value.reason, caught.value.status) == (Reason.CREDENTIAL, 401)


def test_an_inactive_owner_is_refused_and_named() -> None:
    exchange = an_exchange(request=LOCAL, credential=Secret(KEY))
    with pytest.raises(Refused) as caught:
        go(exchange, active=False)
    assert caught.value.status == 403
    assert exchange.principal.actor == "ana@example.com"


def test_a_group_that_is_not_listed_is_refused_before_the_body() -> None:
    proxy = a_proxy(restricted=True, access=(Access("another"),))
    with pytest.raises(Refused) as caught:
        go(an_exchange(request=LOCAL, credential=Secret(KEY), proxy=proxy))
    assert caught.value.reason is Reason.ACCESS


def test_anonymous_use_is_for_this_machine_only() -> None:
    proxy = a_proxy(anonymous=True)
    assert go(an_exchange(request=LOCAL, proxy=proxy))
    with pytest.raises(Refused, match="this machine only"):
        go(an_exchange(request=LOCAL._replace(peer="192.0.2.1"), proxy=proxy))


def test_anonymous_use_is_not_for_pages_of_other_sites() -> None:
    proxy = a_proxy(anonymous=True)
    for site, passes in (("none", True), ("same-site", True), ("cross-site", False)):
        head = a_head(("Host", "localhost:8899"), ("Sec-Fetch-Site", site), peer="127.0.0.1")
        exchange = an_exchange(request=head, proxy=proxy)
        if passes:
            assert go(exchange)
        else:
            with pytest.raises(Refused, match="other sites"):
                go(exchange)


def test_a_stopped_proxy_says_so() -> None:
    with pytest.raises(GatewayError, match="stopped") as caught:
        go(an_exchange(request=LOCAL, credential=Secret(KEY), proxy=a_proxy(running=False)))
    assert caught.value.status == 503


def test_a_rebound_name_is_refused() -> None:
    with pytest.raises(Refused, match=r"evil\.example"):
        go(an_exchange(request=a_head(("Host", "evil.example")), credential=Secret(KEY)))
