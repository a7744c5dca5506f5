"""Policies as the gateway obeys them and as lists show them, their versions, and the exceptions."""

from collections import defaultdict
from dataclasses import dataclass, replace

from peewee import SQL, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.policy import Policy, PolicyException
from gateway_desktop.core.proxy import Kind
from gateway_desktop.policies.document import read
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import of_row, tuples
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.models.policy import (
    PolicyExceptionRow,
    PolicyOnProxyRow,
    PolicyRow,
    PolicyVersionRow,
)
from gateway_desktop.store.models.proxy import ProxyRow


@dataclass(frozen=True, slots=True)
class PolicyItem:
    """A policy as lists show it."""

    policy: Policy
    document: str
    proxies: tuple[str, ...]  # names of those it is assigned to; none: wherever its scope says
    author: str
    changed_us: int


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a policy."""

    version: int
    document: str
    author: str
    at_us: int
    note: str


def policy_rows(_database: Database) -> tuple[PolicyItem, ...]:
    """Return all policies that were not removed, by name."""
    living = PolicyRow.select().where(PolicyRow.deleted_us.is_null()).order_by(PolicyRow.name)
    return tuple(map(policy_item, living))


def policy_versions(_database: Database, policy_id: str) -> tuple[PolicyVersion, ...]:
    """Return all versions of a policy, the newest first."""
    rows = PolicyVersionRow.select().where(PolicyVersionRow.policy_id == policy_id)
    return tuple(of_row(PolicyVersion, row) for row in rows.order_by(PolicyVersionRow.version.desc()))


def exception_rows(_database: Database, *, ended: bool = False) -> tuple[PolicyException, ...]:
    """Return the exceptions, the newest first; `ended` adds those that were revoked."""
    names = {row.id: row.name for row in PolicyRow.select()}
    rows = PolicyExceptionRow.select().order_by(PolicyExceptionRow.created_us.desc())
    if not ended:
        rows = rows.where(PolicyExceptionRow.revoked_us.is_null())
    return tuple(of_row(PolicyException, row, policy=names.get(row.policy_id, "")) for row in rows)


def policy_item(row: PolicyRow) -> PolicyItem:
    """Return the policy that the row says, as it is now."""
    version = PolicyVersionRow.get(
        (PolicyVersionRow.policy_id == row.id) & (PolicyVersionRow.version == row.version)
    )
    on = PolicyOnProxyRow.select().where(PolicyOnProxyRow.policy_id == row.id)
    assigned = frozenset(link.proxy_id for link in on)
    names = [proxy.name for proxy in ProxyRow.select().where(ProxyRow.id.in_(list(assigned)))]
    policy = replace(read(version.document), id=row.id, name=row.name, version=row.version, assigned=assigned)
    return PolicyItem(policy, version.document, tuple(sorted(names)), version.author, version.at_us)


def caught(_database: Database, since_us: int) -> dict[str, dict[str, int]]:
    """Return by policy's name how often each action was taken since then; of an exchange the strictest."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    query = (
        Event.select(Event.policy, Event.policy_action, fn.COUNT(Event.id))
        .where(
            Event.kind.in_([str(kind) for kind in Kind]),
            SQL("policy_action <> 'none'"),
            Event.id >= Recorded.first_id(since_us),
        )
        .group_by(Event.policy, Event.policy_action)
    )
    for named, action, number in tuples(query):
        found[str(named or "").partition("@")[0]][str(action)] += int(number)
    return {name: dict(actions) for name, actions in found.items()}
