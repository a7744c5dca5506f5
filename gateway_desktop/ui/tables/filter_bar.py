"""FilterBar: the query line, and beside it the choices that mirror it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.icons import icon
from gateway_desktop.ui.tables.choice import ChoiceButton
from gateway_desktop.ui.tables.query_text import terms, with_term
from gateway_desktop.ui.theme import restyle
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.text_label import text_label

PAUSE_MS = 450  # after the last letter the filter is applied
LINE_WIDTH = 260  # pixels at least


class FilterBar(QWidget):
    """Emits `changed` with a text that `check` accepts; what is wrong with another stands below the line."""

    changed = Signal(str)
    mirrored = Signal(str)  # a text that holds, before `changed`: for choices that are not buttons of words

    def __init__(self, choices: Sequence[ChoiceButton], check: Callable[[str], object], hint: str) -> None:
        super().__init__()
        self._check = check
        self._applied: str | None = None
        self._names: Sequence[str] = ()
        self._values: Mapping[str, Sequence[str]] = {}
        self.choices = {choice.name: choice for choice in choices}
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName("Filter")
        self.line.setClearButtonEnabled(True)
        self.line.addAction(QAction(icon("filter"), "", self.line), QLineEdit.ActionPosition.LeadingPosition)
        self.problem = text_label("", "error")
        self.problem.hide()
        self.line.setMinimumWidth(LINE_WIDTH)
        self._row = Flow()
        self._row.add(self.line, *choices)
        for choice in choices:
            choice.picked.connect(self._picked)
        in_column(self._row, self.problem, of=self, margins=0, gap=4)
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._completer.setWidget(self.line)
        self._completer.activated.connect(self._complete)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.apply)
        self.line.textEdited.connect(self._edited)
        self.line.textChanged.connect(self._cleared)
        self.line.returnPressed.connect(self.apply)

    def add_widget(self, widget: QWidget, place: int) -> None:
        """Put something else into the row; 0 is the query line."""
        self._row.insert_widget(place, widget)

    def text(self) -> str:
        return self._applied or ""

    def set_text(self, text: str) -> None:
        self.line.setText(text)
        self.apply()

    def set_term(self, name: str, value: str) -> None:
        """Set one word of the filter, or take it out."""
        self.set_text(with_term(self.line.text(), name, value))

    def offer(self, names: Sequence[str], values: Mapping[str, Sequence[str]]) -> None:
        """Offer these names (`user`) and their known values (`ana@example.org`) while somebody types."""
        self._names = names
        self._values = values

    @Slot()
    def apply(self) -> None:
        """Put the line's text in force, or say what is wrong with it."""
        self._pause.stop()
        text = self.line.text().strip()
        try:
            self._check(text)
        except ConfigurationError as error:
            self._say(f"{error.place}: {error.problem}" if error.place else error.problem)
            return
        self._say("")
        self._mirror(text)
        if text != self._applied:
            self._applied = text
            self.changed.emit(text)

    def _mirror(self, text: str) -> None:
        said: dict[str, list[str]] = {}
        for term in terms(text):
            said.setdefault(term.name, []).extend(part for part in term.value.split(",") if part)
        for name, choice in self.choices.items():
            choice.show_values(said.get(name, []))
        self.mirrored.emit(text)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.line.setAccessibleDescription(problem)
        restyle(self.line, "invalid", "true" if problem else "false")

    @Slot(str, tuple)
    def _picked(self, name: str, values: tuple[str, ...]) -> None:
        self.set_term(name, ",".join(values))

    @Slot(str)
    def _edited(self, text: str) -> None:
        self._pause.start()
        self._suggest(text[: self.line.cursorPosition()].rpartition(" ")[2])

    @Slot(str)
    def _cleared(self, text: str) -> None:
        if not text:
            self.apply()

    def _suggest(self, word: str) -> None:
        name, colon, _ = word.partition(":")
        if colon:
            words = [f"{name}:{known}" for known in self._values.get(name.lower().lstrip("-"), ())]
        else:
            words = [f"{known}:" for known in self._names]
        if not word or word in words:
            self._hide_suggestions()
            return
        self._words.setStringList(words[:2000])
        self._completer.setCompletionPrefix(word)
        if self._completer.completionCount():
            area = self.line.cursorRect()
            area.setWidth(260)
            self._completer.complete(area)
        else:
            self._hide_suggestions()

    def _hide_suggestions(self) -> None:
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()

    @Slot(str)
    def _complete(self, chosen: str) -> None:
        place = self.line.cursorPosition()
        before, after = self.line.text()[:place], self.line.text()[place:]
        start = before.rpartition(" ")[0]
        name, _, value = chosen.partition(":")
        word = chosen if not value or " " not in value else f'{name}:"{value}"'
        text = f"{start} {word}".strip()
        self.line.setText(text + after)
        self.line.setCursorPosition(len(text))
        if value:
            self.apply()
