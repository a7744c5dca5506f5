"""What is made in the background (responses, interactions, batches) counts where it is first told."""

from collections import OrderedDict

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.protocols.llm.answer import QUEUED

_MOST = 10_000  # that wait at once; the oldest are forgotten
_FOLDERS = ("/responses", "/interactions", "/batches")
_Key = tuple[str, str, str]


class Queued:
    """Knows who began them. Whoever else fetches one changes nothing."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[_Key, tuple[str, str, str]] = OrderedDict()

    def recognise(self, exchange: Exchange) -> None:
        """Have the answer read as the call's that began it, where one of these is fetched."""
        call, id = exchange.call, _fetched(exchange)
        began = self._waiting.get(_key(exchange, id)) if id else None
        if began is not None and call is not None:
            call.operation, call.dialect, call.target = began
            call.detail["background"] = True

    def note(self, exchange: Exchange) -> None:
        """Remember what was only queued; forget what has reported its usage."""
        reply, call = exchange.reply, exchange.call
        if reply is None or call is None:
            return
        if id := reply.detail.get(QUEUED):
            key = _key(exchange, str(id))
            self._waiting[key] = call.operation, call.dialect, call.target
            if len(self._waiting) > _MOST:
                self._waiting.popitem(last=False)
        elif (fetched := _fetched(exchange)) and reply.usage is not None:
            self._waiting.pop(_key(exchange, fetched), None)


def _fetched(exchange: Exchange) -> str:
    """Return the id of what a call fetches; "" where it does something else."""
    folder, _, id = exchange.request.path.removesuffix("/results").rpartition("/")  # Anthropic's batches'
    return id if exchange.request.method == "GET" and folder.endswith(_FOLDERS) else ""


def _key(exchange: Exchange, id: str) -> _Key:
    who = exchange.principal
    return exchange.proxy.id, who.user_id or who.api_key_id or who.kind, id
