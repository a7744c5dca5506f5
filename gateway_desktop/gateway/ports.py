"""What the gateway needs from other rooms."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.oauth import IdentityProvider, Profile
from gateway_desktop.core.people import User


class Recorder(Protocol):
    """Where records are written; both calls return at once."""

    def ready(self) -> str | None:
        """Return None, or why nothing can be written right now, in a sentence."""
        ...

    def append(self, record: AuditRecord, done: Callable[[BaseException | None], None] | None) -> None:
        """Queue the record; `done` is called in another thread after its commit, or with its failure."""
        ...


class People(Protocol):
    """Who the persons are that identity providers vouch for."""

    def sign_in(self, provider: IdentityProvider, profile: Profile) -> Future[User]:
        """Return whose profile it is, once the gateway knows them; the first sign-in may create the user.

        The provider's rules put them into groups. Fails with Refused (403) and a sentence for the person if
        they may not come in: not invited, no verified e-mail address, not active.
        """
        ...
