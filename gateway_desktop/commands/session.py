"""What a command works with: the store as gateway 0, the services, and answers waited for."""

import argparse
import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from gateway_desktop.commands.arguments import given_settings, paths_of
from gateway_desktop.commands.output import note
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.identity.issuers import canonical_base
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.gateway_lock import running_gateway
from gateway_desktop.services.ports import Probe, ProviderProbe
from gateway_desktop.services.services import Outside, Services
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.team_sign_in import TeamSignIn
from gateway_desktop.services.vault import open_vault
from gateway_desktop.services.who import Who, who_works
from gateway_desktop.store.password_store import PasswordStore
from gateway_desktop.store.store import Store

Answer = TypeVar("Answer")
COMMAND_LINE = 0
_BEGIN = {"add", "create", "enable", "import", "sandbox", "set", "try"}  # may be the first thing done


class LateSealer:
    """Opens secrets with the master key, which is fetched when the first one is opened."""

    def __init__(self, sealer: Callable[[], Sealer]) -> None:
        self._sealer = sealer

    def open(self, owner: str, nonce: bytes, ciphertext: bytes, /) -> str:
        """Return the sealed text."""
        return str(self._sealer().open(owner, nonce, ciphertext))


class Session:
    """One command's work on a data folder."""

    def __init__(self, store: Store, paths: Paths, layers: Layers, anybody: bool) -> None:
        self.store = store
        self.paths = paths
        self.layers = layers
        sealer = cache(self._sealer)
        self.sign_in = TeamSignIn(store, PasswordStore(store, LateSealer(sealer)))
        who = Who(local_actor()) if anybody else who_works(store, paths, self.sign_in)
        self._outside = Outside(who.actor, sealer, person=who.person)
        store.unlock = self.unlock
        self.services = Services(store, paths, layers, self._outside)

    def ask(self, query: Callable[..., Answer], *arguments: Any, **named: Any) -> Answer:
        """Return the answer of `query(database, ...)`."""
        return self.store.reader.submit(query, *arguments, **named).result()

    def unlock(self) -> Sealer:
        """Get the master key now: a keyring may take seconds, and a transaction makes others wait."""
        return self._outside.sealer()

    def services_with(
        self, probe: Probe | None = None, provider_probe: ProviderProbe | None = None
    ) -> Services:
        """Return services that can try upstreams, or identity providers."""
        outside = replace(self._outside, probe=probe, provider_probe=provider_probe)
        return Services(self.store, self.paths, self.layers, outside)

    def _sealer(self) -> Sealer:
        vault = open_vault(self.paths, self.store)
        if vault.notice:
            note(vault.notice)
        return vault.sealer


@contextmanager
def session(arguments: argparse.Namespace, anybody: bool = False) -> Iterator[Session]:
    """Open the data folder for one command; it is made for those that one can begin with.

    On a team's database somebody must have signed in, unless the command is for `anybody`.
    """
    paths = paths_of(arguments)
    layers = Layers.of(paths.settings, given_settings(arguments))
    where = layers.database(paths.database)
    begins = anybody or getattr(arguments, "action", None) in _BEGIN
    if not begins and isinstance(where, Path):
        if not where.exists():  # a folder by a wrong name
            raise ConfigurationError("data folder", f"there is no database in {where.parent}")
        if not where.stat().st_size and not Paths(where.parent).heads.exists():  # else it is damaged
            raise ConfigurationError("database", f"the file {where} is empty")
    with Store.open(where, ChangeFeed(), COMMAND_LINE) as store:
        store.ready.result()
        opened = Session(store, paths, layers, anybody)
        if store.migrated is not None:
            with suppress(Unavailable):  # no master key: who only asks for something gets it all the same
                opened.services.administration.note(store.migrated).result()
        yield opened


@contextmanager
def gateway_to_try_with(opened: Session, snapshot: Snapshot) -> Iterator[Any]:
    """Lend a gateway that does not listen; it is imported for the commands only that need its way outside."""
    gateways = importlib.import_module("gateway_desktop.gateway.thread")
    recorder = importlib.import_module("gateway_desktop.store.recorder").Recorder(opened.store)
    gateway = gateways.GatewayThread(recorder, opened.paths.data, ChangeFeed())
    try:
        gateway.apply(snapshot).result()
        yield gateway
    finally:
        gateway.end()


def where_of(arguments: argparse.Namespace) -> Where:
    """Return the database that a command works with, whether it is there or not."""
    paths = paths_of(arguments)
    return Layers.of(paths.settings, given_settings(arguments)).database(paths.database)


def wait(future: Future[Answer]) -> Answer:
    """Return the answer of a service."""
    return future.result()


def oauth_base(opened: Session) -> str:
    """Return the base that OAuth names: the public URL, or this machine at the running gateway's port."""
    settings = settings_in_force(opened)
    return canonical_base(settings, settings.listen.port)


def settings_in_force(opened: Session) -> Settings:
    """Return the settings, with the public URL and the port that the running gateway was given."""
    settings = wait(opened.services.settings.current())
    running = running_gateway(opened.paths.lock)
    if running is None:
        return settings
    port = urlsplit(running.base_url).port or settings.listen.port
    listen = replace(settings.listen, port=port)
    return replace(settings, public_url=running.public_url or settings.public_url, listen=listen)
