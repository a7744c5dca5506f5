"""TextSize: where the system's text is larger than usual the whole window is, like a page that is zoomed.

Qt itself follows the density of the screen and the scale that a desktop sets. A larger font is all that other
desktops tell of larger text; lengths here are pixels, so that they must grow together.
"""

import os
import sys
from collections.abc import Sequence

from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication

SCALE = "QT_SCALE_FACTOR"
USUAL = {"win32": 12, "darwin": 13}  # pixels of a system's text as it is delivered
LARGEST_USUAL = 15  # of other desktops
MOST = 2.0


def scaled_application(arguments: Sequence[str]) -> QApplication:
    """Return the application; made a second time where the first says that the text is larger.

    Qt reads its scale when it starts, from the environment only. What this program starts is not to inherit
    it: the variable is put back.
    """
    application = QApplication(list(arguments))
    by = growth(QFontInfo(QApplication.font()).pixelSize())
    if by == 1:
        return application
    application.shutdown()
    del application
    before = os.environ.get(SCALE)
    os.environ[SCALE] = f"{_number(before) * by:.3f}"
    try:
        return QApplication(list(arguments))
    finally:
        if before is None:
            del os.environ[SCALE]
        else:
            os.environ[SCALE] = before


def growth(pixels: int) -> float:
    """Return by how much text of so many pixels is larger than usual; never less than 1."""
    return min(MOST, max(1.0, pixels / USUAL.get(sys.platform, LARGEST_USUAL)))


def _number(scale: str | None) -> float:
    try:
        return float(scale or 1)
    except ValueError:
        return 1.0
