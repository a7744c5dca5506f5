"""Who is over a limit is refused before the upstream hears of it; what was reserved is settled."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateway_desktop.core.errors import GatewayError, Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.people import TEAM
from gateway_desktop.core.rate_limit import RateLimit
from gateway_desktop.core.reply import Usage
from gateway_desktop.core.scope import Scope
from gateway_desktop.gateway.filters.rate_limits import RateLimits
from tests.makers import a_call, a_principal, a_reply, a_snapshot, a_usage, an_exchange
from tests.unit.gateway.filters.runtimes import a_runtime

Answer = Callable[[Exchange], Awaitable[None]]


async def answered(exchange: Exchange) -> None:
    exchange.reply = a_reply(usage=a_usage(input=60, output=40))


def go(limit: RateLimit, *answers: Answer, operation: str = "chat") -> list[Exchange]:
    """Send one exchange after the other through the filter."""

    async def main() -> list[Exchange]:
        limits = {(limit.scope, limit.subject_id): limit}
        gate, done = RateLimits(a_runtime(a_snapshot(limits=limits))), []
        for answer in answers:
            call = a_call(body=b"x" * 40, operation=operation)
            done.append(an_exchange(principal=a_principal(), call=call))
            await gate(done[-1], answer)
        return done

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("scope", "subject"),
    [(Scope.GROUP, TEAM), (Scope.USER, "user-1"), (Scope.KEY, "key-1"), (Scope.PROXY, "proxy-1")],
)
def test_each_scope_binds_and_is_named(scope: Scope, subject: str) -> None:
    with pytest.raises(Refused, match=f"The rate limit of {scope} lab is 1 request a minute") as caught:
        go(RateLimit("l", scope, subject, "lab", requests=1), answered, answered)
    headers = dict(caught.value.headers)
    assert (caught.value.reason, caught.value.status) == (Reason.RATE_LIMIT, 429)
    assert (headers["Retry-After"], headers["x-ratelimit-limit-requests"]) == ("60", "1")


def test_a_limit_of_somebody_else_does_not_bind() -> None:
    assert len(go(RateLimit("l", Scope.USER, "user-2", "bo", requests=1), answered, answered)) == 2


def test_tokens_that_were_used_count_and_anthropic_has_its_own_headers() -> None:
    limit = RateLimit("l", Scope.USER, "user-1", "ana", tokens=100)
    with pytest.raises(Refused) as caught:
        go(limit, answered, answered, operation="messages")
    headers = dict(caught.value.headers)
    assert headers["anthropic-ratelimit-tokens-limit"] == "100"
    assert headers["Retry-After"] == "6"  # until the ten tokens of the estimate pass


@pytest.mark.parametrize("usage", [None, Usage()])
def test_where_nobody_says_what_was_used_what_was_reserved_counts(usage: Usage | None) -> None:
    limit = RateLimit("l", Scope.USER, "user-1", "ana", tokens=15)

    async def untold(exchange: Exchange) -> None:
        exchange.reply = a_reply(usage=usage)

    with pytest.raises(Refused, match="tokens"):
        go(limit, untold, answered)  # ten tokens are the estimate of each


@pytest.mark.parametrize("usage", [Usage(input=2), Usage(output=2)])
def test_half_of_what_was_used_counts_as_it_is_told(usage: Usage) -> None:
    async def told(exchange: Exchange) -> None:
        exchange.reply = a_reply(usage=usage)

    assert len(go(RateLimit("l", Scope.USER, "user-1", "ana", tokens=15), told, answered)) == 2


@pytest.mark.parametrize("leaves", [asyncio.CancelledError, GatewayError("no", 502)])
async def test_whoever_leaves_or_fails_makes_room(leaves: BaseException) -> None:
    limit = RateLimit("l", Scope.USER, "user-1", "ana", concurrent=1)

    async def breaks(exchange: Exchange) -> None:
        raise leaves

    async def tolerant(exchange: Exchange) -> None:
        await answered(exchange)

    gate = RateLimits(a_runtime(a_snapshot(limits={(limit.scope, limit.subject_id): limit})))
    with pytest.raises((asyncio.CancelledError, GatewayError)):
        await gate(an_exchange(principal=a_principal(), call=a_call()), breaks)
    await gate(an_exchange(principal=a_principal(), call=a_call()), tolerant)
