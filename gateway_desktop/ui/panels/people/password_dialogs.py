"""Passwords and one-time codes of the local directory."""

from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.people import User
from gateway_desktop.services.passwords import Passwords, Seed
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.dialog import Dialog

TRY_IT = "So that nobody is locked out by a wrong clock or key. Nothing is used up."


class SetPasswordDialog(Dialog):
    """A new password, typed twice."""

    def __init__(self, passwords: Passwords, user: User, *, known: bool = False) -> None:
        title = f"New password of {user.shown}" if known else f"Password of {user.shown}"
        super().__init__(title, "Set password", width=460)
        self._passwords = passwords
        self._user = user
        self.add_form(
            Entry("password", "Password", TextEditor(secret=True)),
            Entry("again", "Once more", TextEditor(secret=True)),
            label_width=96,
        )
        self.add_text(
            "They sign in with it wherever OAuth offers the local directory. Setting it also unlocks them; "
            "sessions that are live stay so.",
            "muted",
        )
        self.do(self._set)

    def _set(self) -> "Future[Any]":
        first, second = (self.form.typed(name) for name in ("password", "again"))
        if first != second:
            raise ConfigurationError("again", "the two are not the same")
        return self._passwords.set_password(self._user.id, first)


class RequireCodesDialog(Dialog):
    """Asks once more, then shows what the person's authenticator application needs."""

    def __init__(self, passwords: Passwords, user: User) -> None:
        super().__init__(f"One-time codes of {user.shown}", "Require codes", width=560)
        self.question = self.add_text(
            "From the next sign-in on, they are asked for a code besides the password. "
            "An authenticator application that they had before stops fitting."
        )
        self.address = CopyField("Address for the authenticator application")
        self.seed = CopyField("Key to type in instead")
        for field in (self.address, self.seed):
            field.hide()
            self.body.addWidget(field)
        self._passwords, self._user = passwords, user
        self.trial = Form(Entry("code", "Code it shows", TextEditor("123 456"), TRY_IT), label_width=104)
        self.trial.hide()
        self.body.addWidget(self.trial)
        self.check = self.add_button("Check code", self._check)
        self.check.hide()
        self.do(lambda: passwords.require_codes(user.id))

    def finished_with(self, result: Seed) -> None:
        """Show the seed, here and now only."""
        self.question.setText(
            "Hand this to the person now; nobody can show it again. The first line is what an authenticator "
            "application reads, the second is to be typed in."
        )
        self.address.set_text(str(result.url))
        self.seed.set_text(str(result.seed))
        for widget in (self.address, self.seed, self.trial, self.check):
            widget.show()
        self.conclude(self.address.button)

    @Slot()
    def _check(self) -> None:
        self.trial.clear_errors()
        code = self.trial.value("code")
        when_done(self, self._passwords.check_code(self._user.id, code), self._fits, self._does_not, "check")

    def _fits(self, _: None) -> None:
        self.trial.set_note("code", "It fits: they can sign in with it.")
        self.fit()

    def _does_not(self, error: BaseException) -> None:
        self.trial.set_note("code", "")
        if not (isinstance(error, ConfigurationError) and self.trial.show_error(error)):
            self.show_problem(error)
        self.fit()
