"""Tokens found once cost no question; what ends a session leaves nothing behind."""

import asyncio
from concurrent.futures import Future

import pytest

from gateway_desktop.core.oauth import Token
from gateway_desktop.gateway.token_cache import TokenCache
from tests.benchmarks.measure_tokens import cost_us

TOKEN = Token("session-1", "proxy-1", "client-1", "user-1", (), 1, 2)


class SlowStore:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[Future[Token | None]] = []

    def token(self, presented: bytes) -> Future[Token | None]:
        self.asked.append(Future())
        return self.asked[-1]


async def test_a_token_is_asked_for_once_and_forgotten_with_its_session() -> None:
    store = SlowStore()
    cache = TokenCache(store)  # type: ignore[arg-type]  # all that is asked of it
    finding = asyncio.get_running_loop().create_task(cache.find(b"digest"))
    await asyncio.sleep(0)
    store.asked[0].set_result(TOKEN)
    assert await finding == TOKEN
    assert cache.known(b"digest") == TOKEN
    cache.forget("another")
    assert cache.known(b"digest") == TOKEN
    cache.forget("session-1")
    assert cache.known(b"digest") is None


async def test_an_answer_asked_for_before_a_revocation_is_not_kept_after_it() -> None:
    store = SlowStore()
    cache = TokenCache(store)  # type: ignore[arg-type]  # all that is asked of it
    finding = asyncio.get_running_loop().create_task(cache.find(b"digest"))
    await asyncio.sleep(0)
    cache.clear()
    store.asked[0].set_result(TOKEN)
    await finding
    assert cache.known(b"digest") is None


@pytest.mark.slow
def test_validating_a_token_costs_less_than_60_microseconds() -> None:
    assert min(asyncio.run(cost_us(5000)) for _ in range(3)) < 60
