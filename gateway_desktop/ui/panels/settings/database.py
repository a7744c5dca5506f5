"""Database: how large it is; back it up, put a backup back, make it smaller."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from gateway_desktop.core.status import State
from gateway_desktop.services.backups import Backup, Compacted
from gateway_desktop.store.queries.overview import StorageSize, storage_size
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import size
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.panels.settings.section_page import SectionPart
from gateway_desktop.ui.panels.settings.verification import VerifyPart
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.text_label import text_label

BACKUP = (
    "Everything in one file, while the gateway goes on. The master key is not in it: keep a copy of that too."
)
RESTORE = (
    "At the next start, {} takes the place of the database. What was written since that backup is not in it: "
    "keys revoked since then are good again. The present database stays beside it, under another name."
)
COMPACT = (
    "Gives back to the disk what deleted rows took. It needs as much free space as the database is large"
)


class DatabaseCare(SectionPart):
    """Stands below the setting that says where the database lies."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.choose_target: Callable[[Path], str] = self._ask_target
        self.choose_backup: Callable[[], str] = self._ask_backup
        self.bytes = text_label("", "muted", wraps=True)
        self.place = CopyField("file of the database", str(context.services.backups.database))
        self.banner = Banner()
        self.back_up = push_button("Back up…", self._back_up, tip=BACKUP)
        self.restore = push_button("Restore…", self._restore)
        self.compact = push_button("Compact…", self._compact)
        permissions().require(self.restore, self.compact)
        self.verification = VerifyPart(context)
        self._lay_out()

    def _lay_out(self) -> None:
        heading = text_label("Now", "heading")
        elsewhere = self._context.services.backups.unavailable()
        if elsewhere:
            for button in (self.back_up, self.restore, self.compact):
                button.hide()
        buttons = Flow()
        buttons.add(self.back_up, self.restore, self.compact)
        note = text_label(elsewhere or BACKUP, "muted", wraps=True, selectable=True)
        in_column(
            heading,
            self.bytes,
            self.place,
            self.banner,
            buttons,
            note,
            self.verification,
            of=self,
            margins=(0, 8, 0, 0),
            gap=8,
        )

    def refresh(self) -> None:
        when_done(self, self._context.ask(storage_size), self._show_size, slot="size")

    def _show_size(self, found: StorageSize) -> None:
        log = f", and {size(found.wal_bytes)} of log that is not in it yet" if found.wal_bytes else ""
        self.bytes.setText(f"{size(found.database_bytes)}{log}")

    @Slot()
    def _back_up(self) -> None:
        backups = self._context.services.backups
        target = self.choose_target(backups.proposed(datetime.now().astimezone()))
        if target:
            self._begin("Backing up…")
            when_done(self, backups.back_up(Path(target)), self._backed_up, self._failed)

    @Slot()
    def _restore(self) -> None:
        chosen = self.choose_backup()
        if not chosen:
            return
        backup = Path(chosen)
        Confirmation(
            "Restore this backup?",
            RESTORE.format(backup.name),
            "Restore at the next start",
            lambda: self._context.services.backups.restore(backup),
            typed="restore",
        ).then(self._will_restore).open_over(self)

    @Slot()
    def _compact(self) -> None:
        running = self._context.status().state is State.RUNNING
        stops = "; the gateway stops for as long, and listens again afterwards." if running else "."
        Confirmation(
            "Compact the database?", COMPACT + stops, "Compact", self._context.services.backups.compact
        ).then(self._compacted).open_over(self)

    def _begin(self, sentence: str) -> None:
        self.back_up.setEnabled(False)
        self.banner.say(sentence, "accent")

    def _backed_up(self, made: Backup) -> None:
        self.back_up.setEnabled(True)
        self.banner.say(f"Backed up to {made.path} ({size(made.size)})", "success")

    @Slot(object)
    def _will_restore(self, backup: Path) -> None:
        self.banner.say(f"{backup.name} will be restored at the next start: quit and start again.", "medium")

    @Slot(object)
    def _compacted(self, done: Compacted) -> None:
        self.banner.say(f"Compacted from {size(done.before)} to {size(done.after)}", "success")

    def _failed(self, error: BaseException) -> None:
        self.back_up.setEnabled(True)
        self.banner.say(words(error))

    def _ask_target(self, proposed: Path) -> str:
        return QFileDialog.getSaveFileName(self, "Back up to", str(proposed), "SQLite (*.sqlite)")[0]

    def _ask_backup(self) -> str:
        folder = str(self._context.data / "backups")
        return QFileDialog.getOpenFileName(
            self, "Backup to restore", folder, "SQLite (*.sqlite *Z);;All files (*)"
        )[0]
