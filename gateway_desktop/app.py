"""The composition root: builds every room but the window, and ends them in reverse order."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.database_url import DatabaseUrl, Where
from gateway_desktop.core.errors import NotAllowed, StorageUnavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.queued import QueuedStep
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.status import GatewayStatus
from gateway_desktop.gateway.ports import Counters, Identity
from gateway_desktop.gateway.thread import GatewayThread
from gateway_desktop.identity.signing import Signer
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.administration import Administration
from gateway_desktop.services.anchoring import Anchoring, set_aside
from gateway_desktop.services.backups import restored
from gateway_desktop.services.deliveries import Deliveries
from gateway_desktop.services.detection import find_models
from gateway_desktop.services.gateway_lock import GatewayLock
from gateway_desktop.services.housekeeping import Housekeeping
from gateway_desktop.services.policies import Policies
from gateway_desktop.services.policy_exceptions import VALUE_KEY
from gateway_desktop.services.provider_sign_ins import ProviderSignIns
from gateway_desktop.services.reload import Reloader
from gateway_desktop.services.retention import Retention
from gateway_desktop.services.services import Outside, Services
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.team_sign_in import TeamSignIn
from gateway_desktop.services.tool_pins import ToolPins
from gateway_desktop.services.vault import open_vault
from gateway_desktop.services.who import Ask, Who, who_works
from gateway_desktop.store.backup import put_in_place
from gateway_desktop.store.gateways import folder_name
from gateway_desktop.store.password_store import PasswordStore
from gateway_desktop.store.queries.queued import queued_steps
from gateway_desktop.store.reader import Reader
from gateway_desktop.store.recorder import Recorder
from gateway_desktop.store.rows import SYSTEM
from gateway_desktop.store.store import Store
from gateway_desktop.store.token_store import TokenStore

_QUEUED_US = 7 * DAY_US  # a batch may take a day, and be fetched after the weekend
_CARDS = "cards of agents"  # what the key is for that signs them
_TOKENS = "renewed tokens"


@dataclass(frozen=True, slots=True)
class Application:
    """The rooms that are open; the window and the headless program are built on this."""

    services: Services
    reader: Reader
    changes: ChangeFeed
    settings: Settings
    notice: str  # where the master key is, if a person should know
    who: Who
    _lock: GatewayLock
    _public_url: str  # that this process alone was given

    def start_gateway(self) -> GatewayStatus:
        """Listen; raise Unavailable with a sentence if that cannot be."""
        status = self.services.gateway_control.start().result()
        self._lock.announce(status.base_url, self._public_url)
        return status


@contextmanager
def open_application(
    paths: Paths, command_line: Mapping[str, Any] | None = None, ask: Ask | None = None
) -> Iterator[Application]:
    """Open store and gateway of a data folder, migrate, load the configuration; listen only when told to.

    Raises:
        NotAllowed: a person works with a team's database, and did not sign in when `ask` asked them to.
        Unavailable: another gateway runs on the folder, or its master key is not to be had.
        StorageUnavailable: the database cannot be opened.
    """
    with ExitStack() as stack:
        lock = stack.enter_context(GatewayLock(paths.lock))
        changes = ChangeFeed()
        find_models(paths)
        layers = Layers.of(paths.settings, command_line)
        where = layers.database(paths.database)
        former = put_in_place(where) if isinstance(where, Path) else None
        store = stack.enter_context(_open_store(where, paths, changes))
        store.ready.result()
        vault = open_vault(paths, store)
        derive = vault.sealer.derive
        store.configure(content_key=derive("content of payloads"))
        gateways_own = Administration(store, SYSTEM, lambda: vault.sealer, lambda new: reloader.applied(new))
        people = ProviderSignIns(gateways_own, layers.settings)
        pins = ToolPins(gateways_own, layers.settings)
        passwords = PasswordStore(store, vault.sealer)
        identity = Identity(TokenStore(store), passwords, paths.resources / "oauth", people)
        counters = _shared_counters(store, stack)
        gateway = GatewayThread(Recorder(store), paths.data, changes, identity, pins, counters)
        stack.callback(gateway.end)

        def apply(snapshot: Snapshot) -> Future[None]:
            store.configure(payload_kb=snapshot.settings.audit.payload_kb)
            return gateway.apply(_with_keys(snapshot, derive))

        reloader = Reloader(store, vault.sealer, layers, changes, apply)
        stack.callback(reloader.close)
        who = who_works(store, paths, TeamSignIn(store, passwords), ask) if ask else Who(local_actor())
        outside = Outside(
            who.actor,
            lambda: vault.sealer,
            reloader.applied,
            gateway,
            gateway.probe,
            gateway.probe_provider,
            who.person,
        )
        services = Services(store, paths, layers, outside)
        reloader.loaded.result()
        Policies(gateways_own, paths.resources / "policies").ship().result()
        _follow_queued(store, gateway)
        _tell(store, former, paths, services.administration)
        settings = services.settings.current().result()
        stack.callback(_housekeeping(store, services, paths, gateways_own).close)
        deliveries = Deliveries(store, lambda: vault.sealer, changes)
        stack.callback(deliveries.close)
        stack.callback(Anchoring(store, paths, Signer(vault.sealer), deliveries.tell).close)
        stack.callback(_stop, services, gateway)
        public_url = str((layers.environment | layers.command_line).get("public_url", ""))
        yield Application(services, store.reader, changes, settings, vault.notice, who, lock, public_url)


def _with_keys(snapshot: Snapshot, derive: Callable[[str], bytes]) -> Snapshot:
    return replace(
        snapshot,
        value_key=derive(VALUE_KEY),
        agent_key=derive(_CARDS),
        token_key=derive(_TOKENS),
    )


def _open_store(where: Where, paths: Paths, changes: ChangeFeed) -> Store:
    if isinstance(where, DatabaseUrl):
        return Store.open(where, changes, folder=folder_name(paths.gateway_name), spool=paths.spool)
    return Store.open(where, changes)


def _tell(store: Store, former: Path | None, paths: Paths, administration: Administration) -> None:
    """Write down what happened to the database before anybody could."""
    if store.migrated is not None:
        administration.note(store.migrated).result()
    if former is not None:
        set_aside(paths, former)
        administration.note(restored(former)).result()


def _shared_counters(store: Store, stack: ExitStack) -> Counters | None:
    """Return what counts for all gateways of a team; None: this one counts for itself."""
    if not isinstance(store.where, DatabaseUrl):
        return None
    # Late: with them comes the driver of PostgreSQL.
    from gateway_desktop.store.shared_ledger import SharedLedger
    from gateway_desktop.store.shared_rates import SharedRates
    from gateway_desktop.store.turns import Turns

    turns = Turns(store.where, store.gateway)
    rates, ledger = SharedRates(turns), SharedLedger(turns)
    turns.start(rates, ledger)
    stack.callback(turns.close)
    return Counters(rates, ledger)


def _housekeeping(
    store: Store, services: Services, paths: Paths, gateways_own: Administration
) -> Housekeeping:
    retention = Retention(store, gateways_own, services.settings)
    return Housekeeping(store, services.settings, paths.data, retention)


def _follow_queued(store: Store, gateway: GatewayThread) -> None:
    """Have the gateway know, as soon as they are read, what was begun in the background before it started."""

    def known(steps: Future[list[QueuedStep]]) -> None:
        with suppress(CancelledError):  # everything ends already
            gateway.know_queued(steps.result())

    since_us = now_us() - _QUEUED_US
    store.reader.submit(queued_steps, since_us, store.gateway).add_done_callback(known)


def _stop(services: Services, gateway: GatewayThread) -> None:
    """Let calls on their way end, and write down that the gateway stopped if it ran."""
    if gateway.status().port and gateway.listening:
        with suppress(NotAllowed, StorageUnavailable):  # the gateway ends all the same
            services.gateway_control.stop().result()
        gateway.stop().result()
