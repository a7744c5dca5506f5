"""Chunks of OpenAI's streams as structures: only what is read of most of them is taken out of the JSON."""

from typing import Any

import msgspec


class Delta(msgspec.Struct, gc=False):
    """What a chunk adds to a message."""

    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    refusal: Any = None
    tool_calls: Any = None
    function_call: Any = None
    audio: Any = None


class ChunkChoice(msgspec.Struct, gc=False):
    """What a chunk adds to one choice."""

    index: Any = 0
    delta: Delta | None = None
    finish_reason: Any = None
    text: Any = None
    usage: Any = None


class Chunk(msgspec.Struct, gc=False):
    """One event; members without a name here are of no interest."""

    choices: list[ChunkChoice]
    service_tier: Any = None
    usage: Any = None
    error: Any = None
    x_groq: Any = None

    def words(self) -> str | None:
        """Return the words that are all that this chunk brings for its first choice; None: it brings more."""
        if len(self.choices) != 1 or self.usage or self.error or self.x_groq:
            return None
        choice = self.choices[0]
        delta = choice.delta
        if delta is None or choice.finish_reason or choice.index != 0 or choice.text or choice.usage:
            return None
        content = delta.content
        if type(content) is not str or delta.tool_calls or delta.reasoning_content or delta.reasoning:
            return None
        return None if delta.refusal or delta.function_call or delta.audio else content


chunk_of = msgspec.json.Decoder(Chunk).decode
