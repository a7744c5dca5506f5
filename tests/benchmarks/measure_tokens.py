"""Prints what validating an access token costs on the hot path: the digest, the cache, the checks.

python tests/benchmarks/measure_tokens.py [requests]
"""

import asyncio
import sys
import time
from concurrent.futures import Future
from dataclasses import replace

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.oauth import ProxyOAuth, Token
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.token_cache import TokenCache
from gateway_desktop.identity.bearer import authenticate_token, is_token
from gateway_desktop.identity.tokens import ACCESS, digest, make
from tests.makers import a_proxy, a_snapshot

DEFAULT = 100_000


class OneToken:
    """A store with one token."""

    def __init__(self, presented: bytes, token: Token) -> None:
        self._known = {presented: token}

    def token(self, presented: bytes) -> Future[Token | None]:
        """Return it at once."""
        future: Future[Token | None] = Future()
        future.set_result(self._known.get(presented))
        return future


async def cost_us(requests: int) -> float:
    """Return the CPU microseconds of one validation, averaged."""
    credential = Secret(make(ACCESS))
    now = now_us()
    token = Token("session-1", "proxy-1", "client-1", "user-1", ("use",), now, now + 3_600_000_000)
    cache = TokenCache(OneToken(digest(credential), token))  # type: ignore[arg-type]  # all that is asked of it
    proxy = replace(a_proxy(), oauth=ProxyOAuth())
    snapshot = a_snapshot()
    await cache.find(digest(credential))
    began = time.process_time()
    for _ in range(requests):
        assert is_token(credential)
        known = cache.known(digest(credential))
        principal, refused = authenticate_token(snapshot, proxy, known, now_us())
        assert refused is None and principal.user_id == "user-1"
    return (time.process_time() - began) / requests * 1e6


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    sys.stdout.write(f"{asyncio.run(cost_us(count)):.1f} us CPU a validation, {count:,} validations\n")
