"""POST /model/ID/converse, /invoke and their streams (Amazon Bedrock)."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.amazon_frames import KIND
from gateway_desktop.protocols.llm.bedrock_answers import ConverseAnswer, InvokeAnswer, MakeAnswer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.readers import FramesReader, WholeReader
from gateway_desktop.protocols.llm.texts import Texts, role_of

_OPERATIONS = {
    "converse": "converse",
    "converse-stream": "converse",
    "invoke": "invoke",
    "invoke-with-response-stream": "invoke",
    "count-tokens": "count_tokens",
}
_OF_BODY = frozenset({"messages", "system", "toolConfig"})
_OF_TOOLS = frozenset({"tools"})
_OF_MESSAGE = frozenset({"role", "content"})
_OF_CALL = frozenset({"toolUseId", "name", "input"})
_OF_RESULT = frozenset({"toolUseId", "content", "status"})
_MEDIA = {"image": "images", "audio": "audio", "video": "files", "document": "files"}
_OF_BLOCK = frozenset({"text", "toolUse", "toolResult", "reasoningContent", *_MEDIA})
_OF_MEDIA = frozenset({"format", "source"})
_OF_SOURCE = frozenset({"bytes"})
_OF_REASONING = frozenset({"reasoningText"})
_OF_REASONING_TEXT = frozenset({"text", "signature"})


class Bedrock(Dialect):
    """Converse, and the models' own shapes below /invoke; the path names the model."""

    def __init__(self, anthropic: Dialect, claude: MakeAnswer, gpt: MakeAnswer) -> None:
        self._anthropic = anthropic
        self._claude, self._gpt = claude, gpt

    def operation(self, method: str, path: str) -> str | None:
        """Return "converse", "invoke" or "count_tokens"."""
        if method != "POST" or "/model/" not in path:
            return None
        return _OPERATIONS.get(path.rpartition("/")[2])

    def read(self, call: Call, body: Body, path: str) -> None:
        """Read messages, by the shape of Anthropic's models or Amazon's."""
        stream = path.endswith("-stream")
        if "anthropic_version" in body:
            self._anthropic.read(call, body, path)
            call.stream = stream
            return
        call.stream = stream
        texts = Texts(call)
        texts.content("/system", "system", body.get("system"), _read_block)
        texts.messages(body, "messages", _read_message)
        config = texts.opened("/toolConfig", "tool_description", body.get("toolConfig"))
        texts.add_tools(config.get("tools"), "/toolConfig/tools")
        texts.unread("/toolConfig", "tool_description", config, _OF_TOOLS)
        texts.members(body, _OF_BODY)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader of frames or of one object."""
        answer = (
            ConverseAnswer(call, reply)
            if call.operation == "converse"
            else InvokeAnswer(call, reply, self._claude, self._gpt)
        )
        return FramesReader(answer) if content_type == KIND else WholeReader(answer)

    def expects_json(self, call: Call) -> bool:
        """Return True for whole conversations: models have shapes of their own, pictures among them."""
        return call.operation == "converse" and not call.stream


def _read_message(texts: Texts, place: str, message: Mapping[str, Any]) -> None:
    role = role_of(message, "user")
    texts.content(f"{place}/content", role, message.get("content"), _read_block)
    texts.unread(place, role, message, _OF_MESSAGE)


def _read_block(texts: Texts, place: str, role: str, block: Mapping[str, Any]) -> None:
    if "text" in block:
        texts.add(f"{place}/text", role, block["text"])
    if "toolUse" in block:
        where = f"{place}/toolUse"
        used = texts.opened(where, "tool_call", block["toolUse"])
        texts.of_call(used.get("name"), used.get("toolUseId"))
        texts.add_json(f"{where}/input", "tool_call", used.get("input"))
        texts.unread(where, "tool_call", used, _OF_CALL)
        texts.of_nobody()
    if "toolResult" in block:
        where = f"{place}/toolResult"
        result = texts.opened(where, "tool", block["toolResult"])
        texts.of_result(result.get("toolUseId"))
        texts.content(f"{where}/content", "tool", result.get("content"), _read_block)
        texts.unread(where, "tool", result, _OF_RESULT)
        texts.of_nobody()
    if "reasoningContent" in block:
        where = f"{place}/reasoningContent"
        reasoning = texts.opened(where, "thinking", block["reasoningContent"])
        inner = texts.opened(f"{where}/reasoningText", "thinking", reasoning.get("reasoningText"))
        texts.add(f"{where}/reasoningText/text", "thinking", inner.get("text"))
        texts.unread(f"{where}/reasoningText", "thinking", inner, _OF_REASONING_TEXT)
        texts.unread(where, "thinking", reasoning, _OF_REASONING)
    for name, kind in _MEDIA.items():
        if name in block:
            texts.count(kind)
            _read_media(texts, f"{place}/{name}", role, block[name])
    texts.unread(place, role, block, _OF_BLOCK)


def _read_media(texts: Texts, place: str, role: str, value: object) -> None:
    media = texts.opened(place, role, value)
    source = texts.opened(f"{place}/source", role, media.get("source"))
    texts.add_packed(f"{place}/source/bytes", role, source.get("bytes"))
    texts.unread(f"{place}/source", role, source, _OF_SOURCE)
    texts.unread(place, role, media, _OF_MEDIA)
