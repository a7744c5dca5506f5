"""DetailPane: everything about one row - summary, texts, findings, timeline, ids - and ways to copy it."""

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QSize, QUrl, Signal, Slot
from PySide6.QtWidgets import QMenu, QTabWidget, QTextBrowser, QToolButton, QWidget

from gateway_desktop.core.plural import plural
from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.store.queries import audit
from gateway_desktop.store.queries.audit import AuditDetail, AuditRow
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import tool_button
from gateway_desktop.ui.display import duration
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.outcomes import outcome_badge
from gateway_desktop.ui.panels.audit_logs import copy_as, findings, summary
from gateway_desktop.ui.panels.audit_logs.bodies import Body
from gateway_desktop.ui.panels.audit_logs.kind import LogKind
from gateway_desktop.ui.theme import theme
from gateway_desktop.ui.widgets.badge import BadgeLabel
from gateway_desktop.ui.widgets.short_label import ShortLabel
from gateway_desktop.ui.widgets.text_pane import STYLE

LEAST = QSize(320, 160)


class DetailPane(QWidget):
    """Stands right of the rows, or below them."""

    closed = Signal()
    term_wanted = Signal(str, str)  # a word for the filter
    bottom_toggled = Signal()

    def __init__(self, context: UiContext, kind: LogKind) -> None:
        super().__init__()
        self.setMinimumSize(LEAST)
        self._context = context
        self._kind = kind
        self._row: AuditRow | None = None
        self._detail: AuditDetail | None = None
        self._wide = False  # below the rows there is room for two columns
        self._badge = BadgeLabel()
        self._badge.setFixedHeight(20)
        self._title = ShortLabel()
        self._title.setProperty("role", "heading")
        self._place = tool_button("panel-bottom", "Show details below the rows")
        self._place.setCheckable(True)
        self._place.setChecked(str(context.state.value("audit/pane", "auto")) == "bottom")
        self._place.clicked.connect(self._toggle_place)
        self._copy = tool_button("copy", "Copy as cURL, JSON or id")
        self._copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._copy.setMenu(self._copy_menu())
        self._close = tool_button("close", "Close details (Escape)")
        self._close.clicked.connect(self.closed)
        self._summary = _text("Summary")
        self._summary.setOpenLinks(False)
        self._summary.anchorClicked.connect(self._follow)
        self._request = Body("Request", context.state)
        self._response = Body("Response", context.state)
        self._findings = _text("Findings")
        self._timeline = _text("Timeline")
        self._ids = _text("Ids")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("Details")
        self.tabs.addTab(self._summary, "Summary")
        if kind.tab != "system":
            self.tabs.addTab(self._request, "Request")
            self.tabs.addTab(self._response, "Response")
            self.tabs.addTab(self._findings, "Findings")
            self.tabs.addTab(self._timeline, "Timeline")
        self.tabs.addTab(self._ids, "Ids")
        self.tabs.currentChanged.connect(self._note_view)
        self._lay_out()
        theme().changed.connect(self._draw)

    def _lay_out(self) -> None:
        head = in_row(self._badge, (self._title, 1), self._copy, self._place, self._close, gap=6)
        self._outer = in_column(head, (self.tabs, 1), of=self, margins=(14, 6, 0, 8), gap=4)

    def show_row(self, row: AuditRow) -> None:
        """Show what is known at once, and ask for the rest."""
        if self._row is not None and self._row.id == row.id and self._detail is not None:
            return
        self._row, self._detail = row, None
        self._draw()
        when_done(self, self._context.ask(audit.detail, row.id), self._arrived, self._failed, slot="detail")

    def prefers_bottom(self) -> bool:
        """Return whether a person wants the details below the rows even where there is room beside them."""
        return self._place.isChecked()

    def show_place(self, *, right: bool) -> None:
        """Leave room to the rows on the side where they are."""
        self._outer.setContentsMargins(14 if right else 0, 6, 0, 8)
        if right is self._wide:
            self._wide = not right
            self._draw()

    def _arrived(self, detail: AuditDetail | None) -> None:
        if detail is None:
            self._summary.setHtml("This row is not there any more.")
            return
        self._detail = detail
        self._draw()
        self._note_view()

    @Slot()
    def _note_view(self) -> None:
        if self._detail is not None and self.tabs.currentWidget() in (self._request, self._response):
            self._context.services.payload_views.opened(self._detail)

    def _failed(self, error: BaseException) -> None:
        self._summary.setHtml(escape(words(error)))

    @Slot()
    def _draw(self) -> None:
        row, detail = self._row, self._detail
        if row is None:
            return
        system = self._kind.tab == "system"
        self._badge.say(*outcome_badge(row))
        self._title.setText(_title(row))
        key = self._context.key_label(row.api_key_id)
        lines = summary.system_lines(row, detail) if system else summary.exchange_lines(row, detail, key)
        at = self._summary.verticalScrollBar().value()
        self._summary.setHtml(summary.page(lines, columns=2 if self._wide else 1))
        self._summary.verticalScrollBar().setValue(at)
        self._ids.setHtml(summary.page(id_lines(row, detail)))
        if detail is not None and not system:
            self._request.show_parts(copy_as.requested(detail.parts), missing(detail, "request"))
            self._response.show_parts(copy_as.answered(detail.parts), missing(detail, "response"))
            self._findings.setHtml(findings.page(detail))
            self._timeline.setHtml(summary.page(timeline_lines(detail)))

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        name, _, value = url.toString(QUrl.ComponentFormattingOption.FullyDecoded).partition(":")
        self.term_wanted.emit(name, value)

    def _copy_menu(self) -> QMenu:
        menu = QMenu(self)
        if self._kind.tab != "system":
            menu.addAction("Copy as cURL", self._copy_curl)
        menu.addAction("Copy as JSON", self._copy_json)
        menu.addAction("Copy id", self._copy_id)
        return menu

    @Slot()
    def _copy_curl(self) -> None:
        if self._detail is not None:
            self._context.services.payload_views.opened(self._detail)
            self._put(copy_as.as_curl(self._detail, self._context.status().base_url), "cURL command")

    @Slot()
    def _copy_json(self) -> None:
        if self._detail is not None:
            self._context.services.payload_views.opened(self._detail)
            self._put(copy_as.as_json(self._detail), "JSON")

    @Slot()
    def _copy_id(self) -> None:
        if self._row is not None:
            self._put(self._row.exchange_id or str(self._row.id), "Id")

    def _put(self, text: str, what: str) -> None:
        copy_text(text)
        self._context.say(f"{what} copied")

    @Slot()
    def _toggle_place(self) -> None:
        self._context.state.setValue("audit/pane", "bottom" if self._place.isChecked() else "auto")
        self.bottom_toggled.emit()


def id_lines(row: AuditRow, detail: AuditDetail | None) -> summary.Lines:
    """Return the ids of a record, as they are stored."""
    found: Mapping[str, object] = {
        "Exchange": row.exchange_id,
        "Row": row.id,
        "Gateway": f"{row.gw}, number {row.seq} in its chain",
        "Row hash (SHA-256)": detail.row_hash if detail is not None else None,
        "User": row.user_id,
        "API key": row.api_key_id,
        "OAuth client": row.client_id,
        "Trace": row.trace_id,
        "Session": row.session,
    }
    return [(name, escape(str(value))) for name, value in found.items() if value]


def timeline_lines(detail: AuditDetail) -> summary.Lines:
    """Return when each step was reached, counted from the request's arrival."""
    steps = detail.detail.get("timeline_ms")
    lines = (
        [(escape(str(n)), duration(float(at))) for n, at in steps.items()] if isinstance(steps, dict) else []
    )
    if detail.row.ttft_ms is not None:
        lines.append(("first byte sent", duration(detail.row.ttft_ms)))
    return [*lines, ("end", duration(detail.row.duration_ms))]


def missing(detail: AuditDetail, direction: str) -> str:
    """Say why no text is stored: which setting left it out, or that there was none."""
    setting = f"Proxies, {detail.row.proxy}, Stored texts"
    level = detail.detail.get("payloads")
    sizes = detail.detail.get(f"{direction}_texts")
    if isinstance(sizes, list):
        told = ", ".join(f"{role} {plural(length, 'character')}" for role, length in sizes)
        return f"Only sizes are stored ({setting}: metadata): {told}."
    if level in (PayloadLevel.NOTHING, PayloadLevel.METADATA):
        return f"No text is stored: left out by the setting {setting} ({level})."
    if detail.row.outcome == "blocked":
        return "No text is stored: the exchange was refused before its body was read."
    return "There was no text."


def _text(name: str) -> QTextBrowser:
    text = QTextBrowser()
    text.setAccessibleName(name)
    text.setProperty("role", "plain")
    text.setFrameShape(QTextBrowser.Shape.NoFrame)
    text.document().setDefaultStyleSheet(STYLE)
    return text


def _title(row: AuditRow) -> str:
    """Return what happened, in few words."""
    if row.kind == "system":
        return f"{row.category}: {row.method}"
    if row.kind == "llm":
        return row.endpoint or row.method or ""
    return f"{row.method or row.endpoint or ''} {row.target or ''}".strip()
