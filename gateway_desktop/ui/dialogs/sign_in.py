"""Signing in to a team's database: asked for in the thread that opens it, answered in a dialog."""

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from gateway_desktop.core.errors import ConfigurationError, NotAllowed
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from gateway_desktop.services.team_sign_in import TeamSignIn

WHY = (
    "This is a team's database: what you may do here is what your role says, and what you do bears your name."
)


class SignInDialog(Dialog):
    """Name, password, and a one-time code where one was set up; what was wrong is one sentence."""

    keeps, least = False, None

    def __init__(self, sign_in: "TeamSignIn") -> None:
        super().__init__("Sign in", "Sign in", width=460)
        self._sign_in = sign_in
        self.cancel.setText("Quit")
        self.add_text(WHY, "muted")
        self.add_form(
            Entry("email", "E-mail", TextEditor("ana@example.com")),
            Entry("password", "Password", TextEditor(secret=True)),
            Entry("code", "One-time code", TextEditor("if you have set one up")),
            label_width=104,
        )
        self.do(self._try)

    def _try(self) -> "Future[Any]":
        email, password, code = (self.form.typed(name) for name in ("email", "password", "code"))
        for name, typed in (("email", email.strip()), ("password", password)):
            if not typed:
                raise ConfigurationError(name, "is needed")
        return self._sign_in.sign_in(email.strip(), password, code.replace(" ", ""))

    def show_problem(self, error: BaseException) -> None:
        """Say it, and let the password be typed anew."""
        super().show_problem(error)
        if not isinstance(error, ConfigurationError):
            editor = self.form.editor("password")
            editor.set_value("")
            editor.setFocus()
        self.fit()


class AskToSignIn(QObject):
    """Called in the thread that opens, which waits; the dialog is the main thread's."""

    quit_wanted = Signal()
    _asked = Signal(object, object)  # TeamSignIn, Future[str]

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._answer: Future[str] = Future()
        self._asked.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def __call__(self, sign_in: "TeamSignIn") -> str:
        """Return what is to be kept of a sign-in; raise NotAllowed if nobody signs in."""
        self._asked.emit(sign_in, self._answer)
        return self._answer.result()

    def give_up(self) -> None:
        """Wait for nobody any more: the window closes."""
        if not self._answer.done():
            self._answer.set_exception(NotAllowed("Nobody signed in"))

    @Slot(object, object)
    def _open(self, sign_in: "TeamSignIn", answer: "Future[str]") -> None:
        dialog = SignInDialog(sign_in)
        dialog.succeeded.connect(lambda kept: answer.set_result(str(kept)))
        dialog.rejected.connect(self.quit_wanted)
        dialog.open_over(self._window)
