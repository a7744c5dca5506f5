"""Permissions: what the person who signed in may not do is greyed, and says why, as the services do."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gateway_desktop.core.people import Role

if TYPE_CHECKING:
    from gateway_desktop.services.who import Who


class Permissions:
    """Of the one person who works in this window; services ask for the role again at every change."""

    def __init__(self) -> None:
        self._who: Who | None = None

    def begin(self, who: "Who") -> None:
        """Let this be who works here; called before any page is made."""
        self._who = who

    def lacks(self, least: Role) -> str:
        """Return why the person may not do what takes that role; nothing, if they may."""
        return self._who.lacks(least) if self._who is not None else ""

    def require(self, *controls: QWidget, least: Role = Role.ADMIN) -> None:
        """Keep controls greyed, whatever enables them, where the role does not reach that far."""
        if reason := self.lacks(least):
            for control in controls:
                _Forbidden(control, reason)

    def fit(self, control: QWidget, least: Role | None) -> None:
        """Grey a control, or not, whose role changes with what is shown; None: whoever sees it."""
        reason = self.lacks(least) if least is not None else ""
        control.setEnabled(not reason)
        control.setToolTip(reason)
        control.setAccessibleDescription(reason)

    def limit(self, action: QAction, least: Role) -> None:
        """Grey an entry of a menu where the role does not reach that far."""
        if reason := self.lacks(least):
            action.setEnabled(False)
            action.setToolTip(reason)


class _Forbidden(QObject):
    """Belongs to a control that stays greyed."""

    def __init__(self, control: QWidget, reason: str) -> None:
        super().__init__(control)
        control.setToolTip(reason)
        control.setAccessibleDescription(reason)
        control.installEventFilter(self)
        control.setEnabled(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.EnabledChange and isinstance(watched, QWidget) and watched.isEnabled():
            watched.setEnabled(False)
        return False


_permissions = Permissions()


def permissions() -> Permissions:
    """Return the permissions of this window."""
    return _permissions
