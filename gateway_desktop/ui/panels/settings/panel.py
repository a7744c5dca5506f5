"""Settings: a side list of sections, the form of one, and Save when something was edited."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidgetItem, QStackedWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.plural import plural
from gateway_desktop.services.setting_layers import Source
from gateway_desktop.services.settings import least_of
from gateway_desktop.store.queries.model_prices import model_price_rows
from gateway_desktop.store.queries.overview import storage_size
from gateway_desktop.ui.boxes import fill, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import list_box, push_button
from gateway_desktop.ui.dialogs.diagnostics import DiagnosticsDialog
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.settings.about import About, versions
from gateway_desktop.ui.panels.settings.database import DatabaseCare
from gateway_desktop.ui.panels.settings.integrations import Integrations
from gateway_desktop.ui.panels.settings.listening import ListeningNote, warning
from gateway_desktop.ui.panels.settings.logging_part import LoggingPart
from gateway_desktop.ui.panels.settings.own_prices import OwnPrices
from gateway_desktop.ui.panels.settings.retention_part import RetentionPart
from gateway_desktop.ui.panels.settings.section_page import SectionPage
from gateway_desktop.ui.panels.settings.sections import SECTIONS
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.theme import GAP, ROW_HEIGHT, SMALL, font
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.confirm import Confirmation

WIDENING = {"listen.host", "listen.tls_ends_in_front"}  # what lets others in, or lets them read
PAGE = Qt.ItemDataRole.UserRole
SIDE, NARROW_SIDE = 168, 128  # pixels of the list of sections
NARROW = 640


class Settings(Panel):
    """Made from core.settings; nothing is said twice."""

    name = "settings"
    title = "Settings"
    icon = "settings"
    topics = frozenset({Topic.SETTINGS, Topic.CONFIGURATION, Topic.STATUS})

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.banner = Banner()
        self._unread = False  # and the banner says why
        self.side = list_box("Sections of the settings")
        self.stack = QStackedWidget()
        self.pages = {section.title: SectionPage(section) for section in SECTIONS}
        self.about = About(str(context.data), context.state)
        self.listening = self.pages["Listening"].add_extra(ListeningNote())
        prices = OwnPrices(context.services.model_prices, context)
        self.prices = self.pages["Model Pricing"].add_extra(prices)
        self.integrations = self.pages["Integrations"].add_extra(Integrations(context))
        self.database = self.pages["Database"].add_extra(DatabaseCare(context))
        self.logging = self.pages["Logging"].add_extra(LoggingPart(context))
        self.retention = self.pages["Retention"].add_extra(RetentionPart(context))
        self._fill_side()
        self._lay_out()
        for page in self.pages.values():
            page.changed.connect(self._edited)
        self.about.diagnostics.clicked.connect(self.save_diagnostics)
        self.side.currentItemChanged.connect(self._open)
        self.side.setCurrentRow(0)

    def _fill_side(self) -> None:
        group = ""
        for section in SECTIONS:
            if section.group != group and section.group:
                self._add_heading(section.group)
            group = section.group
            self._add_page(section.title, self.pages[section.title])
        self._add_heading("", GAP)
        self._add_page("About", self.about)

    def _add_heading(self, words_: str, height: int = ROW_HEIGHT) -> None:
        item = QListWidgetItem(words_)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(font(SMALL))
        item.setSizeHint(QSize(0, height))
        self.side.addItem(item)

    def _add_page(self, title: str, page: Any) -> None:
        item = QListWidgetItem(title)
        item.setData(PAGE, self.stack.addWidget(page))
        item.setSizeHint(QSize(0, ROW_HEIGHT))
        self.side.addItem(item)

    def _lay_out(self) -> None:
        self.bar = QFrame()
        self.bar.setProperty("banner", "accent")
        self.unsaved = QLabel()
        self.discard = push_button("Discard", self._discard)
        self.save = push_button("Save", self._save, kind="primary")
        in_row((self.unsaved, 1), self.discard, self.save, of=self.bar, margins=(12, 8, 8, 8))
        self.bar.hide()
        columns = in_row(self.side, (self.stack, 1), gap=3 * GAP)
        fill(self.body, self.banner, (columns, 1), self.bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave most of a narrow window to the section."""
        super().resizeEvent(event)
        self.side.setFixedWidth(SIDE if self.width() >= NARROW else NARROW_SIDE)

    def refresh(self) -> None:
        when_done(self, self.context.services.settings.all(), self._show, self._not_read, "values")
        if not self.about.table.rows():
            self.load("versions", versions, ok=self.about.show_versions)
        self.load("prices", model_price_rows, ok=self.prices.show_prices)
        self.load("storage", storage_size, ok=self.database.show_size)
        self.listening.show_status(self.context.status())
        self.integrations.refresh()
        self.retention.refresh()
        self.logging.refresh()

    @Slot()
    def save_diagnostics(self) -> None:
        DiagnosticsDialog(self.context).open_over(self)

    def open_with(self, **wanted: object) -> None:
        """Open a section by its title or its settings' first part, or the one with a setting."""
        title = str(wanted.get("section", ""))
        key = str(wanted.get("key", ""))
        for section in SECTIONS:
            if key in section.keys or any(each.startswith(f"{title}.") for each in section.keys):
                title = section.title
                break
        for item in self.side.findItems(title, Qt.MatchFlag.MatchExactly) if title else []:
            if item.data(PAGE) is not None:
                self.side.setCurrentItem(item)
        if key and title in self.pages:
            self.pages[title].form.editor(key).setFocus(Qt.FocusReason.OtherFocusReason)

    def edited(self) -> dict[str, Any]:
        return {key: value for page in self.pages.values() for key, value in page.edited().items()}

    def _not_read(self, error: BaseException) -> None:
        self._unread = True
        self.banner.say(sentence(words(error)))

    def _show(self, found: Mapping[str, tuple[Any, Source]]) -> None:
        if self._unread:
            self._unread = False
            self.banner.clear()
        for page in self.pages.values():
            page.show_values(found)
        self._edited()

    @Slot(QListWidgetItem)
    def _open(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(PAGE) is not None:
            self.stack.setCurrentIndex(item.data(PAGE))

    @Slot()
    def _edited(self) -> None:
        edited = self.edited()
        self.unsaved.setText(f"{plural(len(edited), 'change')} not saved")
        permissions().fit(self.save, least_of(edited))
        self.bar.setVisible(bool(edited))

    @Slot()
    def _discard(self) -> None:
        for page in self.pages.values():
            page.discard()
        self.banner.clear()
        self._edited()

    @Slot()
    def _save(self) -> None:
        changes = self.edited()
        listening = self.pages["Listening"].form
        host = listening.value("listen.host")
        if WIDENING & changes.keys() and not is_loopback(host):
            Confirmation(
                "Let other machines in?",
                warning(host, listening.value("listen.tls_ends_in_front")),
                f"Listen on {host}",
                lambda: self._change(changes),
            ).then(self._saved).open_over(self)
            return
        when_done(self, self._change(changes), self._saved, self._failed)

    def _change(self, changes: Mapping[str, Any]) -> "Future[Any]":
        return self.context.services.settings.change(changes)

    def _saved(self, notice: object) -> None:
        self.banner.clear()
        if isinstance(notice, str) and notice:
            self.banner.say(notice, "medium")
        self.context.say("Settings saved")
        self.reload()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ConfigurationError):
            for title, page in self.pages.items():
                if error.place in page.section.keys:
                    self.open_with(section=title)
                    page.form.show_error(error)
                    return
        self.banner.say(sentence(words(error)))
