"""Send a call upstream: timeouts, TLS, outgoing proxies; no redirects are followed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from urllib.request import getproxies, proxy_bypass

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.settings import Upstream as UpstreamSettings
from gateway_desktop.gateway.doorway import is_loopback

_OWN_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_LINE_LIMIT = 64 * 1024


@lru_cache(maxsize=4096)
def _url(text: str) -> URL:
    return URL(text, encoded=True)


@lru_cache(maxsize=256)
def outgoing_proxy(scheme: str, host: str) -> str | None:
    """Return the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY ask for, or None."""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(scheme) or proxies.get("all")


class Upstream:
    """The one client session, and what the settings say about it."""

    def __init__(self) -> None:
        self._settings: UpstreamSettings | None = None
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout()
        self._verified: ssl.SSLContext | bool = True
        self.problem = ""  # why the settings could not be obeyed

    def configure(self, settings: UpstreamSettings) -> None:
        """Obey the settings from the next call on; an unreadable CA file keeps the system's authorities."""
        if settings == self._settings:
            return
        self._settings = settings
        self._timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=settings.connect_timeout,
            sock_read=settings.read_timeout,
        )
        self.problem = ""
        context = ssl.create_default_context()
        if settings.ca_file:
            try:
                context.load_verify_locations(settings.ca_file)
            except OSError as error:  # ssl.SSLError is one
                self.problem = (
                    f"upstream.ca_file {settings.ca_file!r} cannot be read: {error}"
                )
        self._verified = context

    def open(self) -> None:
        """Make the session, on the loop, if there is none."""
        if self._session is not None:
            return
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_OWN_HEADERS,
            max_line_size=_LINE_LIMIT,
            max_field_size=_LINE_LIMIT,
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def call(
        self,
        method: str,
        url: str,
        headers: CIMultiDict[str],
        body: bytes,
        *,
        verify: bool = True,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send the request and yield the answer, its body still unread; what goes wrong is an UpstreamFailed.

        Leaving the block early closes the connection at once, so that the upstream stops working for nobody.
        """
        assert self._session is not None
        target = _url(url)
        answer: aiohttp.ClientResponse | None = None
        try:
            answer = await self._session.request(
                method,
                target,
                headers=headers,
                data=body or None,
                allow_redirects=False,
                ssl=self._verified if verify else False,
                proxy=outgoing_proxy(target.scheme, target.host or ""),
                timeout=self._timeout,
            )
            yield answer
        except (
            aiohttp.ClientError,
            OSError,
            asyncio.TimeoutError,
            ValueError,
        ) as error:
            raise failure(error, target.host or "") from error
        finally:
            if answer is not None:
                answer.release() if answer.content.at_eof() else answer.close()


def failure(error: BaseException, host: str) -> UpstreamFailed:
    """Say in a sentence what went wrong on the way to the upstream, without its URL (it may hold a credential)."""
    match error:
        case (
            aiohttp.ClientConnectorCertificateError()
            | aiohttp.ClientConnectorSSLError()
            | ssl.SSLError()
        ):
            reason = getattr(error, "certificate_error", error)
            return UpstreamFailed(
                Failure.TLS, f"TLS with the upstream {host} failed: {reason}"
            )
        case asyncio.TimeoutError():  # aiohttp's own timeouts are among them
            return UpstreamFailed(
                Failure.TIMEOUT, f"The upstream {host} did not answer in time"
            )
        case aiohttp.ClientConnectorDNSError():
            return UpstreamFailed(
                Failure.REFUSED, f"The name of the upstream {host} is not known"
            )
        case aiohttp.ClientProxyConnectionError():
            return UpstreamFailed(
                Failure.REFUSED, f"The outgoing proxy for {host} cannot be reached"
            )
        case aiohttp.ClientConnectorError():
            return UpstreamFailed(
                Failure.REFUSED,
                f"The upstream {host} cannot be reached: {error.strerror or error.os_error}",
            )
        case aiohttp.InvalidURL() | ValueError():
            return UpstreamFailed(
                Failure.REFUSED,
                f"The address of the upstream cannot be used: {type(error).__name__}",
            )
        case aiohttp.ClientResponseError():
            return UpstreamFailed(
                Failure.BROKEN, f"The upstream {host} did not answer in HTTP"
            )
        case _:
            return UpstreamFailed(
                Failure.BROKEN, f"The upstream {host} broke the connection"
            )
