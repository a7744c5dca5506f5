"""Who works here: this machine's account, or on a team's database the person who signed in."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import NotAllowed, Unavailable
from gateway_desktop.core.files import write_atomically
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.people import Role
from gateway_desktop.core.principal import Principal
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.administration import resolved, too_little
from gateway_desktop.services.futures import follow
from gateway_desktop.services.team_sign_in import Person, TeamSignIn
from gateway_desktop.store.store import Store

VARIABLE = "GATEWAY_DESKTOP_SESSION"  # what was kept of a sign-in, for scripts
_SIGN_IN = "Sign in first: gateway-desktop login EMAIL"
Ask = Callable[[TeamSignIn], str]  # has a person sign in, and returns what is to be kept of it


@dataclass(frozen=True, slots=True)
class Who:
    """As whom changes are recorded, and whose role is asked for (None: nobody's)."""

    actor: Principal
    person: str | None = None
    signed_in: Person | None = None
    sign_out: Callable[[], Future[None]] = lambda: resolved(None)  # here and everywhere this sign-in is kept

    def lacks(self, least: Role) -> str:
        """Return why they may not do what takes that role, as services say it; nothing, if they may."""
        return too_little(self.signed_in.role, self.signed_in.shown, least) if self.signed_in else ""


def who_works(store: Store, paths: Paths, sign_in: TeamSignIn, ask: Ask | None = None) -> Who:
    """Return who works with the store, which must be open; `ask` has somebody sign in if nobody has.

    Raises:
        NotAllowed: the store is a team's, and nobody is signed in.
    """
    if not isinstance(store.where, DatabaseUrl) or not sign_in.is_needed().result():
        return Who(local_actor())
    kept = kept_sign_in(paths.window_session)
    person = sign_in.person(kept).result() if kept else None
    if person is None and ask is not None:
        kept = ask(sign_in)
        keep(paths.window_session, kept)
        person = sign_in.person(kept).result()
    if person is None:
        raise NotAllowed(_SIGN_IN)
    if person.role is Role.VIEWER:
        store.mask()

    def sign_out() -> Future[None]:
        return follow(sign_in.sign_out(kept), lambda _: forget(paths.window_session))

    return Who(person.actor, person.user_id, person, sign_out)


def forget(file: Path) -> Future[None]:
    """Keep a sign-in no longer."""
    file.unlink(missing_ok=True)
    return resolved(None)


def kept_sign_in(file: Path) -> str:
    """Return what was kept of a sign-in on this machine; empty: nobody signed in."""
    if named := os.environ.get(VARIABLE):
        return named
    try:
        return file.read_text(encoding="utf-8").strip() if file.exists() else ""
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror or error}") from error


def keep(file: Path, text: str) -> None:
    """Keep a sign-in for the next commands and the window of this data folder."""
    write_atomically(file, text + "\n")
