"""Send a call upstream: timeouts, TLS, outgoing proxies; no redirects are followed."""

import asyncio
import os
import ssl
from functools import lru_cache
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.http import HttpProcessingError
from yarl import URL

from gateway_desktop.core.addresses import joined, parts_of
from gateway_desktop.core.errors import Failure, UpstreamFailed, in_words
from gateway_desktop.core.loopback import is_loopback, is_public
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.traffic_settings import Upstream as UpstreamSettings
from gateway_desktop.gateway.upstream.checked_resolver import CheckedResolver
from gateway_desktop.gateway.upstream.client import Answer, HttpClient, RawHeaders

_LONGEST_HOST = 300


@lru_cache(maxsize=4096)
def _url(text: str) -> URL:
    return URL(text, encoded=True)


@lru_cache(maxsize=256)
def outgoing_proxy(scheme: str, host: str) -> str | None:
    """Return the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY ask for, or None; raise UpstreamFailed."""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    found = proxies.get(scheme) or proxies.get("all")
    if found and ((parts := parts_of(found)).scheme not in ("http", "https") or not parts.hostname):
        raise UpstreamFailed(  # its address may hold a password
            Failure.REFUSED, f"{scheme.upper()}_PROXY or ALL_PROXY is not like http://proxy.example.com:3128"
        )
    return found


class Upstream:
    """The one client, and what the settings say about it."""

    def __init__(self) -> None:
        self._settings: UpstreamSettings | None = None
        self._client: HttpClient | None = None
        self._to_public: HttpClient | None = None
        self._limits = aiohttp.ClientTimeout()
        self.trusted: ssl.SSLContext | bool = True  # authorities: the system's, and those of the settings
        self.problem = ""  # why the settings could not be obeyed

    def configure(self, settings: UpstreamSettings) -> None:
        """Obey the settings from the next call on; an unreadable CA file leaves the system's authorities."""
        if settings == self._settings:
            return
        self._settings = settings
        self._limits = aiohttp.ClientTimeout(
            total=None, sock_connect=settings.connect_timeout, sock_read=settings.read_timeout
        )
        self.problem = ""
        context = ssl.create_default_context()
        if settings.ca_file:
            try:
                context.load_verify_locations(settings.ca_file)
            except OSError as error:  # ssl.SSLError is one
                self.problem = f"upstream.ca_file {settings.ca_file!r} cannot be read: {in_words(error)}"
        self.trusted = context

    def open(self) -> None:
        """Make the client, on the loop, if there is none."""
        if self._client is None:
            self._client = HttpClient()

    async def close(self) -> None:
        """Close all connections."""
        for client in (self._client, self._to_public):
            if client is not None:
                await client.close()
        self._client = self._to_public = None

    async def send(
        self,
        method: str,
        url: str,
        headers: RawHeaders,
        body: bytes,
        *,
        verify: bool = True,
        public: bool = False,
    ) -> Answer:
        """Send the request and return the answer, its body unread; what goes wrong is an UpstreamFailed.

        The caller closes it, whatever happened. `public`: a name must stand for public addresses alone when
        the connection is made; where an outgoing proxy looks names up, that is its affair.
        """
        assert self._client is not None
        host = ""
        try:
            target = _url(url)
            host = target.host or ""
            proxy = outgoing_proxy(target.scheme, host)
            client = self._for_public() if public and proxy is None else self._client
            answer = await client.request(
                method,
                target,
                headers,
                body,
                verify=self.trusted if verify else False,
                proxy=proxy,
                limits=self._limits,
            )
        # Timeouts are OSErrors.
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            raise failure(error, host) from error
        if answer.status < 200:  # another protocol begins, for which nobody asked (RFC 9110 section 15.2)
            answer.close()
            raise UpstreamFailed(Failure.BROKEN, f"The upstream {host} answered with status {answer.status}")
        return answer

    def _for_public(self) -> HttpClient:
        if self._to_public is None:
            self._to_public = HttpClient(resolver=CheckedResolver(is_public))
        return self._to_public


def failure(error: BaseException, host: str) -> UpstreamFailed:
    """Say in a sentence what went wrong upstream, without the URL, which may hold a credential."""
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            reason = getattr(error, "certificate_error", error)
            return UpstreamFailed(Failure.TLS, f"TLS with the upstream {host} failed: {reason}")
        case asyncio.TimeoutError():  # aiohttp's own timeouts are among them
            reached = not isinstance(error, aiohttp.ConnectionTimeoutError)
            kind = Failure.TIMEOUT if reached else Failure.UNREACHED
            return UpstreamFailed(kind, f"The upstream {host} did not answer in time")
        case aiohttp.ClientConnectorDNSError():
            return UpstreamFailed(Failure.REFUSED, f"The name of the upstream {host} is not known")
        case aiohttp.ClientProxyConnectionError():
            return UpstreamFailed(Failure.REFUSED, f"The outgoing proxy for {host} cannot be reached")
        case aiohttp.ClientConnectorError():
            return UpstreamFailed(
                Failure.REFUSED, f"The upstream {host} cannot be reached: {_reason(error.os_error)}"
            )
        case aiohttp.InvalidURL() | ValueError():
            return UpstreamFailed(
                Failure.REFUSED, f"The address of the upstream cannot be used: {type(error).__name__}"
            )
        case HttpProcessingError():
            return UpstreamFailed(Failure.BROKEN, f"The upstream {host} did not answer in HTTP")
        case _:
            return UpstreamFailed(Failure.BROKEN, f"The upstream {host} broke the connection")


def sent_on(asked: str, location: str) -> str:
    """Say where a redirect leads, by host alone: the rest of an address may hold a credential."""
    at, to = parts_of(asked), parts_of(joined(asked, location))
    if not location or not to.hostname:
        return "The server answers with a redirect that leads nowhere: correct the upstream's address"
    if (at.scheme, at.hostname, at.port) == (to.scheme, to.hostname, to.port):
        if to.path == f"{at.path}/":
            where = "its own address with a / at the end"
        elif at.path == f"{to.path}/":
            where = "its own address without the / at the end"
        else:
            where = "another path there (proxy test shows it)"
    else:
        where = f"{to.scheme}://{to.netloc.rpartition('@')[2]}"[:_LONGEST_HOST]
    return f"The server answers with a redirect to {where}: set the upstream to that address"


def redirect_shown(asked: str, location: str) -> str:
    """Say where a redirect leads, to who entered the address."""
    to = parts_of(joined(asked, location))
    if not location or not to.hostname:
        return sent_on(asked, location)
    address = to._replace(netloc=to.netloc.rpartition("@")[2], query="", fragment="").geturl()
    return f"The server answers with a redirect to {address}: set the upstream to that address"


def trouble(proxy: Proxy, reply: Reply | None) -> str:
    """Return what a person should know of the upstream: that it refuses our credential, or fails."""
    if reply is None:
        return ""
    ours = not proxy.passes_through  # else it refuses a caller's token
    if reply.status >= 500 or reply.status == 407 or (ours and reply.status in (401, 403)):
        return f"The upstream answered {reply.status}: {reply.error or ''}"
    return ""


def _reason(error: OSError) -> str:
    """Return why a connection failed, in the system's words: asyncio's show a Python tuple."""
    return os.strerror(error.errno) if error.errno else error.strerror or type(error).__name__
