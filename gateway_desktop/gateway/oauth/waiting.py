"""What waits in memory for minutes: sign-ins under way, codes, devices; a restart forgets it."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway_desktop.core.oauth import OAuthClient
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.oauth.throttle import network_of
from gateway_desktop.identity.authorization_request import AuthorizationRequest

CODE_SECONDS = 60
SIGN_IN_SECONDS = 600
DOCUMENT_SECONDS = 3600
_MOST = 5000
_MOST_EACH = 200  # of one network, whose people may share an address
Key = str | bytes
Thing = TypeVar("Thing")


@dataclass(slots=True)
class Device:
    """A device that waits for a person (RFC 8628)."""

    user_code: str
    proxy_id: str
    client: OAuthClient
    scopes: tuple[str, ...]
    interval: float = 5.0
    polled_at: float = 0.0
    denied: bool = False
    user_id: str = ""  # who approved
    provider: str = ""


@dataclass(slots=True)
class SignIn:
    """An application's request on its way through a person's browser."""

    proxy: Proxy
    base: str  # the base by which the application knows us
    client: OAuthClient
    request: AuthorizationRequest
    browser: bytes  # SHA-256 of the cookie of the browser that it came from
    device: Device | None = None
    approved: bool = False
    token: str = ""  # against forged forms: the one of the page shown last, good once
    provider: str = ""  # the identity provider chosen, once approved
    nonce: str = field(default="", repr=False)
    verifier: str = field(default="", repr=False)

    def new_token(self) -> str:
        """Return the token of the page about to be shown; that of the page before is void."""
        self.token = secrets.token_urlsafe(24)
        return self.token

    def take_token(self, given: str) -> bool:
        """Return whether it is the token of the page shown last; it is good once."""
        expected, self.token = self.token, ""
        return bool(expected) and secrets.compare_digest(expected.encode(), given.encode())


@dataclass(frozen=True, slots=True)
class Grant:
    """What an authorization code stands for."""

    proxy_id: str
    client_id: str
    redirect_uri: str
    challenge: str
    scopes: tuple[str, ...]
    user_id: str
    provider: str
    address: str


class Waiting(Generic[Thing]):
    """Things by key, each for a time. Who puts too many loses the oldest of them, and nobody else's."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._things: OrderedDict[Key, tuple[float, Thing, str]] = OrderedDict()
        self._of: dict[str, OrderedDict[Key, None]] = {}  # by network: the keys, the oldest first

    def put(self, key: Key, thing: Thing, address: str = "") -> None:
        """Keep it under a new key; `address` is whose request brought it."""
        self._drop_old()
        self._forget(key)
        network = network_of(address)
        own = self._of.setdefault(network, OrderedDict())
        if network and len(own) >= _MOST_EACH:
            self._forget(next(iter(own)))
        elif len(self._things) >= _MOST:
            most = max(self._of, key=lambda name: len(self._of[name]))
            self._forget(next(iter(self._of[most])))
        self._things[key] = (self._clock() + self.seconds, thing, network)
        self._of.setdefault(network, own)[key] = None

    def get(self, key: Key) -> Thing | None:
        """Return it if it is still there."""
        self._drop_old()
        found = self._things.get(key)
        return None if found is None else found[1]

    def pop(self, key: Key) -> Thing | None:
        """Return it if it is still there, and forget it."""
        found = self.get(key)
        self._forget(key)
        return found

    def _drop_old(self) -> None:
        now = self._clock()
        while self._things:
            key, (until, _, _) = next(iter(self._things.items()))
            if until > now:
                return
            self._forget(key)

    def _forget(self, key: Key) -> None:
        found = self._things.pop(key, None)
        if found is None:
            return
        own = self._of[found[2]]
        own.pop(key, None)
        if not own:
            del self._of[found[2]]
