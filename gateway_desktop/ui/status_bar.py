"""Status bar: what the gateway is doing, where it listens, which policies hold, how large the database is."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QStatusBar

from gateway_desktop.core.plural import plural
from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import rate, size
from gateway_desktop.ui.sidebar import Dot
from gateway_desktop.ui.widgets.short_label import ShortLabel

WORDS = {
    State.RUNNING: "Running",
    State.STARTING: "Starting…",
    State.STOPPED: "Stopped",
    State.FAILED: "Not running",
}
SHOWN_MS = 6000
POLICIES_WIDTH = 240


class StatusBar(QStatusBar):
    """Left: state, address, proxies, requests a second. Right: policies, what is stored, the database."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self.setFixedHeight(26)
        self._dot = Dot()
        self._state = QLabel("Opening…")
        self._address = push_button("", self.copy_address, tip="Click to copy the address that tools use")
        self._address.setAccessibleName("Copy the gateway's address")
        self._proxies = QLabel()
        self._rate = QLabel()
        self._said = QLabel()
        self._policies = ShortLabel()
        self._policies.setMaximumWidth(POLICIES_WIDTH)
        self._payloads = ShortLabel()
        self._size = QLabel()
        for widget in (self._dot, self._state, self._address, self._proxies, self._rate):
            self.addWidget(widget)
        self.addWidget(self._said, 1)
        for widget in (self._policies, self._payloads, self._size):
            self.addPermanentWidget(widget)
        for widget in (self._address, self._proxies, self._rate, self._policies, self._payloads, self._size):
            widget.hide()
        self._silence = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._silence.timeout.connect(self._said.clear)

    def show_status(self, status: GatewayStatus) -> None:
        self._dot.show_status(status)
        _put(self._state, "Refusing requests" if status.refuses else WORDS[status.state])
        running = status.state is State.RUNNING
        if self._address.text() != status.base_url:
            self._address.setText(status.base_url)
        self._address.setVisible(running)
        _put(self._rate, rate(status.requests_per_second))
        self._rate.setVisible(running)
        self.setAccessibleDescription(
            f"{self._state.text()} {status.base_url if running else status.problem}"
        )

    def show_proxies(self, running: int, total: int) -> None:
        stopped = f" ({total - running} stopped)" if running < total else ""
        _put(self._proxies, plural(total, "proxy", "proxies") + stopped)
        self._proxies.show()

    def show_storage(self, size_bytes: int | None) -> None:
        _put(self._size, "" if size_bytes is None else f"Database {size(size_bytes)}")
        self._size.setVisible(size_bytes is not None)

    def show_policies(self, names: Sequence[str], *, inspected: bool) -> None:
        """Show what is enforced: the policies that are on."""
        on = (
            f"{'Policy' if len(names) == 1 else 'Policies'}: {', '.join(names)}"
            if names
            else "No policy is on"
        )
        _put(self._policies, on if inspected else "Contents are not inspected")
        self._policies.show()

    def show_payloads(self, levels: frozenset[PayloadLevel]) -> None:
        """Show what is stored of texts, if it is the same for all proxies; else say that it differs."""
        words = {
            PayloadLevel.NOTHING: "No texts stored",
            PayloadLevel.METADATA: "Sizes of texts stored",
            PayloadLevel.REDACTED: "Texts stored redacted",
            PayloadLevel.FULL: "Texts stored in full",
        }
        text = (
            words[next(iter(levels))]
            if len(levels) == 1
            else "Stored texts differ by proxy"
            if levels
            else ""
        )
        _put(self._payloads, text)
        self._payloads.setVisible(bool(text))

    @Slot(str)
    def say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setToolTip(sentence)
        self._silence.start()

    @Slot()
    def copy_address(self) -> None:
        copy_text(self._address.text())
        self.say("Address copied")


def _put(label: QLabel, text: str) -> None:
    """Set a label's text only when it differs: an unchanged window paints nothing."""
    if label.text() != text:
        label.setText(text)
