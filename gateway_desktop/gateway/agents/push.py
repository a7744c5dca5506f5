"""Push notifications through us: agents are told an address of ours, and what they send there goes on."""

import ipaddress
from urllib.parse import urlsplit

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.agents.serving import address_of
from gateway_desktop.gateway.callers import who_asked
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream.checked_resolver import stands_for_public
from gateway_desktop.gateway.upstream.compression import decompressed
from gateway_desktop.gateway.upstream.headers import request_headers
from gateway_desktop.identity.credentials import CREDENTIAL_HEADERS
from gateway_desktop.identity.push_addresses import PushTarget, opened, sealed
from gateway_desktop.policies.access import allowed
from gateway_desktop.protocols.a2a.errors import PushRefused
from gateway_desktop.protocols.a2a.methods import PUSH_PATH, PUSHES
from gateway_desktop.protocols.a2a.push import NO_HOSTS, problem, with_every_url, with_urls
from gateway_desktop.protocols.json_body import compact, decoded
from gateway_desktop.protocols.strict_json import strict

_LARGEST = 64 << 20


def is_notification(exchange: Exchange) -> bool:
    """Return whether a request goes to an address of ours in place of a webhook."""
    return exchange.proxy.kind is Kind.A2A and exchange.request.path.startswith(PUSH_PATH)


async def identify(runtime: Runtime, exchange: Exchange) -> None:
    """Take who asked for a notification as who it is for, as they are now.

    Raises:
        Refused: we made no such address, or who asked for it may not use the proxy any more.
    """
    asked = _target(runtime, exchange).principal
    exchange.principal, refused = await who_asked(runtime, exchange.proxy, asked)
    if refused := refused or allowed(exchange.proxy, exchange.principal, None):
        raise refused


def _target(runtime: Runtime, exchange: Exchange) -> PushTarget:
    sealed_target = exchange.request.path.removeprefix(PUSH_PATH)
    found = opened(runtime.snapshot.agent_key, exchange.proxy.id, sealed_target)
    if found is None or not runtime.snapshot.settings.a2a.push_through:
        raise Refused(Reason.CREDENTIAL, "There is no such address for notifications", 404)
    return found


async def check(runtime: Runtime, urls: object, operation: str = "") -> None:
    """Raise PushRefused for an address that may not be called.

    Where none may be, the card says so, and all operations on such addresses are refused (A2A 1.0
    section 3.3.4).
    """
    agents = runtime.snapshot.settings.a2a
    hosts = frozenset(agents.push_hosts.lower().split())
    if operation in PUSHES and not hosts:
        raise PushRefused(NO_HOSTS)
    for url in urls if isinstance(urls, list) else ():
        if why := problem(str(url), hosts, private=agents.push_through):
            raise PushRefused(why)
        await _check_addresses(str(url), later=agents.push_through)


def lead_here(runtime: Runtime, exchange: Exchange, call: Call) -> None:
    """Put addresses of ours in place of the client's, and the client's back into answers."""
    prefix = address_of(runtime.snapshot.settings, exchange) + PUSH_PATH
    secret, proxy = runtime.snapshot.agent_key, exchange.proxy

    def ours(url: str) -> str:
        return prefix + sealed(secret, proxy.id, url, exchange.principal)

    def theirs(url: str) -> str:
        found = opened(secret, proxy.id, url.partition(PUSH_PATH)[2])
        return url if found is None else found.url

    async def back(message: bytes) -> bytes:
        if PUSH_PATH.encode() not in message:
            return message
        return compact(with_every_url(decoded(message), theirs)).encode()

    exchange.on_message.append(back)
    if call.body:
        coding = exchange.request.headers.get("Content-Encoding", "")
        clear = decompressed(call.body, coding, _LARGEST) if call.compressed else call.body
        call.body = compact(with_urls(call.operation, strict(clear), ours)).encode()
        call.compressed = False


async def deliver(runtime: Runtime, exchange: Exchange, call: Call) -> None:
    """Pass a notification on to the webhook that it is for; the agent hears whether it was taken."""
    target = _target(runtime, exchange)
    await check(runtime, [target.url])
    head = exchange.request
    for_webhook = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in head.raw_headers
        if name.lower() in CREDENTIAL_HEADERS
    )
    headers = request_headers(head, for_webhook, compressed=call.compressed, plain=False)
    host = urlsplit(target.url).hostname or ""
    # A name may stand for another address by now than when it was checked.
    public = host != "localhost"
    answer = await runtime.upstream.send("POST", target.url, headers, call.body, public=public)
    status = answer.status
    answer.close()
    call.detail["webhook"] = host
    exchange.reply = Reply(status, complete=True)
    if status >= 300:
        exchange.reply.error = f"The webhook answered {status}"
    await exchange.client.whole(status if status >= 400 or status < 300 else 502, (), b"")


async def _check_addresses(url: str, *, later: bool) -> None:
    """Refuse a name that stands for a private address now; later is the network's of the agent.

    `later`: we call it ourselves, and look again then, so a name that is not known yet may be given.
    """
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
        return
    except ValueError:
        pass
    if host == "localhost":  # where it may be listed
        return
    try:
        public = await stands_for_public(host)
    except (OSError, UnicodeError) as error:
        if later:
            return
        raise PushRefused(f"the name {host} for push notifications is not known") from error
    if not public:
        raise PushRefused(f"push notifications to {host}, which is a private address, are never allowed")
