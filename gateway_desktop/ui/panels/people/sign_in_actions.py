"""What can be done with how a user signs in: password, one-time codes, lock-out, identities, sessions."""

from PySide6.QtWidgets import QWidget

from gateway_desktop.core.people import Role, User
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.people.columns import PersonRow
from gateway_desktop.ui.panels.people.password_dialogs import RequireCodesDialog, SetPasswordDialog
from gateway_desktop.ui.widgets.confirm import Confirmation


class SignInActions:
    """Entries of the menu of a user; each goes through the services behind `user` and `oauth`."""

    def __init__(self, context: UiContext, owner: QWidget) -> None:
        self._passwords = context.services.passwords
        self._sessions = context.services.oauth_sessions
        self._people = context.services.people
        self._owner = owner

    def actions(self) -> tuple[RowAction[PersonRow], ...]:
        return (
            RowAction("Set password…", self._set_password, lambda row: _person(row.user)),
            RowAction("Require one-time codes…", self._require_codes, lambda row: row.sign_ins.password),
            RowAction("Drop one-time codes…", self._drop_codes, lambda row: row.sign_ins.codes),
            RowAction("Unlock…", self._unlock, lambda row: row.sign_ins.locked),
            RowAction("Unlink identity…", self._unlink, lambda row: bool(row.sign_ins.issuers), danger=True),
            RowAction(
                "End all sessions…",
                self._end,
                lambda row: row.sign_ins.live_sessions > 0,
                danger=True,
                least=Role.OPERATOR,
            ),
        )

    def _set_password(self, row: PersonRow) -> None:
        SetPasswordDialog(self._passwords, row.user, known=row.sign_ins.password).open_over(self._owner)

    def _require_codes(self, row: PersonRow) -> None:
        RequireCodesDialog(self._passwords, row.user).open_over(self._owner)

    def _drop_codes(self, row: PersonRow) -> None:
        Confirmation(
            f"Ask {row.user.shown} for the password alone?",
            "As after a lost telephone. Codes can be required again at any time.",
            "Drop codes",
            lambda: self._passwords.drop_codes(row.user.id),
        ).open_over(self._owner)

    def _unlock(self, row: PersonRow) -> None:
        Confirmation(
            f"Let {row.user.shown} try again?",
            "There were too many wrong passwords under this name. Without this it opens again by itself.",
            "Unlock",
            lambda: self._passwords.unlock(row.user.id),
        ).open_over(self._owner)

    def _unlink(self, row: PersonRow) -> None:
        Confirmation(
            f"Forget who {row.user.shown} is at {', '.join(row.sign_ins.issuers)}?",
            "Their sessions end. Whoever next signs in there with this verified e-mail address is taken for "
            "them: as after an address was given to another account.",
            "Unlink",
            lambda: self._people.unlink_user(row.user.id),
        ).open_over(self._owner)

    def _end(self, row: PersonRow) -> None:
        live = row.sign_ins.live_sessions
        what = "The one session ends" if live == 1 else f"All {live:,} sessions end"
        Confirmation(
            f"End all sessions of {row.user.shown}?",
            f"{what} at the next request, at every proxy. They may sign in again; to stop that, "
            "deactivate them. API keys go on working.",
            "End sessions",
            lambda: self._sessions.revoke_user(row.user.id),
        ).taking(Role.OPERATOR).open_over(self._owner)


def _person(user: User) -> bool:
    return bool(user.email) and not user.service
