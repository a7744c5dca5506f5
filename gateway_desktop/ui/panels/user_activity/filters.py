"""What User Activity is narrowed to: one user, group, proxy or kind of traffic, kept for the next start."""

from dataclasses import replace

from PySide6.QtCore import QSettings, Signal, Slot
from PySide6.QtWidgets import QWidget

from gateway_desktop.store.queries.activity import ActivityChoices
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.sums import ActivityFilter
from gateway_desktop.ui.boxes import fill, in_row
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.tables.choice import ChoiceButton, Option
from gateway_desktop.ui.tables.typed_columns import KINDS
from gateway_desktop.ui.theme import GAP

NOBODY = Option("none", "Unattributed")
KEY = "user_activity/filter/"


class ActivityFilters(QWidget):
    """The choices beside the range; `changed` when a person chose."""

    changed = Signal()

    def __init__(self, state: QSettings) -> None:
        super().__init__()
        self._state = state
        self.user = ChoiceButton("user", "User")
        self.group = ChoiceButton("group", "Group")
        self.proxy = ChoiceButton("proxy", "Proxy")
        self.kind = ChoiceButton("kind", "Kind")
        self.reset = push_button("Reset", self.clear, kind="quiet")
        self.kind.offer([Option(kind, words) for kind, words in KINDS.items()])
        row = in_row(of=self, margins=0, gap=GAP)
        for button in self._buttons():
            kept = str(state.value(KEY + button.name, ""))
            button.show_values([kept] if kept else [])
            button.picked.connect(self._picked)
            row.addWidget(button)
        fill(row, self.reset, 1)
        self.reset.setVisible(self.narrowed())

    def offer(self, choices: ActivityChoices) -> None:
        self.user.offer([NOBODY, *(Option(owner, name) for owner, name in choices.users)])
        self.group.offer([Option(name, name) for name in choices.groups])
        self.proxy.offer([Option(name, name) for name in choices.proxies])

    def narrow(self, asked: ActivityFilter) -> ActivityFilter:
        """Return the filter with what is chosen here."""
        user = _first(self.user)
        return replace(
            asked,
            user=None if not user else "" if user == NOBODY.value else user,
            group=_first(self.group),
            proxy=_first(self.proxy),
            kind=_first(self.kind),
        )

    def narrowed(self) -> bool:
        return any(button.values for button in self._buttons())

    def words(self) -> str:
        """Return how Audit Logs asks for the same, but for the kind, which is a tab there."""
        user = _first(self.user)
        said = AuditFilter(
            user="=" if user == NOBODY.value else f"={user}" if user else "",
            group=_first(self.group),
            proxy=_first(self.proxy),
        )
        return str(said).replace('user:=""', "user:none")

    def options(self) -> tuple[str, ...]:
        user = _first(self.user)
        owner = "" if user == NOBODY.value else user
        found = [f"--user={owner}"] if user else []
        return (
            *found,
            *(f"--{each.name}={_first(each)}" for each in (self.group, self.proxy, self.kind) if each.values),
        )

    @Slot()
    def clear(self) -> None:
        for button in self._buttons():
            button.show_values(())
        self._picked()

    @Slot()
    def _picked(self) -> None:
        for button in self._buttons():
            self._state.setValue(KEY + button.name, _first(button))
        self.reset.setVisible(self.narrowed())
        self.changed.emit()

    def _buttons(self) -> tuple[ChoiceButton, ...]:
        return self.user, self.group, self.proxy, self.kind


def _first(button: ChoiceButton) -> str:
    return next(iter(button.values), "")
