"""The columns of policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway_desktop.store.queries.policies import PolicyItem
from gateway_desktop.ui.display import exact
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import ago_column, badge_column


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy, and how often it took which action in the last 7 days."""

    item: PolicyItem
    caught: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.item.policy.name


def state(row: PolicyLine) -> Badge:
    """Return whether it is obeyed."""
    return Badge("On", "success") if row.item.policy.enabled else Badge("Off", "low")


def where(row: PolicyLine) -> str:
    """Return for which proxies it holds."""
    if row.item.proxies:
        return ", ".join(row.item.proxies)
    return ", ".join(row.item.policy.scope.proxies) or "all proxies"


def actions(row: PolicyLine) -> str:
    """Return what its rules do, each once, the strictest first."""
    found = {rule.action for rule in row.item.policy.rules}
    return ", ".join(sorted(map(str, found), key=lambda word: -ORDER.index(word)))


ORDER = ("log", "monitor", "redact", "block")


def caught(row: PolicyLine) -> str:
    """Return what it did, in words."""
    told = [f"{number:,} {action}" for action, number in sorted(row.caught.items())]
    return ", ".join(told) or "nothing"


def _changed(row: PolicyLine) -> str:
    return f"{exact(row.item.changed_us)} by {row.item.author}"


POLICY_COLUMNS: tuple[Column[PolicyLine], ...] = (
    Column("name", "Name", width=128, strong=True),
    badge_column("state", "State", state, width=72),
    Column("where", "Holds for", where, stretch=True, tooltip=where),
    Column("rules", "Rules", lambda row: len(row.item.policy.rules), width=64, numeric=True, spare=2),
    Column("actions", "Actions", actions, width=184, muted=True, spare=1),
    Column(
        "caught",
        "Caught in 7 days",
        lambda row: sum(row.caught.values()),
        display=caught,
        width=248,
        tooltip=caught,
    ),
    Column("version", "Version", lambda row: row.item.policy.version, width=72, numeric=True, spare=4),
    ago_column("changed", "Changed", lambda row: row.item.changed_us, width=104, tooltip=_changed, spare=3),
)
