"""Below the settings of logging: what is stored of texts, proxy by proxy, and where the log files are."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit

from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.store.queries.configuration import ProxyItem, proxy_rows
from gateway_desktop.ui.boxes import fill, in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.forms.editors import ChoiceEditor
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.panels.settings.section_page import SectionPart
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.text_label import text_label

LEVELS = (
    (PayloadLevel.NOTHING, "Nothing"),
    (PayloadLevel.METADATA, "Roles and sizes"),
    (PayloadLevel.REDACTED, "Texts, secrets masked"),
    (PayloadLevel.FULL, "Full texts"),
)
MOST = 24  # proxies with a field at a time: hundreds make the window slow, and are searched anyway


class LoggingPart(SectionPart):
    """`refresh` reads the proxies anew; a level that is chosen holds at once."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.form = Form(label_width=216)
        self._levels: tuple[tuple[str, str], ...] = ()
        self._shown: tuple[tuple[str, str], ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a proxy")
        self.search.setAccessibleName("Find a proxy")
        self.search.textChanged.connect(self._fill)
        self.note = text_label("", "muted")
        self.open_log = push_button("Show the log", lambda: context.open_page("observability", tab="log"))
        self.files = CopyField("folder of the log files", str(context.data / "logs"))
        row = in_row((self.files, 1), self.open_log)
        self._column = in_column(
            text_label("Stored texts of each proxy", "heading"),
            self.search,
            self.form,
            self.note,
            of=self,
            margins=0,
            gap=GAP,
        )
        self._column.addSpacing(GAP)
        fill(self._column, text_label("Log files", "heading"), row)

    def refresh(self) -> None:
        """Read the proxies and their levels, if the section is open: each proxy is a field to make."""
        if not self.isVisible():
            return
        when_done(self, self._context.ask(proxy_rows), self._show, slot="proxies")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _show(self, rows: Sequence[ProxyItem]) -> None:
        self._levels = tuple((row.proxy.name, str(row.proxy.payloads)) for row in rows)
        self.search.setVisible(len(rows) > MOST)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        """Show the fields of the proxies that are sought, or of the first of them."""
        sought = self.search.text().strip().casefold() if len(self._levels) > MOST else ""
        found = [(name, level) for name, level in self._levels if sought in name]
        shown, more = tuple(found[:MOST]), len(found) - MOST
        none = "No proxy has these letters in its name." if self._levels else "There is no proxy yet."
        self.note.setText(f"And {more} more: find one by its name." if found else none)
        self.note.setVisible(more > 0 or not found)
        if shown == self._shown:
            return
        self._shown = shown
        former = self.form
        entries = (Entry(name, name, ChoiceEditor(LEVELS)) for name, _ in shown)
        self.form = Form(*entries, label_width=former.label_width)
        self._column.replaceWidget(former, self.form)
        former.deleteLater()
        self.form.set_values(dict(shown))
        permissions().require(self.form)
        self.form.changed.connect(self._changed)

    def _changed(self, name: str) -> None:
        level = str(self.form.value(name))
        changed = self._context.services.proxies.update(name, {"payloads": level})
        when_done(
            self, changed, lambda _: self._context.say(f"{name} stores: {dict(LEVELS)[PayloadLevel(level)]}")
        )
