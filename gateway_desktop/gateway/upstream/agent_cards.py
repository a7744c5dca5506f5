"""AgentCards: the card of each agent as it was last seen, and the calls that fetch them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import aiohttp

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.tool_pin import Listed
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.gateway.upstream.calls import Upstream, failure
from gateway_desktop.gateway.upstream.own_credential import without
from gateway_desktop.identity.card_signatures import is_signed, key_address, verified
from gateway_desktop.protocols.a2a.agent_card import (
    AgentCard,
    card_urls,
    read_card,
    same_origin,
    upstream_url,
)
from gateway_desktop.protocols.definitions import agent_card
from gateway_desktop.protocols.json_body import decoded

_LARGEST = 1 << 20
_SECONDS = 10
_OLD = 300.0  # seconds after which a card is fetched again, in the background
_AGAIN = 5.0  # seconds after a failure before another call waits for it
_FRESH = 1.0


@dataclass(frozen=True, slots=True)
class _Seen:
    upstream: str
    at: float  # time.monotonic()
    card: AgentCard | None


class AgentCards:
    """On the gateway's loop."""

    def __init__(self, upstream: Upstream, told: Callable[[Proxy, Listed], None] = lambda *_: None) -> None:
        self._upstream = upstream
        self._told = told  # is given every card that comes
        self._seen: dict[str, _Seen] = {}
        self._fetching: dict[str, asyncio.Task[AgentCard | UpstreamFailed]] = {}

    async def name(self, proxy: Proxy, secret: Secret | None) -> str:
        """Return the agent's name, or "" while its card cannot be had."""
        seen = self._of(proxy)
        age = time.monotonic() - seen.at if seen else 0.0
        if seen is None or (seen.card is None and age > _AGAIN):
            try:
                return (await self.fetch(proxy, secret)).name
            except UpstreamFailed:
                return ""
        if seen.card is not None and age > _OLD:
            self._start(proxy, secret)
        return seen.card.name if seen.card else ""

    async def fresh(self, proxy: Proxy, secret: Secret | None) -> AgentCard:
        """Return the card as it is now; raise UpstreamFailed where it cannot be had."""
        seen = self._of(proxy)
        if seen is not None and seen.card is not None and time.monotonic() - seen.at < _FRESH:
            return seen.card
        return await self.fetch(proxy, secret)

    async def fetch(self, proxy: Proxy, secret: Secret | None) -> AgentCard:
        """Fetch the card, once for all who wait for it; raise UpstreamFailed."""
        found = await asyncio.shield(self._start(proxy, secret))
        if isinstance(found, UpstreamFailed):
            raise found
        return found

    def url(self, proxy: Proxy, path: str, query: str) -> str:
        """Return where a request for this path below the proxy goes."""
        seen = self._of(proxy)
        paths = seen.card.paths if seen is not None and seen.card is not None else ()
        return upstream_url(proxy.upstream, paths, path, query)

    def credential_headers(self, proxy: Proxy, secret: Secret) -> tuple[tuple[str, str], ...]:
        """Return the headers that carry our credential to the agent, as its card asks."""
        seen = self._of(proxy)
        header = seen.card.key_header if seen is not None and seen.card is not None else ""
        return ((header, str(secret)),) if header else (("Authorization", f"Bearer {secret}"),)

    def _of(self, proxy: Proxy) -> _Seen | None:
        seen = self._seen.get(proxy.id)
        return seen if seen is not None and seen.upstream == proxy.upstream else None

    def _start(self, proxy: Proxy, secret: Secret | None) -> "asyncio.Task[AgentCard | UpstreamFailed]":
        task = self._fetching.get(proxy.id)
        if task is None:
            task = spawn(self._fetch(proxy, secret), f"card of {proxy.name}")
            self._fetching[proxy.id] = task
            task.add_done_callback(lambda _done: self._fetching.pop(proxy.id, None))
        return task

    async def _fetch(self, proxy: Proxy, secret: Secret | None) -> AgentCard | UpstreamFailed:
        known = self._of(proxy)
        found: AgentCard | UpstreamFailed
        try:
            async with asyncio.timeout(_SECONDS):
                found = await self._first(proxy, secret)
        except UpstreamFailed as error:
            found = error
        except TimeoutError:
            found = UpstreamFailed(Failure.TIMEOUT, "The agent's card did not come in time")
        before = known.card if known else None
        card = before if isinstance(found, UpstreamFailed) else found
        self._seen[proxy.id] = _Seen(proxy.upstream, time.monotonic(), card)
        return found

    async def _first(self, proxy: Proxy, secret: Secret | None) -> AgentCard:
        status = 0
        for url in card_urls(proxy.upstream):
            status, body = await self._get(proxy, url, secret)
            if status == 200:
                try:
                    card = read_card(body, proxy.upstream)
                    self._told(proxy, agent_card(card.document))
                except ValueError as error:
                    raise UpstreamFailed(
                        Failure.BROKEN, f"The agent's card cannot be read: {error}"
                    ) from error
                return replace(card, signature=await self._signature(card, proxy))
            if status != 404:
                break
        raise UpstreamFailed(
            Failure.BROKEN, f"The agent's card cannot be had: the upstream answered {status}"
        )

    async def _signature(self, card: AgentCard, proxy: Proxy) -> str:
        """Check the signature by the key that its header names, if that lies where the agent does."""
        if not is_signed(card.document):
            return "none"
        address = key_address(card.document)
        if not address or not same_origin(proxy.upstream, address):
            return "not checked: its key is not at the agent's own address"
        try:
            status, body = await self._get(proxy, address, None)
            keys = decoded(body) if status == 200 else None
        except (UpstreamFailed, ValueError):
            keys = None
        if not isinstance(keys, dict):
            return "not checked: its key cannot be had"
        return "valid" if verified(card.document, keys) else "invalid"

    async def _get(self, proxy: Proxy, url: str, secret: Secret | None) -> tuple[int, bytes]:
        headers = [(b"Accept", b"application/json")]
        if secret:
            named = self.credential_headers(proxy, secret)
            headers += [(name.encode(), value.encode()) for name, value in named]
        answer = await self._upstream.send("GET", url, headers, b"", verify=proxy.verify_tls)
        try:
            body = await answer.first(_LARGEST + 1)
            if len(body) > _LARGEST:
                raise UpstreamFailed(Failure.BROKEN, "The agent's card is larger than 1 MB")
            return answer.status, without(secret, body)
        except (aiohttp.ClientError, OSError) as error:
            raise failure(error, answer.host) from error
        finally:
            answer.close()
