"""The columns of users and of groups."""

from dataclasses import dataclass

from gateway_desktop.core.people import User
from gateway_desktop.store.queries.configuration import GroupItem
from gateway_desktop.store.queries.sign_ins import NO_SIGN_INS, SignIns
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import badge_column, last_column


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One user on the page."""

    user: User
    groups: tuple[str, ...]  # names, the primary one first
    keys: int
    last_seen_us: int | None
    sign_ins: SignIns = NO_SIGN_INS


def kind(row: PersonRow) -> str:
    """Return what kind of user this is."""
    return "Service account" if row.user.service else "Person"


def state(row: PersonRow) -> Badge:
    """Return whether the user's keys and sessions work."""
    if not row.user.active:
        return Badge("Inactive", "low")
    return Badge("Locked out", "high") if row.sign_ins.locked else Badge("Active", "success")


def sign_in(row: PersonRow) -> str:
    """Return how the user signs in with a browser, as far as it is known here."""
    password = "Password, code" if row.sign_ins.codes else "Password"
    ways = (("Provider", bool(row.sign_ins.issuers)), (password, row.sign_ins.password))
    return ", ".join(way for way, there in ways if there)


USER_COLUMNS: tuple[Column[PersonRow], ...] = (
    Column("user", "User", lambda row: row.user.shown, width=216, strong=True),
    Column("name", "Name", lambda row: row.user.display_name, width=144, muted=True),
    Column("groups", "Groups", lambda row: ", ".join(row.groups), stretch=True),
    Column("kind", "Kind", kind, width=120, muted=True, spare=3),
    Column("role", "Role", lambda row: row.user.role.value.capitalize(), width=88, muted=True),
    Column("keys", "Keys", width=64, numeric=True, spare=2),
    last_column("last_seen", "Last seen", lambda row: row.last_seen_us, width=112, spare=1),
    Column("sessions", "Sessions", lambda row: row.sign_ins.live_sessions, width=80, numeric=True, spare=4),
    Column("sign_in", "Sign-in", sign_in, width=112, muted=True, hidden=True),
    badge_column("active", "Active", state, width=88),
)

GROUP_COLUMNS: tuple[Column[GroupItem], ...] = (
    Column("group", "Group", lambda row: row.group.name, width=224, strong=True),
    Column("members", "Members", lambda row: len(row.members), width=88, numeric=True),
    Column("keys", "Keys", width=88, numeric=True),
    Column(
        "proxies",
        "Named by proxies",
        lambda row: ", ".join(row.proxies),
        display=lambda row: ", ".join(row.proxies) or "none",
        stretch=True,
        muted=True,
    ),
)
