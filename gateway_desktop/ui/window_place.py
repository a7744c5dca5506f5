"""Where the window stood and how large it was: kept when it closes, brought back when it opens."""

from PySide6.QtCore import QByteArray, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

DELIVERED = QSize(1280, 800)
MINIMUM = (960, 600)
TITLE = 40  # pixels that a window manager may put above a window


def least_size(screen: QSize) -> QSize:
    """Return the least size of the window; never more than the screen has, or a part could not be reached."""
    return QSize(*MINIMUM).boundedTo(screen - QSize(0, TITLE))


def keep_place(window: QWidget, state: QSettings) -> None:
    """Keep place and size."""
    state.setValue("window/geometry", window.saveGeometry())
    state.setValue("window/size", window.size())


def restore_place(window: QWidget, state: QSettings) -> None:
    """Bring place and size back; the size for itself, because a restored geometry is cut to the screen,
    whose panels are not known before the window shows. Neither is larger than the screen, which may be
    another one now.
    """
    window.resize(DELIVERED.boundedTo(window.screen().availableSize() - QSize(0, TITLE)))
    geometry = state.value("window/geometry")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    size = state.value("window/size")
    if isinstance(size, QSize) and not window.isMaximized():
        screen = QGuiApplication.screenAt(window.geometry().center()) or window.screen()
        window.resize(size.boundedTo(screen.availableSize() - QSize(0, TITLE)))
