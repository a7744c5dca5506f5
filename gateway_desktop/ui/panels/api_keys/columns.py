"""The columns of API keys, and what state a key is in."""

from gateway_desktop.core.clock import now_us
from gateway_desktop.store.queries.configuration import KeyItem
from gateway_desktop.ui.display import exact
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import day_column, last_column, until_column
from gateway_desktop.ui.theme import Tone

TONES: dict[str, Tone] = {
    "active": "success",
    "rotating": "accent",
    "needs attention": "medium",
    "expired": "low",
    "revoked": "low",
}


def state(row: KeyItem) -> str:
    """Return active, rotating, needs attention, expired or revoked."""
    found = row.state(now_us())
    return "rotating" if found == "active" and row.key.rotated_to is not None else found


def works(row: KeyItem) -> bool:
    """Say whether the key can still be revoked."""
    return state(row) in ("active", "rotating", "needs attention")


def can_rotate(row: KeyItem) -> bool:
    """Say whether another key can take this one's place."""
    return works(row) and row.key.rotated_to is None and row.owner_active


def badge(row: KeyItem) -> Badge:
    """Return the state in its colour."""
    found = state(row)
    return Badge(found.capitalize(), TONES[found])


def why(row: KeyItem) -> str:
    """Explain the state in a sentence."""
    found = state(row)
    if found == "rotating":
        return f"A new key has taken its place; it works until {exact(row.key.expires_us)}"
    if found == "revoked":
        return f"Revoked {exact(row.key.revoked_us)}"
    if found == "expired":
        return f"Expired {exact(row.key.expires_us)}"
    if found == "needs attention":
        whose = f"its owner {row.owner}" if not row.owner_active else f"its group {row.group}"
        return f"Refused because {whose} is not active"
    return "Accepted"


def shown(row: KeyItem) -> str:
    """Return how a key is called: its name, or its first characters."""
    return row.key.name or f"{row.key.prefix}…"


def told_apart(row: KeyItem) -> str:
    """Return name and first characters: a key and the one that takes its place have the same name."""
    return f"{row.key.name} ({row.key.prefix}…)" if row.key.name else shown(row)


KEY_COLUMNS: tuple[Column[KeyItem], ...] = (
    Column("name", "Name", lambda row: row.key.name or "–", width=120, strong=True),
    Column("prefix", "Prefix", lambda row: f"{row.key.prefix}…", width=128, muted=True, spare=1),
    Column("owner", "Owner", width=168, stretch=True, least=168, tooltip=lambda row: row.owner_name),
    Column("group", "Group", width=104, muted=True, spare=2),
    day_column("created", "Created", lambda row: row.key.created_us, width=104, spare=3),
    last_column("last_used", "Last used", lambda row: row.last_used_us, width=104),
    until_column("expires", "Expires", lambda row: row.key.expires_us, width=88),
    Column("state", "State", state, width=116, badge=badge, tooltip=why),
)
