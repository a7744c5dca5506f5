"""Tools of the revision without sessions: questions for an answer, several rounds, headers of parameters.

What the conformance suite asks of a server; `add_to(server)` adds them to the fixture.
"""

import hmac
import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    ClientCapabilities,
    InputRequiredResult,
    SamplingCapability,
)
from pydantic import Field

_KEY = secrets.token_bytes(32)
Ctx = Context[Any, Any]


def _sealed(state: str) -> str:
    return f"{state}.{hmac.new(_KEY, state.encode(), 'sha256').hexdigest()}"


def _opened(state: str) -> str:
    text = state.rpartition(".")[0]
    if not hmac.compare_digest(_sealed(text), state):
        raise MCPError(INVALID_PARAMS, "The state was changed on its way")
    return text


def _ask(message: str, **properties: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
        "required": list(properties),
    }
    return {"method": "elicitation/create", "params": {"message": message, "requestedSchema": schema}}


def _sample(words: str) -> dict[str, Any]:
    message = {"role": "user", "content": {"type": "text", "text": words}}
    return {"method": "sampling/createMessage", "params": {"messages": [message], "maxTokens": 100}}


ROOTS = {"method": "roots/list", "params": {}}


def _questions(requests: Mapping[str, Any], state: str | None = None) -> InputRequiredResult:
    sealed = None if state is None else _sealed(state)
    return InputRequiredResult.model_validate({"inputRequests": requests, "requestState": sealed})


def _given(ctx: Ctx, *names: str) -> dict[str, Any] | None:
    """Return what the client answers to all of these, or None while one is missing."""
    answers = ctx.input_responses or {}
    if any(name not in answers for name in names):
        return None
    return {name: answers[name].model_dump(by_alias=True) for name in names}


def add_to(server: MCPServer) -> None:
    """Add them."""
    for tool in (
        test_input_required_result_elicitation,
        test_input_required_result_sampling,
        test_input_required_result_list_roots,
        test_input_required_result_request_state,
        test_input_required_result_tampered_state,
        test_input_required_result_multiple_inputs,
        test_input_required_result_multi_round,
        test_input_required_result_capabilities,
        test_missing_capability,
        test_streaming_elicitation,
        test_logging_tool,
        test_custom_headers,
    ):
        server.tool()(tool)
    server.prompt()(test_input_required_result_prompt)


async def test_input_required_result_elicitation(ctx: Ctx) -> str | InputRequiredResult:
    """Ask for a name."""
    given = _given(ctx, "user_name")
    if given is None or "content" not in given["user_name"]:
        return _questions({"user_name": _ask("What is your name?", name="string")})
    return f"Hello, {given['user_name']['content']['name']}!"


async def test_input_required_result_sampling(ctx: Ctx) -> str | InputRequiredResult:
    """Ask the client's model."""
    given = _given(ctx, "capital_question")
    if given is None:
        return _questions({"capital_question": _sample("What is the capital of France?")})
    return str(given["capital_question"]["content"])


async def test_input_required_result_list_roots(ctx: Ctx) -> str | InputRequiredResult:
    """Ask for the roots."""
    given = _given(ctx, "client_roots")
    return _questions({"client_roots": ROOTS}) if given is None else str(given["client_roots"]["roots"])


async def test_input_required_result_request_state(ctx: Ctx) -> str | InputRequiredResult:
    """Ask, with a state that comes back."""
    given = _given(ctx, "confirm")
    if given is None or ctx.request_state is None:
        return _questions({"confirm": _ask("Please confirm", ok="boolean")}, "one")
    _opened(ctx.request_state)
    return "state-ok"


async def test_input_required_result_tampered_state(ctx: Ctx) -> str | InputRequiredResult:
    """The same; the suite changes the state."""
    return await test_input_required_result_request_state(ctx)


async def test_input_required_result_multiple_inputs(ctx: Ctx) -> str | InputRequiredResult:
    """Ask three things at once."""
    given = _given(ctx, "user_name", "greeting", "client_roots")
    if given is None or ctx.request_state is None:
        asked = {
            "user_name": _ask("What is your name?", name="string"),
            "greeting": _sample("Generate a greeting"),
            "client_roots": ROOTS,
        }
        return _questions(asked, "three")
    _opened(ctx.request_state)
    return f"All there: {', '.join(given)}"


async def test_input_required_result_multi_round(ctx: Ctx) -> str | InputRequiredResult:
    """Ask twice, one after the other."""
    state = _opened(ctx.request_state) if ctx.request_state else ""
    if state == "second" and (given := _given(ctx, "step2")):
        return f"Your colour is {given['step2']['content']['color']}"
    if state == "first" and _given(ctx, "step1"):
        return _questions({"step2": _ask("Step 2: What is your favorite color?", color="string")}, "second")
    return _questions({"step1": _ask("Step 1: What is your name?", name="string")}, "first")


async def test_input_required_result_capabilities(ctx: Ctx) -> str | InputRequiredResult:
    """Ask only what the client can answer."""
    able = ctx.client_capabilities
    asked: dict[str, Any] = {}
    if able is not None and able.sampling is not None:
        asked["model"] = _sample("Say something")
    if able is not None and able.elicitation is not None:
        asked["person"] = _ask("Say something", words="string")
    return _questions(asked) if asked and not ctx.input_responses else "Nothing to ask"


async def test_missing_capability(ctx: Ctx) -> str:
    """Want a client with a model."""
    able = ctx.client_capabilities
    if able is None or able.sampling is None:
        wanted = ClientCapabilities(sampling=SamplingCapability()).model_dump(exclude_none=True)
        data = {"requiredCapabilities": wanted}
        raise MCPError(MISSING_REQUIRED_CLIENT_CAPABILITY, "This tool needs sampling", data)
    return "It has one"


async def test_streaming_elicitation(ctx: Ctx) -> str | InputRequiredResult:
    """Report progress, then ask."""
    await ctx.report_progress(1, 2, "asking")
    return await test_input_required_result_elicitation(ctx)


async def test_logging_tool(ctx: Ctx) -> str:
    """Log, for clients that want it."""
    await ctx.info("Working")
    return "Worked"


_In = Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]


def test_custom_headers(region: _In, query: str = "") -> str:
    """Take a parameter that a header repeats."""
    return f"{region}: {query}"


async def test_input_required_result_prompt(ctx: Ctx) -> list[UserMessage] | InputRequiredResult:
    """Ask before giving the prompt."""
    given = _given(ctx, "user_context")
    if given is None:
        return _questions({"user_context": _ask("What context should the prompt use?", context="string")})
    return [UserMessage(content=f"In {given['user_context']['content']['context']}")]
