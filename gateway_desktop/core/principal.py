"""Who is asking."""

from dataclasses import dataclass
from enum import StrEnum

from gateway_desktop.core.people import Group, User


class PrincipalKind(StrEnum):
    """How somebody is known, as stored in `event.principal_kind`."""

    OAUTH = "oauth"
    API_KEY = "api_key"
    ANONYMOUS = "anonymous"
    LOCAL = "local"  # the window or the command line on this machine
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Principal:
    """The owner behind an exchange, with names as they were at the time."""

    kind: PrincipalKind
    user_id: str | None = None
    actor: str = ""  # e-mail, or the service account's name; "" is unattributed
    display_name: str = ""
    group: str = ""  # the group that is recorded and charged, by name
    groups: frozenset[str] = frozenset()  # ids of all groups that give access
    api_key_id: str | None = None
    client_id: str | None = None
    session: str | None = None
    audience: tuple[str, ...] = ()  # of a verified token of the upstream's own authorization server
    no_user_reason: str | None = None  # why `actor` is empty, in a sentence

    @property
    def person(self) -> str:
        """Return whose it is: one person's two keys are one person; empty for nobody that is known."""
        return self.user_id or self.actor or self.session or ""


ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, no_user_reason="No credential was sent")


def principal_of(kind: PrincipalKind, user: User, group: Group | None = None) -> Principal:
    """Return a user as who asks; the group is recorded and charged."""
    return Principal(
        kind,
        user_id=user.id,
        actor=user.shown,
        display_name=user.display_name,
        group=group.name if group else "",
        groups=frozenset(user.groups),
    )
