"""Dialog: fields, a sentence when something does not hold, and one button that does it."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.people import Role
from gateway_desktop.ui.forms.form import Form, sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.banner import Banner


class Dialog(QDialog):
    """Stays open until what it asked for is done; problems stand at their field or in the banner."""

    succeeded = Signal(object)
    begins_in: QWidget | None = None  # where the keyboard is at first, in a dialog without a form
    least: Role | None = Role.ADMIN  # whom the button takes on a team's database; None: anybody

    def __init__(
        self, title: str, action: str = "", *, parent: QWidget | None = None, width: int = 520
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = QLabel(title)
        self.heading.setProperty("role", "title")
        self.banner = Banner()
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.cancel = QPushButton("Cancel" if action else "Close")
        self.action = QPushButton(action)
        self.action.setProperty("kind", "primary")
        self.action.setDefault(True)
        if not action:
            self.action.hide()
        self.form = Form((), parent=self)  # stays empty in dialogs that only ask
        self.form.hide()
        self._work: Callable[[], Future[Any]] | None = None
        self._words = action
        self._lay_out()
        self.cancel.clicked.connect(self.reject)
        self.action.clicked.connect(self.submit)

    def _lay_out(self) -> None:
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.action)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self.heading)
        column.addWidget(self.banner)
        column.addLayout(self.body, 1)
        column.addLayout(self.buttons)

    def add_form(self, form: Form) -> Form:
        """Put the form into the body; errors with its fields' names will stand there."""
        self.form = form
        self.body.addWidget(form)
        return form

    def add_text(self, text: str, role: str = "") -> QLabel:
        """Put a paragraph into the body."""
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            label.setProperty("role", role)
        self.body.addWidget(label)
        return label

    def do(self, work: Callable[[], Future[Any]]) -> None:
        """Say what the button does; ConfigurationError raised by `work` itself is shown as well."""
        self._work = work

    def taking(self, least: Role | None) -> Self:
        """Say whom the button takes, where that is not an admin."""
        self.least = least
        return self

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

    def show_problem(self, error: BaseException) -> None:
        """Put a problem where it belongs: under its field, else in the banner."""
        if isinstance(error, ConfigurationError):
            if not self.form.show_error(error):
                self.banner.say(sentence(error.problem))
            return
        self.banner.say(sentence(words(error)))

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the paragraphs are at this width, and begin in the first field."""
        super().showEvent(event)
        if self._words and self.least is not None:
            permissions().require(self.action, least=self.least)
        self.fit()
        if not self.form.focus_first() and self.begins_in is not None:
            self.begins_in.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Take the height that is needed at this width."""
        needed = self._column.totalHeightForWidth(self.width())
        if needed > 0:
            self.resize(self.width(), max(needed, self.minimumHeight()))

    def _succeeded(self, result: Any) -> None:
        self._busy(False)
        self.succeeded.emit(result)
        self.finished_with(result)

    def finished_with(self, result: Any) -> None:  # noqa: ARG002 - for dialogs with a second page
        """Close; a dialog that still has something to show overrides this."""
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._busy(False)
        self.show_problem(error)

    def _busy(self, busy: bool) -> None:
        self.action.setEnabled(not busy)
        self.action.setText("One moment…" if busy else self._words)
