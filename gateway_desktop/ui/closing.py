"""Closing: what it does to the program, and the questions about it."""

from enum import Enum
from functools import partial

from PySide6.QtWidgets import QWidget

from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.widgets.dialog import Dialog

RUNNING_ON = "Keep the gateway running when the window is closed?"
AGAIN = "The icon beside the clock opens the window again, and quits. Settings → General changes this."
_LEAVE = 2  # what the question returns, beside accepted (1) and rejected (0)


class Closing(Enum):
    """What closing the window does."""

    QUIT = "quit"
    HIDE = "tray"
    STAY = "stay"


class _Question(Dialog):
    """A question that is waited for."""

    least = None  # whoever sits here may close the window

    def __init__(self, title: str, text: str, action: str, otherwise: str, parent: QWidget) -> None:
        super().__init__(title, action, width=440)
        self.add_text(text)
        self.cancel.setText(otherwise)
        self.begins_in = self.action
        self.action.clicked.connect(self.accept)
        self.put_over(parent)


def ask_to_quit(calls: int, parent: QWidget) -> bool:
    """Return whether to quit although calls are on their way."""
    title = (
        f"Quit while {calls} calls are on their way?" if calls != 1 else "Quit while a call is on its way?"
    )
    text = "Quitting gives calls 10 seconds to end; what is left then is cut off."
    return bool(_Question(title, text, "Quit", "Stay", parent).exec())


def ask_what_closing_does(parent: QWidget) -> Closing:
    """Return what a person wants closing to do from now on."""
    question = _Question(RUNNING_ON, AGAIN, "Keep running", "Cancel", parent)
    leave = push_button("Quit", partial(question.done, _LEAVE))
    question.buttons.insertWidget(question.buttons.indexOf(question.action), leave)
    chosen = question.exec()
    return Closing.QUIT if chosen == _LEAVE else Closing.HIDE if chosen else Closing.STAY
