"""The window grows with the system's text, and what it starts does not inherit that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway_desktop.ui import text_size

LAPTOP = Path(__file__).with_name("laptop.json")  # 1280x800

SHOWS = """
import os, sys
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from gateway_desktop.core.paths import Paths
from gateway_desktop.ui.application import make_application
from gateway_desktop.ui.main_window import MainWindow
from pathlib import Path
chosen = QFont("Sans")
chosen.setPixelSize(int(sys.argv[1]))
QApplication.setFont(chosen)  # before the application, as a desktop's choice is there before it
paths = Paths(Path(sys.argv[2]))
application = make_application(paths.resources)
window = MainWindow(paths.data, paths.resources)
window.show()
application.processEvents()
screen = application.primaryScreen()
size, room = window.size(), screen.availableSize()
fits = size.width() <= room.width() and size.height() <= room.height()
print(screen.devicePixelRatio(), os.environ.get("QT_SCALE_FACTOR"), fits)
window.close()
"""


def shown(folder: Path, pixels: int, **environment: str) -> str:
    """Return the scale of a window where text has this size, what others inherit, and whether it fits."""
    ended = subprocess.run(
        [sys.executable, "-c", SHOWS, str(pixels), str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={LAPTOP}", **environment},
    )
    return ended.stdout.strip()


@pytest.mark.parametrize(
    ("pixels", "own", "scale"), [(12, "", 1.0), (15, "", 1.0), (18, "", 1.2), (60, "", 2.0), (18, "1.5", 1.8)]
)
def test_the_window_grows_with_the_text_of_the_desktop_and_fits_the_screen(
    tmp_path: Path, pixels: int, own: str, scale: float
) -> None:
    said = shown(tmp_path, pixels, QT_SCALE_FACTOR=own) if own else shown(tmp_path, pixels)
    assert said == f"{scale} {own or None} True"


def test_each_system_has_its_own_usual_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert text_size.growth(12) == 1 and text_size.growth(18) == 1.5
    monkeypatch.setattr(sys, "platform", "darwin")
    assert text_size.growth(13) == 1
