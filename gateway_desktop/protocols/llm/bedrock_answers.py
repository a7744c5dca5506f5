"""What Amazon Bedrock answers: Converse's one shape, and below /invoke each model's own."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.reply import Reply, Usage
from gateway_desktop.protocols.json_body import compact, decoded
from gateway_desktop.protocols.llm.answer import Answer, FramedAnswer
from gateway_desktop.protocols.llm.texts import objects, words
from gateway_desktop.protocols.llm.usage import bedrock_counts, bedrock_usage, mapping

MakeAnswer = Callable[[Call, Reply], Answer]
_METRICS = "amazon-bedrock-invocationMetrics"  # in the last piece of every stream of a model
_CONVERSE = ("output", "messageStart", "contentBlockStart", "contentBlockDelta", "messageStop", "metadata")
_ROLES = {"text": "assistant", "reasoningContent": "thinking", "toolUse": "tool_call", "toolResult": "tool"}


class ConverseAnswer(FramedAnswer):
    """A message of several blocks, each an object with one member."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._texts: dict[tuple[int, str], list[str]] = {}
        self._tools: dict[int, str] = {}

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole answer."""
        message = mapping(mapping(value.get("output")).get("message"))
        for index, block in objects(message.get("content")):
            self._block(index, block)
        self.reply.finish = words(value.get("stopReason"))
        self._metadata(value)

    def framed(self, name: str, value: Mapping[str, Any]) -> None:
        """Read an event; the one with the usage follows the end of the message."""
        index = value.get("contentBlockIndex")
        at = index if isinstance(index, int) else 0
        match name:
            case "contentBlockStart":
                self._block(at, mapping(value.get("start")))
            case "contentBlockDelta":
                self._block(at, mapping(value.get("delta")))
            case "messageStop":
                self.ended = True
                self.reply.finish = words(value.get("stopReason"))
            case "metadata":
                self.over = self.ended
                self._metadata(value)

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read an event that stands under its name, as Amazon's own models write below /invoke."""
        for name in _CONVERSE:
            if name in value:
                self.framed(name, mapping(value[name]))
        return False

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether an event is of a block; text has no start."""
        return "contentBlockDelta" in value or "contentBlockStart" in value

    def texts(self) -> list[TextPart]:
        """Return the blocks' texts."""
        if self._tools:
            self.reply.detail["tool_calls"] = [name for _, name in sorted(self._tools.items())]
        return [
            TextPart(
                f"/output/message/content/{index}/{kind}",
                _ROLES[kind],
                text,
                self._tools.get(index, "") if kind == "toolUse" else "",
            )
            for (index, kind), pieces in sorted(self._texts.items())
            if (text := "".join(pieces))
        ]

    def _block(self, index: int, block: Mapping[str, Any]) -> None:
        """Read a block, or a piece of one."""
        self._add(index, "text", block.get("text"))
        if reasoning := mapping(block.get("reasoningContent")):
            whole = mapping(reasoning.get("reasoningText"))
            self._add(index, "reasoningContent", whole.get("text", reasoning.get("text")))
        if used := mapping(block.get("toolUse")):
            if isinstance(name := used.get("name"), str):
                self._tools[index] = name
            self._add(index, "toolUse", used.get("input"))
        if result := block.get("toolResult"):
            self._add(index, "toolResult", result)

    def _add(self, index: int, kind: str, said: object) -> None:
        if said:
            text = said if isinstance(said, str) else compact(said)
            self._texts.setdefault((index, kind), []).append(text)

    def _metadata(self, value: Mapping[str, Any]) -> None:
        if usage := mapping(value.get("usage")):
            self.usage = bedrock_usage(usage)
        tier = words(mapping(value.get("serviceTier")).get("type"))
        fast = mapping(value.get("performanceConfig")).get("latency") == "optimized"
        self.reply.service_tier = "performance" if fast else tier


class InvokeAnswer(FramedAnswer):
    """An answer in the shape of the model, which its first piece tells; counted by Bedrock in the last."""

    def __init__(self, call: Call, reply: Reply, claude: MakeAnswer, gpt: MakeAnswer) -> None:
        super().__init__(call, reply)
        self._claude, self._gpt = claude, gpt
        self._inner: Answer | None = None

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole answer."""
        if self.call.operation == "count_tokens":  # nothing was used: counting is free
            self.reply.detail["counted_tokens"] = value.get("inputTokens")
        else:
            self._of(value).read_object(value)

    def framed(self, name: str, value: Mapping[str, Any]) -> None:
        """Read a piece, which is packed."""
        piece = decoded(b64decode(str(value.get("bytes", ""))))
        if name != "chunk" or not isinstance(piece, dict):
            return
        inner = self._of(piece)
        inner.streamed = True
        inner.hear(piece)
        inner.event(piece)
        if metrics := mapping(piece.get(_METRICS)):
            inner.ended = inner.over = True
            if inner.reported() is None:
                inner.usage = bedrock_counts(metrics)

    def says(self, value: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the pieces within do
        """Return False."""
        return False

    def close(self, *, cut: bool) -> None:
        """Complete the reply. Prices are those of the id that was asked for: it tells the region, too."""
        inner = self._inner
        if inner is None or self.call.operation == "count_tokens":
            self.estimates = False
            super().close(cut=cut)
            return
        inner.ended = inner.ended or self.ended
        inner.characters = self.characters
        inner.estimates = not isinstance(inner, PlainAnswer) or bool(inner.texts())
        inner.close(cut=cut)
        self.reply.response_model = None

    def _of(self, value: Mapping[str, Any]) -> Answer:
        if self._inner is None:
            self._inner = self._shaped(value)(self.call, self.reply)
        return self._inner

    def _shaped(self, value: Mapping[str, Any]) -> MakeAnswer:
        """Return who reads a model's answer, by its first piece."""
        if value.get("type") in ("message_start", "message"):
            return self._claude
        if isinstance(value.get("choices"), list) and "object" in value:
            return self._gpt
        return ConverseAnswer if any(name in value for name in _CONVERSE) else PlainAnswer


class PlainAnswer(Answer):
    """A text, in the ways of Llama, Mistral, Titan and Cohere; pictures and vectors have none."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._pieces: list[str] = []

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole answer."""
        self.event(value)
        self.usage = self._counted(value)

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read a piece."""
        lists = [value.get(name) for name in ("outputs", "results", "generations")]
        for said in (value, *(item for found in lists for _, item in objects(found))):
            texts = (said.get(name) for name in ("generation", "outputText", "text", "completion"))
            self._pieces += [text for text in texts if isinstance(text, str)]
            for name in ("stop_reason", "completionReason", "finish_reason"):
                self.reply.finish = words(said.get(name)) or self.reply.finish
        return False

    def texts(self) -> list[TextPart]:
        """Return the text."""
        text = "".join(self._pieces)
        return [TextPart("", "assistant", text)] if text else []

    def _counted(self, value: Mapping[str, Any]) -> Usage | None:
        """Return what the model counts itself; of others Bedrock tells it in headers alone."""
        results = [result.get("tokenCount") for _, result in objects(value.get("results"))]
        usage = bedrock_counts(
            {
                "inputTokenCount": value.get("prompt_token_count", value.get("inputTextTokenCount")),
                "outputTokenCount": value.get("generation_token_count", results[0] if results else None),
            }
        )
        return usage if usage.counted else None
