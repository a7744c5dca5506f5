"""First steps: a proxy, a tool that uses it, the first row; each turns to a tick when it is done."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.services.first_steps import FirstKey
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.overview import FirstSteps
from gateway_desktop.ui.boxes import fill, in_column, in_row
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import cost, duration, number
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.panels.overview.columns import cost_of, reason
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.connect_lines import ConnectLines
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.step import Step
from gateway_desktop.ui.widgets.text_label import text_label

PROXY = (
    "A proxy is one service that the gateway stands in front of. The sandbox is a practice model on this "
    "machine: it needs no account, and comes with a user and a key."
)
LATER_LINES = "Lines for curl, Claude Code, Codex and the SDKs, with your key in them."
LATER_ROW = "It shows here as soon as it is written down."
KEY_ONCE = "Your key, shown only now: copy it if you want to keep it. Then run one of the lines below."
NO_KEY = "A tool needs a key. It is shown once, with the lines that use it."
LINES = "Run one of these. Put your key in place of gwd_YOUR_KEY."
WAITING = "Waiting for the first request…"
NEXT = "Next: put the gateway in front of the service that your tools call."
REFUSED = (Outcome.FAILED, Outcome.BLOCKED)
STOPPED = "The gateway does not run: start it above."


class FirstStepsCard(QFrame):
    """Three steps, top to bottom; what their buttons do is said by the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._key = ""
        self._proxy: Proxy | None = None
        self._running, self._waits = True, False  # the gateway; whoever does the steps
        self._goes_on = False  # to the lines, when they are seen: the button that was pressed is gone
        self.proxy_step = Step(1, "Add a proxy")
        self.tool_step = Step(2, "Connect a tool")
        self.row_step = Step(3, "Watch the first row arrive")
        self.sandbox = push_button("Add the sandbox", kind="primary")
        self.provider = push_button("Add a provider")
        self.real = push_button("Add a provider")
        self.new_key = push_button("Create key")
        permissions().require(self.sandbox, self.provider, self.real, self.new_key)
        self.key = CopyField("API key")
        self.lines = ConnectLines(first="curl")
        self.rows = push_button("Open Audit Logs")
        self.close_steps = push_button("Close these steps")
        self.proxy_text = _text(PROXY)
        self.tool_text = _text(NO_KEY)
        self.row_text = _text(WAITING)
        self._lay_out()

    def _lay_out(self) -> None:
        fill(self.proxy_step.body, self.proxy_text, _row(self.sandbox, self.provider))
        fill(self.tool_step.body, self.tool_text, _row(self.new_key), self.key, self.lines)
        fill(self.row_step.body, self.row_text, _row(self.rows, self.real, self.close_steps))
        in_column(self.proxy_step, self.tool_step, self.row_step, of=self, margins=(20, 16, 20, 16), gap=20)

    def show_key(self, made: FirstKey, base_url: str) -> None:
        self._key, self._goes_on = str(made.key or ""), True
        self._proxy = made.proxy
        self.key.set_text(self._key)
        self.lines.show_for(base_url, made.proxy, self._key)

    def show_state(
        self, steps: FirstSteps, proxies: Sequence[Proxy], base_url: str, latest: AuditRow | None
    ) -> None:
        proxy = next(
            (each for each in proxies if self._proxy is not None and each.id == self._proxy.id), None
        )
        proxy = proxy or next(iter(proxies), None)
        has_key = steps.key or bool(self._key)
        self.proxy_step.show_state(done=steps.proxy, current=not steps.proxy)
        self.tool_step.show_state(done=steps.request, current=steps.proxy and not steps.request)
        passed = latest is not None and latest.outcome not in REFUSED
        self.row_step.show_state(done=passed, current=has_key and steps.proxy and not passed)
        self.proxy_text.setText(_ready(proxies) if steps.proxy else PROXY)
        self.sandbox.setVisible(not steps.proxy)
        self.provider.setVisible(not steps.proxy)
        self.tool_text.setText(
            KEY_ONCE if self._key else LATER_LINES if not steps.proxy else LINES if has_key else NO_KEY
        )
        self.new_key.setVisible(steps.proxy and not self._key and not steps.request)
        self.key.setVisible(bool(self._key))
        self.lines.setVisible(proxy is not None and has_key)
        if proxy is not None:
            self.lines.show_for(base_url, proxy, self._key)
        if self._goes_on and self.lines.isVisible():
            self._goes_on = False
            self.lines.block.button.setFocus()
        self._waits = latest is None and has_key and steps.proxy
        practised = passed and steps.proxy and all(each.sandbox for each in proxies)
        told = LATER_ROW if latest is None else _arrived(latest)
        self.row_text.setText(f"{told} {NEXT}" if practised else told)
        self.real.setVisible(practised)
        self.show_running(self._running)
        self.rows.setVisible(latest is not None)
        self.close_steps.setVisible(steps.request)

    def show_running(self, running: bool) -> None:
        """While a row is waited for, say whether it can come."""
        self._running = running
        if self._waits:
            self.row_text.setText(WAITING if running else STOPPED)

    @Slot()
    def forget_key(self) -> None:
        """The steps are closed: the key is not shown again."""
        self._key = ""
        self.key.set_text("")


def _ready(proxies: Sequence[Proxy]) -> str:
    if len(proxies) == 1 and proxies[0].sandbox:
        return "Ready: the sandbox, a practice model on this machine. It calls nobody and costs nothing."
    names = (f"{proxy.name} (sandbox)" if proxy.sandbox else proxy.name for proxy in proxies)
    return f"Ready: {', '.join(names)}."


def _arrived(row: AuditRow) -> str:
    tokens = (
        "" if row.tokens_in is None else f", {number(row.tokens_in)} tokens in, {number(row.tokens_out)} out"
    )
    model = f" asked {row.target}" if row.target else " called"
    said = f"{row.actor or 'Somebody unnamed'}{model} through {row.proxy}: {row.outcome}"
    if row.outcome in REFUSED:
        return f"{said}. {sentence(reason(row))}"
    price = "" if cost_of(row) is None else f", {cost(row.cost_nano)}"
    return f"{said}{tokens}{price}, {duration(row.duration_ms)}."


def _text(words: str) -> QLabel:
    return text_label(words, "muted", wraps=True)


def _row(*widgets: QWidget) -> QHBoxLayout:
    return in_row(*widgets, 1, gap=8)
