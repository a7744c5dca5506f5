"""Callers: whose key or token of ours it is, and whether who opened a stream may use it still."""

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import ANONYMOUS, Principal, PrincipalKind
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.identity.authentication import Answer, authenticate, owner_of_key
from gateway_desktop.identity.bearer import authenticate_token, is_token
from gateway_desktop.identity.tokens import digest
from gateway_desktop.policies.access import allowed

_NO_KEYS = "API keys are not taken at '{}': sign in there with a browser"


async def who(runtime: Runtime, proxy: Proxy, credential: Secret | None, *, expired: bool = False) -> Answer:
    """Return whose key or token of ours it is, and why it is refused at this proxy, if it is.

    `expired`: an access token is good after its time, too, as long as its session goes on.
    """
    tokens = runtime.tokens
    if credential is None or tokens is None or not is_token(credential):
        return _of_key(proxy, authenticate(runtime.snapshot, credential, now_us()))
    presented = digest(credential)
    token = tokens.known(presented) or await tokens.find(presented)
    return authenticate_token(runtime.snapshot, proxy, token, 0 if expired else now_us())


async def who_asked(runtime: Runtime, proxy: Proxy, asked: Principal) -> Answer:
    """Return who asked for something before, as they are now, and why they get it no longer, if so."""
    snapshot = runtime.snapshot
    if asked.kind is PrincipalKind.API_KEY:
        return _of_key(proxy, owner_of_key(snapshot, asked.api_key_id or "", now_us()))
    if asked.kind is PrincipalKind.ANONYMOUS:
        closed = Refused(Reason.CREDENTIAL, f"'{proxy.name}' is not for everyone any more", 401)
        return ANONYMOUS, None if proxy.anonymous else closed
    token = await runtime.tokens.of_session(asked.session or "") if runtime.tokens is not None else None
    return authenticate_token(snapshot, proxy, token, now_us())


def _of_key(proxy: Proxy, answer: Answer) -> Answer:
    principal, refused = answer
    if refused is None and proxy.oauth is not None and proxy.oauth.ours and not proxy.oauth.keys:
        refused = Refused(Reason.CREDENTIAL, _NO_KEYS.format(proxy.name), 401)
    return principal, refused


async def check_still(runtime: Runtime, exchange: Exchange) -> None:
    """Raise Refused where who opened a stream, which may stay for days, may not use the proxy any more."""
    name, credential = exchange.proxy.name, exchange.credential
    proxy = runtime.snapshot.proxies.get(name)
    if proxy is None or proxy.id != exchange.proxy.id:
        raise Refused(Reason.ACCESS, f"The proxy '{name}' was removed", 403)
    if credential is None or proxy.passes_through:
        return
    principal, refused = await who(runtime, proxy, credential, expired=True)
    if refused := refused or allowed(proxy, principal, None):
        raise refused
