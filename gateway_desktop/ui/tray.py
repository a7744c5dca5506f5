"""Tray: the icon beside the clock with the number of serious alerts, and desktop notifications."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from gateway_desktop.core.plural import plural
from gateway_desktop.store.queries.alerts import AlertItem
from gateway_desktop.ui.alert_watch import AlertWatch
from gateway_desktop.ui.closing import Closing, ask_what_closing_does
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.sidebar import MOST_COUNTED
from gateway_desktop.ui.theme import theme

SIDE = 64
SHOWN_MS = 10_000
NAMED = 3  # alerts that a notification names


class Tray(QObject):
    """Never the only way in: where a desktop has no tray, the sidebar counts and nothing else is missing.

    A tray may come later than the program, at the start of a session: the icon waits for it.
    """

    def __init__(self, window: MainWindow, context: UiContext, watch: AlertWatch) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._newest = ""  # id of the alert that a click on the notification opens
        self.beep: Callable[[], object] = QApplication.beep
        self.there: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable
        self.icon = QSystemTrayIcon(badged(0), self)
        self._menu = QMenu(window)
        self._menu.addAction("Open Gateway Desktop", window.come_forward)
        self._menu.addAction("Alerts", self._open_alerts)
        self._menu.addSeparator()
        self._menu.addAction("Quit", window.quit)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.open_newest)
        self.icon.show()
        watch.counted.connect(self._count)
        watch.told.connect(self.tell)

    def closing(self) -> Closing:
        """Return what closing the window does; asked for once, where there is a tray."""
        wanted = self._context.settings.window.close
        if not self.there():
            return Closing.QUIT
        if wanted != "ask":
            return Closing(wanted)
        chosen = ask_what_closing_does(self._window)
        if chosen is not Closing.STAY:
            when_done(self, self._context.services.settings.set("window.close", chosen.value))
        return chosen

    @Slot(int)
    def _count(self, number: int) -> None:
        self._window.sidebar.show_count("alerts", number)
        self.icon.setIcon(badged(number))
        waiting = f": {plural(number, 'serious alert')}" if number else ""
        self.icon.setToolTip(f"Gateway Desktop{waiting}")

    @Slot(object)
    def tell(self, items: Sequence[AlertItem]) -> None:
        wanted = self._context.settings.notifications
        if not items or not wanted.desktop:
            return
        self._newest = items[0].id if len(items) == 1 else ""
        title, text = words_of(items)
        self.icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.Warning, SHOWN_MS)
        QApplication.alert(self._window)
        if wanted.sound:
            self.beep()

    @Slot()
    def open_newest(self) -> None:
        self._window.come_forward()
        if self._newest:
            self._context.open_page("alerts", alert=self._newest)
        else:
            self._context.open_page("alerts")

    @Slot()
    def _open_alerts(self) -> None:
        self._newest = ""
        self.open_newest()

    @Slot(object)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self._window.come_forward()


def words_of(items: Sequence[AlertItem]) -> tuple[str, str]:
    """Return title and text of a notification; some desktops read mark-up in it, strangers wrote names."""
    titles = [
        item.title.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}") for item in items[:NAMED]
    ]
    if len(items) == 1:
        return f"{items[0].severity.capitalize()} alert", titles[0]
    more = len(items) - NAMED
    lines = titles + ([f"and {more:,} more"] if more > 0 else [])
    return f"{len(items):,} new alerts", "\n".join(lines)


def badged(number: int) -> QIcon:
    """Return the program's icon, with a number on it unless that is 0."""
    icon = QApplication.windowIcon()
    if not number:
        return icon
    drawn = QPixmap(SIDE, SIDE)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    icon.paint(painter, QRect(0, 0, SIDE, SIDE))
    box = QRectF(SIDE * 0.36, 0, SIDE * 0.64, SIDE * 0.56)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("critical"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    font = QFont(painter.font())
    font.setPixelSize(int(SIDE * 0.42))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(theme().hex("on accent")))
    text = str(number) if number < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return QIcon(drawn)
