"""Notices above every page: what is wrong with the whole program, and a button that helps."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtWidgets import QWidget

from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.widgets.banner import Banner


class Notices(QWidget):
    """Banners: the gateway does not run, the disk takes no rows, logging is off, where the master key is."""

    def __init__(self) -> None:
        super().__init__()
        self.gateway = Banner()
        self.storage = Banner()
        self.logging = Banner()
        self.key = Banner()
        self.use_port: Callable[[int], Future[Any]] | None = None
        self.start: Callable[[], Future[Any]] | None = None
        self._next_port: int | None = None
        in_column(self.gateway, self.storage, self.logging, self.key, of=self, margins=0, gap=0)
        self.gateway.chosen.connect(self._help_gateway)

    def show_status(self, status: GatewayStatus) -> None:
        self._next_port = status.next_free_port
        failed = status.state is State.FAILED
        action = f"Use port {status.next_free_port}" if status.next_free_port else "Try again"
        problem = status.problem or "The gateway is not running."
        _say(self.gateway, problem if failed else "", "critical", action)
        refused = status.storage_problem
        _say(self.storage, refused or status.storage_notice, "critical" if refused else "medium", "")

    def show_logging(self, on: bool) -> None:
        """Say that audit logging is off, as long as it is."""
        text = "Audit logging is off: exchanges pass and leave no rows. System events go on."
        _say(self.logging, "" if on else text, "medium", "Open Logging")

    def show_key_notice(self, text: str) -> None:
        """Say where the master key is, until a person has read it."""
        _say(self.key, text, "medium", "Understood")

    def _help_gateway(self) -> None:
        if self._next_port is not None and self.use_port is not None:
            future = self.use_port(self._next_port)
        elif self.start is not None:
            future = self.start()
        else:
            return
        self.gateway.button.setEnabled(False)
        when_done(self, future, lambda _: self.gateway.button.setEnabled(True), self._failed)

    def _failed(self, error: BaseException) -> None:
        self.gateway.button.setEnabled(True)
        self.gateway.say(words(error), "critical", "Try again")


def _say(banner: Banner, text: str, tone: str, action: str) -> None:
    if banner.text() == text and banner.button.text() == action:
        return
    if text:
        banner.say(text, "medium" if tone == "medium" else "critical", action)
    else:
        banner.clear()
