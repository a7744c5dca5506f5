"""Documents: metadata and keys that upstreams and their authorization servers publish."""

import asyncio
import time
from collections import OrderedDict
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import aiohttp

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.upstream.calls import Upstream, failure
from gateway_desktop.gateway.upstream.checked_resolver import stands_for_public
from gateway_desktop.gateway.upstream.client import RawHeaders
from gateway_desktop.gateway.upstream_oauth.challenges import metadata_address
from gateway_desktop.identity.issuers import covers
from gateway_desktop.protocols.json_body import decoded

Document = dict[str, Any]
_LARGEST = 256 << 10
_SECONDS = 10
_OLD = 300.0  # seconds after which a document is fetched again
_AGAIN = 10.0  # seconds after which one that could not be had is tried again
_MOST = 1024
_PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'  # some servers ask for a token only where messages go
_RESOURCE = "/.well-known/oauth-protected-resource"
_SERVER = "/.well-known/oauth-authorization-server"
_OPENID = "/.well-known/openid-configuration"
_LONGEST_NAME = 200
_FOREIGN = (
    "The upstream's metadata are of another resource, {}, so nobody may sign in by them; the proxy's address "
    "is {}"
)
_UNKNOWN = "The upstream does not say where its people sign in: its metadata cannot be had"


class _Kept(NamedTuple):
    at: float  # time.monotonic()
    status: int  # 0: no answer
    document: Document | None


class Documents:
    """Fetched once for all who ask, and kept for a while; on the gateway's loop."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._refused: dict[str, float] = {}  # when the latest token was refused, by proxy
        self._locks: dict[str, asyncio.Lock] = {}
        self._challenges: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def resource(self, proxy: Proxy) -> Document:
        """Return the metadata of the upstream's resource (RFC 9728).

        Where there are none (servers of MCP's revision 2025-03-26), the upstream's origin is its
        authorization server.

        Raises:
            UpstreamFailed: they are of another resource, so that nobody may use them (section 3.3), or the
                upstream does not say whether there are any.
        """
        document = await self._published(proxy)
        if document is None:
            return {"resource": proxy.upstream, "authorization_servers": [_origin(proxy.upstream)]}
        named = str(document["resource"])
        if not covers(named, proxy.upstream):
            self.forget(proxy)  # who mends them is not kept waiting
            raise UpstreamFailed(Failure.BROKEN, _FOREIGN.format(named[:_LONGEST_NAME], proxy.upstream))
        return document

    async def is_silent(self, proxy: Proxy) -> bool:
        """Return whether the upstream publishes metadata neither of its resource nor of a server of tokens.

        Clients then know where its tokens are by the paths that MCP's revision 2025-03-26 gives.
        """
        if await self._published(proxy) is not None:
            return False
        root = _origin(proxy.upstream)
        return not any([await self.at(proxy, f"{root}{place}") for place in (_SERVER, _OPENID)])

    def forget(self, proxy: Proxy) -> None:
        """Have the metadata of the resource fetched again: a token was refused, and who gives them may
        have changed.
        """
        if time.monotonic() - self._refused.get(proxy.id, -_AGAIN) >= _AGAIN:
            self._refused[proxy.id] = time.monotonic()
            self._challenges.pop(f"{proxy.id} {proxy.upstream}", None)

    async def issuers(self, proxy: Proxy) -> tuple[str, ...]:
        """Return the authorization servers that the upstream trusts."""
        named = (await self.resource(proxy)).get("authorization_servers")
        return tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()

    async def server(self, proxy: Proxy, issuer: str) -> Document | None:
        """Return the metadata of an authorization server (RFC 8414 section 3), if they name it as issuer."""
        root, path = _origin(issuer), parts_of(issuer).path.rstrip("/")
        for address in (f"{root}{_SERVER}{path}", f"{root}{_OPENID}{path}", f"{root}{path}{_OPENID}"):
            document = await self.at(proxy, address)
            if document and str(document.get("issuer", "")).rstrip("/") == issuer.rstrip("/"):
                return document
        return None

    async def keys(self, proxy: Proxy, issuer: str, *, newest: bool = False) -> Document | None:
        """Return the JWK set of an authorization server; `newest`: a key was not in the kept one."""
        server = await self.server(proxy, issuer)
        address = server.get("jwks_uri") if server else None
        if not isinstance(address, str):
            return None
        return await self.at(proxy, address, old=_AGAIN if newest else _OLD)

    async def at(self, proxy: Proxy, address: str, old: float = _OLD) -> Document | None:
        """Return the JSON object at an address, or None where there is none.

        A server of the public internet names addresses of it, and none of this machine or network.
        """
        if not _trusted(proxy, address):
            return None
        key = f"{proxy.id} {address}"
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept = self._kept.get(key)
            if kept and time.monotonic() - kept.at < (old if kept.document else _AGAIN):
                return kept.document
            public = _origin(address) != _origin(proxy.upstream) and await _is_public(proxy.upstream)
            status, body = 0, b""
            if not public or await _is_public(address):
                headers = [(b"Accept", b"application/json")]
                status, body = await self._send(proxy, "GET", address, headers, b"", public=public)
            found = _object(body) if status == 200 else None
            self._kept[key] = _Kept(time.monotonic(), status, found)
            while len(self._kept) > _MOST:
                self._locks.pop(self._kept.popitem(last=False)[0], None)
            return found

    async def _published(self, proxy: Proxy) -> Document | None:
        """Return the metadata that clients find: where the challenge says, else at the well-known places."""
        root = _origin(proxy.upstream)
        path = parts_of(proxy.upstream).path.rstrip("/")
        named = metadata_address(await self.challenge(proxy))
        old = min(_OLD, time.monotonic() - self._refused.get(proxy.id, -_OLD))
        for address in dict.fromkeys((named, f"{root}{_RESOURCE}{path}", f"{root}{_RESOURCE}")):
            document = await self.at(proxy, address, old)
            if document and isinstance(document.get("resource"), str):
                return document
        last = self._kept.get(f"{proxy.id} {root}{_RESOURCE}")
        if last is None or not 0 < last.status < 500:
            raise UpstreamFailed(Failure.BROKEN, _UNKNOWN)
        return None

    async def introspect(self, proxy: Proxy, secret: Secret, token: str) -> Document | None:
        """Ask what a token is (RFC 7662 section 2.1); None where the answer is none."""
        assert proxy.oauth is not None
        client = aiohttp.encode_basic_auth(
            quote(proxy.oauth.introspection_client, safe=""), quote(secret, safe="")
        )
        headers = [
            (b"Accept", b"application/json"),
            (b"Content-Type", b"application/x-www-form-urlencoded"),
            (b"Authorization", client.encode()),
        ]
        form = urlencode({"token": token, "token_type_hint": "access_token"}).encode()
        status, body = await self._send(proxy, "POST", proxy.oauth.introspection_url, headers, form)
        return _object(body) if status == 200 else None

    async def challenge(self, proxy: Proxy) -> str:
        """Return how the upstream asks for a token (RFC 9728 section 5), or nothing."""
        key = f"{proxy.id} {proxy.upstream}"
        at, challenge = self._challenges.get(key, (0.0, ""))
        if not at or time.monotonic() - at >= (_OLD if challenge else _AGAIN):
            challenge = await self._challenged(proxy, "GET", b"") or await self._challenged(
                proxy, "POST", _PING
            )
            self._challenges[key] = (time.monotonic(), challenge)
            while len(self._challenges) > _MOST:
                self._challenges.popitem(last=False)
        return challenge

    async def _challenged(self, proxy: Proxy, method: str, body: bytes) -> str:
        accepted = [(b"Accept", b"application/json, text/event-stream")]
        headers = [*accepted, (b"Content-Type", b"application/json")] if body else accepted
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await self._upstream.send(
                    method, proxy.upstream, headers, body, verify=proxy.verify_tls
                )
                answer.close()
        except (UpstreamFailed, TimeoutError):
            return ""
        return answer.headers.get("WWW-Authenticate", "") if answer.status == 401 else ""

    async def _send(
        self,
        proxy: Proxy,
        method: str,
        address: str,
        headers: RawHeaders,
        body: bytes,
        *,
        public: bool = False,
    ) -> tuple[int, bytes]:
        """Return status and body; a status of 0: it cannot be reached, or says more than 256 KB."""
        verify = proxy.verify_tls or _origin(address) != _origin(proxy.upstream)
        headers = [*headers, (b"Accept-Encoding", b"identity")]
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await self._upstream.send(
                    method, address, headers, body, verify=verify, public=public
                )
                try:
                    read = await answer.first(_LARGEST + 1)
                except (aiohttp.ClientError, OSError) as error:
                    raise failure(error, answer.host) from error
                finally:
                    answer.close()
        except (UpstreamFailed, TimeoutError):
            return 0, b""
        return (answer.status, read) if len(read) <= _LARGEST else (0, b"")


def _object(body: bytes) -> Document | None:
    try:
        found = decoded(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


async def _is_public(address: str) -> bool:
    """Return whether an address is of the public internet; a name may be known to an outgoing proxy only."""
    try:
        return await stands_for_public(parts_of(address).hostname or "")
    except (OSError, UnicodeError):
        return True


def _origin(address: str) -> str:
    parts = parts_of(address)
    return f"{parts.scheme}://{parts.netloc}"


def _trusted(proxy: Proxy, address: str) -> bool:
    """Return whether keys and metadata may come from there: by TLS, or as openly as the upstream itself."""
    scheme = parts_of(address).scheme
    return scheme == "https" or (scheme == "http" and parts_of(proxy.upstream).scheme == "http")
