"""Integrations: the sinks, added, tried and removed."""

from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.plural import plural
from gateway_desktop.core.sink import Records, SinkKind, SinkState
from gateway_desktop.delivery.sinks import SINKS
from gateway_desktop.services.sinks import AddedSink, NewSink, Sinks
from gateway_desktop.store.queries.outbox import sink_states
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.forms.editors import ChoiceEditor, FileEditor, TextEditor, TickEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.forms.tick_list import TickListEditor
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.lists.list_page import ListPage
from gateway_desktop.ui.lists.row_actions import RowAction, RowActions
from gateway_desktop.ui.outcomes import sink_state
from gateway_desktop.ui.panels.settings.section_page import SectionPart
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.tables.typed_columns import badge_column
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.text_label import text_label

RECORDS = (
    (Records.EXCHANGES, "Exchanges: every request"),
    (Records.SYSTEM, "System events, alerts among them"),
    (Records.ALERTS, "Alerts only"),
)
COLUMNS: tuple[Column[SinkState], ...] = (
    Column("name", "Sink", lambda row: row.sink.name, width=120, strong=True),
    Column("kind", "Kind", lambda row: SINKS[row.sink.kind].title, width=96, muted=True),
    Column("address", "Address", lambda row: row.sink.shown, stretch=True, muted=True),
    Column("records", "Records", lambda row: ", ".join(sorted(row.sink.records)), width=128, muted=True),
    badge_column(
        "state",
        "State",
        sink_state,
        width=84,
        tooltip=lambda row: row.problem or "Everything that was sent has been taken",
    ),
)


class Integrations(SectionPart):
    """The list of sinks; `refresh` reads it anew."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self._sinks: Sinks = context.services.sinks
        self.table = SimpleTable(COLUMNS, lambda row: row.sink.id, context.state, "sinks", "Sinks")
        empty = EmptyState(
            "No sinks",
            "Records of the audit can go elsewhere, too: to a collector, a log server, a program of yours, a "
            "chat. Each gets every record at least once and in order, whenever it listens.",
            "Add a sink",
        )
        permissions().require(empty.button)
        empty.chosen.connect(self.open_add)
        self.page = ListPage(self.table, empty)
        self.page.offer_search(False)
        self.page.setMinimumHeight(260)
        self.row_actions = RowActions(
            self.table,
            (
                RowAction("Test", self._test, button=True, least=None),
                RowAction("Remove…", self._remove, button=True, danger=True),
            ),
            self,
        )
        self.add = push_button("Add a sink", self.open_add)
        permissions().require(self.add)
        heading = text_label("Sinks", "heading")
        self.row_actions.more.hide()
        buttons = Flow(right=True)
        buttons.add(*self.row_actions.buttons.values(), self.add)
        in_column(in_row(heading, (buttons, 1)), self.page, of=self, margins=0, gap=GAP)

    def refresh(self) -> None:
        when_done(self, self._context.ask(sink_states), self.page.show_rows, slot="sinks")

    @Slot()
    def open_add(self) -> None:
        SinkDialog(self._sinks).then(lambda _: self.refresh()).open_over(self)

    def _test(self, row: SinkState) -> None:
        tried = self._sinks.test(row.sink.name)
        self.page.banner.clear()
        when_done(self, tried, self._context.say, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.page.banner.say(str(error), action="Dismiss")

    def _remove(self, row: SinkState) -> None:
        records = plural(row.waiting, "record still waits", "records still wait")
        waiting = f" {records} for it." if row.waiting else ""
        Confirmation(
            f"Remove {row.sink.name}?",
            f"It gets nothing any more, and its secret is forgotten.{waiting}",
            "Remove",
            lambda: self._sinks.remove(row.sink.name),
        ).then(lambda _: self.refresh()).open_over(self)


class SinkDialog(Dialog):
    """One form for all kinds; a secret that is made here is shown once."""

    def __init__(self, sinks: Sinks) -> None:
        super().__init__("Add a sink", "Add", width=560)
        self._sinks = sinks
        self.kind = ChoiceEditor([(kind, SINKS[kind].title) for kind in SinkKind])
        self.address = TextEditor()
        self.records = TickListEditor(RECORDS)
        self.add_form(
            Entry("kind", "Kind", self.kind),
            Entry("name", "Name", TextEditor("siem")),
            Entry("address", "Address", self.address),
            Entry("secret", "Secret", TextEditor(secret=True), "."),
            Entry("records", "Records", self.records, "Texts of requests and answers are not sent."),
            Entry("ca_file", "Certificate authorities", FileEditor(), "PEM, besides the system's own."),
            Entry("from_start", "From the start", TickEditor("Also what is in the audit already")),
            label_width=144,
        )
        self.kind.changed.connect(self._show_kind)
        self._show_kind()
        self.do(self._add)

    @Slot()
    def _show_kind(self) -> None:
        channel = SINKS[self.kind.value()]
        self.address.line.setPlaceholderText(channel.address_help)
        self.form.show_entry("address", channel.kind is not SinkKind.SLACK)
        self.form.show_entry("secret", bool(channel.secret_help))
        self.form.set_help("secret", f"{channel.secret_help}.")
        self.records.set_value(channel.usual)
        self.fit()

    def _add(self) -> "Future[Any]":
        values = self.form.values()
        return self._sinks.add(
            NewSink(
                values["name"],
                values["kind"],
                values.get("address", ""),
                values.get("secret", ""),
                tuple(values["records"]),
                values["ca_file"],
                values["from_start"],
            )
        )

    def finished_with(self, result: Any) -> None:
        """Show the secret that was made, if one was; else close."""
        assert isinstance(result, AddedSink)
        if not result.made_secret:
            self.accept()
            return
        self.add_text(f"{result.sink.name} signs with this key. Copy it now: it is not shown again.")
        self.made = CopyField("key that signs", result.made_secret)
        self.body.addWidget(self.made)
        self.conclude()
