"""What is made in the background (responses, interactions, batches) counts where it is first told."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.queued import ASIDE, QUEUED, Aside, QueuedStep

_MOST = 10_000  # that wait at once; the oldest are forgotten
_FOLDERS = ("/responses", "/interactions", "/batches", "/batch/jobs", "/files", "/deferred-completion")
_LISTS = ("/batches", "/batch/jobs")
_ENDS = ("/results", "/content", ":download")  # of Anthropic's batches; of files, of Gemini's too
_DIALECTS = {"batch": "Batches", "chat": "OpenAiChat", "responses": "OpenAiResponses"}  # who reads its end
_Key = tuple[str, str]  # name of the proxy, id


class Begun(NamedTuple):
    """What began an answer that is made in the background."""

    operation: str = ""  # "": nothing that we know of
    model: str = ""
    aside: Aside | None = None


class Queued:
    """Knows what was begun, by whomever: who fetches its end first, has it counted."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[_Key, Begun] = OrderedDict()

    def begun(self, exchange: Exchange) -> Begun:
        """Return what began whose end this call fetches."""
        head = exchange.request
        id = _fetched(f"{head.method} {head.path}") if self._waiting else ""
        return self._waiting.get((exchange.proxy.name, id), Begun())

    def recognise(self, exchange: Exchange) -> None:
        """Have the answer read as the call's that began it, where one of these is fetched."""
        call, (operation, model, _) = exchange.call, self.begun(exchange)
        if call is None:
            return
        if self._waiting and exchange.request.method == "GET" and exchange.request.path.endswith(_LISTS):
            call.dialect = _DIALECTS["batch"]  # it names the files that have results
        elif operation:
            call.operation, call.target = operation, model
            call.dialect = _DIALECTS.get(operation, "Other")
            call.detail["background"] = True

    def note(self, exchange: Exchange) -> None:
        """Remember what was only queued; forget what has reported its usage."""
        reply, call, head = exchange.reply, exchange.call, exchange.request
        if reply is None or call is None or (QUEUED not in reply.detail and head.method != "GET"):
            return
        queued = reply.detail.get(QUEUED, "")
        if isinstance(queued, dict):  # of a list: what nobody began here is nothing to remember
            queued = {id: file for id, file in queued.items() if (exchange.proxy.name, id) in self._waiting}
            reply.detail[QUEUED] = queued
        if head.method == "GET" and call.detail.get("background") and not self.begun(exchange).operation:
            reply.usage = None  # it was told to another who fetched it at the same time, and counted there
        self._follow(
            QueuedStep(
                proxy=exchange.proxy.name,
                endpoint=f"{head.method} {head.path}",
                operation=call.operation,
                model=call.target,
                queued=queued if isinstance(queued, dict) else str(queued),
                counted=reply.usage is not None,
            )
        )

    def set_aside(self, exchange: Exchange, aside: Aside) -> None:
        """Remember, here and in the row, what budgets were charged for what is only queued."""
        detail = exchange.reply.detail if exchange.reply is not None else {}
        key = (exchange.proxy.name, str(detail.get(QUEUED, "")))
        if begun := self._waiting.get(key):
            self._waiting[key] = begun._replace(aside=aside)
            detail[ASIDE] = aside

    def know(self, steps: Iterable[QueuedStep]) -> None:
        """Take what an earlier run of this gateway, or another gateway of the team, wrote down."""
        for step in steps:
            self._follow(step)

    def _follow(self, step: QueuedStep) -> None:
        if isinstance(step.queued, dict):
            for id, file in step.queued.items():
                if begun := self._waiting.pop((step.proxy, id), None):
                    self._waiting[step.proxy, file] = begun
            return
        before = Begun()
        if step.queued or step.counted:
            before = self._waiting.pop((step.proxy, _fetched(step.endpoint)), before)
        if step.queued:
            aside = step.aside or before.aside  # of what was looked at before it was done, too
            self._waiting[step.proxy, step.queued] = Begun(step.operation, step.model, aside)
            if len(self._waiting) > _MOST:
                self._waiting.popitem(last=False)


def _fetched(endpoint: str) -> str:
    """Return the id of what a call fetches; "" where it does something else."""
    method, _, path = endpoint.partition(" ")
    for end in _ENDS:
        path = path.removesuffix(end)
    folder, _, id = path.rpartition("/")
    return id if method == "GET" and folder.endswith(_FOLDERS) else ""
