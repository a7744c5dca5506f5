"""`bootstrap.py run`: the window where there is a screen, the gateway alone where there is none."""

import os
import subprocess
import sys

import environment
import system_packages


def has_screen() -> bool:
    """Return whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def run(arguments: list[str]) -> int:
    """Make everything ready and start the program in the place of this one."""
    screen = has_screen()
    if screen:
        system_packages.need((*system_packages.OFFSCREEN, *system_packages.X11))
    environment.ready(environment.RUNTIME_LOCK)
    wants_window = not arguments or arguments[0].startswith("-")
    if wants_window and not screen:
        print("There is no display here: serving without a window (gateway-desktop serve).", flush=True)
        arguments = ["serve", *arguments]
    command = [str(environment.PYTHON), "-m", "gateway_desktop", *arguments]
    if os.name != "nt":
        os.execv(command[0], command)  # in the place of this process: signals reach the program itself
    return subprocess.call(command)
