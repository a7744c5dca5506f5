"""About: which versions are running, and what they stand on."""

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

PARTS = ("PySide6-Essentials", "aiohttp", "peewee", "pysqlite3", "cryptography", "genai-prices", "pyqtgraph")


def show_about(parent: QWidget) -> None:
    """Show the versions in a small dialog."""
    box = QMessageBox(parent)
    box.setWindowTitle("About Gateway Desktop")
    box.setText(f"<b>Gateway Desktop {_version('gateway-desktop')}</b>")
    lines = [f"Python {platform.python_version()} on {platform.system()}", f"Qt {qVersion()}"]
    lines += [f"{part} {_version(part)}" for part in PARTS]
    box.setInformativeText(
        "A desktop gateway in front of LLM APIs. No account, no telemetry, no update check: nothing leaves "
        "this machine but the forwarded calls.<br><br>" + "<br>".join(lines)
    )
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.open()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed as a package)"
