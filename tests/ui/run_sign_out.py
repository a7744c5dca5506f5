"""A window of a team in a process of its own: signs in, signs out, is asked again, quits; tells each step.

With `waits` its database is away at first, which it tells, too.
"""

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gateway_desktop.core.paths import Paths
from gateway_desktop.desktop import behind_the_window
from gateway_desktop.services.rescue import Rescue
from gateway_desktop.ui import application
from gateway_desktop.ui.dialogs.sign_in import SignInDialog
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.widgets.confirm import Confirmation


class Hand:
    """What a person does, looked for ten times a second."""

    def __init__(self, folder: Path, email: str, password: str, first: str = "") -> None:
        self.folder = folder
        self.texts = {"email": email, "password": password}
        self.steps = [self.sign_in, self.ask_to_leave, self.leave, self.quit]
        if first == "waits":
            self.steps.insert(0, self.be_told)
        self.timer = QTimer()
        self.timer.timeout.connect(self.look)
        self.timer.start(100)

    def look(self) -> None:
        if self.steps and self.steps[0]():
            del self.steps[0]

    def found(self, kind: type) -> object | None:
        shown = (one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())
        return next(shown, None)

    def be_told(self) -> bool:
        window = self.found(MainWindow)
        if not isinstance(window, MainWindow) or window.waiting.title.text() != "Gateway Desktop waits":
            return False
        say(window.waiting.sentence.text())
        return True

    def sign_in(self) -> bool:
        dialog = self.found(SignInDialog)
        if not isinstance(dialog, SignInDialog):
            return False
        say("asked")
        for name, text in self.texts.items():
            dialog.form.editor(name).set_value(text)
        dialog.submit()
        return True

    def ask_to_leave(self) -> bool:
        window = self.found(MainWindow)
        if not isinstance(window, MainWindow) or not window.sign_out_action.isVisible():
            return False
        page = window.current_page()
        assert page is not None
        say(f"page {page.name}")
        say(window.sign_out_action.text())
        window.sign_out_action.trigger()
        return True

    def leave(self) -> bool:
        question = self.found(Confirmation)
        if not isinstance(question, Confirmation):
            return False
        say(question.action.text())
        question.submit()
        return True

    def quit(self) -> bool:
        dialog = self.found(SignInDialog)
        if not isinstance(dialog, SignInDialog):
            return False
        say("asked")
        say("a sign-in is kept" if (self.folder / "session").exists() else "no sign-in is kept")
        dialog.reject()
        return True


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


def main(folder: Path, *person: str) -> int:
    paths = Paths(folder)
    application.make_application(paths.resources)
    hand = Hand(folder, *person)
    status = application.run(
        folder, paths.resources, lambda ask: behind_the_window(paths, {}, ask), Rescue(paths, {})
    )
    hand.timer.stop()
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
