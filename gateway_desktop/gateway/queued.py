"""Responses that were only queued (OpenAI, `background`): their usage counts where it is first reported."""

from collections import OrderedDict

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.protocols.llm.dialects.openai_responses import QUEUED

_MOST = 10_000  # that wait at once; the oldest are forgotten
_FETCHED = "/responses/"
_Key = tuple[str, str, str]


class Queued:
    """Knows who began them. Whoever else fetches one changes nothing."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[_Key, tuple[str, str, str]] = OrderedDict()

    def recognise(self, exchange: Exchange) -> None:
        """Have the answer read as the call's that began it, where one of these is fetched."""
        head, call = exchange.request, exchange.call
        if head.method != "GET" or _FETCHED not in head.path or call is None:
            return
        began = self._waiting.get(_key(exchange, head.path.rpartition(_FETCHED)[2]))
        if began is not None:
            call.operation, call.dialect, call.target = began

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
        elif exchange.request.method == "GET" and reply.usage is not None:
            self._waiting.pop(_key(exchange, exchange.request.path.rpartition(_FETCHED)[2]), None)


def _key(exchange: Exchange, id: str) -> _Key:
    who = exchange.principal
    return exchange.proxy.id, who.user_id or who.api_key_id or who.kind, id
