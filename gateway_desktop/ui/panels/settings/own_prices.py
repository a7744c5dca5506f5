"""Own prices of models: the list below the settings of Model Pricing, and the dialog that makes one."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.core.money import dollars, nano_of, plain
from gateway_desktop.protocols.llm.providers import PROVIDERS
from gateway_desktop.services.model_prices import ModelPrices, NewPrice, start_of
from gateway_desktop.store.queries.model_prices import model_price_rows
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import UNKNOWN
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.panels.settings.section_page import SectionPart
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.tables.typed_columns import day_column
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.text_label import text_label

_ROWS_SEEN = 6


def _amount(name: str, title: str, of: "Any") -> Column[ModelPrice]:
    return Column(
        name,
        title,
        of,
        display=lambda row: UNKNOWN if of(row) is None else dollars(of(row)),
        width=96,
        numeric=True,
    )


COLUMNS: tuple[Column[ModelPrice], ...] = (
    Column("model", "Model", stretch=True, strong=True),
    Column("provider", "Provider", lambda row: row.provider or "any", width=80, muted=True),
    _amount("input", "Input", lambda row: row.input_nano),
    _amount("cached", "Cached", lambda row: row.cached_nano),
    _amount("cache_write", "Cache write", lambda row: row.cache_write_nano),
    _amount("output", "Output", lambda row: row.output_nano),
    day_column("from", "From", lambda row: row.from_us, width=112),
)


class OwnPrices(SectionPart):
    """The list, and what can be done with it."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self._prices = context.services.model_prices
        heading = text_label("Your own prices, in US dollars for a million tokens", "heading", wraps=True)
        self.add = push_button("Add price", self.open_add)
        self.change = push_button("Edit", self._change)
        self.remove = push_button("Remove…", self._remove)
        permissions().require(self.add, self.change, self.remove)
        self.table = SimpleTable(COLUMNS, lambda row: row.id, context.state, "prices", "Your own prices")
        self.table.setMinimumHeight(28 * (_ROWS_SEEN + 1))
        self.none = text_label("None yet: the price list holds for all models it knows.", "muted", wraps=True)
        buttons = Flow(right=True)
        buttons.add(self.change, self.remove, self.add)
        row = in_row((heading, 1), buttons, gap=8)
        in_column(row, self.none, self.table, of=self, margins=(0, 8, 0, 0))
        self.table.opened.connect(self._change)
        self.table.chosen.connect(self._choose)
        self._show(())

    def refresh(self) -> None:
        when_done(self, self._context.ask(model_price_rows), self._show, slot="prices")

    def _show(self, prices: Sequence[ModelPrice]) -> None:
        self.table.show_rows(prices)
        self.table.setVisible(bool(prices))
        self.none.setVisible(not prices)
        self._choose(self.table.current())

    @Slot()
    def open_add(self) -> None:
        PriceDialog(self._prices, self._context).open_over(self)

    @Slot(object)
    def _choose(self, row: ModelPrice | None) -> None:
        for button in (self.change, self.remove):
            button.setVisible(bool(self.table.rows()))
            button.setEnabled(row is not None)

    @Slot()
    def _change(self) -> None:
        row = self.table.current()
        if row is not None:
            PriceDialog(self._prices, self._context, row).open_over(self)

    @Slot()
    def _remove(self) -> None:
        row = self.table.current()
        if row is not None:
            Confirmation(
                f"Remove the price of {row.model}?",
                "From the next call on, the price before it holds again, or that of the price list.",
                "Remove",
                lambda: self._prices.remove(row.id),
            ).open_over(self)


class PriceDialog(Dialog):
    """A model, since when, and what a million tokens of it cost."""

    def __init__(self, prices: ModelPrices, context: UiContext, price: ModelPrice | None = None) -> None:
        title, action = ("Add price", "Add price") if price is None else (f"Price of {price.model}", "Save")
        super().__init__(title, action, width=480)
        self._prices = prices
        self._context = context
        self._price = price
        named = "As callers name it, or as upstreams do; * and ? may stand in it."
        providers = [("", "Any"), *((provider.name, provider.label) for provider in PROVIDERS)]
        which = (
            Entry("model", "Model", TextEditor("gpt-5-mini*"), named),
            Entry("provider", "Provider", ChoiceEditor(providers)),
            Entry(
                "from", "From", TextEditor("2026-01-31"), "A day in the team's time zone. Empty: from now."
            ),
        )
        amounts = (
            Entry("input", "Input", TextEditor("0.25"), "US dollars for a million tokens."),
            Entry("cached", "Cached input", TextEditor("as input"), "Read from the provider's cache."),
            Entry("cache_write", "Cache write", TextEditor("as input"), "Written to it."),
            Entry("output", "Output", TextEditor("2.00")),
        )
        form = self.add_form(*(() if price is not None else which), *amounts)
        if price is not None:
            form.set_values(
                {
                    "input": plain(price.input_nano),
                    "output": plain(price.output_nano),
                    "cached": _shown(price.cached_nano),
                    "cache_write": _shown(price.cache_write_nano),
                }
            )
        self.do(self._save)

    def _save(self) -> "Future[Any]":
        form, price = self.form, self._price
        if price is not None:
            model, provider, start = price.model, price.provider, price.from_us
        else:
            model, provider = form.value("model"), str(form.value("provider") or "")
            start = start_of(form.value("from"), self._context.settings.team.zone)
        new = NewPrice(
            model,
            nano_of(form.value("input"), "input"),
            nano_of(form.value("output"), "output"),
            _read(form.value("cached"), "cached"),
            _read(form.value("cache_write"), "cache_write"),
            provider,
            start,
        )
        return self._prices.set(new)


def _shown(nano: int | None) -> str:
    return "" if nano is None else plain(nano)


def _read(text: str, place: str) -> int | None:
    return nano_of(text, place) if text else None
