"""Every other path: passed through; metered where the answer to a POST has `usage`; its words are read."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.media_type import EVENTS, LINES
from gateway_desktop.core.queued import QUEUED
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import JsonBody, lenient
from gateway_desktop.protocols.llm.answer import NOT_YET, Answer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.readers import BlindReader, LinesReader, SseReader, WholeReader
from gateway_desktop.protocols.llm.texts import Texts, objects, words
from gateway_desktop.protocols.llm.unknown_words import UnknownWords
from gateway_desktop.protocols.llm.usage import (
    add_other,
    cache_usage,
    cohere_billed,
    gemini_usage,
    heard_usage,
    interaction_usage,
    mapping,
    openai_usage,
    pages_usage,
    server_usage,
    spoken_usage,
)
from gateway_desktop.protocols.unread import text_of

_OF_ANSWER = (
    *("id", "type", "object", "status", "model", "service_tier", "usage", "usageMetadata"),
    *("svg_usage", "meta", "error"),
    *("model_instance_id", "stats", "meta_info", "details"),
    *("tokens_evaluated", "tokens_predicted", "timings", "usage_info", "outputs"),
    *("task", "duration"),
)
# What is asked for of a document beside its text, of each page (Mistral's OCR).
_ANNOTATIONS = ("document_annotation_format", "bbox_annotation_format")
# What is worked on for long: such answers tell what was used in all that time, not for this call.
_LASTING = frozenset({"session", "session_thread", "dream", "agent.session"})
_SAYING = ("delta", "partial", "generation", "done", "completed")  # parts of kinds of events
_WITHIN = ("response", "interaction", "result")  # Gemini's, LM Studio's
_TEXTS = frozenset({"prompt", "input", "instructions", "query", "text"})  # of images, speech, rerankers, ...


class Other(Dialect):
    """What has no dialect of its own."""

    reads_json = False

    def operation(self, method: str, path: str) -> str | None:
        """Return "models" or "other"; never None."""
        reads = method in ("GET", "HEAD")
        models = path.endswith(("/models", "/api/tags", "/api/ps")) or "/models/" in path
        return "models" if reads and models else "other"

    def read(self, call: Call, body: JsonBody, path: str) -> None:  # noqa: ARG002 - the shape needs it not
        """Read the texts that such requests have."""
        call.stream = body.get("stream") is True
        if body.get("background") is True:
            call.detail["background"] = True
        if any(body.get(name) is not None for name in _ANNOTATIONS):
            call.detail["annotated"] = True
        texts = Texts(call)
        for name in body:
            if name in _TEXTS:
                texts.content(f"/{name}", "user", body.get(name), Texts.add_rest)
        texts.members(body, _TEXTS)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader where a usage may come; what is fetched was metered when it was made, mostly."""
        if not call.body and "background" not in call.detail:
            return BlindReader(reply)
        if content_type == EVENTS:
            return SseReader(OtherAnswer(call, reply))
        if content_type == "application/json" or content_type.startswith("text/"):
            return WholeReader(OtherAnswer(call, reply))
        if content_type in LINES:
            return LinesReader(OtherAnswer(call, reply))
        if content_type.startswith("audio/"):
            reply.usage = spoken_usage(call)
        return BlindReader(reply)

    def expects_json(self, call: Call) -> bool:  # noqa: ARG002 - anything may come
        """Return False."""
        return False


class OtherAnswer(Answer):
    """A usage, wherever answers usually have it, and whatever was said."""

    estimates = False

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._words = UnknownWords()

    def whole(self, body: bytes) -> None:
        """Read model, usage, error and words of a whole answer, which need not be an object."""
        self.ended = True
        begin = body.lstrip()[:1]
        if begin == b"{":
            self._read(JsonBody(body, checked=False).members(*_OF_ANSWER))
        self._words.whole(lenient(body) if begin in (b"{", b"[") else text_of(body))

    def data(self, data: bytes) -> bool:
        """Read an event; what is no JSON passes."""
        return super().data(data) if data[:1] == b"{" else False

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read model, usage, error and words."""
        self._words.event(value)
        self._read(value)
        return False

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether an event has no kind, or one of those that bring something."""
        kind = words(value.get("type") or value.get("event_type")) or _SAYING[0]
        return any(part in kind for part in _SAYING)

    def texts(self) -> list[TextPart]:
        """Return what was said."""
        return self._words.texts()

    def _read(self, value: Mapping[str, Any]) -> None:
        for _, made in objects(value.get("outputs")):  # Mistral's
            self.reply.response_model = words(made.get("model")) or self.reply.response_model
        if isinstance(model := value.get("model"), str):
            self.reply.response_model = model
        inner = next(filter(None, (mapping(value.get(name)) for name in _WITHIN)), {})  # of events
        if model := words(inner.get("model")) or words((inner or value).get("model_instance_id")):
            self.reply.response_model = model
        if tier := words(inner.get("service_tier") or value.get("service_tier")):
            self.reply.service_tier = tier
        if self._not_yet(inner or value):
            return
        if not any(words(value.get(name)) in _LASTING for name in ("type", "object")):
            self._usage(value, inner)
        if error := value.get("error"):
            self.error(error)

    def _usage(self, value: Mapping[str, Any], inner: Mapping[str, Any]) -> None:
        if usage := _usage_in(value, inner):
            self.usage = interaction_usage(usage) if "total_input_tokens" in usage else openai_usage(usage)
        elif usage := mapping(value.get("usageMetadata")):
            self.usage = gemini_usage(usage) if "promptTokenCount" in usage else cache_usage(usage)
        elif pages := mapping(value.get("usage_info")):
            self.usage = pages_usage(pages, annotated="annotated" in self.call.detail)
        elif used := heard_usage(value) or server_usage(inner or value):
            self.usage = used
        used = self.usage
        if used is not None and (svg := mapping(value.get("svg_usage"))):  # beside the images'
            add_other(used, "svg", svg.get("model"), openai_usage(svg))
        if used is not None and not (used.counted or used.extra) and used.charged_nano is None:
            self.usage = None  # paid by what is not told

    def _not_yet(self, made: Mapping[str, Any]) -> bool:
        """Note the id of what is made in the background (Gemini's interactions) while it is not done."""
        if "background" not in self.call.detail or "status" not in made:
            return False
        waits = made["status"] in NOT_YET
        if not waits:
            self.reply.detail.pop(QUEUED, None)
        elif isinstance(id := made.get("id"), str):
            self.reply.detail[QUEUED] = id
        return waits

    def close(self, *, cut: bool) -> None:
        """Complete the reply; such streams have no end that we know of."""
        self.ended = True
        super().close(cut=cut)


def _usage_in(value: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an answer or event says of usage; Cohere tells what it bills beside what there was."""
    for told in (value, inner, mapping(value.get("delta"))):
        if usage := mapping(told.get("usage")):
            return cohere_billed(usage) or usage
    return cohere_billed(mapping((inner or value).get("meta")))
