"""What the gateway needs from other rooms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.budget import Term, TermKey
from gateway_desktop.core.figures import StoreFigures
from gateway_desktop.core.oauth import (
    IdentityProvider,
    NewTokens,
    OAuthClient,
    OAuthSession,
    Profile,
    Rotation,
    StoredPassword,
    Token,
)
from gateway_desktop.core.people import User
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.rate_limit import RateLimit, RateUse
from gateway_desktop.core.tool_pin import Listing
from gateway_desktop.policies.budget import Overdrawn, Reservation
from gateway_desktop.policies.rates import Exceeded


class Recorder(Protocol):
    """Where records are written, and found again; every call returns at once."""

    def ready(self) -> str | None:
        """Return None, or why nothing can be written right now, in words for callers."""

    def storage_problem(self) -> str | None:
        """Return the same in a sentence for who runs the gateway."""

    def notice(self) -> str:
        """Return why rows wait elsewhere although exchanges pass, in a sentence, or nothing."""

    def figures(self) -> StoreFigures:
        """Return how the store keeps up."""

    def append(self, record: AuditRecord, done: Callable[[BaseException | None], None] | None) -> None:
        """Queue the record; `done` is called in another thread after its commit, or with its failure."""

    def note(self, event: SystemEvent) -> object:
        """Queue a System event."""

    def told_tasks(self, proxy: Proxy, since_us: int) -> Future[Mapping[str, str]]:
        """Return the tasks that a proxy's rows since then tell of, and for each who was told of it first."""


class People(Protocol):
    """Who the persons are that identity providers vouch for."""

    def sign_in(self, provider: IdentityProvider, profile: Profile) -> Future[User]:
        """Return whose profile it is, once the gateway knows them; the first sign-in may create the user.

        The provider's rules put them into groups. Fails with Refused (403) and a sentence for the person if
        they may not come in: not invited, no verified e-mail address, not active.
        """


class Pins(Protocol):
    """Where it is written down what servers list of their tools."""

    def report(self, listing: Listing) -> Future[None]:
        """Take what is new, other than known, or gone; resolves once the gateway obeys it."""


class Rates(Protocol):
    """The counters of rate limits. Times are seconds of a steady clock."""

    def keep(self, ids: Iterable[str]) -> None:
        """Forget the counters of other limits than these."""

    async def take(self, limits: Iterable[RateLimit], tokens: int, now: float) -> Exceeded | None:
        """Use one request and reserve tokens of all limits, or of none and return the one that refuses.

        Raises StorageUnavailable in bounded time where the counters are elsewhere and cannot be asked.
        """

    def settle(self, limits: Iterable[RateLimit], more_tokens: int, now: float) -> None:
        """End a request that used as many tokens more, or less, than were reserved; returns at once."""

    def used(self, limits: Iterable[RateLimit], now: float) -> Mapping[str, RateUse]:
        """Return how much of each limit is used, by its id; any thread may ask."""


class Ledger(Protocol):
    """What is spent of budgets, and what is set aside for calls on their way. Amounts are 1e-9 US dollars."""

    def know(self, spent: Mapping[TermKey, int]) -> None:
        """Take what was written down of the present terms of all budgets there are; returns at once."""

    async def reserve(self, exchange: str, terms: Sequence[Term], amount: int) -> Reservation | Overdrawn:
        """Set the amount aside in all terms at once, or in none and return the one with nothing left.

        Raises StorageUnavailable in bounded time where the ledger is elsewhere and cannot be asked.
        """

    def settle(self, reservation: Reservation, amount: int) -> None:
        """Put what was spent in the place of what was reserved; returns at once."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What is counted before a call may pass: in this process, or for all gateways of a team."""

    rates: Rates
    ledger: Ledger


class TokenStore(Protocol):
    """What is remembered of clients, sessions and tokens; every call returns at once."""

    def client(self, proxy_id: str, client_id: str) -> Future[OAuthClient | None]:
        """Return a client of the proxy, also a revoked one."""

    def add_client(self, client: OAuthClient, address: str, never_used_since_us: int) -> Future[int]:
        """Remember a client; sweep those registered before that time and never used."""

    def token(self, digest: bytes) -> Future[Token | None]:
        """Return what an access token stands for; one whose session has ended still names its person."""

    def of_session(self, session: str) -> Future[Token | None]:
        """Return what the token of a session stands for that is good for longest."""

    def refresh_token(self, digest: bytes) -> Future[Token | None]:
        """Return what an unused refresh token stands for."""

    def open_session(
        self, session: OAuthSession, tokens: NewTokens, code_digest: bytes | None
    ) -> Future[None]:
        """Remember a sign-in with its first tokens."""

    def rotate(
        self,
        digest: bytes,
        client: OAuthClient,
        tokens: NewTokens,
        longest_us: int,
    ) -> Future[Rotation]:
        """Exchange a refresh token for the tokens that follow it; one that comes again later ends its
        session. Soon after, it gets the same tokens once more.

        `longest_us`: no session goes on longer than that after its sign-in.
        """

    def code_came_again(self, code_digest: bytes) -> Future[str | None]:
        """End the session that the code opened, if one did, and return its id."""

    def revoke(self, digest: bytes, client: OAuthClient) -> Future[str | None]:
        """End the session of a token of the client and return its id."""

    def note(self, event: SystemEvent) -> Future[int]:
        """Write a System event."""


class PasswordStore(Protocol):
    """The local directory; every call returns at once."""

    def find(self, name: str) -> Future[tuple[StoredPassword | None, int | None]]:
        """Return the person with that e-mail address, and until when the name is locked, if it is."""

    def failed(self, name: str, proxy: str, address: str) -> Future[int | None]:
        """Count a failure; return until when the name is locked, if it is."""

    def succeeded(self, name: str, proxy: str, address: str, totp_step: int | None) -> Future[bool]:
        """Forget the failures; return False if that one-time code was used before."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the authorization server stands on."""

    tokens: TokenStore
    passwords: PasswordStore
    templates: Path  # the folder of the pages that browsers are shown
    people: People | None = None  # None: nobody signs in through identity providers
