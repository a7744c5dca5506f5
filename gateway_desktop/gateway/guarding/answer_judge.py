"""AnswerJudge: looks at an answer, and decides what of it passes."""

import time
from collections.abc import Sequence

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.policy import Action, AnswerMode, Direction
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.beside import if_long
from gateway_desktop.gateway.guarding.inspector import (
    MOST_COMPARED,
    OF_TEXT,
    TOO_MUCH,
    Cut,
    Inspector,
    Looked,
)
from gateway_desktop.gateway.guarding.masking import masked_values, without
from gateway_desktop.gateway.refusals.policy import refused_by
from gateway_desktop.policies.redaction import Vault
from gateway_desktop.protocols.answer_texts import texts_beside
from gateway_desktop.protocols.json_body import compact, lenient
from gateway_desktop.protocols.json_text import rewritten
from gateway_desktop.protocols.llm.deltas import leave_out_tokens


class AnswerJudge:
    """Looks at the answer of one exchange."""

    def __init__(
        self, exchange: Exchange, inspector: Inspector, mode: AnswerMode, vault: Vault | None, window: int
    ) -> None:
        self.rewrites = mode is not AnswerMode.PASS or (vault is not None and vault.restores)
        self.looked = False  # the verdict on the answer is part of the call's
        self.mode = mode
        self.window = window
        self._exchange = exchange
        self._inspector = inspector
        self._known_vault = vault

    async def whole(self, body: bytes, reply: Reply) -> bytes:
        """Return what the caller gets of a whole answer."""
        found: list[TextPart] = []
        if self.scans:
            found = await if_long(lambda read: texts_beside(read, reply.texts), body)
        return self.passes(body, reply, await self.judge(reply, len(body), beside=found))

    def passes(self, body: bytes, reply: Reply, looked: Looked) -> bytes:
        """Return a whole answer without what is to be masked; raise Refused where that cannot be."""
        values = masked_values(looked, self.vault) if looked.verdict.hits else {}
        if not values and not self.restores:
            return body
        if len(values) * (len(body) + OF_TEXT * body.count(b'"')) > MOST_COMPARED:
            raise refused_by(looked.verdict.refused(TOO_MUCH))
        vault = self.vault
        unseen = set(values)

        def change(text: str) -> str:
            unseen.difference_update([value for value in unseen if value in text])
            return vault.restored(without(text, values))

        if values:
            self.hide(reply, values)
        try:
            passes = rewritten(body, change)
        except ValueError:  # it is no JSON, so nothing can be masked in it
            passes = body
        if unseen:  # it is put together of several texts: it cannot be masked for certain
            raise refused_by(looked.verdict)
        return _without_tokens(passes) if values and b'"logprobs' in passes else passes

    async def judge(
        self, reply: Reply, size: int, cut: Cut = Cut.WHOLE, beside: Sequence[TextPart] = ()
    ) -> Looked:
        """Look at an answer's texts and add what follows to the call; raise Refused if it must not pass."""
        looked = await self.look((*reply.texts, *beside), size, cut)
        self.note(looked)
        if looked.verdict.action is Action.BLOCK and self.enforces:
            raise refused_by(looked.verdict)
        return looked

    async def look(self, texts: Sequence[TextPart], size: int = 0, cut: Cut = Cut.WHOLE) -> Looked:
        """Look at texts of the answer, whatever follows."""
        return await self._inspector.look(self._exchange, texts, Direction.ANSWER, size, cut=cut)

    def note(self, looked: Looked) -> None:
        """Add what was found in the answer to what the call's record will say."""
        self.looked = True
        call = self._exchange.call
        assert call is not None
        if looked.noted or looked.verdict.hits:
            call.noted = (*call.noted, *looked.noted)
            call.verdict = call.verdict.joined(looked.verdict)
        call.scan = self._inspector.together(call.scan, looked.scan)
        self._exchange.timeline["answer inspected"] = time.perf_counter() - self._exchange.started

    def hide(self, reply: Reply, values: dict[str, str]) -> None:
        """Leave what was masked out of the texts and the error that are stored."""
        if reply.error is not None:
            reply.error = without(reply.error, values)
        reply.texts = [part._replace(text=without(part.text, values)) for part in reply.texts]

    @property
    def vault(self) -> Vault:
        """The placeholders of this conversation."""
        if self._known_vault is None:
            self._known_vault = Vault()
        return self._known_vault

    @property
    def restores(self) -> bool:
        """Whether placeholders are put back into answers."""
        return self._known_vault is not None and self._known_vault.restores

    @property
    def scans(self) -> bool:
        """Whether a stream is looked at before it passes."""
        return self.mode is not AnswerMode.PASS

    @property
    def enforces(self) -> bool:
        """Whether what must not pass can still be refused."""
        return not self._exchange.client.started or self.scans


def _without_tokens(body: bytes) -> bytes:
    value = lenient(body)
    leave_out_tokens(value)
    return body if value is None else compact(value).encode("utf-8", "replace")
