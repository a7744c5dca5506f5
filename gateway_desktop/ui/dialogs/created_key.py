"""A new key, shown exactly once, with the lines that use it."""

from collections.abc import Sequence

from PySide6.QtGui import QCloseEvent, QShowEvent

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.ui.dialogs.connect import called
from gateway_desktop.ui.forms.editors import ChoiceEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.widgets.connect_lines import ConnectLines
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.dialog import Dialog


class CreatedKeyDialog(Dialog):
    """The only place where a whole key is ever seen; closing it without copying is asked about once."""

    def __init__(self, key: str, base_url: str, proxies: Sequence[Proxy]) -> None:
        super().__init__("Your new key", width=760)
        self._copied = False
        self._warned = False
        self.cancel.setText("Done")
        self.add_text("Copy it now. Only its fingerprint is kept, so nobody can show it again.")
        self.key = CopyField("API key", key)
        self.key.button.copied.connect(self._remember)
        self.body.addWidget(self.key)
        self.lines = ConnectLines()
        if proxies:
            self._add_lines(key, base_url, proxies)

    def _add_lines(self, key: str, base_url: str, proxies: Sequence[Proxy]) -> None:
        named = {proxy.name: proxy for proxy in proxies}
        editor = ChoiceEditor([(proxy.name, called(proxy)) for proxy in proxies])
        self.add_form(Entry("proxy", "Connect a tool to", editor), label_width=112)
        self.body.addWidget(self.lines, 1)
        self.lines.block.button.copied.connect(self._remember)
        editor.changed.connect(lambda: self.lines.show_for(base_url, named[editor.value()], key))
        self.lines.show_for(base_url, proxies[0], key)

    def _remember(self, _: str) -> None:
        self._copied = True

    def reject(self) -> None:
        """Close; the first time without having copied, say what that means."""
        if self._copied or self._warned:
            super().reject()
            return
        self._warned = True
        self.banner.say(
            "The key was not copied yet. After this window closes it cannot be shown again.", "medium"
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at what must not be forgotten."""
        super().showEvent(event)
        self.key.button.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own close button asks the same."""
        if self._copied or self._warned:
            super().closeEvent(event)
            return
        event.ignore()
        self.reject()
