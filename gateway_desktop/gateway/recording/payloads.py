"""What of an exchange's texts is stored: nothing, sizes, masked texts or all (per proxy)."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from time import perf_counter

from gateway_desktop.core.audit import KnownPayload, Payload
from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.lru_cache import LruCache
from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.gateway.beside import beside
from gateway_desktop.inspection.redaction import redact
from gateway_desktop.inspection.scan import SLICE

_CACHED_CHARACTERS = 2 << 20  # of texts that hold secrets
_OF_ENTRY = 100  # what an entry takes beside its text, as if in characters
_REMEMBERED = 16_384  # texts without a secret
_LONG = 500_000  # characters that take milliseconds
_ANY_PLACE, _LONGEST_PLACE, _LONGEST_ROLE = 40, 1_000, 20  # characters


class PayloadMaker:
    """Masks each text once: a conversation's earlier turns come again with every new one."""

    def __init__(self) -> None:
        self._clean: LruCache[int, bool] = LruCache(_REMEMBERED)  # by their hashes, keyed by this process
        self._masked: OrderedDict[str, str] = OrderedDict()
        self._characters = 0

    async def of(self, exchange: Exchange, level: PayloadLevel) -> list[Payload]:
        """Return the parts to store of the request and the answer."""
        if level not in (PayloadLevel.REDACTED, PayloadLevel.FULL):
            return []
        mask = level is PayloadLevel.REDACTED
        parts: list[Payload] = []
        if exchange.call is not None:
            parts += await self._of_request(exchange.call, mask)
        if exchange.reply is not None:
            parts += await self._each("response", exchange.reply.texts, mask)
        return parts

    async def _of_request(self, call: Call, mask: bool) -> list[Payload]:
        """Return the parts of a request; those of messages that are known are made once."""
        texts, begin, kept, known = call.texts, call.messages_at, call.kept, call.known
        if kept is None or not kept.stand_in(texts, begin):  # it is short, or a policy masked something
            return await self._each("request", texts, mask)
        made: list[Payload] | None = kept.made.get((self, mask))
        if made is None:
            made = list(known.made.get((self, mask), ())) if known is not None else []
            made += await self._each("request", kept.texts[len(made) :], mask, KnownPayload)
            kept.made[self, mask] = made
        return [
            *await self._each("request", texts[:begin], mask),
            *made,
            *await self._each("request", texts[begin + len(made) :], mask),
        ]

    async def _each(
        self, direction: str, parts: Sequence[TextPart], mask: bool, kind: type[Payload] = Payload
    ) -> list[Payload]:
        """Return the parts as they are stored; of very many the loop is given to others in between."""
        made: list[Payload] = []
        began = perf_counter()
        for part in parts:
            made.append(kind(direction, await self._stored(part, mask)))
            if perf_counter() - began >= SLICE:
                await asyncio.sleep(0)
                began = perf_counter()
        return made

    async def _stored(self, part: TextPart, mask: bool) -> TextPart:
        place = part.place
        if len(place) > _ANY_PLACE:  # names of members stand in it, which callers choose
            place = place[:_LONGEST_PLACE]
            place = await self._masked_text(place) if mask else place
        text = await self._masked_text(part.text) if mask else part.text
        if text is part.text and place is part.place and len(part.role) <= _LONGEST_ROLE:
            return part
        return part._replace(place=place, role=_role(part), text=text)

    async def _masked_text(self, text: str) -> str:
        if self._clean.get(hash(text)):
            return text
        if (known := self._masked.get(text)) is not None:
            self._masked.move_to_end(text)
            return known
        masked, found = redact(text) if len(text) <= _LONG else await beside(redact, text)
        if not found:
            self._clean.put(hash(text), True)
            return text
        self._masked[text] = masked
        self._characters += len(text) + _OF_ENTRY
        while self._characters > _CACHED_CHARACTERS:
            oldest, _ = self._masked.popitem(last=False)
            self._characters -= len(oldest) + _OF_ENTRY
        return masked


def _role(part: TextPart) -> str:
    """Return the role, which callers choose: a longer one than there are may be anything, a secret too."""
    return part.role[:_LONGEST_ROLE]


def sizes(exchange: Exchange) -> dict[str, object]:
    """Return roles and lengths of all texts, for proxies that store no texts."""
    found: dict[str, object] = {}
    if exchange.call is not None and exchange.call.texts:
        found["request_texts"] = [[_role(part), len(part.text)] for part in exchange.call.texts]
    if exchange.reply is not None and exchange.reply.texts:
        found["response_texts"] = [[_role(part), len(part.text)] for part in exchange.reply.texts]
    return found
