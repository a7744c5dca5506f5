"""POST /v1/embeddings (OpenAI and others), :embedContent (Gemini), :predict (Vertex), /api/embed (Ollama)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import Reply, Usage
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import JsonBody
from gateway_desktop.protocols.llm.answer import Answer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.readers import WholeReader
from gateway_desktop.protocols.llm.texts import Texts, words
from gateway_desktop.protocols.llm.usage import count, gemini_usage, mapping, ollama_usage, openai_usage

_USAGES = ("usage", "usageMetadata", "prompt_eval_count")
_ENDS = ("/embeddings", "/api/embed", ":embedContent", ":batchEmbedContents")


_OF_VERTEX = ":predict"  # of models of every kind
_OF_BODY = frozenset({"input", "prompt", "content", "requests", "instances"})
_OF_CONTENT = frozenset({"role", "parts"})
_OF_PART = frozenset({"text"})
_OF_REQUEST = frozenset({"model", "content", "taskType", "outputDimensionality"})


class _Statistics(msgspec.Struct):
    token_count: float = 0


class _Embedding(msgspec.Struct):
    statistics: _Statistics | None = None


class _Prediction(msgspec.Struct):
    embeddings: _Embedding | None = None


class _Predictions(msgspec.Struct):
    """An answer of Vertex AI without its vectors."""

    predictions: list[_Prediction] = []


_predictions_of = msgspec.json.Decoder(_Predictions).decode


class Embeddings(Dialect):
    """Texts to vectors."""

    def operation(self, method: str, path: str) -> str | None:
        """Return "embeddings"."""
        asks = path.endswith(_ENDS) or (path.endswith(_OF_VERTEX) and "embedding" in path)
        return "embeddings" if method == "POST" and asks else None

    def read(self, call: Call, body: JsonBody, path: str) -> None:  # noqa: ARG002 - the shape needs it not
        """Read what is to be embedded."""
        texts = Texts(call)
        for name in ("input", "prompt"):
            if name in body:
                _read_input(texts, f"/{name}", body.get(name))
        if "content" in body:
            _read_content(texts, "/content", body.get("content"))
        for index, request in texts.entries("/requests", "user", body.get("requests")):
            _read_content(texts, f"/requests/{index}/content", request.get("content"))
            texts.unread(f"/requests/{index}", "user", request, _OF_REQUEST)
        for index, instance in texts.entries("/instances", "user", body.get("instances")):
            texts.add_rest(f"/instances/{index}", "user", instance)
        texts.members(body, _OF_BODY)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:  # noqa: ARG002 - always JSON
        """Return a reader of one object."""
        return WholeReader(EmbeddingsAnswer(call, reply))


class EmbeddingsAnswer(Answer):
    """Vectors, which are not looked at, and usage."""

    def whole(self, body: bytes) -> None:
        """Read all members but the vectors."""
        self.read_object(JsonBody(body, checked=False).members("model", "error", *_USAGES))
        if self.usage is None and b'"predictions"' in body:
            self._predictions(body)
        self.ended = True

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read model and usage."""
        self.reply.response_model = words(value.get("model"))
        if usage := mapping(value.get("usage")):
            self.usage = openai_usage(usage)
        elif usage := mapping(value.get("usageMetadata")):
            self.usage = gemini_usage(usage)
        elif "prompt_eval_count" in value:
            self.usage = ollama_usage(value)
        if self.usage is not None and self.usage.output is None:
            self.usage.output = 0  # vectors are not tokens
        if "error" in value:
            self.error(value["error"])

    def _predictions(self, body: bytes) -> None:
        told = [one.embeddings for one in _predictions_of(body).predictions]
        tokens = [
            one.statistics.token_count for one in told if one is not None and one.statistics is not None
        ]
        if tokens:
            self.usage = Usage(count(sum(tokens)), output=0)


def _read_input(texts: Texts, place: str, given: object) -> None:
    if isinstance(given, list) and any(isinstance(item, int | list) for item in given):
        texts.count("token_prompts", len(given) if isinstance(given[0], list) else 1)
    texts.content(place, "user", given, _read_part)


def _read_content(texts: Texts, place: str, content: object) -> None:
    opened = texts.opened(place, "user", content)
    texts.content(f"{place}/parts", "user", opened.get("parts"), _read_part)
    texts.unread(place, "user", opened, _OF_CONTENT)


def _read_part(texts: Texts, place: str, role: str, part: Mapping[str, Any]) -> None:
    texts.add(f"{place}/text", role, part.get("text"))
    texts.unread(place, role, part, _OF_PART)
