"""Proxies: add, change, start, stop, try, remove; and who may use them."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future

from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.people import Role
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.services.administration import Administration, Change, Service, transaction
from gateway_desktop.services.futures import follow
from gateway_desktop.services.lookup import proxy_of, the_group, the_proxy
from gateway_desktop.services.ports import Probe
from gateway_desktop.services.proxy_events import (
    credential_kept,
    described,
    proxy_event,
    record_created,
    record_update,
)
from gateway_desktop.services.proxy_values import (
    OF_COMMANDS,
    NewProxy,
    checked_changes,
    checked_credential,
    checked_new,
    checked_patterns,
)
from gateway_desktop.services.stdio import forget_command, insert_command, update_command
from gateway_desktop.services.vault import forget, opened, seal
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.proxy import ProxyAccessRow, ProxyRow
from gateway_desktop.store.people_rows import is_issued_key

SANDBOX = "sandbox"


class Proxies(Service):
    """What the gateway stands in front of. Every method takes a proxy's name or id."""

    def __init__(self, administration: Administration, probe: Probe | None) -> None:
        super().__init__(administration)
        self._probe = probe

    @transaction()
    def add(self, change: Change, new: NewProxy) -> Proxy:
        """Add a proxy, open to every active principal unless `access` names groups; it runs at once.

        Where the credential is an environment variable that is set here, a sealed copy serves gateways that
        are started without it: a program from a menu has not the variables of a shell.
        """
        checked = checked_new(new)
        row = _insert(change, checked)
        plain = checked.credential or os.environ.get(checked.credential_env, "")
        _require_theirs(plain, checked.credential_env)
        if plain:
            row.credential_secret = seal(self._sealer(), _owner(row), plain)
            row.save()
        for group, models in checked.access:
            _allow(row, group, models)
        return _made(change, row)

    @transaction()
    def update(self, change: Change, proxy: str, changes: Mapping[str, object]) -> Proxy:
        """Change some of a proxy's fields.

        They are name, upstream, provider, payloads, anonymous, verify_tls, credential_env, answers, open; of
        one that runs a command also command, cwd, env: texts, as in a shell.
        """
        row = the_proxy(proxy)
        before = described(proxy_of(row))
        checked = checked_changes(changes, Kind(row.kind))
        if "command" in before and ("upstream" in checked or checked.get("credential_env")):
            raise ConfigurationError("upstream", "a command has neither an address nor a credential")
        variable = str(checked.get("credential_env") or "")
        plain = os.environ.get(variable, "")
        _require_theirs(plain, variable)
        if of_command := {name: checked.pop(name) for name in OF_COMMANDS if name in checked}:
            update_command(row, of_command)
        _update(row, checked)
        if plain:  # as `add` does
            row.credential_secret = seal(self._sealer(), _owner(row), plain)
            row.save()
        after_proxy = proxy_of(row)
        record_update(change, after_proxy, before)
        return after_proxy

    @transaction()
    def set_credential(self, change: Change, proxy: str, credential: str) -> None:
        """Seal the upstream's credential; an empty one forgets it."""
        row = the_proxy(proxy)
        plain = checked_credential(credential)
        _require_theirs(plain)
        old, row.credential_env = row.credential_secret, None
        row.credential_secret = seal(self._sealer(), _owner(row), plain) if plain else None
        row.save()
        forget(old)
        after: dict[str, object] = {"credential": credential_kept(proxy_of(row))}
        change.record(proxy_event("credential changed", row.name, after=after))

    def start(self, proxy: str) -> Future[Proxy]:
        """Serve a proxy again."""
        return self._run(proxy, True)

    def stop(self, proxy: str) -> Future[Proxy]:
        """Refuse calls to a proxy; those on their way go on."""
        return self._run(proxy, False)

    @transaction(least=Role.OPERATOR)
    def _run(self, change: Change, proxy: str, running: bool) -> Proxy:
        row = the_proxy(proxy)
        if bool(row.running) != running:
            row.running = running
            row.save()
            change.record(proxy_event("started" if running else "stopped", row.name))
        return proxy_of(row)

    @transaction()
    def remove(self, change: Change, proxy: str) -> None:
        """Remove a proxy and its credential; calls on their way go on, and old audit rows keep its name."""
        row = the_proxy(proxy)
        before = described(proxy_of(row))
        secret, row.credential_secret = row.credential_secret, None
        row.deleted_us = change.now_us
        row.save()
        forget(secret)
        forget_command(row.id)
        ProxyAccessRow.delete().where(ProxyAccessRow.proxy_id == row.id).execute()
        change.record(proxy_event("deleted", row.name, before))

    def allow(self, proxy: str, group: str, models: Sequence[str] = ()) -> Future[Proxy]:
        """Let a group use these models of a proxy (none named: all); from the first on, only those listed."""
        return self._set_access(proxy, lambda row: _allow(row, group, models))

    def disallow(self, proxy: str, group: str) -> Future[Proxy]:
        """Take a group off the list; an empty list lets nobody in."""
        return self._set_access(proxy, lambda row: _disallow(row, group))

    def open_to_all(self, proxy: str) -> Future[Proxy]:
        """Let every active principal use a proxy."""
        return self.update(proxy, {"open": True})

    @transaction()
    def _set_access(self, change: Change, proxy: str, edit: Callable[[ProxyRow], None]) -> Proxy:
        row = the_proxy(proxy)
        before = described(proxy_of(row))
        edit(row)
        after = proxy_of(row)
        record_update(change, after, before)
        return after

    def get(self, proxy: str) -> Future[Proxy]:
        """Return one proxy."""
        return self._reader.submit(lambda _database: proxy_of(the_proxy(proxy)))

    def test(self, proxy: str) -> Future[Diagnosis]:
        """Call the upstream as the gateway would and say exactly how far that got."""

        def found(_database: Database) -> tuple[Proxy, Secret | None]:
            saved = proxy_of(the_proxy(proxy))
            given = os.environ.get(saved.credential_env or "", "")
            if saved.credential_secret is not None and (not given or is_issued_key(given)):
                return saved, opened(self._sealer(), saved.credential_secret)
            return saved, _from_environment(saved.credential_env)

        return follow(self._reader.submit(found), self._try)

    def test_new(self, new: NewProxy) -> Future[Diagnosis]:
        """Call the upstream of a proxy that is not saved yet."""

        def found(_database: Database) -> tuple[Proxy, Secret | None]:
            checked = checked_new(new)
            _require_theirs(checked.credential)
            secret = (
                Secret(checked.credential)
                if checked.credential
                else _from_environment(checked.credential_env)
            )
            return checked.proxy(), secret

        return follow(self._reader.submit(found), self._try)

    def _try(self, found: tuple[Proxy, Secret | None]) -> Future[Diagnosis]:
        if self._probe is None:
            raise Unavailable("There is no gateway here to try it with")
        return self._probe(*found)


def insert_sandbox(change: Change) -> Proxy:
    """Add the proxy in front of our own practice upstream, or return the one that is there."""
    row = ProxyRow.select().where(ProxyRow.sandbox & ProxyRow.deleted_us.is_null()).first()
    if row is not None:
        return proxy_of(row)
    return _made(
        change, _insert(change, NewProxy(SANDBOX, upstream="", sandbox=True, provider="openai-like"))
    )


def _insert(change: Change, new: NewProxy) -> ProxyRow:
    _require_free(new.name)
    proxy = new.proxy()
    row = ProxyRow.create(
        id=new_id(),
        name=proxy.name,
        kind=proxy.kind,
        upstream=proxy.upstream,
        provider=proxy.provider,
        credential_env=proxy.credential_env,
        anonymous=proxy.anonymous,
        restricted=proxy.restricted,
        payloads=proxy.payloads,
        verify_tls=proxy.verify_tls,
        sandbox=proxy.sandbox,
        created_us=change.now_us,
    )
    if proxy.stdio is not None:
        insert_command(row.id, proxy.stdio)
    return row


def _made(change: Change, row: ProxyRow) -> Proxy:
    proxy = proxy_of(row)
    record_created(change, proxy)
    return proxy


def _update(row: ProxyRow, changes: dict[str, object]) -> None:
    if "name" in changes and changes["name"] != row.name:
        _require_free(str(changes["name"]))
    if "open" in changes:
        row.restricted = not changes.pop("open")
        if not row.restricted:
            ProxyAccessRow.delete().where(ProxyAccessRow.proxy_id == row.id).execute()
    old = row.credential_secret
    if "credential_env" in changes:
        row.credential_secret = None
    for field, value in changes.items():
        setattr(row, field, value)
    if row.sandbox and row.upstream:
        raise ConfigurationError("upstream", "the sandbox has its own upstream; add another proxy")
    row.save()
    if row.credential_secret is None:
        forget(old)


def _require_free(name: str) -> None:
    if ProxyRow.select().where((ProxyRow.name == name) & ProxyRow.deleted_us.is_null()).exists():
        raise ConfigurationError("name", f"there is already a proxy '{name}'")


def _allow(row: ProxyRow, group: str, models: Sequence[str]) -> None:
    patterns = json.dumps(checked_patterns(models))
    ProxyAccessRow.insert(proxy_id=row.id, group_id=the_group(group).id, models=patterns).on_conflict(
        conflict_target=[ProxyAccessRow.proxy_id, ProxyAccessRow.group_id], preserve=[ProxyAccessRow.models]
    ).execute()
    row.restricted = True
    row.save()


def _disallow(row: ProxyRow, group: str) -> None:
    found = the_group(group)
    if not row.restricted:
        raise ConfigurationError(
            "group", f"'{row.name}' is open to everybody; allow those who may use it instead"
        )
    mine = (ProxyAccessRow.proxy_id == row.id) & (ProxyAccessRow.group_id == found.id)
    if not ProxyAccessRow.delete().where(mine).execute():
        raise ConfigurationError("group", f"'{found.name}' is not on the list of '{row.name}'")


def _from_environment(variable: str | None) -> Secret | None:
    if not variable:
        return None
    if not os.environ.get(variable):
        raise ConfigurationError("credential", f"the environment variable {variable} is not set here")
    _require_theirs(os.environ[variable], variable)
    return Secret(os.environ[variable])


def _require_theirs(credential: str, variable: str = "") -> None:
    """Refuse a key of this gateway: it opens nothing upstream, and must not go there."""
    if is_issued_key(credential):
        where = f"the environment variable {variable} holds" if variable else "this is"
        raise ConfigurationError("credential", f"{where} a key of this gateway; the upstream's own is needed")


def _owner(row: ProxyRow) -> str:
    return f"proxy:{row.id}"
