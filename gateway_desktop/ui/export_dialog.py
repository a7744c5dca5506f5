"""Export: what will be written, where to; then progress, cancel, and a file when it is finished."""

from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFormLayout, QLabel, QLineEdit, QProgressBar

from gateway_desktop.core.plural import plural
from gateway_desktop.services.exports import Export, Exported, Wish
from gateway_desktop.store.queries import audit
from gateway_desktop.store.queries.paging import parse_filter
from gateway_desktop.ui.boxes import in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import combo_box, push_button
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.text_label import text_label

FORMATS = (("CSV", "csv"), ("JSON Lines", "jsonl"))


class Steps(QObject):
    """Carries progress from the thread that follows the process to the main thread."""

    came = Signal(int, object)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is no tab of the audit: the command that writes it, and how many rows it has."""

    words: tuple[str, ...]
    rows: int
    formats: tuple[tuple[str, str], ...] = FORMATS


class ExportDialog(Dialog):
    """Asks, then shows how far it is."""

    keeps, least = False, None

    def __init__(
        self,
        context: UiContext,
        tab: str,
        title: str,
        text: str,
        shown: "list[str] | Listing",  # the columns of a tab of the audit, or another list
    ) -> None:
        super().__init__(f"Export {title}", "Export", width=540)
        self._context = context
        self._tab, self._filter = tab, text
        self._columns = shown if isinstance(shown, list) else []
        self._listing = listing = shown if isinstance(shown, Listing) else None
        self._export: Export | None = None
        self._done: Exported | None = None
        self._folder = context.data / "exports"
        self._replaces: Path | None = None  # a file that a person wants to lose
        self._steps = Steps(self)
        self._steps.came.connect(self._progressed, Qt.ConnectionType.QueuedConnection)
        self._rows = QLabel("Counting…")
        name = tab if listing is not None else f"audit-{tab}"
        formats = listing.formats if listing is not None else FORMATS
        self._path = QLineEdit(str(self._folder / _file_name(name, formats[0][1])))
        self._path.setAccessibleName("File")
        self._path.textChanged.connect(self._another_file)
        self._browse = push_button("Choose…", self._choose)
        self._format = combo_box("Format", formats)
        self._format.currentIndexChanged.connect(self._format_changed)
        self._visible = QCheckBox("Only the columns that are shown")
        self._payloads = QCheckBox("Also the stored texts (they may hold personal data)")
        self._payloads.setVisible(tab != "system" and listing is None)
        self._visible.setVisible(listing is None)
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress")
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._said = text_label("", "muted", wraps=True)
        self.begins_in = self._format
        self._fill(title, text)
        if listing is not None:
            self._counted((listing.rows, False))
            return
        future = context.ask(audit.count, parse_filter(tab, text), 1_000_000)
        when_done(self, future, self._counted, lambda error: self._rows.setText(words(error)))

    def _fill(self, title: str, text: str) -> None:
        unfiltered = "no filter" if self._listing is not None else "no filter: all rows of all time"
        filtered = text_label(text or unfiltered, wraps=True)
        file = in_row((self._path, 1), self._browse)
        form = QFormLayout()
        form.setSpacing(10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow("Page" if self._listing is not None else "Tab", QLabel(title))
        form.addRow("Filter", filtered)
        form.addRow("Rows", self._rows)
        form.addRow("Format", self._format)
        form.addRow("File", file)
        self.body.addLayout(form)
        for widget in (self._visible, self._payloads, self._bar, self._said):
            self.body.addWidget(widget)

    def _counted(self, found: tuple[int, bool]) -> None:
        count, capped = found
        order = ", the oldest first" if self._listing is None and count > 1 else ""
        self._rows.setText(f"more than {count:,}{order}" if capped else f"{count:,}{order}")

    @Slot()
    def _choose(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export to", self._path.text())
        if name:
            self._path.setText(name)
            self._replaces = Path(name)  # the system's dialog has asked

    @Slot()
    def _another_file(self) -> None:
        self._replaces = None
        self._said.clear()
        self.action.setText("Export")

    @Slot()
    def _format_changed(self) -> None:
        path = Path(self._path.text())
        if path.name:
            self._path.setText(str(path.with_suffix(f".{self._format.currentData()}")))

    def _target(self) -> Path | None:
        """Return the file to write; None, with a sentence, where that takes another word of the person."""
        try:
            path = self._folder / Path(self._path.text().strip()).expanduser()
            there = path.is_file()
        except (OSError, RuntimeError) as error:  # too long a name, or the home of nobody
            self._said.setText(f"This file cannot be written: {getattr(error, 'strerror', error)}")
            self._path.setFocus()
            return None
        if path == self._folder:
            self._said.setText("Name the file to write.")
            self._path.setFocus()
            return None
        if there and path != self._replaces:
            self._replaces = path
            self._said.setText(f"{path} is there already.")
            self.action.setText("Replace it")
            return None
        return path

    @Slot()
    def submit(self) -> None:
        """Write the file, or open its folder."""
        if self._done is not None:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._done.path.parent))):
                self._said.setText(f"The folder is {self._done.path.parent}")
            return
        target = self._target()
        if target is None:
            return
        wish = Wish(
            tab=self._tab,
            filter=self._filter,
            path=target,
            format=str(self._format.currentData()),
            columns=tuple(self._columns) if self._visible.isChecked() else (),
            payloads=self._payloads.isChecked(),
            words=self._listing.words if self._listing is not None else (),
        )
        try:
            self._export = self._context.services.exports.export(wish, self._steps.came.emit)
        except OSError as error:
            self._said.setText(f"The export could not be started: {error.strerror}")
            return
        for widget in (self._path, self._browse, self._format, self._visible, self._payloads, self.action):
            widget.setEnabled(False)
        self._bar.setRange(0, 0)
        self._bar.show()
        when_done(self, self._export.future, self._finished, self._failed)

    @Slot(int, object)
    def _progressed(self, rows: int, of: int | None) -> None:
        if of:
            self._bar.setRange(0, of)
            self._bar.setValue(rows)
        self._said.setText(f"{plural(rows, 'row')} written")

    def _finished(self, exported: Exported) -> None:
        self._done = exported
        self._bar.hide()
        self._said.setText(
            f"{plural(exported.rows, 'row')} in {exported.path}\n"
            f"Beside it: {exported.manifest.name} (filter, rows, SHA-256)"
        )
        self.action.setText("Open folder")
        self.action.setEnabled(True)
        self.cancel.setText("Close")

    def _failed(self, error: BaseException) -> None:
        self._bar.hide()
        self._said.setText(
            "Cancelled: no file was left." if isinstance(error, CancelledError) else sentence(words(error))
        )
        for widget in (self._path, self._browse, self._format, self._visible, self._payloads, self.action):
            widget.setEnabled(True)

    def reject(self) -> None:
        """Cancel an export that is under way, then close."""
        if self._export is not None and self._done is None and not self._export.future.done():
            self._export.cancel()
        super().reject()


def _file_name(name: str, suffix: str) -> str:
    return f"{name}-{datetime.now().astimezone():%Y-%m-%d-%H%M}.{suffix}"
