"""The running gateway follows the configuration, whoever changed it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue

import pytest

from gateway_desktop.core.budget import NOTHING, Mode, Period
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.scope import Scope
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.policies.budget import term_at
from gateway_desktop.services.administration import resolved
from gateway_desktop.services.budgets import Wanted
from gateway_desktop.services.reload import Reloader
from gateway_desktop.store.store import Store
from tests.makers import a_record
from tests.services.conftest import Office


class Obedient:
    """Stands where the gateway stands: obeys and remembers."""

    def __init__(self) -> None:
        self.versions: SimpleQueue[Snapshot] = SimpleQueue()
        self.current = Snapshot()

    def apply(self, snapshot: Snapshot) -> Future[None]:
        self.current = snapshot
        self.versions.put(snapshot)
        return resolved(None)


@pytest.fixture
def gateway() -> Obedient:
    return Obedient()


@pytest.fixture
def changes() -> ChangeFeed:
    return ChangeFeed()


@pytest.fixture
def running(office: Office, gateway: Obedient, changes: ChangeFeed) -> Iterator[Office]:
    reloader = Reloader(office.store, office.sealer, office.layers, changes, gateway.apply)
    reloader.loaded.result(60)
    yield office.with_outside(applied=reloader.applied)
    reloader.close()


def test_a_change_is_done_when_the_gateway_obeys_it(running: Office, gateway: Obedient) -> None:
    ana = running.services.people.add_user("ana@example.com").result(60)
    assert gateway.current.users[ana.id].active
    running.services.people.deactivate_user("ana@example.com").result(60)
    assert not gateway.current.users[ana.id].active
    assert gateway.current.version == running.version()


def test_many_changes_at_once_are_all_done_and_the_last_wins(running: Office, gateway: Obedient) -> None:
    futures = [running.services.people.add_group(f"group {number}") for number in range(20)]
    for future in futures:
        future.result(60)
    assert len(gateway.current.groups) == 21
    loaded = []
    while not gateway.versions.empty():
        loaded.append(gateway.versions.get().version)
    assert loaded == sorted(set(loaded))


def test_a_change_of_another_process_is_seen_and_announced(
    running: Office, gateway: Obedient, changes: ChangeFeed
) -> None:
    announced: SimpleQueue[Topic] = SimpleQueue()
    changes.subscribe(announced.put)
    while not gateway.versions.empty():
        gateway.versions.get()
    words = [
        sys.executable,
        "-m",
        "gateway_desktop",
        "group",
        "add",
        "lab",
        "--data",
        str(running.paths.data),
    ]
    if isinstance(running.store.where, DatabaseUrl):
        words.append(f"--database={running.store.where.url}")
    subprocess.run(words, check=True, capture_output=True)
    assert "lab" in {group.name for group in gateway.versions.get(timeout=60).groups.values()}
    assert announced.get(timeout=60) is Topic.CONFIGURATION


def test_a_configuration_that_cannot_be_loaded_leaves_the_former_one_in_force(
    running: Office, gateway: Obedient, expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR: The configuration cannot be loaded; the former one stays in force: .*listen.prot")
    running.services.people.add_group("before").result(60)
    version = gateway.current.version
    running.paths.settings.write_text("[listen]\nprot = 1\n")
    with pytest.raises(ConfigurationError, match="no such setting"):
        running.services.people.add_group("during").result(60)
    assert gateway.current.version == version
    failed = [event for event in running.events() if event.row.method == "configuration not loaded"]
    assert failed and failed[0].row.severity == "critical"
    running.paths.settings.unlink()
    running.services.people.add_group("after").result(60)
    assert {"before", "during", "after"} <= {group.name for group in gateway.current.groups.values()}


def test_a_first_configuration_that_cannot_be_loaded_is_told_at_once(
    office: Office, gateway: Obedient, changes: ChangeFeed, expect_log: Callable[[str], None]
) -> None:
    expect_log("cannot be loaded")
    office.paths.settings.write_text("nonsense")
    reloader = Reloader(office.store, office.sealer, office.layers, changes, gateway.apply)
    with pytest.raises(ConfigurationError, match="is not TOML"):
        reloader.loaded.result(60)
    reloader.close()


def test_whoever_waits_at_the_end_is_told_that_it_is_the_end(
    office: Office, gateway: Obedient, changes: ChangeFeed
) -> None:
    reloader = Reloader(office.store, office.sealer, office.layers, changes, gateway.apply)
    reloader.loaded.result(60)
    never = reloader.applied(10**9)
    reloader.close()
    with pytest.raises(RuntimeError, match="ending"):
        never.result(60)


def test_a_key_that_expires_is_written_down_once(running: Office) -> None:
    running.services.people.add_user("ana@example.com").result(60)
    half_a_second = 0.5 / 86_400
    created = running.services.keys.create("ana@example.com", expires_days=half_a_second).result(60)
    late = time.monotonic() + 20
    while "key expired" not in [event for event, _ in running.told()]:
        assert time.monotonic() < late
    running.services.people.add_group("another").result(60)  # the configuration is loaded again
    assert [key for event, key in running.told() if event == "key expired"] == [f"{created.key[:12]}..."]


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_what_other_gateways_spent_of_a_budget_is_known_in_two_seconds(
    running: Office, gateway: Obedient
) -> None:
    running.services.budgets.set(Scope.GROUP, "team", Period.MONTH, Wanted(5_000_000_000, Mode.BLOCK)).result(
        5
    )
    [budget] = next(iter(gateway.current.budgets.values()))
    term = term_at(budget, now_us(), gateway.current.settings.team.zone)
    charged = a_record(cost_nano=7, charges=(term,), charged_nano=7)
    with Store.open(running.store.where, ChangeFeed(), gateway=2) as elsewhere:
        elsewhere.writer.append(charged)
        elsewhere.writer.submit(lambda _database: None).result(60)
    while gateway.versions.get(timeout=60).spent.get(term.key, NOTHING).nano != 7:
        pass
