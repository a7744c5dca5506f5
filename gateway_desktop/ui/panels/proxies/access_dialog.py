"""Access: which groups may use a proxy, and which models or tools of it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.people import Group
from gateway_desktop.core.proxy import Access, Kind, Proxy
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.controls import menu_button, named_tick
from gateway_desktop.ui.forms.find_line import FindLine
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.text_label import text_label

EVERYTHING = ("*",)
ROWS_SHOWN = 7
THINGS = {Kind.LLM: "models", Kind.MCP: "tools", Kind.A2A: ""}  # an agent is used, or it is not
HELP = {
    Kind.LLM: "Models: names separated by spaces; * stands for anything, as in gpt-5* or *-mini. ",
    Kind.MCP: (
        "Tools: names separated by spaces; * stands for anything, and ! forbids, as in * !\u2060delete_*. "
        "A forbidden tool is neither listed nor called. "
    ),
    Kind.A2A: "",
}


class AccessDialog(Dialog):
    """Everyone with a valid key, or only the groups ticked, each with its models or tools.

    Those that are `known` need not be typed.
    """

    def __init__(
        self,
        proxy: Proxy,
        groups: Sequence[Group],
        change: Callable[[tuple[Access, ...] | None], "Future[Any]"],
        known: Sequence[str] = (),
    ) -> None:
        super().__init__(f"Who may use {proxy.name}", "Save", width=560)
        self._change = change
        self._known = [
            name for name in known if name.split() == [name] and name[0] != "!" and "*" not in name
        ]
        self._things = THINGS[proxy.kind]
        self.everyone = QRadioButton("Everyone with a valid key")
        self.only = QRadioButton("Only these groups")
        self._choice = QButtonGroup(self)
        for button in (self.everyone, self.only):
            self._choice.addButton(button)
            self.body.addWidget(button)
        self.ticks: dict[str, QCheckBox] = {}
        self.models: dict[str, QLineEdit] = {}
        self.choosers: dict[str, QPushButton] = {}
        access = {access.group_id: access for access in proxy.access}
        self.search = FindLine(len(groups))
        self.search.setAccessibleName("Find a group")
        self.search.wanted.connect(self._find)
        self.search.entered.connect(self._go_to_found)
        area = self._groups(sorted(groups, key=lambda group: group.id not in access), access)
        self.chooser = QWidget()
        in_column(self.search, area, of=self.chooser, margins=(24, 0, 0, 0), gap=8)
        self.body.addWidget(self.chooser)
        self.add_text(f"{HELP[proxy.kind]}A user in several groups may use what any of them may.", "muted")
        self.begins_in = self.only if proxy.restricted else self.everyone
        self.begins_in.setChecked(True)
        self._choice.buttonToggled.connect(self._show_choice)
        self._show_choice()
        self.do(self._save)

    def _groups(self, groups: Sequence[Group], access: Mapping[str, Access]) -> QWidget:
        self._grid = QWidget()
        self._grid.setProperty("role", "page")
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnMinimumWidth(0, 160)
        grid.setColumnStretch(1, 1)
        for column, title in enumerate(("Group", self._things.capitalize())):
            head = text_label(title, "small")
            grid.addWidget(head, 0, column)
        for row, group in enumerate(groups, start=1):
            tick, line = named_tick(group.name), QLineEdit()
            allowed = access.get(group.id)
            tick.setChecked(allowed is not None)
            line.setText(" ".join(allowed.models if allowed is not None else EVERYTHING))
            line.setEnabled(tick.isChecked())
            line.setAccessibleName(f"{self._things.capitalize()} that {group.name} may use")
            line.setVisible(bool(self._things))
            tick.toggled.connect(line.setEnabled)
            grid.addWidget(tick, row, 0)
            grid.addWidget(line, row, 1)
            self.ticks[group.id], self.models[group.id] = tick, line
            if self._known:
                chooser = self.choosers[group.id] = self._chooser(line)
                chooser.setEnabled(tick.isChecked())
                tick.toggled.connect(chooser.setEnabled)
                grid.addWidget(chooser, row, 2)
        grid.setRowStretch(len(groups) + 1, 1)
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keyboard
        area.setWidget(self._grid)
        area.setWidgetResizable(True)
        area.setFixedHeight(24 + 34 * min(ROWS_SHOWN, len(groups)))
        return area

    def _chooser(self, line: QLineEdit) -> QPushButton:
        menu = QMenu(self)
        menu.aboutToShow.connect(partial(self._fill, menu, line))
        button = menu_button("Choose", menu)
        button.setAccessibleName(f"Choose {line.accessibleName()}")
        return button

    def _fill(self, menu: QMenu, line: QLineEdit) -> None:
        menu.clear()
        named = line.text().split()
        for name in self._known:
            action = menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name in named)
            action.toggled.connect(partial(_put, line, name))

    @Slot()
    def _show_choice(self) -> None:
        self.chooser.setEnabled(self.only.isChecked())

    @Slot(str)
    def _find(self, text: str) -> None:
        for group_id, tick in self.ticks.items():
            found = text in tick.text().casefold()
            tick.setVisible(found)
            self.models[group_id].setVisible(found and bool(self._things))
            if group_id in self.choosers:
                self.choosers[group_id].setVisible(found)

    @Slot()
    def _go_to_found(self) -> None:
        found = next((tick for tick in self.ticks.values() if not tick.isHidden()), None)
        if found is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason)

    def chosen(self) -> tuple[Access, ...] | None:
        """Return the access as it stands in the dialog; None is everyone."""
        if self.everyone.isChecked():
            return None
        found = []
        for group_id, tick in self.ticks.items():
            patterns = tuple(self.models[group_id].text().split())
            if tick.isChecked() and not patterns:
                raise ConfigurationError(
                    "models", f"say which {self._things} {tick.text()} may use, or * for all"
                )
            if tick.isChecked():
                found.append(Access(group_id, patterns))
        if not found:
            raise ConfigurationError(
                "groups", "tick at least one group; to keep everybody out, stop the proxy"
            )
        return tuple(found)

    def _save(self) -> "Future[Any]":
        return self._change(self.chosen())


def _put(line: QLineEdit, name: str, on: bool) -> None:
    """Put a name into a line, or take it out; where everything was allowed, only what is named is then."""
    others = tuple(word for word in line.text().split() if word != name)
    others = () if others == EVERYTHING else others
    line.setText(" ".join((*others, name) if on else others))
    line.setModified(True)
