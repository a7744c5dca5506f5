"""Fetching client-id documents, without becoming a door into the private network (SSRF).

https to public addresses only, checked on the address that is connected to; no redirects, no proxies, no
cookies, 5 KB, 5 seconds.
"""

import json
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp

from gateway_desktop.core.loopback import is_public
from gateway_desktop.gateway.upstream.checked_resolver import CheckedResolver
from gateway_desktop.identity.oauth_error import OAuthError

LARGEST = 5 * 1024
_SECONDS = 5.0
_OF_NO_USE = "The client-id document is of no use: {}"


class NotReached(OAuthError):
    """Nobody answered at the document's address, or was able to: it says nothing of the client."""


class ClientDocuments:
    """Fetches documents; what counts as public, and whom TLS trusts, can be told for other networks."""

    def __init__(
        self, allowed: Callable[[str], bool] = is_public, trust: ssl.SSLContext | None = None
    ) -> None:
        self._allowed = allowed
        self._trust = trust

    async def fetch(self, address: str) -> object:
        """Return the document at the address; raise OAuthError (invalid_client) with what was wrong.

        NotReached is one of them: there was no answer.
        """
        host = urlsplit(address).hostname or ""
        try:
            literal = self._allowed(host)
        except ValueError:
            literal = True  # a name: its addresses are checked when they are known
        if not literal:
            raise _failed("its address is not public")
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(self._allowed), use_dns_cache=False, ssl=self._trust or True, limit=2
        )
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with aiohttp.ClientSession(
                connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as session:
                return await self._read(session, address)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            why = f"it cannot be fetched ({type(error).__name__})"
            raise NotReached("invalid_client", _OF_NO_USE.format(why), 401) from error

    async def _read(self, session: aiohttp.ClientSession, address: str) -> object:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with session.get(address, allow_redirects=False, headers=headers) as answer:
            if answer.status == 429 or answer.status >= 500:
                raise NotReached(
                    "invalid_client", _OF_NO_USE.format(f"its host answered {answer.status}"), 401
                )
            if answer.status != 200:
                raise _failed(f"it answered with status {answer.status}")
            body = b""
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > LARGEST:
                    raise _failed(f"it is larger than {LARGEST // 1024} KB")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise _failed("it is not JSON") from None


def _failed(why: str) -> OAuthError:
    return OAuthError("invalid_client", _OF_NO_USE.format(why), 401)
