"""Body: the stored texts of a request or an answer - pretty, as a tree, or raw."""

import json
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QSettings, Slot
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QWidget

from gateway_desktop.store.queries.audit import StoredPart
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.panels.audit_logs.reconstruction import ERASED, rebuilt
from gateway_desktop.ui.theme import theme
from gateway_desktop.ui.widgets.json_view import JsonView
from gateway_desktop.ui.widgets.long_text import LongPage, LongText, in_stretches, joined
from gateway_desktop.ui.widgets.text_label import text_label

SHOWN_AT_FIRST = 1_000_000  # characters
MODES = ("Pretty", "Tree", "Raw")
STORED = "As it was stored: texts in their places, secrets masked; not the bytes on the wire."


class Body(QWidget):
    """One direction of an exchange; the chosen way of showing is remembered."""

    def __init__(self, title: str, state: QSettings) -> None:
        super().__init__()
        self._state = state
        self._parts: Sequence[StoredPart] = ()
        self._whole = False
        self._pretty = LongPage(f"{title}, pretty")
        self._pretty.anchorClicked.connect(self._load_all)
        self._tree = JsonView()
        self._tree.more.clicked.connect(self._load_all)
        self._raw = LongText(f"{title}, raw")
        self.more = push_button("Load all", self._load_all, tip="More than the 1 MB that is shown")
        self.more.hide()
        raw = QWidget()
        in_column((self._raw, 1), self.more, of=raw, margins=0)
        self._note = text_label("", "small", wraps=True)
        self._pages = QStackedWidget()
        for page in (self._pretty, self._tree, raw):
            self._pages.addWidget(page)
        self._modes = QButtonGroup(self)
        row = in_row(gap=4)
        for number, mode in enumerate(MODES):
            button = push_button(mode, kind="quiet")
            button.setCheckable(True)
            button.setAccessibleName(f"{title}: {mode}")
            self._modes.addButton(button, number)
            row.addWidget(button)
        row.addWidget(self._note, 1)
        in_column(row, (self._pages, 1), of=self, margins=(0, 4, 0, 0), gap=4)
        self._modes.idClicked.connect(self.show_mode)
        theme().changed.connect(self._draw)
        self._missing = ""
        kept = str(state.value("audit/body"))
        self.show_mode(MODES.index(kept) if kept in MODES else 0)

    def show_parts(self, parts: Sequence[StoredPart], missing: str) -> None:
        """Show these texts; without any, say why there are none."""
        self._parts, self._missing, self._whole = parts, missing, False
        self._draw()

    @Slot(int)
    def show_mode(self, number: int) -> None:
        """Show another way, and remember it."""
        self._modes.button(number).setChecked(True)
        self._state.setValue("audit/body", MODES[number])
        self._draw()

    def text(self) -> str:
        pretty = self._pages.currentWidget() is self._pretty
        return joined(self._pretty.toPlainText()) if pretty else self._json()

    @Slot()
    def _load_all(self) -> None:
        self._whole = True
        self._draw()

    @Slot()
    def _draw(self) -> None:
        number = self._modes.checkedId() if self._parts else 0  # why there is no text is told in words
        mode = MODES[number]
        self._pages.setCurrentIndex(number)
        self._note.setText(STORED if mode != "Pretty" else "")
        if mode == "Pretty":
            self._pretty.setHtml(self._html())
        elif mode == "Tree":
            self._tree.show_value(rebuilt(self._parts), whole=self._whole)
        else:
            text = self._json()
            cut = len(text) > SHOWN_AT_FIRST and not self._whole
            self.more.setVisible(cut)
            self._raw.setPlainText(in_stretches(text[:SHOWN_AT_FIRST] if cut else text))

    def _json(self) -> str:
        return json.dumps(rebuilt(self._parts), indent=2, ensure_ascii=False) if self._parts else ""

    def _html(self) -> str:
        muted = theme().hex("muted")
        if not self._parts:
            return f"<p style='color:{muted}'>{escape(self._missing)}</p>"
        left = SHOWN_AT_FIRST
        found = []
        for part in self._parts:
            text = part.text if part.text is not None else ERASED
            found.append(
                f"<p style='color:{muted}; margin:8px 0 2px 0'>"
                f"<span style='font-weight:600'>{escape(part.role)}</span> · "
                f"{escape(part.place)}</p>"
            )
            shown = escape(in_stretches(text if self._whole else text[:left]))
            found.append(f"<div style='white-space:pre-wrap'>{shown}</div>")
            if part.cut:
                found.append(
                    f"<p style='color:{muted}'>The middle was left out: longer than what is kept.</p>"
                )
            left -= len(text)
            if left < 0 and not self._whole:
                found.append("<p><a href='all'>Load all</a></p>")
                break
        return "".join(found)
