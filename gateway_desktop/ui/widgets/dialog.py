"""Dialog: fields, what does not hold, and one button that does it; what the screen is too low for scrolls."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.people import Role
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.controls import push_button, scroll_area
from gateway_desktop.ui.forms.form import LABELS, Entry, Form, sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.short_label import ShortLabel
from gateway_desktop.ui.widgets.text_label import text_label

FRAME = 40  # pixels of the screen's height that a window manager may put around a dialog
SIDES = 16  # pixels of its width, likewise
SEEN = 512  # pixels that a dialog of lists takes, which could take any
LEAST_SEEN = 120  # pixels of what scrolls
ROUNDED = 1  # pixel of the height that a window may lose at a scale of 1.5
AS_THE_BUTTON = ("Ctrl+Return", "Ctrl+Enter")  # where Enter alone begins a line; the second: of the keypad


class Dialog(QDialog):
    """Stays open until what it asked for is done; problems stand at their field or in the banner."""

    succeeded = Signal(object)
    begins_in: QWidget | None = None  # where the keyboard is at first, in a dialog without a form
    keeps = True  # asks before what was typed is lost, where a button would have done it
    least: Role | None = Role.ADMIN  # whom the button takes on a team's database; None: anybody

    def __init__(self, title: str, action: str = "", *, width: int = 520) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = ShortLabel(title)
        self.heading.setProperty("role", "title")
        self.banner = Banner()
        inside = QWidget()
        inside.setProperty("role", "page")
        self.body = in_column(of=inside, margins=0, gap=12)
        self._area = scroll_area(inside)
        self.cancel = push_button("Cancel" if action else "Close", self.reject)
        self.action = push_button(action, self.submit, kind="primary")
        self.action.setDefault(True)
        if not action:
            self.action.hide()
        self.form = Form(parent=self)  # stays empty in dialogs that only ask
        self.form.hide()
        self._asked = (0, 0)  # the size that was needed when it was last asked for
        self._pressed = False  # with the keyboard on the button
        self._work: Callable[[], Future[Any]] | None = None
        self._words = action
        self.buttons = in_row(1, self.cancel, self.action, gap=8)
        parts = (self.heading, self.banner, (self._area, 1), self.buttons)
        self._column = in_column(*parts, of=self, margins=(24, 20, 24, 20), gap=16)
        self._area.setMinimumHeight(1)
        for bar in (self._area.horizontalScrollBar(), self._area.verticalScrollBar()):
            bar.rangeChanged.connect(self._grow, Qt.ConnectionType.QueuedConnection)
        for keys in AS_THE_BUTTON:
            QShortcut(QKeySequence(keys), self).activated.connect(self._press)

    def add_form(self, *entries: Entry, label_width: int = LABELS) -> Form:
        """Put a form into the body; errors with its fields' names will stand there."""
        self.form = Form(*entries, label_width=label_width)
        self.body.addWidget(self.form)
        return self.form

    def add_text(self, text: str, role: str = "") -> QLabel:
        """Put a paragraph into the body."""
        label = text_label(text, wraps=True, selectable=True)
        if role:
            label.setProperty("role", role)
        self.body.addWidget(label)
        return label

    def add_button(self, words: str, does: Callable[..., object], *, tip: str = "") -> QPushButton:
        """Put a button that Enter does not press at the left, beside those of every dialog."""
        button = push_button(words, does, tip=tip)
        button.setAutoDefault(False)
        self.buttons.insertWidget(0, button)
        return button

    def do(self, work: Callable[[], Future[Any]]) -> None:
        """Say what the button does; ConfigurationError raised by `work` itself is shown as well."""
        self._work = work

    def open_over(self, owner: QWidget) -> None:
        """Open before the window of this widget, which waits until it is closed."""
        self.put_over(owner)
        self.open()

    def put_over(self, owner: QWidget) -> None:
        """Belong to the window of this widget."""
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # later lists would keep the heights that rows have without the style sheet
        self.setParent(owner, self.windowFlags())

    def taking(self, least: Role | None) -> Self:
        """Say whom the button takes, where that is not an admin."""
        self.least = least
        return self

    def then(self, follows: Callable[[Any], object]) -> Self:
        """Say what is done with the result, once it is there."""
        self.succeeded.connect(follows)
        return self

    @Slot()
    def _press(self) -> None:
        """Do what the button does, where there is one."""
        if self.action.isVisible():
            self.action.click()

    @Slot()
    def submit(self) -> None:
        """Do it, as the button does."""
        if self._work is None or not self.action.isEnabled():
            return
        self.banner.clear()
        self.form.clear_errors()
        try:
            future = self._work()
        except ConfigurationError as error:
            self.show_problem(error)
            return
        self._busy(True)
        when_done(self, future, self._succeeded, self._failed)

    def written(self) -> bool:
        """Return whether a person typed something that closing would lose."""
        lines = any(line.isModified() and line.text() for line in self.findChildren(QLineEdit))
        return lines or any(area.document().isModified() for area in self.findChildren(QPlainTextEdit))

    def reject(self) -> None:
        """Close; ask first where something was written that would be lost."""
        if not (self.keeps and self._work and self.written()):
            super().reject()
            return
        question = Dialog("Discard the changes?", "Discard", width=440).taking(None)
        question.action.setProperty("kind", "danger")
        question.add_text("What was written here is lost; what was saved before stays.")
        question.action.clicked.connect(question.accept)
        question.accepted.connect(lambda: super(Dialog, self).reject())
        question.open_over(self)

    def show_problem(self, error: BaseException) -> None:
        """Put a problem where it belongs: under its field, else in the banner."""
        if isinstance(error, ConfigurationError):
            if not self.form.show_error(error):
                self.banner.say(sentence(error.problem))
            return
        self.banner.say(sentence(words(error)))

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the paragraphs are at this width, and begin in the first field."""
        if self._words and self.least is not None:
            permissions().require(self.action, least=self.least)
        self.fit()  # before Qt looks for a place where all of it can be seen
        super().showEvent(event)
        if not self.form.focus_first() and self.begins_in is not None:
            self.begins_in.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Take the height that is needed at this width, or what the screen has: then the body scrolls."""
        screen = self.screen().availableGeometry()
        most = screen.height() - FRAME
        if self.minimumWidth() > (widest := screen.width() - SIDES):  # tables leave columns out
            self.setMinimumWidth(widest)
            self.resize(widest, self.height())
        width, height = self._needed()
        if self.minimumHeight() > most:
            self.setMinimumHeight(most)
        self.resize(width, min(max(height, self.minimumHeight()), most))
        if self.isVisible() and (below := self.frameGeometry().bottom() - screen.bottom()) > 0:
            self.move(self.x(), max(screen.top(), self.y() - below))

    @Slot()
    def _grow(self) -> None:
        """Take more room where more is needed now; what a person made smaller stays so."""
        bars = self._area.verticalScrollBar(), self._area.horizontalScrollBar()
        before = self._asked
        if any(bar.maximum() > 0 for bar in bars) and self._needed() != before:
            self.fit()

    def _needed(self) -> tuple[int, int]:
        """Return the width and height at which nothing has to scroll."""
        margins = self._column.contentsMargins()
        beside = margins.left() + margins.right()
        least = self.body.totalMinimumSize() + QSize(self._area.verticalScrollBar().sizeHint().width(), 0)
        width = max(self.width(), least.width() + beside)
        around = _least(self._column, width) - self._area.minimumHeight()
        if self.body.hasHeightForWidth():
            height = self.body.totalHeightForWidth(width - beside)
        else:
            height = max(least.height(), min(self.body.totalSizeHint().height(), SEEN - around))
        self._area.setMinimumSize(least.width(), max(1, min(height, LEAST_SEEN)))
        self._column.activate()
        self._asked = width, around + height + ROUNDED
        return self._asked

    def _succeeded(self, result: Any) -> None:
        self._busy(False)
        for line in self.findChildren(QLineEdit):
            line.setModified(False)
        for area in self.findChildren(QPlainTextEdit):
            area.document().setModified(False)
        self.succeeded.emit(result)
        self.finished_with(result)

    def finished_with(self, result: Any) -> None:  # noqa: ARG002 - for dialogs with a second page
        """Close; a dialog that still has something to show overrides this."""
        self.accept()

    def conclude(self, focus: QWidget | None = None) -> None:
        """Leave what was made to be seen, and nothing to do but close."""
        self.form.hide()
        self.action.hide()
        self.cancel.setText("Done")
        if focus is not None:
            focus.setFocus()
        self.fit()

    def _failed(self, error: BaseException) -> None:
        self._busy(False)
        self.show_problem(error)

    def _busy(self, busy: bool) -> None:
        if busy:
            self._pressed = self.action.hasFocus()
        self.action.setEnabled(not busy)
        self.action.setText("One moment…" if busy else self._words)
        if not busy and self._pressed:
            self.action.setFocus()  # which it lost when it could not be pressed


def _least(layout: QLayout, width: int) -> int:
    """Return how high a layout must be at this width."""
    if layout.hasHeightForWidth():
        return layout.totalMinimumHeightForWidth(width)
    return layout.totalMinimumSize().height()
