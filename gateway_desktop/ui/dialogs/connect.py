"""Connect a tool: lines ready to paste, for a proxy and a key."""

from collections.abc import Sequence

from PySide6.QtCore import Slot

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.connect_lines import ConnectLines
from gateway_desktop.ui.widgets.dialog import Dialog

KEY_HELP = (
    "A key is shown only when it is made. Paste one here to fill it in, or put it in place of gwd_YOUR_KEY."
)


class ConnectDialog(Dialog):
    """Proxy and key above, the lines of each tool below; `make_key` is for who has none yet."""

    def __init__(self, base_url: str, proxies: Sequence[Proxy], *, proxy: str = "") -> None:
        super().__init__("Connect a tool", width=760)
        self._base_url = base_url
        self._proxies = {each.name: each for each in proxies}
        self.proxy = ChoiceEditor([(each.name, called(each)) for each in proxies])
        self.key = TextEditor("gwd_…")
        entries = (Entry("proxy", "Proxy", self.proxy), Entry("key", "API key", self.key, KEY_HELP))
        self.add_form(*entries, label_width=80).set_values({"proxy": proxy, "key": ""})
        self.lines = ConnectLines()
        self.body.addWidget(self.lines, 1)
        self.make_key = self.add_button("Create key", self.accept)
        permissions().require(self.make_key)
        self.setMinimumHeight(520)
        self.proxy.changed.connect(self._show)
        self.key.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        proxy = self._proxies.get(self.proxy.value())
        if proxy is not None:
            self.lines.show_for(self._base_url, proxy, self.key.value())


def called(proxy: Proxy) -> str:
    """Return how a proxy is called in lists: a sandbox is named as such everywhere."""
    return f"{proxy.name} (sandbox)" if proxy.sandbox and proxy.name != "sandbox" else proxy.name
