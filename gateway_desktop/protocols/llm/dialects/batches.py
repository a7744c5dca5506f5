"""POST /v1/batches (OpenAI), /v1/batch/jobs (Mistral), .../messages/batches, :batchGenerateContent (Gemini).

What a batch used is told long after it was made: where its end or its results are first fetched.
"""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call
from gateway_desktop.core.queued import QUEUED
from gateway_desktop.core.reply import Reply, Usage
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import JsonBody
from gateway_desktop.protocols.llm.answer import Answer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.readers import LinesReader, WholeReader
from gateway_desktop.protocols.llm.texts import Texts, objects, words
from gateway_desktop.protocols.llm.usage import add, anthropic_usage, gemini_usage, mapping, openai_usage

_MADE_AT = ("/batches", "/batch/jobs", ":batchGenerateContent")
_UNDER_WAY = frozenset(
    {
        *("validating", "in_progress", "finalizing", "cancelling", "canceling"),
        *("queued", "running", "cancellation_requested"),
    }
)  # Mistral and Together write them in capitals


class Batches(Dialect):
    """Many requests at once, at half the price."""

    def operation(self, method: str, path: str) -> str | None:
        """Return "batch"."""
        return "batch" if method == "POST" and path.endswith(_MADE_AT) else None

    def read(self, call: Call, body: JsonBody, path: str) -> None:  # noqa: ARG002 - the shape needs it not
        """Read all texts of all requests."""
        call.detail["background"] = True
        Texts(call).members(body, frozenset())

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader of the batch, or of its results, which are lines."""
        answer = BatchAnswer(call, reply)
        return WholeReader(answer) if content_type == "application/json" else LinesReader(answer)

    def expects_json(self, call: Call) -> bool:  # noqa: ARG002 - results are lines
        """Return False."""
        return False


class BatchAnswer(Answer):
    """A batch or its results; what its requests used is added up by model."""

    estimates = False

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._used: dict[str, Usage] = {}

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a batch: it has its usage, its results, or the name of the file that has them; or many."""
        if listed := _results_in(value.get("data") or value.get("operations")):
            self.reply.detail[QUEUED] = listed
        value = mapping(value.get("job")) or value  # Together's, as it is made
        if error := value.get("error"):
            self.error(error)
        if made := _id_under_way(value):
            self.reply.detail[QUEUED] = made
            return
        results = _file_of_results(value)
        usage, model = mapping(value.get("usage")), value.get("model")
        if usage and (model or not results):
            self._add(model, openai_usage(usage))
        inlined = mapping(_output_of(value).get("inlinedResponses")).get("inlinedResponses")
        for _, result in objects(value.get("outputs") or inlined):  # Mistral's, Gemini's
            self.event(result)
        if results and not self._used:  # Azure's, Groq's: told by each result
            self.reply.detail[QUEUED] = results

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read a result, which is a line of a file: Anthropic's, Gemini's, or of who speaks like OpenAI."""
        message = mapping(mapping(value.get("result")).get("message"))
        if usage := mapping(message.get("usage")):
            self._add(message.get("model"), anthropic_usage(usage))
        answer = mapping(value.get("response"))
        if usage := mapping(answer.get("usageMetadata")):
            self._add(answer.get("modelVersion"), gemini_usage(usage))
        body = mapping(answer.get("body"))
        if usage := mapping(body.get("usage")):
            self._add(body.get("model"), openai_usage(usage))
        return False

    def reported(self) -> Usage | None:
        """Return what the first model used, and beside it what others did."""
        if self.usage is None and self._used:
            (model, self.usage), *others = self._used.items()
            self.usage.others += others
            self.reply.response_model = model or None
            self.reply.service_tier = "batch"
        return self.usage

    def close(self, *, cut: bool) -> None:
        """Complete the reply; half of the results count as none, since they are fetched again."""
        self.ended = True
        if cut:
            self._used.clear()
        super().close(cut=cut)

    def _add(self, model: object, used: Usage) -> None:
        used.summed = True
        name = words(model) or ""
        if name in self._used:
            add(self._used[name], used)
        else:
            self._used[name] = used


def _results_in(batches: object) -> dict[str, str]:
    """Return the files that have results of a list's batches, by the batches' ids."""
    return {
        words(batch.get("id")) or _tail(batch.get("name")): results
        for _, batch in objects(batches)
        if not _id_under_way(batch) and (results := _file_of_results(batch))
    }


def _file_of_results(batch: Mapping[str, Any]) -> str:
    """Return the id of the file that has a batch's results: OpenAI's, Mistral's, Gemini's; "" if none has."""
    named = batch.get("output_file_id") or batch.get("output_file") or _output_of(batch).get("responsesFile")
    return _tail(named)


def _output_of(batch: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Gemini tells of the results of a batch that has ended."""
    return mapping(batch.get("response")) or mapping(mapping(batch.get("metadata")).get("output"))


def _tail(name: object) -> str:
    """Return the id in a name of Gemini's (batches/ID, files/ID), or an id as it is."""
    return (words(name) or "").rpartition("/")[2]


def _id_under_way(batch: Mapping[str, Any]) -> str:
    """Return the id of a batch that has not ended; "" if it has."""
    if "status" in batch or "processing_status" in batch:
        status = words(batch.get("status", batch.get("processing_status"))) or ""
        return words(batch.get("id")) or "" if status.lower() in _UNDER_WAY else ""
    return "" if batch.get("done") is True else _tail(batch.get("name"))  # Gemini's operation
