"""DateRange: a span of time that is said ("Last 7 days") or given; and the button that chooses it."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QDate, QDateTime, Signal, Slot
from PySide6.QtWidgets import QDateTimeEdit, QFormLayout, QMenu, QPushButton

from gateway_desktop.core.clock import datetime_of, microseconds
from gateway_desktop.ui.display import minute, moment
from gateway_desktop.ui.icons import opens_menu
from gateway_desktop.ui.widgets.dialog import Dialog

DAY = 86_400
LONGEST = 50 * 365 * DAY  # seconds back: no row is older
UNITS = (("d", DAY), ("h", 3600), ("m", 60))
AGO = re.compile(r"([0-9]+)\s*([mhd])")


@dataclass(frozen=True, slots=True)
class DateRange:
    """The last so many seconds, or from one moment until another (None: no end)."""

    last_seconds: int | None = None
    since_us: int | None = None
    until_us: int | None = None

    @property
    def label(self) -> str:
        named = next((label for label, preset in PRESETS if preset == self), None)
        if named is not None:
            return named
        if self.last_seconds is not None:
            return f"Last {self.terms()[0]}"
        years = {datetime_of(at, None).year for at in (self.since_us, self.until_us) if at is not None}
        told = _minute if years == {datetime.now().astimezone().year} else _minute_of_year
        since = "…" if self.since_us is None else told(self.since_us)
        return f"{since} – {'now' if self.until_us is None else told(self.until_us)}"

    def bounds(self, now: datetime) -> tuple[int | None, int | None]:
        """Return from and until in microseconds."""
        if self.last_seconds is None:
            return self.since_us, self.until_us
        return microseconds(now - timedelta(seconds=self.last_seconds)), None

    def terms(self) -> tuple[str, str]:
        """Return it as the values of `since:` and `until:` in a filter."""
        if self.last_seconds is not None:
            unit, seconds = next((u, n) for u, n in UNITS if self.last_seconds % n == 0)
            return f"{self.last_seconds // seconds}{unit}", ""
        return _iso(self.since_us), _iso(self.until_us)

    @classmethod
    def of_terms(cls, since: str, until: str) -> "DateRange":
        """Return the range of these values; what cannot be read is no end."""
        ago = AGO.fullmatch(since.lower())
        if ago and not until and (seconds := int(ago[1]) * dict(UNITS)[ago[2]]) <= LONGEST:
            return cls(last_seconds=seconds)
        return cls(None, _moment(since), _moment(until))


ALL_TIME = DateRange()
PRESETS = (
    ("Last hour", DateRange(3600)),
    ("Last 24 hours", DateRange(DAY)),
    ("Last 7 days", DateRange(7 * DAY)),
    ("Last 30 days", DateRange(30 * DAY)),
    ("Last 90 days", DateRange(90 * DAY)),
    ("All time", ALL_TIME),
)
LAST_WEEK = PRESETS[2][1]


class DateRangeButton(QPushButton):
    """Shows the range; `picked` when a person chose another."""

    picked = Signal(object)  # DateRange

    def __init__(self, chosen: DateRange = LAST_WEEK) -> None:
        super().__init__()
        opens_menu(self)
        menu = QMenu(self)
        for label, preset in PRESETS:
            menu.addAction(label, partial(self.pick, preset))
        menu.addSeparator()
        menu.addAction("Custom…", self._ask)
        self.setMenu(menu)
        self.chosen = chosen
        self.show_range(chosen)

    def show_range(self, chosen: DateRange) -> None:
        """Show a range, without announcing it."""
        self.chosen = chosen
        self.setText(chosen.label)
        self.setAccessibleName(f"Date range: {chosen.label}")
        self.setToolTip(f"Date range: {chosen.label}")

    def pick(self, chosen: DateRange) -> None:
        """Choose as a person does."""
        self.show_range(chosen)
        self.picked.emit(chosen)

    @Slot()
    def _ask(self) -> None:
        since, until = self.chosen.bounds(datetime.now(UTC))
        dialog = CustomRange(since, until)
        dialog.accepted.connect(lambda: self.pick(dialog.chosen()))
        dialog.open_over(self)


class CustomRange(Dialog):
    """From and until, to the minute."""

    least = None

    def __init__(self, since_us: int | None, until_us: int | None) -> None:
        super().__init__("Date range", "Show", width=400)
        now = QDateTime.currentDateTime()
        self._since = self.begins_in = _editor("From", since_us, now.addDays(-1))
        self._until = _editor("Until", until_us, now)
        form = QFormLayout()
        form.setSpacing(12)
        form.addRow("From", self._since)
        form.addRow("Until", self._until)
        self.body.addLayout(form)
        self.add_text(f"Times are this machine's ({now.timeZoneAbbreviation()}).", "small")

    @Slot()
    def submit(self) -> None:
        self.accept()

    def chosen(self) -> DateRange:
        """Return what was entered; the earlier moment first."""
        first, last = sorted(e.dateTime().toMSecsSinceEpoch() * 1000 for e in (self._since, self._until))
        return DateRange(None, first, last)


def _minute(at_us: int) -> str:
    return minute(at_us, None)


def _minute_of_year(at_us: int) -> str:
    return moment(at_us)[: len("2026-03-14 15:09")]


def _iso(at_us: int | None) -> str:
    return "" if at_us is None else datetime_of(at_us).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> int | None:
    """Return what a filter's time means; without a zone it is UTC, as everywhere in filters."""
    ago = AGO.fullmatch(text.lower())
    try:
        if ago:
            at = datetime.now(UTC) - timedelta(seconds=int(ago[1]) * dict(UNITS)[ago[2]])
        else:
            at = datetime.fromisoformat(text)
        return microseconds(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _editor(name: str, at_us: int | None, otherwise: QDateTime) -> QDateTimeEdit:
    at = otherwise if at_us is None else QDateTime.fromMSecsSinceEpoch(at_us // 1000)
    editor = QDateTimeEdit(at)
    editor.setDisplayFormat("yyyy-MM-dd HH:mm")
    editor.setDateRange(QDate(1971, 1, 1), QDate(MAXYEAR - 1, 12, 30))  # which every zone has
    editor.setCalendarPopup(True)
    editor.setAccessibleName(name)
    return editor
