"""Credential to Principal, before the body is read."""

from gateway_desktop.core.errors import GatewayError, Reason, Refused, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import ANONYMOUS
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.agents.push import identify, is_notification
from gateway_desktop.gateway.callers import who
from gateway_desktop.gateway.filter import CallNext, RuntimeFilter
from gateway_desktop.gateway.upstream_oauth.challenges import scope_of
from gateway_desktop.identity.api_keys import MARK
from gateway_desktop.identity.authentication import Answer
from gateway_desktop.identity.bearer import challenge
from gateway_desktop.identity.issuers import base_of
from gateway_desktop.identity.tokens import is_ours
from gateway_desktop.policies.access import allowed

_NOT_OURS = (
    "The upstream of '{}' signs people in itself: keys and tokens of this gateway are not good there, and "
    "were not sent there"
)
_SIGN_IN = "The upstream of '{}' signs people in itself; send a token of its authorization server"


class Authentication(RuntimeFilter):
    """Who is asking, are they active, and may they use this proxy at all: headers only."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Set the principal, also of those who are refused."""
        runtime = self._runtime
        if problem := runtime.doorway.problem(exchange.request.headers):
            raise Refused(Reason.ACCESS, problem, 403)
        proxy = exchange.proxy
        if is_notification(exchange):
            await identify(runtime, exchange)
        elif exchange.credential is None and proxy.anonymous:
            self._check_here(exchange)
            exchange.principal = ANONYMOUS
        else:
            await self._identify(exchange)
        if not proxy.running:
            raise GatewayError(f"The proxy '{proxy.name}' is stopped", 503)
        await call_next(exchange)

    def _check_here(self, exchange: Exchange) -> None:
        if not self._runtime.doorway.here(exchange.request.peer, exchange.request.headers):
            raise Refused(Reason.CREDENTIAL, "Use without a credential is for this machine only", 401)
        if exchange.request.headers.get("Sec-Fetch-Site", "").lower() == "cross-site":
            # Without an Origin, as for pictures and links (Fetch Metadata Request Headers, W3C)
            raise Refused(Reason.ACCESS, "Pages of other sites may not use this gateway", 403)

    async def _identify(self, exchange: Exchange) -> None:
        proxy = exchange.proxy
        if proxy.passes_through:
            principal, refused = await self._of_upstream(exchange)
        else:
            principal, refused = await who(self._runtime, proxy, exchange.credential)
        exchange.principal = principal
        if refused is not None:
            raise await self._with_challenge(exchange, refused)
        if refused := allowed(proxy, principal, None):
            raise refused

    async def _of_upstream(self, exchange: Exchange) -> Answer:
        """Return whose token of the upstream's own authorization server it is; nothing of ours goes there."""
        runtime, proxy, credential = self._runtime, exchange.proxy, exchange.credential
        if credential is not None and (credential.startswith(MARK) or is_ours(credential)):
            owner, _ = await who(runtime, proxy, credential)
            return owner, Refused(Reason.CREDENTIAL, _NOT_OURS.format(proxy.name), 401)
        scheme = exchange.request.headers.get("Authorization", "").strip().partition(" ")[0]
        if credential is None or scheme.lower() != "bearer":
            await self._check_metadata(proxy)
            return ANONYMOUS, Refused(Reason.CREDENTIAL, _SIGN_IN.format(proxy.name), 401)
        return await runtime.upstream_people.who(runtime.snapshot, proxy, credential)

    async def _check_metadata(self, proxy: Proxy) -> None:
        """Raise UpstreamFailed where nobody may sign in by what the upstream says of itself."""
        try:
            await self._runtime.upstream_people.documents.resource(proxy)
        except UpstreamFailed as error:
            self._runtime.note(proxy, error.message)
            raise

    async def _with_challenge(self, exchange: Exchange, refused: Refused) -> Refused:
        """Say in a 401 where to sign in."""
        proxy, runtime = exchange.proxy, self._runtime
        if refused.status == 401 and proxy.oauth is not None and proxy.oauth.enabled:
            host = exchange.request.headers.get("Host", "")
            base = base_of(runtime.snapshot.settings, runtime.port, host)
            if base is not None:
                with_token = exchange.credential is not None
                scope = ""
                if proxy.passes_through:
                    scope = scope_of(await runtime.upstream_people.documents.challenge(proxy))
                header = challenge(base, proxy, exchange.request.path, with_token=with_token, scope=scope)
                refused.headers = (header,)
        return refused
