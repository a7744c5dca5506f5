"""Credential to Principal, before the body is read."""

import time

from gateway_desktop.core.errors import GatewayError, Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import ANONYMOUS
from gateway_desktop.gateway.doorway import is_loopback
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.identity.authentication import authenticate
from gateway_desktop.policies.access import allowed


class Authentication:
    """Who is asking, are they active, and may they use this proxy at all: headers only."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Set the principal, also of those who are refused."""
        runtime = self._runtime
        if problem := runtime.doorway.problem(exchange.request.headers):
            raise Refused(Reason.ACCESS, problem, 403)
        proxy = exchange.proxy
        if exchange.credential is None and proxy.anonymous:
            if not (runtime.doorway.local and is_loopback(exchange.request.peer or "")):
                raise Refused(
                    Reason.CREDENTIAL,
                    "Use without a credential is for this machine only",
                    401,
                )
            exchange.principal = ANONYMOUS
        else:
            principal, refused = authenticate(runtime.snapshot, exchange.credential, time.time_ns() // 1000)
            exchange.principal = principal
            if refused is not None:
                raise refused
            if refused := allowed(proxy, principal, None):
                raise refused
        if not proxy.running:
            raise GatewayError(f"The proxy '{proxy.name}' is stopped", 503)
        await call_next(exchange)
