"""A policy's document, its versions, and what would become of a text."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QListWidgetItem, QPlainTextEdit, QTabWidget

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Context, capped
from gateway_desktop.core.policy import Direction, Policy
from gateway_desktop.policies.document import read, write
from gateway_desktop.services.policies import difference
from gateway_desktop.services.policy_tester import Sample, Trial
from gateway_desktop.store.queries.policies import PolicyVersion
from gateway_desktop.ui.boxes import in_row
from gateway_desktop.ui.controls import combo_box, fixed_text, list_box
from gateway_desktop.ui.display import ago, exact
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.panels.policies.policy_form import PolicyForm
from gateway_desktop.ui.panels.policies.rule_form import PLACES
from gateway_desktop.ui.panels.policies.yaml_text import YamlText, place_of
from gateway_desktop.ui.widgets.dialog import Dialog

_WIDTH, _HEIGHT = 760, 420
NEW = """name: Ours
rules:
- name: first
  when:
    finding: secret
    confidence: 0.8
  action: monitor
  severity: high
"""
CONTEXTS = {words: context for context, words in PLACES.items() if context is not Context.HARNESS}


class DocumentDialog(Dialog):
    """A policy as fields and as YAML, which say the same; a mistake is said, and its line marked."""

    def __init__(self, title: str, document: str, save: Callable[[str], Future[Policy]]) -> None:
        super().__init__(title, "Save", width=_WIDTH + 200)
        self._save = save
        self.fields = PolicyForm()
        self.text = YamlText("Document of the policy")
        self.text.setPlainText(document)
        self.text.setMinimumHeight(_HEIGHT)
        self.tabs = QTabWidget()
        self.tabs.tabBar().setAccessibleName("Form or YAML")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.fields, "Form")
        self.tabs.addTab(self.text, "YAML")
        self.body.addWidget(self.tabs, 1)
        self.fields.show_policy(read(document))
        self.begins_in = self.fields.head.editor("name")
        self.tabs.currentChanged.connect(self._turned)
        self._before = self.text.toPlainText()
        self.do(lambda: self._save(self.document()))

    def written(self) -> bool:
        """Return whether the document is another; what holds a mistake is."""
        try:
            return self.document() != self._before
        except ConfigurationError:
            return True

    def document(self) -> str:
        """Return the document of what is shown; what the form did not change stays as it was written."""
        if self.tabs.currentWidget() is self.fields:
            self._write_down()
        return self.text.toPlainText()

    def _write_down(self) -> None:
        policy = self.fields.policy()
        try:
            if read(self.text.toPlainText()) == policy:
                return
        except ConfigurationError:
            pass
        self.text.setPlainText(write(policy))

    @Slot(int)
    def _turned(self, _at: int) -> None:
        """Carry what one side says over to the other; a mistake is said, and the side stays."""
        self.banner.clear()
        to_fields = self.tabs.currentWidget() is self.fields
        try:
            if to_fields:
                self.fields.show_policy(read(self.text.toPlainText()))
            else:
                self._write_down()
        except ConfigurationError as error:
            with QSignalBlocker(self.tabs):
                self.tabs.setCurrentWidget(self.text if to_fields else self.fields)
            self.show_problem(error)

    def show_problem(self, error: BaseException) -> None:
        """Say where the mistake is, and mark its line."""
        if not isinstance(error, ConfigurationError):
            super().show_problem(error)
            return
        place = place_of(error)
        on_fields = self.tabs.currentWidget() is self.fields
        self.banner.say(
            sentence(error.problem if on_fields and not place else f"{error.place}: {error.problem}")
        )
        if place:
            with QSignalBlocker(self.tabs):
                self.tabs.setCurrentWidget(self.text)
            self.text.mark(*place)


class VersionsDialog(Dialog):
    """Every version with its author and what it changed; one button goes back to it."""

    def __init__(
        self, name: str, versions: Sequence[PolicyVersion], restore: Callable[[int], Future[Policy]]
    ) -> None:
        super().__init__(f"Versions of {name}", "Return to this version", width=_WIDTH)
        self._versions = versions
        self.list = self.begins_in = list_box("Versions")
        self.list.setFixedWidth(240)
        for version in versions:
            item = QListWidgetItem(f"{version.version} · {ago(version.at_us, now_us())}\n{version.author}")
            item.setText(f"{item.text()} · {version.note}" if version.note else item.text())
            item.setToolTip(exact(version.at_us))
            self.list.addItem(item)
        self.changes = fixed_text("What this version changed")
        self.changes.setMinimumHeight(_HEIGHT)
        self.body.addLayout(in_row(self.list, (self.changes, 1)), 1)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)
        self.do(lambda: restore(self._versions[self.list.currentRow()].version))

    @Slot(int)
    def _show(self, at: int) -> None:
        chosen = self._versions[at]
        older = self._versions[at + 1].document if at + 1 < len(self._versions) else ""
        self.changes.setPlainText(difference(older, chosen.document) if older else chosen.document)
        self.action.setEnabled(at > 0)  # the newest is the one that is obeyed


class TryDialog(Dialog):
    """A text, where it would stand, and what the policies would do with it. Nothing is stored."""

    least = None

    def __init__(self, proxies: Sequence[str], try_out: Callable[[Sample], Future[Trial]]) -> None:
        super().__init__("Try a text", "Try", width=_WIDTH)
        self.cancel.setText("Close")
        self.context = combo_box("Where the text stands", CONTEXTS.items())
        nowhere = ("No proxy in particular", "")
        self.proxy = combo_box("Proxy", (nowhere, *((name, name) for name in proxies)))
        asks = "A prompt, an argument, a result, an answer"
        self.text = self.begins_in = QPlainTextEdit(placeholderText=asks, tabChangesFocus=True)
        self.text.setAccessibleName("Text to try")
        self.outcome = fixed_text("What would become of it")
        self.outcome.setPlaceholderText("What is found, and what each policy would do")
        self.body.addLayout(in_row(self.context, self.proxy, 1))
        for widget in (self.text, self.outcome):
            widget.setMinimumHeight(_HEIGHT // 2)
            self.body.addWidget(widget, 1)
        self.do(lambda: try_out(self.sample()))

    def sample(self) -> Sample:
        context = CONTEXTS[self.context.currentText()]
        direction = Direction.ANSWER if context is Context.ANSWER else Direction.REQUEST
        return Sample(self.text.toPlainText(), context, direction, str(self.proxy.currentData()))

    def finished_with(self, result: Any) -> None:
        """Show what would become of it, and stay open."""
        self.outcome.setPlainText(told(result))


def told(trial: Trial) -> str:
    """Return in words what would become of a text."""
    first, scan = trial.verdict.first, trial.scan
    lines = [
        f"{first.action.done.capitalize()} by {first.named}" if first else "It passes: no rule holds",
        f"Risk {scan.score}" if scan.score is not None else f"Not scanned: {scan.not_scanned}",
    ]
    lines += [f"  +{part.points} {part.why}" for part in scan.contributions]
    if less := capped((part.points for part in scan.contributions), scan.score):
        lines.append(f"  {less}")
    lines += [f"Also: {hit.named} ({hit.action})" for hit in trial.verdict.hits[1:]]
    found = dict.fromkeys((*scan.findings, *(one.finding for one in trial.verdict.noted)))
    lines += [f"{one.severity}, {one.confidence:.0%}: {one.kind} at {one.start}: {one.why}" for one in found]
    if trial.verdict.masks and trial.passes:
        lines += ["", "This would be sent on:", trial.passes]
    return "\n".join(lines)
