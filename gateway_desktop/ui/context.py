"""What panels are built from: questions to the database, services, changes, and the way to another page."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QSettings, QTimeZone, Signal

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.status import GatewayStatus
from gateway_desktop.ui.bridge import Bridge
from gateway_desktop.ui.permissions import permissions

if TYPE_CHECKING:
    from gateway_desktop.services.services import Services
    from gateway_desktop.services.who import Who

Answer = TypeVar("Answer")


class Reader(Protocol):
    """The reader threads of the store: `query(database, *arguments)` is run in one of them."""

    def submit(self, query: Callable[..., Answer], /, *arguments: Any, **named: Any) -> "Future[Answer]":
        """Ask; the Future has the answer."""

    def interrupt(self, future: "Future[Any]", /) -> object:
        """Give up a question that nobody waits for any more."""


class Backend(Protocol):
    """What stands behind the window, as `app.py` builds it."""

    @property
    def services(self) -> "Services":
        """What a person can change."""

    @property
    def reader(self) -> Reader:
        """Where questions are answered."""

    @property
    def changes(self) -> ChangeFeed:
        """Where changes are announced."""

    @property
    def settings(self) -> Settings:
        """The settings as they were when it was opened."""

    @property
    def notice(self) -> str:
        """What a person should know of the master key; empty: nothing."""

    @property
    def who(self) -> "Who":
        """Who works here."""


class UiContext(QObject):
    """Given to every panel."""

    page_wanted = Signal(str, dict)  # name of a panel, and what its `open_with` gets
    size_read = Signal(object)  # bytes of the database, as a page shows them (more than an int of C++ holds)
    message = Signal(str)  # a sentence for the status bar, for some seconds

    def __init__(self, backend: Backend, data: Path, resources: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services = backend.services
        self.bridge = Bridge(backend.changes, self)
        self.data = data  # the data folder
        self.resources = resources
        self.state = window_state(data)
        self.follow(backend.settings)
        self.key_labels: dict[str, str] = {}  # prefix and name by id of the API key
        self.notice = backend.notice
        self.who = backend.who
        permissions().begin(backend.who)
        self._reader = backend.reader

    def follow(self, settings: Settings) -> None:
        """Go by these settings, as they were read last; days of charts are days of the team's zone."""
        self.settings = settings
        self.zone: tzinfo = zone_of(settings.team.time_zone)

    def ask(self, query: Callable[..., Answer], *arguments: Any, **named: Any) -> "Future[Answer]":
        """Run `query(database, ...)` in a reader thread."""
        return self._reader.submit(query, *arguments, **named)

    def give_up(self, future: "Future[Any]") -> None:
        """Interrupt a question whose answer is not wanted any more."""
        if not future.done():
            self._reader.interrupt(future)

    def status(self) -> GatewayStatus:
        """Return what the gateway is doing; never waits."""
        return self.services.gateway_control.status()

    def key_label(self, key_id: str | None) -> str:
        """Return how an API key is told apart; its id, if it is not known here."""
        return self.key_labels.get(key_id or "", key_id or "")

    def open_page(self, name: str, **wanted: object) -> None:
        """Go to another page, for example `open_page("audit_logs", filter="user:ana")`."""
        self.page_wanted.emit(name, wanted)

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar."""
        self.message.emit(sentence)


def zone_of(name: str) -> tzinfo:
    """Return the zone of this name; this machine's, if there is none."""
    try:
        return ZoneInfo(name) if name else machine_zone()
    except (KeyError, OSError, ValueError):
        return machine_zone()


def machine_zone() -> tzinfo:
    """Return this machine's zone, which knows when its clocks change."""
    try:
        return ZoneInfo(QTimeZone.systemTimeZoneId().toStdString())
    except (KeyError, OSError, ValueError):  # a zone of nobody else: as its clocks go today
        return datetime.now(UTC).astimezone().tzinfo or UTC


class WindowState(QSettings):
    """What is kept while its folder is there.

    Qt would make a folder again that was moved away, and moved back it would land inside the new one.
    """

    def setValue(self, key: str, value: Any) -> None:
        if Path(self.fileName()).parent.is_dir():
            super().setValue(key, value)


def window_state(data: Path) -> QSettings:
    """Return where geometry, columns and filters are kept: DIR/window.ini."""
    return WindowState(str(data / "window.ini"), QSettings.Format.IniFormat)
