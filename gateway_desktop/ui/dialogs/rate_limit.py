"""The rate limit of one group, user, key or proxy: seen, set and lifted where its subject is shown."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.rate_limit import Measure, RateLimit
from gateway_desktop.core.scope import Scope, named
from gateway_desktop.store.queries.rate_limits import rate_limit_rows
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.widgets.dialog import Dialog

_LABELS = {
    Measure.REQUESTS: ("Requests a minute", ""),
    Measure.TOKENS: ("Tokens a minute", "Of input and output together."),
    Measure.CONCURRENT: ("Requests at once", ""),
}


class RateLimitDialog(Dialog):
    """Three numbers; an empty field does not limit."""

    def __init__(self, context: UiContext, scope: Scope, subject: tuple[str, str]) -> None:
        self._id, name = subject
        super().__init__(f"Rate limit of {named(scope, name)}", "Save", width=440)
        self._limits = context.services.rate_limits
        self._scope = scope
        self._known: RateLimit | None = None
        self.add_text(
            "All who fall under it share it. Calls beyond it are answered with 429 and Retry-After."
        )
        entries = (
            Entry(measure, label, TextEditor("no limit"), help) for measure, (label, help) in _LABELS.items()
        )
        self.add_form(*entries, label_width=144)
        self.do(self._save)
        when_done(self, context.ask(rate_limit_rows), self._show, self.show_problem)

    def _show(self, rows: Sequence[RateLimit]) -> None:
        mine = (row for row in rows if (row.scope, row.subject_id) == (self._scope, self._id))
        self._known = next(mine, None)
        if self._known is not None:
            shown = {str(measure): getattr(self._known, measure) for measure in Measure}
            self.form.set_values({name: "" if value is None else value for name, value in shown.items()})

    def _save(self) -> "Future[Any]":
        values = {measure: _number(measure, self.form.value(measure)) for measure in Measure}
        if self._known is not None and not any(values.values()):
            return self._limits.remove(self._scope, self._id)
        return self._limits.set(self._scope, self._id, values)


def _number(measure: Measure, text: str) -> int | None:
    digits = text.replace(",", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()):
        raise ConfigurationError(measure, "a whole number, or nothing for no limit")
    return int(digits)
