"""Guard: an answer is looked at before the caller has it, whole or in the pieces of a stream."""

from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.guarding.answer_judge import AnswerJudge
from gateway_desktop.gateway.guarding.guarded_stream import GuardedStream


class Guard(AnswerJudge):
    """Looks at one answer; fits core.exchange.AnswerGuard."""

    def opens(self, kind: str) -> None:
        """Say what the stream is: its media type."""
        self._stream = GuardedStream(self, self._exchange, kind)

    async def piece(self, data: bytes) -> bytes:
        """Take a piece of a stream; return what may leave by now."""
        return await self._stream.piece(data)

    async def end(self, reply: Reply) -> bytes:
        """Return what was held back, at the end of the stream."""
        return await self._stream.end(reply)
