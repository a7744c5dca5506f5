"""A window in front of a real store and real services; rows are written through the store."""

import base64
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.services import Outside, Services
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.vault import SEALS
from gateway_desktop.services.who import Who
from gateway_desktop.store.reader import Reader
from gateway_desktop.store.store import Store
from gateway_desktop.ui.application import make_application
from gateway_desktop.ui.charts.plotting import plotting
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.garbage import GarbageCollector
from gateway_desktop.ui.theme import theme
from tests.makers import a_record

DAY_US = 86_400_000_000
Until = Callable[[Callable[[], bool]], None]


class Opened:
    """What stands behind a window, without a gateway."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder)
        self.changes = ChangeFeed()
        self.store = Store.open(self.paths.database, self.changes)
        self.store.ready.result()
        sealer = Sealer(b"m" * 32)
        self.store.configure(content_key=b"k" * 32, seal_key=sealer.derive(SEALS))
        self.paths.master_key.write_bytes(base64.b64encode(b"m" * 32))  # for exports, a process of their own
        outside = Outside(local_actor(), lambda: sealer)
        self.services = Services(self.store, self.paths, Layers(self.paths.settings), outside)
        self.notice = ""
        self.who = Who(local_actor())
        self.settings = self.services.settings.current().result()

    @property
    def reader(self) -> Reader:
        return self.store.reader

    def write(self, *records: AuditRecord) -> None:
        """Write records and wait until they are on disk."""
        last: Future[None] = Future()
        for record in records[:-1]:
            self.store.writer.append(record, None)
        self.store.writer.append(records[-1], lambda _: last.set_result(None))
        last.result(60)

    def write_many(self, count: int, **changes: object) -> None:
        """Write so many successful chats of Ana that began just now."""
        now = now_us()
        records = [a_record(started_us=now - (count - n), **changes) for n in range(count)]
        for place in range(0, count, 2000):
            self.write(*records[place : place + 2000])


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Without a screen, stand before that of a small laptop."""
    if os.environ.get("QT_QPA_PLATFORM") != "offscreen":
        return ["tests"]
    return ["tests", "-platform", f"offscreen:configfile={Path(__file__).with_name('laptop.json')}"]


@pytest.fixture(scope="session", autouse=True)
def window_system(qapp: QApplication) -> Iterator[None]:
    """Fonts and theme as the application has them; pyqtgraph is imported once, before any test is timed."""
    make_application(Paths(Path()).resources)
    theme().set_mode("light")
    plotting().result()
    collector = GarbageCollector()
    yield
    collector.deleteLater()


@pytest.fixture(autouse=True)
def deleted_widgets(window_system: None) -> Iterator[None]:
    """Delete a test's widgets from the top down, as Qt does, and not in the order that Python finds them."""
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    behind = Opened(tmp_path)
    yield behind
    behind.store.close()


@pytest.fixture
def context(opened: Opened, qtbot: QtBot) -> Iterator[UiContext]:
    made = UiContext(opened, opened.paths.data, opened.paths.resources)
    yield made
    made.deleteLater()


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Run the event loop until something is so."""

    def wait(condition: Callable[[], bool]) -> None:
        qtbot.waitUntil(condition, timeout=20_000)

    return wait


RUNNING = GatewayStatus(state=State.RUNNING, port=8899)
