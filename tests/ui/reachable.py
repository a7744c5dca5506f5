"""What the keyboard reaches: in which order, and whether a screen reader can say what it is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QComboBox, QTabBar, QWidget


def nameless(owner: QWidget) -> list[str]:
    """Return what takes the keyboard and has no name for a screen reader."""
    found = []
    for widget in owner.findChildren(QWidget):
        inner = isinstance(widget.parent(), QAbstractScrollArea) or widget.objectName().startswith("qt_")
        inner = inner or widget.focusProxy() is not None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not inner:
            interface = QAccessible.queryAccessibleInterface(widget)
            name = interface.text(QAccessible.Text.Name) if interface is not None else ""
            if isinstance(widget, (QComboBox, QTabBar)):  # which Qt calls by what is chosen, else
                name = widget.accessibleName()
            if not name:
                found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def stops(owner: QWidget) -> list[QWidget]:
    """Return what Tab leads to, in its order."""
    found, each = [], owner.nextInFocusChain()
    while each is not None and each is not owner:
        takes = each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and each.focusProxy() is None and owner.isAncestorOf(each) and each.isVisible():
            found.append(each)
        each = each.nextInFocusChain()
    return found
