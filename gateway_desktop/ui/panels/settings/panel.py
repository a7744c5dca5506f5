"""Settings: a side list of sections, the form of one, and Save when something was edited."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import cached_property
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
from gateway_desktop.ui.boxes import fill, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import list_box, push_button
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.settings.about import About
from gateway_desktop.ui.panels.settings.database import DatabaseCare
from gateway_desktop.ui.panels.settings.integrations import Integrations
from gateway_desktop.ui.panels.settings.listening import ListeningNote, warning
from gateway_desktop.ui.panels.settings.logging_part import LoggingPart
from gateway_desktop.ui.panels.settings.own_prices import OwnPrices
from gateway_desktop.ui.panels.settings.retention_part import RetentionPart
from gateway_desktop.ui.panels.settings.section_page import SectionPage, SectionPart
from gateway_desktop.ui.panels.settings.sections import SECTIONS
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.theme import GAP, ROW_HEIGHT, SMALL, font
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.confirm import Confirmation

WIDENING = {"listen.host", "listen.tls_ends_in_front"}  # what lets others in, or lets them read
PAGE = Qt.ItemDataRole.UserRole
ABOUT = "About"
PARTS: Mapping[str, type[SectionPart]] = {  # below the form of these sections
    "Listening": ListeningNote,
    "Model Pricing": OwnPrices,
    "Integrations": Integrations,
    "Database": DatabaseCare,
    "Logging": LoggingPart,
    "Retention": RetentionPart,
}
SIDE, NARROW_SIDE = 168, 128  # pixels of the list of sections
NARROW = 640


class Pages(dict[str, SectionPage]):
    """The sections that were opened, by title; another is made when it is asked for."""

    def __init__(self, make: Callable[[str], SectionPage]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, title: str) -> SectionPage:
        self[title] = made = self._make(title)
        return made


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
        self.pages = Pages(self._make)
        self._values: Mapping[str, tuple[Any, Source]] = {}
        self._fill_side()
        self._lay_out()
        self.side.currentItemChanged.connect(self._open)
        self.side.setCurrentRow(0)

    @cached_property
    def about(self) -> About:
        about = About(self.context)
        self.stack.addWidget(about)
        return about

    def _make(self, title: str) -> SectionPage:
        part = PARTS[title](self.context) if title in PARTS else None
        page = SectionPage(next(section for section in SECTIONS if section.title == title), part)
        page.changed.connect(self._edited)
        if part is not None:
            part.refresh()
        if self._values:
            page.show_values(self._values)
        self.stack.addWidget(page)
        return page

    def _fill_side(self) -> None:
        group = ""
        for section in SECTIONS:
            if section.group != group and section.group:
                self._add_heading(section.group)
            group = section.group
            self._add_page(section.title)
        self._add_heading("", GAP)
        self._add_page(ABOUT)

    def _add_heading(self, words_: str, height: int = ROW_HEIGHT) -> None:
        item = QListWidgetItem(words_)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(font(SMALL))
        item.setSizeHint(QSize(0, height))
        self.side.addItem(item)

    def _add_page(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setData(PAGE, title)
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
        for page in self.pages.values():
            if page.part is not None:
                page.part.refresh()

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
        if key and any(title == section.title for section in SECTIONS):
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
        self._values = found
        for page in self.pages.values():
            page.show_values(found)
        self._edited()

    @Slot(QListWidgetItem)
    def _open(self, item: QListWidgetItem | None) -> None:
        title = item.data(PAGE) if item is not None else None
        if title is not None:
            self.stack.setCurrentWidget(self.about if title == ABOUT else self.pages[title])

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
        if WIDENING & changes.keys() and not is_loopback(self._listening("host")):
            host = self._listening("host")
            Confirmation(
                "Let other machines in?",
                warning(host, self._listening("tls_ends_in_front")),
                f"Listen on {host}",
                lambda: self._change(changes),
            ).then(self._saved).open_over(self)
            return
        when_done(self, self._change(changes), self._saved, self._failed)

    def _listening(self, name: str) -> Any:
        return self.pages["Listening"].form.value(f"listen.{name}")

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
            for section in SECTIONS:
                if error.place in section.keys:
                    self.open_with(section=section.title)
                    self.pages[section.title].form.show_error(error)
                    return
        self.banner.say(sentence(words(error)))
