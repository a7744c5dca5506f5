"""PySide6 6.12 on CPython 3.11 loses a reference to None with every void call, and aborts the interpreter."""

import subprocess
import sys

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS, NOISE = 1000, 200  # other threads and Qt itself move the count a little


class Bell(QObject):
    """Rings a thousand times."""

    rung = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self.rung.connect(self.hear)

    @Slot(int)
    def hear(self, number: int) -> None:
        self.heard += 1


def test_void_calls_keep_the_references_to_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        label.update()
    assert abs(sys.getrefcount(None) - before) < NOISE


def test_emits_keep_the_references_to_true() -> None:
    bell = Bell()
    before = sys.getrefcount(True), sys.getrefcount(None)
    for number in range(CALLS):
        bell.rung.emit(number)
    after = sys.getrefcount(True), sys.getrefcount(None)
    assert bell.heard == CALLS
    assert all(abs(now - then) < NOISE for now, then in zip(after, before, strict=True))


LOOKED_AT = """
from PySide6.QtWidgets import QApplication
import shibokensupport.feature as feature
from gateway_desktop.ui.application import spare_imports
spare_imports()
looks = feature._mod_uses_pyside
feature._mod_uses_pyside = lambda module: print(module.__name__) or looks(module)
import genai_prices
"""


def test_pyside_does_not_look_into_pydantic_while_that_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", LOOKED_AT], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    looked_at = done.stdout.split()
    assert "genai_prices" in looked_at
    assert {"pydantic", "pydantic.errors"}.isdisjoint(looked_at)
