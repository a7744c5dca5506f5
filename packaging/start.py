"""`bootstrap.py run`: the window where there is a screen, the gateway alone where there is none."""

import os
import subprocess
import sys

import environment
import system_packages
import take_over

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
_QUESTIONS = ("-h", "--help", "--version")


def run(arguments: list[str]) -> int:
    """Make everything ready and start the program in the place of this one."""
    window = wants_window(arguments)
    named = sys.platform != "linux" or any(os.environ.get(name) for name in SCREENS)
    if window and named:
        system_packages.need((*system_packages.OFFSCREEN, *system_packages.WINDOWS))
    environment.ready(environment.RUNTIME_LOCK)
    if window and not (named and can_show_windows()):
        print("There is no display here: serving without a window (gateway-desktop serve).", flush=True)
        arguments = ["serve", *arguments]
    return int(take_over.become([str(environment.PYTHON), "-m", "gateway_desktop", *arguments]))


def wants_window(arguments: list[str]) -> bool:
    """Return whether there are options alone, each with its value, and neither a command nor a question."""
    before = ""
    for word in arguments:
        is_value = before.startswith("--") and before != "--json" and "=" not in before
        if word in _QUESTIONS or not (word.startswith("-") or is_value):
            return False
        before = word
    return True


def can_show_windows() -> bool:
    """Return whether Qt can open the display that is named; one that is gone would make it abort."""
    if sys.platform != "linux":
        return True
    question = [
        str(environment.PYTHON),
        "-c",
        "from PySide6.QtGui import QGuiApplication; QGuiApplication([])",
    ]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    if answer.returncode:
        print(answer.stderr.strip().partition("\n")[0], flush=True)
    return answer.returncode == 0
