"""Sidebar: the pages in groups, the gateway's state on top."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QWidget

from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.controls import scroll_area
from gateway_desktop.ui.icons import icon
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.theme import GAP, theme
from gateway_desktop.ui.widgets.badge import STATE_TONES
from gateway_desktop.ui.widgets.text_label import text_label

WIDTH = 208
MOST_COUNTED = 100


class Dot(QWidget):
    """A filled circle in the colour of a state; the word for it always stands beside it or in its name."""

    def __init__(self) -> None:
        super().__init__()
        self._state = State.STARTING
        self.setFixedSize(10, 16)
        theme().changed.connect(self.update)

    def show_status(self, status: GatewayStatus) -> None:
        """Show what the gateway does; one that refuses everything is no better than one that failed."""
        self.show_state(State.FAILED if status.refuses else status.state)

    def show_state(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color(STATE_TONES[self._state]))
        painter.drawEllipse(1, 4, 8, 8)


class Sidebar(QFrame):
    """Emits `chosen` with the name of a page."""

    chosen = Signal(str)
    commands_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Pages")
        self.dot = Dot()
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        brand = QLabel("Gateway Desktop")
        brand.setObjectName("brand")
        pages = QWidget()
        self._pages = in_column(of=pages, margins=0, gap=2)
        self._area = scroll_area(pages)  # where the window is too low for all of them
        self._area.verticalScrollBar().rangeChanged.connect(self._scroll_to_chosen)
        layout = in_column(
            in_row(self.dot, (brand, 1), margins=(GAP, 0, 0, 0), gap=GAP),
            of=self,
            margins=(GAP, 14, GAP, GAP),
            gap=0,
        )
        layout.addSpacing(14)
        layout.addWidget(self._area, 1)
        self._commands = self._page_button("Commands", "command")
        self._commands.setCheckable(False)
        self._commands.setToolTip("Every page and action by its name (Ctrl+K)")
        self._commands.clicked.connect(self.commands_wanted)
        layout.addWidget(self._commands)

    def fill(self, panels: Sequence[type[Panel]]) -> None:
        group = ""
        for panel in panels:
            if panel.group != group:
                group = panel.group
                self._pages.addSpacing(14 if group else 8)
                if group:
                    heading = text_label(group, "group")
                    self._pages.addWidget(heading)
                    self._pages.addSpacing(2)
            button = self._page_button(panel.title, panel.icon)
            button.clicked.connect(lambda _=False, name=panel.name: self.chosen.emit(name))
            self._group.addButton(button)
            self._buttons[panel.name] = button
            self._pages.addWidget(button)
            self.setTabOrder(button, self._commands)  # it was made first, and stands last
        self._pages.addStretch(1)

    def show_chosen(self, name: str) -> None:
        if name in self._buttons:
            self._buttons[name].setChecked(True)
            self._scroll_to_chosen()
            for button in self._buttons.values():  # Tab leads to the page that is shown, arrows to the others
                focus = Qt.FocusPolicy.StrongFocus if button.isChecked() else Qt.FocusPolicy.ClickFocus
                button.setFocusPolicy(focus)

    @Slot()
    def _scroll_to_chosen(self) -> None:
        chosen = self._group.checkedButton()
        if chosen is not None:
            self._area.ensureWidgetVisible(chosen, 0, GAP)

    def show_count(self, name: str, number: int) -> None:
        """Show a number on a page's button; 0 shows none."""
        if name not in self._buttons:
            return
        button = self._buttons[name]
        label = button.findChild(QLabel, "count")
        if not isinstance(label, QLabel):
            label = QLabel()
            label.setObjectName("count")
            label.setProperty("badge", "critical")
            in_row(1, label, of=button, margins=(0, 0, GAP, 0))
        label.setText(str(number) if number < MOST_COUNTED else f"{MOST_COUNTED - 1}+")
        label.setVisible(number > 0)
        title = button.text().strip()
        button.setAccessibleName(f"{title}, {number} serious" if number else title)

    def _page_button(self, title: str, icon_name: str) -> QPushButton:
        button = QPushButton(" " + title.replace("&", "&&"))
        button.setAccessibleName(title)
        button.setCheckable(True)
        button.setIconSize(QSize(16, 16))
        if icon_name:
            button.setIcon(icon(icon_name))
        return button
