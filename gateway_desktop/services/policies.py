"""Policies: add, change, go back, switch, assign; every change is a version with its author."""

import difflib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path

from peewee import Expression, fn

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.policy import Policy
from gateway_desktop.policies.document import read, read_all, write
from gateway_desktop.services.administration import Administration, Change, Service, resolved, transaction
from gateway_desktop.services.futures import follow
from gateway_desktop.services.lookup import missing, the_proxy
from gateway_desktop.store.models.policy import PolicyOnProxyRow, PolicyRow, PolicyVersionRow
from gateway_desktop.store.queries.policies import PolicyItem, policy_item, policy_rows

_event = partial(SystemEvent, Category.SECURITY)


class Policies(Service):
    """What may pass. Every method takes a policy's name or id."""

    def __init__(self, administration: Administration, shipped: Path) -> None:
        super().__init__(administration)
        self._shipped = shipped

    def ship(self) -> Future[None]:
        """Add the policies that come with the program, if there never was any; nobody made them: no event."""

        def work(change: Change) -> None:
            if PolicyRow.select().exists():
                return
            for path in sorted(self._shipped.glob("*.yaml")):
                self._create(change, read(path.read_text(encoding="utf-8")), "as shipped")

        def looked(found: tuple[PolicyItem, ...]) -> Future[None]:
            return resolved(None) if found else self._administration.change(work)

        return follow(self._reader.submit(policy_rows), looked)

    def save(self, document: str, note: str = "") -> Future[Policy]:
        """Add the policy of a YAML document, or make it the next version of the one with its name."""
        policy = read(document)
        return self._administration.change(lambda change: self._put(change, policy, note))

    def save_all(self, documents: str, note: str = "") -> Future[list[Policy]]:
        """Do the same with all policies of a file, or with none of them."""
        policies = read_all(documents)
        if not policies:
            raise ConfigurationError("document", "holds no policy")
        return self._administration.change(
            lambda change: [self._put(change, policy, note) for policy in policies]
        )

    def change(self, named: str, document: str, note: str = "") -> Future[Policy]:
        """Give a policy its next version; the document may have another name, then the policy gets it."""
        policy = read(document)

        def work(change: Change) -> Policy:
            return self._next(change, the_policy(named), policy, note)

        return self._administration.change(work)

    @transaction()
    def copy(self, change: Change, named: str, name: str) -> Policy:
        """Add a copy under another name, switched off."""
        _require_free(name)
        policy = replace(policy_item(the_policy(named)).policy, name=name, enabled=False)
        return self._insert(change, read(write(policy)), f"a copy of {named}")

    @transaction()
    def restore(self, change: Change, named: str, version: int) -> Policy:
        """Make what a former version said the next version."""
        row = the_policy(named)
        mine = (PolicyVersionRow.policy_id == row.id) & (PolicyVersionRow.version == version)
        found = PolicyVersionRow.select().where(mine).first() if 0 < version <= row.version else None
        if found is None:
            raise ConfigurationError("version", f"'{row.name}' has the versions 1 to {row.version}")
        return self._next(change, row, read(found.document), f"back to version {version}")

    def enable(self, named: str) -> Future[Policy]:
        """Switch a policy on."""
        return self._switch(named, True)

    def disable(self, named: str) -> Future[Policy]:
        """Switch a policy off."""
        return self._switch(named, False)

    @transaction()
    def assign(self, change: Change, named: str, proxies: Sequence[str]) -> Policy:
        """Let a policy hold for these proxies and switch it on: assigned and off, it would be a trap."""

        def edit(row: PolicyRow, proxy_id: str) -> bool:
            link = PolicyOnProxyRow.insert(policy_id=row.id, proxy_id=proxy_id).on_conflict_ignore()
            known = PolicyOnProxyRow.select().where(_link(row, proxy_id)).exists()
            link.execute()
            return not known

        policy = _link_all(change, named, proxies, "assigned", edit)
        if policy.enabled:
            return policy
        return self._next(change, the_policy(policy.id), replace(policy, enabled=True), "assigned")

    @transaction()
    def unassign(self, change: Change, named: str, proxies: Sequence[str]) -> Policy:
        """Let a policy no longer hold for these; with the last it goes off, or it would hold for all."""

        def edit(row: PolicyRow, proxy_id: str) -> bool:
            return bool(PolicyOnProxyRow.delete().where(_link(row, proxy_id)).execute())

        had = bool(policy_item(the_policy(named)).policy.assigned)
        policy = _link_all(change, named, proxies, "unassigned", edit)
        if policy.assigned or not had or not policy.enabled:
            return policy
        note = "no longer assigned to any proxy"
        return self._next(change, the_policy(policy.id), replace(policy, enabled=False), note)

    @transaction()
    def remove(self, change: Change, named: str) -> None:
        """Remove a policy; old rows keep its name, and its versions stay."""
        row = the_policy(named)
        before: dict[str, object] = {"document": write(policy_item(row).policy)}
        row.deleted_us = change.now_us
        row.save()
        PolicyOnProxyRow.delete().where(PolicyOnProxyRow.policy_id == row.id).execute()
        change.record(_event("policy deleted", row.name, Severity.WARNING, before=before))

    def get(self, named: str) -> Future[PolicyItem]:
        """Return one policy with its document."""
        return self._reader.submit(lambda _database: policy_item(the_policy(named)))

    @transaction()
    def _switch(self, change: Change, named: str, enabled: bool) -> Policy:
        row = the_policy(named)
        policy = policy_item(row).policy
        if policy.enabled == enabled:
            return policy
        return self._next(change, row, replace(policy, enabled=enabled), "on" if enabled else "off")

    def _put(self, change: Change, policy: Policy, note: str) -> Policy:
        row = _named(policy.name)
        return self._insert(change, policy, note) if row is None else self._next(change, row, policy, note)

    def _insert(self, change: Change, policy: Policy, note: str) -> Policy:
        row = self._create(change, policy, note)
        change.record(_event("policy created", policy.name, after={"document": write(policy)}))
        return policy_item(row).policy

    def _create(self, change: Change, policy: Policy, note: str) -> PolicyRow:
        row = PolicyRow.create(id=new_id(), name=policy.name, version=1, created_us=change.now_us)
        self._write(change, row, policy, note)
        return row

    def _next(self, change: Change, row: PolicyRow, policy: Policy, note: str) -> Policy:
        before = policy_item(row).policy
        if write(before) == write(policy):
            return before
        if policy.name.lower() != row.name.lower():
            _require_free(policy.name)
        row.name, row.version = policy.name, row.version + 1
        row.save()
        self._write(change, row, policy, note)
        change.record(_changed(before, policy, row.version))
        return policy_item(row).policy

    def _write(self, change: Change, row: PolicyRow, policy: Policy, note: str) -> None:
        PolicyVersionRow.create(
            policy_id=row.id,
            version=row.version,
            document=write(policy),
            author=self._author,
            at_us=change.now_us,
            note=note,
        )


def difference(older: str, newer: str) -> str:
    """Return what changed between two documents, as lines that begin with - and +."""
    lines = difflib.unified_diff(older.splitlines(), newer.splitlines(), "before", "after", lineterm="", n=2)
    return "\n".join(list(lines)[2:])


def the_policy(named: str) -> PolicyRow:
    """Return the policy with this name or id, or say which there are. For use inside a transaction."""
    row = _named(named.strip())
    if row is None:
        names = [known.name for known in PolicyRow.select().where(PolicyRow.deleted_us.is_null())]
        all_of_them = f"there are {', '.join(names) or 'none yet'}"
        raise ConfigurationError("policy", missing("policy", named, names, all_of_them))
    return row


def _named(named: str) -> PolicyRow | None:
    living = PolicyRow.select().where(PolicyRow.deleted_us.is_null())
    found: PolicyRow | None = living.where(
        (fn.LOWER(PolicyRow.name) == named.lower()) | (PolicyRow.id == named)
    ).first()
    return found


def _require_free(name: str) -> None:
    if _named(name) is not None:
        raise ConfigurationError("name", f"there is already a policy '{name}'")


def _link(row: PolicyRow, proxy_id: str) -> Expression:
    return (PolicyOnProxyRow.policy_id == row.id) & (PolicyOnProxyRow.proxy_id == proxy_id)


def _link_all(
    change: Change, named: str, proxies: Sequence[str], word: str, edit: Callable[[PolicyRow, str], bool]
) -> Policy:
    row = the_policy(named)
    for name in proxies:
        proxy = the_proxy(name)
        if edit(row, proxy.id):
            details = f"proxy {proxy.name}"
            change.record(_event(f"policy {word}", row.name, proxy=proxy.name, details=details))
    return policy_item(row).policy


def _changed(before: Policy, after: Policy, version: int) -> SystemEvent:
    switched = write(replace(before, enabled=after.enabled)) == write(after)
    word = ("policy enabled" if after.enabled else "policy disabled") if switched else "policy updated"
    weaker = Severity.WARNING if before.enabled and not after.enabled else Severity.INFO
    shown = difference(write(before), write(after))
    changed = {"version": version, "changes": shown}
    return _event(word, after.name, weaker, before={"version": before.version}, after=changed)
