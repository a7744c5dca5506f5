"""POST /v1/chat/completions (OpenAI, Azure OpenAI, all who speak like them), and older /v1/completions."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.queued import QUEUED
from gateway_desktop.core.reply import Reply, Usage
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import JsonBody
from gateway_desktop.protocols.llm.answer import Answer
from gateway_desktop.protocols.llm.chat_chunk import chunk_of
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.openai_choices import Choice
from gateway_desktop.protocols.llm.readers import reader_of
from gateway_desktop.protocols.llm.texts import Texts, objects, role_of, words
from gateway_desktop.protocols.llm.usage import add_thoughts, mapping, openai_usage, server_usage

_OF_CHAT = frozenset({"messages", "tools", "functions"})
_OF_COMPLETION = frozenset({"prompt", "suffix"})
_OF_MESSAGE = frozenset(
    {
        *("role", "content", "reasoning_content", "reasoning", "refusal", "tool_calls", "function_call"),
        *("tool_call_id", "audio"),
    }
)
_OF_CALL = frozenset({"id", "type", "index", "function", "custom"})
_WORDS = (("reasoning_content", "thinking"), ("reasoning", "thinking"), ("refusal", "refusal"))
_CALLED = frozenset({"arguments", "input", "name"})
_OF_OLD = frozenset({"arguments", "name"})


class OpenAiChat(Dialect):
    """Chat completions and completions."""

    asks_usage = True

    def operation(self, method: str, path: str) -> str | None:
        """Return "chat" or "completions"."""
        if method != "POST":
            return None
        if path.endswith("/chat/completions"):
            return "chat"
        return "completions" if path.endswith("/completions") else None

    def read(self, call: Call, body: Body, path: str) -> None:  # noqa: ARG002 - the shape needs it not
        """Read messages or prompt."""
        call.stream = body.get("stream") is True
        if "deferred" in body and body.get("deferred") is True:  # xAI's
            call.detail["background"] = True
        texts = Texts(call)
        if call.operation == "chat":
            texts.messages(body, "messages", _read_message)
            texts.add_tools(body.get("tools") if "tools" in body else None)
            if "functions" in body:
                for index, function in texts.entries("/functions", "tool_description", body.get("functions")):
                    texts.add_rest(f"/functions/{index}", "tool_description", function)
            texts.members(body, _OF_CHAT)
        else:
            _read_prompt(texts, body)
            texts.members(body, _OF_COMPLETION)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader of events or of one object."""
        return reader_of(ChatAnswer(call, reply), content_type, hides=call.hides_usage)


class ChatAnswer(Answer):
    """An answer of one or more choices."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._choices: dict[int, Choice] = {}

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole answer."""
        self.reply.response_model = words(value.get("model"))
        self._usage(value.get("usage"))
        self._rare(value)
        self.reply.service_tier = _tier(value)
        if "background" in self.call.detail and (id := words(value.get("request_id"))):
            self.reply.detail[QUEUED] = id
        for index, choice in objects(value.get("choices")):
            self._choice(index).whole(choice)

    def data(self, data: bytes) -> bool:
        """Read a chunk, or the mark at the end."""
        if data.startswith(b"[DONE]"):
            self.ended = self.over = True
            return False
        return super().data(data)

    def events(self, events: list[bytes]) -> list[bytes]:
        """Read chunks; of those that bring nothing but words for the first choice only these are decoded."""
        hidden: list[bytes] = []
        reply, said = self.reply, self._said()
        for data in events:
            if said is not None:
                try:
                    chunk = chunk_of(data)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    pass
                else:
                    words = chunk.words()
                    tier = chunk.service_tier
                    if words is not None and (tier is None or tier == reply.service_tier):
                        said.append(words)
                        continue
            if self._hides(data):
                hidden.append(data)
            said = self._said() if said is None else said
        return hidden

    def _said(self) -> list[str] | None:
        """Return the words of the first choice, once all is known that chunks say beside them."""
        choice, reply = self._choices.get(0), self.reply
        known = choice is not None and reply.response_model is not None and not reply.silent
        return choice.words if known and choice is not None else None

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether a chunk brings more than a role or a usage; the last: llama.cpp's own."""
        choices = [choice for _, choice in objects(value.get("choices"))]
        said = [said for choice in choices for said in (*_brought(choice), choice.get("text"))]
        return any((*said, value.get("content")))

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read a chunk; the one with nothing but usage is kept from a caller who did not ask for it."""
        usage = value.get("usage")
        if usage:
            self._usage(usage)
        reply = self.reply
        if reply.response_model is None:
            reply.response_model = words(value.get("model"))
        if tier := _tier(value):
            reply.service_tier = tier
        choices = value.get("choices")
        if not choices:
            self._rare(value)
            unasked = "cost" in mapping(usage)  # OpenRouter's always tells it
            return bool(usage) and not unasked
        for choice in choices:
            self._choice(choice.get("index", 0)).delta(choice)
            if "usage" in choice and not usage:  # Moonshot
                self._usage(choice["usage"])
        if "error" in value or "x_groq" in value:
            self._rare(value)
        return False

    def texts(self) -> list[TextPart]:
        """Return each choice's texts."""
        reply = self.reply
        found: list[TextPart] = []
        calls: list[str] = []
        for index in sorted(self._choices):
            choice = self._choices[index]
            found += choice.texts(f"/choices/{index}", legacy=self.call.operation == "completions")
            calls += choice.tool_names()
            reply.finish = reply.finish or choice.finish
        if calls:
            reply.detail["tool_calls"] = calls
        if len(self._choices) > 1:
            reply.detail["choices"] = len(self._choices)
        if self.streamed and not self.ended:  # not everybody sends [DONE]
            self.ended = bool(self._choices) and all(choice.finish for choice in self._choices.values())
        return found

    def unreported(self, characters: int, usage: Usage | None) -> Usage | None:
        """Return nothing for what has only been queued; it is reported where it is fetched."""
        return None if QUEUED in self.reply.detail else super().unreported(characters, usage)

    def _choice(self, index: object) -> Choice:
        key = index if isinstance(index, int) else 0
        choice = self._choices.get(key)
        if choice is None:
            choice = self._choices[key] = Choice()
        return choice

    def _usage(self, usage: object) -> None:
        if isinstance(usage, dict):
            told = openai_usage(usage)
            if self.usage is not None and told.input == told.output == 0:
                return  # some send an empty one after the one that counts
            self.usage = told
            if "gemini" in (self.reply.response_model or self.call.target):
                add_thoughts(self.usage, usage)

    def _rare(self, value: Mapping[str, Any]) -> None:
        if error := value.get("error"):
            self.error(error)
        if mapping(value.get("base_resp")).get("status_code"):  # MiniMax, whatever the HTTP status
            self.error(mapping(value["base_resp"]).get("status_msg"))
        if not self.usage and (groq := mapping(value.get("x_groq"))):
            self._usage(groq.get("usage"))
        if "tokens_predicted" in value:  # llama.cpp's own shape, at /completions without /v1
            self.usage = server_usage(value)
            self.ended = self.ended or value.get("stop") is True


def _brought(choice: Mapping[str, Any]) -> list[object]:
    """Return what a chunk adds to a choice beside its role."""
    return [said for name, said in mapping(choice.get("delta")).items() if name != "role"]


def _tier(value: Mapping[str, Any]) -> str | None:
    """Return in which tier it was made; Mistral tells it with the usage."""
    return words(value.get("service_tier") or mapping(value.get("usage")).get("service_tier"))


def _read_message(texts: Texts, place: str, message: Mapping[str, Any]) -> None:
    role = role_of(message, "user")
    content = message.get("content")
    if role in ("tool", "function"):
        texts.of_result(message.get("tool_call_id"), message.get("name"))
    if type(content) is str:
        texts.add(f"{place}/content", role, content)
    else:
        texts.content(f"{place}/content", role, content, _read_part)
    if texts.tool:
        texts.of_nobody()
    if len(message) > 2 or "content" not in message or "role" not in message:
        _read_rest_of_message(texts, place, message)


def _read_rest_of_message(texts: Texts, place: str, message: Mapping[str, Any]) -> None:
    for name, role in _WORDS:
        if name in message:
            texts.add(f"{place}/{name}", role, message[name])
    if "tool_calls" in message:
        _read_calls(texts, f"{place}/tool_calls", message["tool_calls"])
    if isinstance(audio := message.get("audio"), dict):
        texts.add_rest(f"{place}/audio", role_of(message, "user"), audio)
    texts.unread(place, role_of(message, "user"), message, _OF_MESSAGE)
    if "function_call" in message:
        old = texts.opened(f"{place}/function_call", "tool_call", message["function_call"])
        texts.of_call(old.get("name"), None)
        texts.add(f"{place}/function_call/arguments", "tool_call", old.get("arguments"))
        texts.unread(f"{place}/function_call", "tool_call", old, _OF_OLD)
        texts.of_nobody()


def _read_calls(texts: Texts, place: str, calls: object) -> None:
    for index, call in texts.entries(place, "tool_call", calls):
        where = f"{place}/{index}"
        for kind, member in (("function", "arguments"), ("custom", "input")):
            if kind not in call:
                continue
            called = texts.opened(f"{where}/{kind}", "tool_call", call.get(kind))
            texts.of_call(called.get("name"), call.get("id"))
            texts.add_json(f"{where}/{kind}/{member}", "tool_call", called.get(member))
            texts.unread(f"{where}/{kind}", "tool_call", called, _CALLED)
        texts.unread(where, "tool_call", call, _OF_CALL)
    texts.of_nobody()


_OF_PARTS = {
    kind: frozenset({"type", kind}) for kind in ("text", "refusal", "image_url", "input_audio", "file")
}
_OF_AUDIO = frozenset({"data", "format"})
_OF_FILE = frozenset({"file_data", "file_id"})
_OF_IMAGE = frozenset({"url", "detail"})
_UNKNOWN: frozenset[str] = frozenset()


def _read_image(texts: Texts, place: str, role: str, image: object) -> None:
    if isinstance(image, dict):
        texts.add_url(f"{place}/url", role, image.get("url"))
        texts.unread(place, role, image, _OF_IMAGE)
    else:
        texts.add_url(place, role, image)


def _read_part(texts: Texts, place: str, role: str, part: Mapping[str, Any]) -> None:
    kind = part.get("type")
    match kind:
        case "refusal":
            texts.add(f"{place}/refusal", "refusal", part.get("refusal"))
        case "image_url":
            texts.count("images")
            _read_image(texts, f"{place}/image_url", role, part.get("image_url"))
        case "input_audio":
            texts.count("audio")
            audio = texts.opened(f"{place}/input_audio", role, part.get("input_audio"))
            texts.add_packed(f"{place}/input_audio/data", role, audio.get("data"))
            texts.unread(f"{place}/input_audio", role, audio, _OF_AUDIO)
        case "file":
            texts.count("files")
            file = texts.opened(f"{place}/file", role, part.get("file"))
            texts.add_packed(f"{place}/file/file_data", role, file.get("file_data"))
            texts.unread(f"{place}/file", role, file, _OF_FILE)
        case _:
            texts.add(f"{place}/text", role, part.get("text"))
            kind = "text" if type(part.get("text")) is str else ""
    texts.unread(place, role, part, _OF_PARTS.get(kind or "", _UNKNOWN))


def _read_prompt(texts: Texts, body: JsonBody) -> None:
    prompt = body.get("prompt")
    if isinstance(prompt, list) and any(isinstance(item, int | list) for item in prompt):
        texts.count("token_prompts")
    texts.content("/prompt", "user", prompt, Texts.add_rest)
    texts.add("/suffix", "user", body.get("suffix") if "suffix" in body else None)
