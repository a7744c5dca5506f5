"""The program as a process, with two proxies at which people sign in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.paths import Paths
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.services.services import Outside, Services
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.vault import open_vault
from gateway_desktop.store.store import Store
from tests.end_to_end.program import Program, eventually
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream
from tests.gateway.oauth.person import EMAIL, Application, add_ana


@contextmanager
def at_the_desk(data: Path) -> Iterator[Services]:
    """The services as the command line has them, without a process for each command."""
    paths = Paths(data)
    with Store.open(paths.database, ChangeFeed(), 0) as store:
        store.ready.result()
        sealer = open_vault(paths, store).sealer
        yield Services(store, paths, Layers(paths.settings), Outside(local_actor(), lambda: sealer))


@dataclass
class Place:
    """A gateway with the proxies `llm` and `other`, and Ana with her password and key."""

    program: Program
    upstream: FakeUpstream
    key: str

    @property
    def base(self) -> str:
        return self.program.base

    def await_refusal(self, token: str) -> None:
        """Return once the running gateway has seen what another process changed."""
        application = Application(self.base)
        eventually(lambda: application.call(token).status_code == 401)

    def events(self, event: str) -> list[dict[str, Any]]:
        """Return the System events of that name, the oldest first."""
        return [row for row in self.program.rows(tab="system") if row["method"] == event]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    program = Program(tmp_path_factory.mktemp("oauth") / "data")
    with FakeUpstream(answer) as upstream:
        with at_the_desk(program.data) as services:
            for name in ("llm", "other"):
                services.proxies.add(NewProxy(name, upstream.url, credential="upstream-secret")).result()
                services.oauth_proxies.enable(name).result()
            add_ana(services)
            services.settings.change({"oauth.registrations_per_hour": 1000}).result()
            key = str(services.keys.create(EMAIL).result().key)
        program.start()
        yield Place(program, upstream, key)
        program.stop()


@pytest.fixture
def application(place: Place) -> Application:
    client = Application(place.base)
    assert client.register().status_code == 201
    return client
