"""Reads answers: one message at a time, whichever way it came."""

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.json_rpc import Message
from gateway_desktop.protocols.mcp.methods import (
    NAMED_BY,
    begun_task,
    error_texts,
    message_texts,
    result_texts,
)

_LONGEST = 2000


def read_answer(call: Call, reply: Reply, message: Message) -> None:
    """Complete the reply by the message that answers the call: its texts, and whether it failed."""
    reply.complete = True
    value, result = message.value, message.result
    reply.texts = message_texts(value, "tool_result")
    if value.get("result") is not None:
        reply.texts = [*result_texts(call.operation, call.target, value["result"]), *reply.texts]
    if value.get("error") is not None:  # if both are there, a client decides which of them it takes
        reply.texts = [*error_texts(value["error"], call.target), *reply.texts]
    if (error := message.error) is not None:
        code = error.get("code")
        reply.error = str(error.get("message") or "An error without a message")[:_LONGEST]
        reply.detail["rpc_error"] = code if isinstance(code, int) else None
        return
    if result.get("isError") is True:
        reply.detail["is_error"] = True
        said = next((part.text for part in reply.texts if part.text), "no reason given")
        reply.error = f"The tool reports: {said}"[:_LONGEST]
    if isinstance(kind := result.get("resultType"), str) and kind != "complete":
        reply.detail["result_type"] = kind[:100]
    named = call.target if NAMED_BY.get(call.operation) == "taskId" else ""
    if task := begun_task(result) or named:
        reply.detail["task"] = task
    _read_server(call, reply, result)


def _read_server(call: Call, reply: Reply, result: dict[str, object]) -> None:
    if call.operation not in ("initialize", "server/discover"):
        return
    server = result.get("serverInfo")
    if isinstance(server, dict) and isinstance(name := server.get("name"), str):
        version = server.get("version")
        reply.detail["server"] = f"{name} {version}"[:200] if isinstance(version, str) else name[:200]
    if isinstance(version := result.get("protocolVersion"), str):
        reply.detail["protocol_version"] = version[:40]
