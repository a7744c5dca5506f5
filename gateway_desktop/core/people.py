"""Users, groups and API keys: who may use the gateway."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a user may do in the window of a team store."""

    MEMBER = "member"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def reaches(self, least: "Role") -> bool:
        """Return whether this role may do what takes at least that one."""
        order = list(Role)
        return order.index(self) >= order.index(least)


@dataclass(frozen=True, slots=True)
class Group:
    """People and keys that share access, rate limit and budget."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """A person, or a service account (which has no e-mail and no sign-in)."""

    id: str
    email: str | None
    username: str  # the service account's name, or the part of the e-mail before the @
    display_name: str
    role: Role
    service: bool
    active: bool
    groups: tuple[str, ...]  # group ids, the primary one first

    @property
    def shown(self) -> str:
        """The name that the audit records: the e-mail, or the service account's name."""
        return self.email or self.username


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key we issued; only its SHA-256 is kept. Times are microseconds since 1970 UTC."""

    id: str
    name: str
    prefix: str  # the first 12 characters, shown to people
    digest: bytes  # SHA-256 of the whole key
    user_id: str
    group_id: str
    created_us: int
    expires_us: int | None
    revoked_us: int | None
    rotated_to: str | None = None  # the key that replaces this one after the overlap


TEAM = "team"  # the first group; who is added without a group joins it
