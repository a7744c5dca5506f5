"""DateRange: since when and until when, by name or by days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDateEdit, QMenu, QPushButton, QWidget

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.ui.forms.editors import Editor, guard_wheel
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.widgets.dialog import Dialog

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, its name, and what the one before it is called. `until_us` None is now."""

    name: str
    label: str
    before: str
    length_us: int = 0  # of a rolling one
    since_day: date | None = None
    until_day: date | None = None  # included

    def since_us(self, now_us: int, zone: tzinfo | None) -> int:
        """Return where it begins."""
        return now_us - self.length_us if self.since_day is None else start_of(self.since_day, zone)

    def until_us(self, zone: tzinfo | None) -> int | None:
        """Return where it ends, without that moment; None is now."""
        return None if self.until_day is None else start_of(self.until_day + timedelta(days=1), zone)


SPANS = (
    Span("24h", "Last 24 hours", "the day before", 24 * HOUR_US),
    Span("7d", "Last 7 days", "the week before", 7 * DAY_US),
    Span("30d", "Last 30 days", "the 30 days before", 30 * DAY_US),
    Span("90d", "Last 90 days", "the 90 days before", 90 * DAY_US),
)


def start_of(day: date, zone: tzinfo | None) -> int:
    """Return the first microsecond of a day in a zone, by default the machine's."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone)  # none is the machine's
    return int(local.astimezone(UTC).timestamp()) * 1_000_000


def custom(since: date, until: date) -> Span:
    """Return the span of whole days, both included."""
    if until < since:
        raise ConfigurationError("until", "ends before it begins")
    label = (
        f"{since.day} {since:%b}" if since == until else f"{since.day} {since:%b} to {until.day} {until:%b}"
    )
    return Span("custom", label, "the same span before", since_day=since, until_day=until)


class DateRange(QPushButton):
    """A button that says the span and offers others."""

    chosen = Signal()

    def __init__(self, span: Span = SPANS[1], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.span = span
        self.setProperty("menu", "true")
        menu = QMenu(self)
        for each in SPANS:
            action = menu.addAction(each.label)
            action.setData(each.name)
        menu.addSeparator()
        menu.addAction("Custom…").setData("custom")
        menu.triggered.connect(self._choose)
        self.setMenu(menu)
        self._say()

    def choose(self, span: Span) -> None:
        """Take another span, as a person would."""
        self.span = span
        self._say()
        self.chosen.emit()

    def _say(self) -> None:
        self.setText(self.span.label)
        self.setAccessibleName(f"Date range: {self.span.label}")

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        name = action.data()
        if name == "custom":
            dialog = DaysDialog(self.span, self)
            dialog.spanned.connect(self.choose)
            dialog.open()
            return
        self.choose(next(span for span in SPANS if span.name == name))


class DayEditor(Editor):
    """One day, with a calendar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.edit = QDateEdit()
        super().__init__(self.edit, parent)
        self.edit.setCalendarPopup(True)
        self.edit.setDisplayFormat("yyyy-MM-dd")
        self.edit.setMaximumDate(QDate.currentDate())
        self.edit.setFixedSize(144, 28)
        self.edit.lineEdit().setStyleSheet("border: none; padding: 0; min-height: 0; background: transparent")
        self.row.addStretch(1)
        guard_wheel(self.edit)
        self.edit.userDateChanged.connect(self._edited)

    def value(self) -> date:
        """Return the day."""
        found = self.edit.date()
        return date(found.year(), found.month(), found.day())

    def set_value(self, value: Any) -> None:
        """Show a day without saying `changed`."""
        self.edit.blockSignals(True)
        self.edit.setDate(QDate(value.year, value.month, value.day))
        self.edit.blockSignals(False)

    @Slot(QDate)
    def _edited(self, _: QDate) -> None:
        self.changed.emit()


class DaysDialog(Dialog):
    """From one day to another, both included."""

    spanned = Signal(object)

    def __init__(self, span: Span, parent: QWidget | None = None) -> None:
        super().__init__("Choose days", "Show", parent=parent, width=360)
        entries = (Entry("since", "From", DayEditor()), Entry("until", "To", DayEditor()))
        self.days = self.add_form(Form(entries, label_width=64))
        today = datetime.now().astimezone().date()
        since = span.since_day or today - timedelta(microseconds=span.length_us)
        self.days.set_values({"since": since, "until": span.until_day or today})

    @Slot()
    def submit(self) -> None:
        """Hand over the span, or say what is wrong with it."""
        self.days.clear_errors()
        try:
            span = custom(self.days.value("since"), self.days.value("until"))
        except ConfigurationError as error:
            self.show_problem(error)
            return
        self.accept()
        self.spanned.emit(span)
