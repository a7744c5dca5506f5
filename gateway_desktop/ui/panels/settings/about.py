"""About: versions, where things are, and the licences of what this program is built from."""

import platform
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from PySide6.QtCore import Slot, qVersion
from PySide6.QtWidgets import QFormLayout, QWidget

from gateway_desktop import __version__
from gateway_desktop.ui.boxes import fill, in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.dialogs.diagnostics import DiagnosticsDialog
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.text_label import text_label

PARTS = (
    "PySide6-Essentials",
    "aiohttp",
    "argon2-cffi",
    "authlib",
    "cryptography",
    "genai-prices",
    "google-re2",
    "hyperscan",
    "joserfc",
    "keyring",
    "msgspec",
    "numpy",
    "peewee",
    "platformdirs",
    "prometheus-client",
    "psutil",
    "psycopg",
    "pyotp",
    "pyqtgraph",
    "pysqlite3",
    "pyyaml",
    "tzdata",
    "uvloop",
    "wasmtime",
    "winloop",
    "zstandard",
)

UNSAID = {"peewee": "MIT", "pysqlite3": "Zlib"}  # their packages carry the text, but do not name it


@dataclass(frozen=True, slots=True)
class Part:
    """One library: name, version, licence."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Versions:
    """What runs here."""

    engine: str
    parts: tuple[Part, ...]


def versions(database: Any) -> Versions:
    """Read the versions; run in a reader thread, for it looks into many files."""
    found = []
    for name in PARTS:
        try:
            described = metadata.metadata(name)
        except metadata.PackageNotFoundError:  # of another platform
            continue
        found.append(Part(name, described["Version"], licence(described)))
    inter = Part("Inter", "4", "OFL-1.1")
    return Versions(database.version(), (*found, inter))


def licence(described: metadata.PackageMetadata) -> str:
    """Return the licence in few words: the expression, the classifier, or the first line of the text."""
    if "License-Expression" in described:
        return described["License-Expression"]
    classifiers = [line for line in described.get_all("Classifier") or [] if line.startswith("License ::")]
    if classifiers:
        return str(classifiers[0]).rpartition(":: ")[2]
    text = described["License"].strip() if "License" in described else ""
    return text.splitlines()[0][:60] if text else UNSAID.get(described["Name"], "see its files")


class About(QWidget):
    """The last page of Settings."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.lines = text_label(f"Gateway Desktop {__version__}", "heading")
        self.built_on = text_label("", "muted", wraps=True)
        tip = "Versions, settings and log lines, without secrets; shown before it is saved"
        self.diagnostics = push_button("Save diagnostics…", self._save_diagnostics, tip=tip)
        row = in_row(self.diagnostics, 1)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow("Data folder", CopyField("data folder", str(context.data)))
        form.addRow("Log files", CopyField("folder of the log files", f"{context.data}/logs"))
        columns: tuple[Column[Part], ...] = (
            Column("name", "Built from", width=200),
            Column("version", "Version", width=140, muted=True),
            Column("licence", "Licence", stretch=True, muted=True),
        )
        self.table = SimpleTable(
            columns, lambda part: part.name, context.state, "licences", "Libraries and licences"
        )
        column = in_column(self.lines, self.built_on, of=self, margins=0, gap=GAP)
        column.addSpacing(GAP)
        fill(column, form, row)
        column.addSpacing(GAP)
        column.addWidget(self.table, 1)
        when_done(self, context.ask(versions), self._show)

    @Slot()
    def _save_diagnostics(self) -> None:
        DiagnosticsDialog(self._context).open_over(self)

    def _show(self, found: Versions) -> None:
        self.built_on.setText(
            f"Python {platform.python_version()} · Qt {qVersion()} · {found.engine} · "
            f"{platform.system()} {platform.machine()}. No telemetry, no update check."
        )
        self.table.show_rows(found.parts)
