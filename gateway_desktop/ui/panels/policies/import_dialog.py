"""ImportDialog: what a file would change, policy by policy, before it does; or where its mistake is."""

from collections.abc import Sequence
from pathlib import Path

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.services.policies import Policies
from gateway_desktop.services.policy_files import PolicyFiles, Proposal
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.panels.policies.yaml_text import YamlText, place_of
from gateway_desktop.ui.widgets.dialog import Dialog

_WIDTH, _HEIGHT = 760, 420


class ImportDialog(Dialog):
    """Its button is there once the file is read and changes something."""

    def __init__(self, path: Path, files: PolicyFiles, policies: Policies) -> None:
        super().__init__(f"Import {path.name}", "Import", width=_WIDTH)
        self._files = files
        self._documents = ""
        self.summary = self.add_text("Reading…")
        self.text = YamlText("What the import would change")
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(_HEIGHT)
        self.body.addWidget(self.text, 1)
        self.action.setEnabled(False)
        self.do(lambda: policies.save_all(self._documents, f"imported from {path.name}"))
        when_done(self, files.read(path), self._read, self._not_read)

    def _read(self, documents: str) -> None:
        self._documents = documents
        when_done(self, self._files.propose(documents), self._show, self._mistaken)

    def _show(self, proposals: Sequence[Proposal]) -> None:
        changing = any(one.changes for one in proposals)
        self.summary.setText(". ".join(map(str, proposals)) + ".")
        self.text.setPlainText("\n\n".join(f"{one}\n{one.changes}" for one in proposals if one.changes))
        self.action.setEnabled(changing)
        when_done(self, self._files.unmet(self._documents), self._show_unmet, self.show_problem, "unmet")

    def _show_unmet(self, sentences: Sequence[str]) -> None:
        """Say which proxies and groups its scopes name that are not there: no reason to refuse it."""
        self.banner.say(". ".join(sentences) + "." if sentences else "", "medium")

    def _mistaken(self, error: BaseException) -> None:
        """Show the file with its mistake instead of changes."""
        self.summary.setText("Nothing was changed.")
        self.text.setPlainText(self._documents)
        if not isinstance(error, ConfigurationError):
            self.show_problem(error)
            return
        self.banner.say(sentence(f"{error.place}: {error.problem}"))
        place = place_of(error)
        if place:
            self.text.mark(*place)

    def _not_read(self, error: BaseException) -> None:
        self.summary.setText("Nothing was changed.")
        self.show_problem(error)
