"""A real MCP server on the official SDK: what gateways usually fail at, and what the conformance suite asks.

`python -m tests.fakes.mcp_http PORT [--sse | --plain | --forgetful | --modern]`
`--plain`: JSON answers; `--forgetful`: streams without ids; `--modern`: the newest revision alone.
"""

import argparse
import base64
import json
from collections import defaultdict
from typing import Any

import anyio
import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.prompts.base import Message, UserMessage
from mcp.server.streamable_http import EventCallback, EventMessage, EventStore
from mcp.types import (
    AudioContent,
    Completion,
    ContentBlock,
    EmbeddedResource,
    EmptyResult,
    ImageContent,
    JSONRPCMessage,
    SamplingMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    TextResourceContents,
    UnsubscribeRequestParams,
)
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fakes import mcp_rounds

# One black pixel, and a sound of two samples.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SOUND = base64.b64encode(
    b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\4\0\0\0\0\0\1\0"
).decode()
LARGE = 10 << 20


class Events(EventStore):
    """Events in memory, so that streams can be resumed."""

    def __init__(self) -> None:
        self._streams: dict[str, list[tuple[int, JSONRPCMessage | None]]] = defaultdict(list)
        self._stream_of: dict[int, str] = {}

    async def store_event(self, stream_id: str, message: JSONRPCMessage | None) -> str:
        number = len(self._stream_of) + 1
        self._stream_of[number] = stream_id
        self._streams[stream_id].append((number, message))
        return str(number)

    async def replay_events_after(self, last_event_id: str, send_callback: EventCallback) -> str | None:
        stream = self._stream_of.get(int(last_event_id))
        if stream is None:
            return None
        for number, message in self._streams[stream]:
            if number > int(last_event_id) and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


class Answer(BaseModel):
    response: str = Field(description="What the person says")


class Defaults(BaseModel):
    name: str = Field(default="John Doe", description="Name")
    age: int = Field(default=30, description="Age")
    score: float = Field(default=95.5, description="Score")
    status: str = Field(
        default="active", description="Status", json_schema_extra={"enum": ["active", "inactive", "pending"]}
    )
    verified: bool = Field(default=True, description="Verified")


def _titled(*names: str) -> list[dict[str, str]]:
    return [{"const": name, "title": name.capitalize()} for name in names]


class Enums(BaseModel):
    untitledSingle: str = Field(json_schema_extra={"enum": ["option1", "option2", "option3"]})  # noqa: N815
    titledSingle: str = Field(json_schema_extra={"oneOf": _titled("value1", "value2", "value3")})  # type: ignore[dict-item] # noqa: N815
    untitledMulti: list[str] = Field(  # noqa: N815
        json_schema_extra={"items": {"type": "string", "enum": ["option1", "option2", "option3"]}}
    )
    titledMulti: list[str] = Field(  # noqa: N815
        json_schema_extra={"items": {"anyOf": _titled("value1", "value2", "value3")}}  # type: ignore[dict-item]
    )
    legacyEnum: str = Field(  # noqa: N815
        json_schema_extra={"enum": ["opt1", "opt2", "opt3"], "enumNames": ["One", "Two", "Three"]}
    )


server = MCPServer("fixture", version="1.0", instructions="Tools for tests.")
Ctx = Context[Any, Any]


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def echo(text: str) -> str:
    """Say it again."""
    return text


@server.tool()
def large() -> str:
    """Return ten megabytes."""
    return "x" * LARGE


@server.tool()
async def wait(ctx: Ctx, seconds: float = 30) -> str:
    """Report progress, then wait."""
    await ctx.report_progress(1, 2, "begun")
    await anyio.sleep(seconds)
    return "waited"


@server.tool()
def test_simple_text() -> str:
    """Return one text."""
    return "This is a simple text response for testing."


@server.tool()
def test_image_content() -> list[ImageContent]:
    """Return an image."""
    return [ImageContent(type="image", data=PIXEL, mime_type="image/png")]


@server.tool()
def test_audio_content() -> list[AudioContent]:
    """Return a sound."""
    return [AudioContent(type="audio", data=SOUND, mime_type="audio/wav")]


def _embedded(uri: str, text: str, kind: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(
        type="resource", resource=TextResourceContents(uri=uri, mime_type=kind, text=text)
    )


@server.tool()
def test_embedded_resource() -> list[EmbeddedResource]:
    """Return a resource."""
    return [_embedded("test://embedded-resource", "This is an embedded resource content.")]


@server.tool()
def test_multiple_content_types() -> list[ContentBlock]:
    """Return a text, an image and a resource."""
    return [
        TextContent(type="text", text="Multiple content types test:"),
        ImageContent(type="image", data=PIXEL, mime_type="image/png"),
        _embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json"),
    ]


@server.tool()
async def test_tool_with_logging(ctx: Ctx) -> str:
    """Log three times."""
    for words in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(words)
        await anyio.sleep(0.05)
    return "Logged three times."


@server.tool()
async def test_tool_with_progress(ctx: Ctx) -> str:
    """Report progress three times."""
    for step in (0, 50, 100):
        await ctx.report_progress(step, 100, f"Completed step {step} of 100")
        await anyio.sleep(0.05)
    return "Reported three times."


@server.tool()
async def test_sampling(prompt: str, ctx: Ctx) -> str:
    """Ask the client's model."""
    asked = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
    result = await ctx.session.create_message(messages=[asked], max_tokens=100)
    said = result.content.text if isinstance(result.content, TextContent) else "no text"
    return f"LLM response: {said}"


@server.tool()
async def test_elicitation(message: str, ctx: Ctx) -> str:
    """Ask the person."""
    result = await ctx.elicit(message, Answer)
    content = result.data.model_dump_json() if result.action == "accept" else "{}"
    return f"User response: action={result.action}, content={content}"


@server.tool()
async def test_elicitation_sep1034_defaults(ctx: Ctx) -> str:
    """Ask with defaults."""
    result = await ctx.elicit("Please provide user information", Defaults)
    content = result.data.model_dump_json() if result.action == "accept" else "{}"
    return f"Elicitation completed: action={result.action}, content={content}"


@server.tool()
async def test_elicitation_sep1330_enums(ctx: Ctx) -> str:
    """Ask to choose."""
    result = await ctx.elicit("Please choose", Enums)
    content = result.data.model_dump_json() if result.action == "accept" else "{}"
    return f"Elicitation completed: action={result.action}, content={content}"


@server.tool()
def test_error_handling() -> str:
    """Fail."""
    raise RuntimeError("This tool intentionally returns an error for testing")


@server.tool()
async def test_reconnection(ctx: Ctx) -> str:
    """Close the stream in the middle of the call."""
    await ctx.close_sse_stream()
    await anyio.sleep(0.1)
    return "Reconnection test completed"


@server.resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    """A text."""
    return "This is the content of the static text resource."


@server.resource("test://static-binary", mime_type="image/png")
def static_binary() -> bytes:
    """An image."""
    return base64.b64decode(PIXEL)


@server.resource("test://watched-resource", mime_type="text/plain")
def watched() -> str:
    """A text to subscribe to."""
    return "watched"


@server.resource("test://template/{id}/data", mime_type="application/json")
def template(id: str) -> str:
    """A template."""
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


@server.prompt()
def test_simple_prompt() -> str:
    """A prompt."""
    return "This is a simple prompt for testing."


@server.prompt()
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """A prompt with arguments."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@server.prompt()
def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:  # noqa: N803
    """A prompt with a resource."""
    return [
        UserMessage(content=_embedded(resourceUri, "Embedded resource content for testing.")),
        UserMessage(content="Please process the embedded resource above."),
    ]


@server.prompt()
def test_prompt_with_image() -> list[Message]:
    """A prompt with an image."""
    return [
        UserMessage(content=ImageContent(type="image", data=PIXEL, mime_type="image/png")),
        UserMessage(content="Please analyze the image above."),
    ]


@server.completion()  # type: ignore[no-untyped-call,untyped-decorator]  # the SDK's
async def complete(ref: object, argument: object, context: object) -> Completion:
    """Complete nothing."""
    return Completion(values=[], total=0, has_more=False)


async def _done(context: object, params: object) -> EmptyResult:
    return EmptyResult()


@server.tool()
def json_schema_2020_12_tool() -> str:
    """Take what the newest JSON Schema can say."""
    return "taken"


# The high-level server has no door for these.
_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
_tool = server._tool_manager.get_tool("json_schema_2020_12_tool")
assert _tool is not None
_tool.parameters = _SCHEMA
_inner = server._lowlevel_server
mcp_rounds.add_to(server)
_inner.add_request_handler("logging/setLevel", SetLevelRequestParams, _done)
_inner.add_request_handler("resources/subscribe", SubscribeRequestParams, _done)
_inner.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, _done)


def without_sessions(app: ASGIApp) -> ASGIApp:
    """Refuse to shake hands, as a server of the newest revision alone does."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive() if scope["type"] == "http" else None
        if message is None or b'"initialize"' not in message.get("body", b""):
            given = [message] if message is not None else []

            async def again() -> Any:
                return given.pop() if given else await receive()

            await app(scope, again, send)
            return
        error = {"code": -32022, "message": "Unsupported version", "data": {"supported": ["2026-07-28"]}}
        answer = JSONResponse({"jsonrpc": "2.0", "id": 1, "error": error}, 400)
        await answer(scope, receive, send)

    return serve


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--sse", action="store_true")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--forgetful", action="store_true")
    parser.add_argument("--modern", action="store_true")
    arguments = parser.parse_args()
    if arguments.sse:
        app = server.sse_app()
    elif arguments.plain:
        app = server.streamable_http_app(json_response=True)
    elif arguments.modern:
        app = without_sessions(server.streamable_http_app())  # type: ignore[assignment]
    elif arguments.forgetful:
        app = server.streamable_http_app()
    else:
        app = server.streamable_http_app(event_store=Events(), retry_interval=50)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
