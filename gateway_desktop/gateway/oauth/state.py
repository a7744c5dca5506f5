"""State: what the endpoints of the authorization server share."""

import asyncio
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.people import User
from gateway_desktop.core.principal import PrincipalKind, principal_of
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.oauth.client_document import ClientDocuments
from gateway_desktop.gateway.oauth.pages import Pages
from gateway_desktop.gateway.oauth.throttle import Throttle
from gateway_desktop.gateway.oauth.waiting import (
    CODE_SECONDS,
    DOCUMENT_SECONDS,
    SIGN_IN_SECONDS,
    Device,
    Grant,
    SignIn,
    Waiting,
)
from gateway_desktop.gateway.ports import Identity
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.identity.issuers import bases, canonical_base
from gateway_desktop.policies.access import allowed

_HOUR = 3600.0
_MINUTE = 60.0
_ADDRESSES = 10  # that may register as much as one may, before all have to wait
_HASHES_AT_ONCE = 2  # argon2id takes 64 MB each


@dataclass(slots=True)
class Limits:
    """How often strangers may ask; each address for itself, where nothing else is said."""

    registrations: Throttle
    all_registrations: Throttle  # of all addresses together
    failures: Throttle  # of passwords
    authorizations: Throttle
    user_codes: Throttle


class State:
    """Made and used on the gateway's loop."""

    def __init__(self, runtime: Runtime, identity: Identity) -> None:
        self.runtime = runtime
        self.identity = identity
        self.pages = Pages(identity.templates, lambda: self.root)
        self.documents = ClientDocuments()
        self.documents_come = True  # as far as is known: not where nothing here reaches the internet
        self.sign_ins: Waiting[SignIn] = Waiting(SIGN_IN_SECONDS)  # by request id
        self.at_providers: Waiting[SignIn] = Waiting(SIGN_IN_SECONDS)  # by SHA-256 of `state`
        self.codes: Waiting[Grant] = Waiting(CODE_SECONDS)  # by SHA-256
        self.devices: Waiting[Device] = Waiting(SIGN_IN_SECONDS)  # by SHA-256 of the device code
        self.user_codes: Waiting[Device] = Waiting(SIGN_IN_SECONDS)  # by user code
        self.device_forms: Waiting[str] = Waiting(SIGN_IN_SECONDS)  # form token by browser
        self.fresh_documents: Waiting[bool] = Waiting(DOCUMENT_SECONDS)  # of clients, read lately
        self.passwords_waiting = 0  # that are to be looked at
        self.hashing = asyncio.Semaphore(_HASHES_AT_ONCE)
        self.limits = Limits(
            registrations=Throttle(runtime.snapshot.settings.oauth.registrations_per_hour, _HOUR),
            all_registrations=Throttle(0, _HOUR),
            failures=Throttle(20, _MINUTE),
            authorizations=Throttle(120, _MINUTE),
            user_codes=Throttle(10, _MINUTE),
        )

    @property
    def base(self) -> str:
        """Where the browser part lives."""
        return canonical_base(self.runtime.snapshot.settings, self.runtime.port)

    @property
    def bases(self) -> tuple[str, ...]:
        """Every base under which this gateway may be addressed."""
        return bases(self.runtime.snapshot.settings, self.runtime.port)

    @property
    def root(self) -> str:
        """Return the path below which a browser finds our pages; the public URL may have one itself."""
        return f"{urlsplit(self.base).path}/oauth"

    def begin(self, sign_in: SignIn, address: str) -> str:
        """Let a sign-in wait for its person; return where their browser goes."""
        request_id = secrets.token_urlsafe(24)
        self.sign_ins.put(request_id, sign_in, address)
        return f"{self.root}/consent?request={request_id}"

    def proxy(self, proxy_id: str) -> Proxy | None:
        """Return a proxy at which our server signs people in now."""
        for proxy in self.runtime.snapshot.proxies.values():
            if proxy.id == proxy_id and proxy.signs_in:
                return proxy
        return None

    def may_register(self, address: str) -> bool:
        """Return whether that address may register one more client now, and count it."""
        each, all_together = self.limits.registrations, self.limits.all_registrations
        each.most = self.runtime.snapshot.settings.oauth.registrations_per_hour
        all_together.most = each.most * _ADDRESSES
        return all_together.allows("") and each.take(address) and all_together.take("")

    def entry_problem(self, proxy: Proxy, user_id: str, provider: str) -> str:
        """Return why a user whom the provider vouched for may not come in, in a sentence, or nothing."""
        user = self.runtime.snapshot.users.get(user_id)
        if user is None or not user.active:
            return "Your account is not active"
        oauth = proxy.oauth
        assert oauth is not None
        if provider not in oauth.providers:
            return f"That way to sign in is not set up for '{proxy.name}' any more"
        refused = allowed(proxy, principal_of(PrincipalKind.OAUTH, user), None)
        if refused is not None or (oauth.groups and not set(oauth.groups) & set(user.groups)):
            return f"You are in none of the groups that may use '{proxy.name}'"
        return ""

    def note(self, event: str, sign_in: SignIn, user: User | None, address: str, details: str = "") -> None:
        """Write a System event of a sign-in and of the identity provider chosen, without waiting for it."""
        provider = self.runtime.snapshot.identity_providers.get(sign_in.provider)
        told = (f"With {provider.name}" if provider is not None else "", details)
        self.identity.tokens.note(
            SystemEvent(
                Category.AUTHENTICATION,
                event,
                sign_in.client.name or sign_in.client.id,
                result="success" if event == "login" else "failure",
                proxy=sign_in.proxy.name,
                actor=principal_of(PrincipalKind.OAUTH, user) if user is not None else None,
                details=". ".join(each for each in told if each),
                client_ip=address or None,
            )
        )
