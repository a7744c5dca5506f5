"""The gateway in one line: state, address to copy, what it does now; start and stop."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from gateway_desktop.core.people import Role
from gateway_desktop.core.plural import plural
from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.store.queries.overview import Overview
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import rate, size
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.badge import STATE_TONES, BadgeLabel
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.text_label import text_label


class Fact(QWidget):
    """A small caption over a value."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.caption = text_label(caption, "small")
        self.value = QLabel("–")
        in_column(self.caption, self.value, of=self, margins=0, gap=2)


class GatewayLine(QFrame):
    """What tools reach, and whether they do."""

    def __init__(self) -> None:
        super().__init__()
        self.state = BadgeLabel()
        self.address = CopyField("address of the gateway")
        self.address.setFixedWidth(296)
        self.address.button.setAccessibleName("Copy the address of the gateway")
        self.now = Fact("Now")
        self.proxies = Fact("Proxies")
        self.people = Fact("Users and keys")
        self.storage = Fact("Database")
        self.switch = push_button("")
        permissions().require(self.switch, least=Role.OPERATOR)
        self.running = False
        row = in_row(of=self, margins=0, gap=20)
        told = Flow(gap=20)
        told.add(self.state, self.address, self.now, self.proxies, self.people, self.storage)
        row.addWidget(told, 1)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)

    def show_status(self, status: GatewayStatus) -> None:
        self.running = status.state is State.RUNNING
        told, tone = status.state.value.capitalize(), STATE_TONES[status.state]
        self.state.say(*(("Refusing", "critical") if status.refuses else (told, tone)))
        self.state.setToolTip(status.problem or status.storage_problem)
        self.address.set_text(status.base_url if self.running else "not listening")
        self.address.setEnabled(self.running)
        now = rate(status.requests_per_second)
        self.now.value.setText(f"{now}, {plural(status.active, 'call')} open" if self.running else "–")
        self.switch.setText("Stop gateway" if self.running else "Start gateway")
        self.switch.setEnabled(status.state is not State.STARTING)

    def show_counts(self, found: Overview) -> None:
        self.proxies.value.setText(f"{found.proxies_running} of {found.proxies} on")
        self.people.value.setText(f"{plural(found.users, 'user')}, {plural(found.keys, 'key')}")
        self.storage.value.setText(size(found.storage.total))
