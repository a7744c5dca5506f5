"""Closing: what it does to the program, and the questions about it."""

from enum import Enum

from PySide6.QtWidgets import QMessageBox, QWidget

RUNNING_ON = "Keep the gateway running when the window is closed?"
AGAIN = "The icon beside the clock opens the window again, and quits. Settings → General changes this."


class Closing(Enum):
    """What closing the window does."""

    QUIT = "quit"
    HIDE = "tray"
    STAY = "stay"


def ask_to_quit(calls: int, parent: QWidget) -> bool:
    """Return whether to quit although calls are on their way."""
    text = f"{calls} calls are on their way." if calls != 1 else "One call is on its way."
    question = QMessageBox(QMessageBox.Icon.Question, "Quit", text, parent=parent)
    question.setInformativeText("Quitting gives them 10 seconds to end; what is left then is cut off.")
    leave = question.addButton("Quit", QMessageBox.ButtonRole.AcceptRole)
    question.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
    question.exec()
    return question.clickedButton() is leave


def ask_what_closing_does(parent: QWidget) -> Closing:
    """Return what a person wants closing to do from now on."""
    question = QMessageBox(QMessageBox.Icon.Question, "Close", RUNNING_ON, parent=parent)
    question.setInformativeText(AGAIN)
    stay = question.addButton("Keep running", QMessageBox.ButtonRole.AcceptRole)
    leave = question.addButton("Quit", QMessageBox.ButtonRole.DestructiveRole)
    question.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    question.exec()
    chosen = question.clickedButton()
    return Closing.HIDE if chosen is stay else Closing.QUIT if chosen is leave else Closing.STAY
