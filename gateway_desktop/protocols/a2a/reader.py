"""Reads answers of agents: tasks, messages, status and artifact updates, whole or as a stream."""

from itertools import zip_longest
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.a2a.methods import EXTENDED_CARD, SENDS, SUBSCRIBE
from gateway_desktop.protocols.a2a.parts import artifact_texts, files_of, message_texts, rest_texts
from gateway_desktop.protocols.json_body import decoded
from gateway_desktop.protocols.sse import EventSplitter, EventTooLarge, data_of

_LARGEST = 32 << 20  # of a whole answer that is read
_HELD = ("task", "message", "msg", "statusUpdate", "artifactUpdate")  # how 1.0 says what an answer is
_READ = frozenset(
    {"id", "kind", "taskId", "contextId", "status", "history", "artifacts", "artifact", "append"}
)
_READ |= {"lastChunk", "final", "tasks", "name", "url", "pushNotificationConfig", "nextPageToken"}
_ENDED_BADLY = frozenset({"failed", "rejected"})


def state_of(state: object) -> str:
    """Return a task's state in the words of 0.3: `TASK_STATE_INPUT_REQUIRED` is `input-required`."""
    text = state if isinstance(state, str) else ""
    return text.removeprefix("TASK_STATE_").lower().replace("_", "-").replace("cancelled", "canceled")


class A2aReader:
    """The reader of both bindings; each message or artifact is one text, however many pieces it came in."""

    def __init__(self, call: Call, reply: Reply, *, stream: bool) -> None:
        self.reply = reply
        self._call = call
        self._splitter = EventSplitter() if stream else None
        self._body = bytearray()
        self._texts: dict[str, list[TextPart]] = {}
        self._pieces: dict[str, list[str]] = {}  # of the last text of an artifact that still grows
        self._files: dict[str, list[dict[str, object]]] = {}
        self._events = 0

    def feed(self, data: bytes) -> bytes:
        """Read a piece."""
        if self._splitter is None:
            if len(self._body) <= _LARGEST:
                self._body += data
            return data
        if "not_read" in self.reply.detail:
            return data
        try:
            blocks = self._splitter.feed(data)
        except EventTooLarge as error:
            self._splitter.rest()
            self.reply.detail["not_read"] = error.message
            return data
        for block in blocks:
            self._block(block)
        return data

    def end(self) -> bytes:
        """Read the end: of a stream it is the connection's, the protocol has no other."""
        self._close()
        self.reply.complete = True
        return b""

    def aborted(self) -> None:
        """Keep what was seen."""
        self._close()

    def _close(self) -> None:
        if self._splitter is not None:
            if rest := self._splitter.rest():
                self._block(rest)
            self.reply.detail["events"] = self._events
        elif self._body:
            self._whole(bytes(self._body))
        for place in list(self._pieces):
            self._join(place)
        self.reply.texts = [text for texts in self._texts.values() for text in texts]
        if files := [file for found in self._files.values() for file in found]:
            self.reply.detail["answer_files"] = files

    def _whole(self, body: bytes) -> None:
        if len(body) > _LARGEST:
            self.reply.detail["not_read"] = f"The answer is larger than {_LARGEST >> 20} MB"
            return
        try:
            document = decoded(body)
        except ValueError as error:
            self.reply.detail["not_read"] = f"The answer is not JSON: {error}"
            return
        self._document(document)

    def _block(self, block: bytes) -> None:
        data = data_of(block)
        if not data:
            return
        self._events += 1
        try:
            self._document(decoded(data))
        except ValueError:
            self.reply.detail["not_read"] = f"Event {self._events} is not JSON"

    def _document(self, document: Any) -> None:
        if not isinstance(document, dict):
            return
        error = document.get("error")
        if isinstance(error, dict) and "message" in error:
            self.reply.error = str(error["message"])
            self.reply.detail["error_code"] = error.get("code")
            self._texts["/error"] = rest_texts(error, frozenset(), "/error", "agent")
            return
        inner = document.get("result") if "jsonrpc" in document else document
        if isinstance(inner, dict) and self._call.operation != EXTENDED_CARD:
            self._result(inner)

    def _result(self, result: dict[str, Any], may_hold: tuple[str, ...] = _HELD) -> None:
        """Read all that an answer holds, whatever it says it is.

        Agents older than 0.2 do not say it, and give a task together with the message that asked for it.
        """
        held = [name for name in may_hold if isinstance(result.get(name), dict)]
        for name in held:
            if name in ("message", "msg"):
                self._message(result[name])
            else:
                self._result(result[name], ())
        if result.get("kind") == "message" or "parts" in result or "content" in result:
            self._message(result)
            return
        if rest := rest_texts(result, _READ.union(held), "", "metadata"):  # in every event anew
            self._texts.setdefault("/rest", []).extend(rest)
        if isinstance(result.get("tasks"), list):
            self._list(result["tasks"])
        if "artifact" in result:
            self._ids(result, "taskId")
            self._artifact(result["artifact"], append=bool(result.get("append")))
        if not result.keys().isdisjoint(("status", "history", "artifacts")):
            self._ids(result, "taskId" if "taskId" in result else "id")
            self._content(result)
            self._status(result.get("status"))

    def _list(self, tasks: list[object]) -> None:
        self.reply.detail["tasks"] = len(tasks)
        for task in tasks:
            if isinstance(task, dict):
                self._content(task)

    def _content(self, task: dict[str, Any]) -> None:
        history = task.get("history")
        for message in history if isinstance(history, list) else ():
            self._message(message)
        artifacts = task.get("artifacts")
        for artifact in artifacts if isinstance(artifacts, list) else ():
            self._artifact(artifact, append=False)

    def _status(self, status: object) -> None:
        if not isinstance(status, dict):
            return
        self._message(status.get("message") or status.get("update"))
        if state := state_of(status.get("state")):
            self.reply.finish = state
            self.reply.detail["state"] = state
            asked_for_work = self._call.operation in SENDS or self._call.operation == SUBSCRIBE
            if state in _ENDED_BADLY and asked_for_work:
                self.reply.error = f"The task was {state}" if state == "rejected" else "The task failed"

    def _message(self, message: object) -> None:
        if not isinstance(message, dict):
            return
        name = message.get("messageId") or message.get("message_id") or len(self._texts)
        place = f"/messages/{name}"
        if "taskId" in message or "contextId" in message:
            self._ids(message, "taskId")
        self._take(place, message_texts(message, place))
        self._files[place] = files_of(message)

    def _artifact(self, artifact: object, *, append: bool) -> None:
        if not isinstance(artifact, dict):
            return
        place = f"/artifacts/{artifact.get('artifactId', len(self._texts))}"
        files = files_of(artifact)
        if append and place in self._texts:
            self._grow(place, artifact_texts(artifact, f"{place}+{self._events}"))
            self._files[place] += files
        else:
            self._take(place, artifact_texts(artifact, place))
            self._files[place] = files

    def _grow(self, place: str, texts: list[TextPart]) -> None:
        """Add to what has this name; a text that comes in pieces is put together once, at its end."""
        said = self._texts[place]
        if said and texts and said[-1].place.endswith("/text") and texts[0].place.endswith("/text"):
            self._pieces.setdefault(place, [said[-1].text]).append(texts.pop(0).text)
        if texts:
            self._join(place)
            said += texts

    def _join(self, place: str) -> None:
        if pieces := self._pieces.pop(place, None):
            said = self._texts[place]
            said[-1] = said[-1]._replace(text="".join(pieces))

    def _take(self, place: str, texts: list[TextPart]) -> None:
        """Take what has this name now; what had it before was said, too, unless it has only grown."""
        self._join(place)
        before = self._texts.get(place, [])
        ends = zip_longest((part.text for part in texts), (part.text for part in before), fillvalue="")
        if not all(now.startswith(then) for now, then in ends):
            aside = f"{place}~{len(self._texts)}"
            self._texts[aside] = [part._replace(place=aside + part.place[len(place) :]) for part in before]
        self._texts[place] = texts

    def _ids(self, holder: dict[str, Any], task: str) -> None:
        if isinstance(holder.get(task), str) and holder[task]:
            self.reply.detail["task"] = holder[task]
        if isinstance(holder.get("contextId"), str) and holder["contextId"]:
            self.reply.detail["context"] = holder["contextId"]
