"""Which program is asking, in which session, and whom it claims to speak for."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.exchange import Headers
from gateway_desktop.protocols.json_body import JsonBody, decoded

_LONGEST = 200
# Products of User-Agent headers and clients of MCP, in small letters, and what people call them.
_NAMES = {
    "claude-cli": "Claude Code",
    "claude-code": "Claude Code",
    "codex_cli_rs": "Codex",
    "codex_exec": "Codex",
    "codex_vscode": "Codex",
    "codex-tui": "Codex",
    "codex-mcp-client": "Codex",
    "google-genai-sdk": "google-genai",
    "agents/python": "openai-agents",
    "geminicli": "Gemini CLI",
    "geminicli-tui": "Gemini CLI",
    "gemini-cli-mcp-client": "Gemini CLI",
    "githubcopilotchat": "GitHub Copilot",
    "qwencode": "Qwen Code",
    "kimi-code-cli": "Kimi Code",
    "kimi-code": "Kimi Code",
    "kimicli": "Kimi CLI",
    "factory-cli": "Droid",
    "opencode": "OpenCode",
    "opencode2": "OpenCode",
    "kilo-code": "Kilo Code",
    "charm-crush": "Crush",
    "roocode": "Roo Code",
    "continue-cli-client": "Continue",
    "copilot": "GitHub Copilot",
    "mozilla": "Browser",
}
# Languages of SDKs that say their name so: "OpenAI/Python 3.54.0", "AsyncGroq/Python 1.7.0".
_LANGUAGES = frozenset({"python", "js", "go", "java", "ruby", "kotlin", "php", "csharp"})
# How User-Agent headers of coding tools begin, and what only their names of MCP servers' tools hold:
# mcp__SERVER__TOOL, mcp_SERVER_TOOL, SERVER___TOOL, SERVER_TOOL, SERVER-TOOL. All others are their own.
_OF_OTHERS = {
    "claude-cli/": ("__",),
    "claude-code/": ("__",),
    "codex": ("__",),
    "qwencode/": ("__",),
    "kimi-code-cli/": ("__",),
    "factory-cli/": ("___",),
    "geminicli-": ("mcp_",),  # "GeminiCLI/..." is older, and names them as their servers do
    "opencode/": ("_",),
    "kilo-code/": ("_", "--"),
    "copilot": ("-",),
}
# The command line of GitHub Copilot names none but its SDKs, and says whether a person asks or it goes on.
_OF_COPILOT = "x-initiator"
_SDKS_OF_COPILOT = ("OpenAI/JS ", "Anthropic/JS ")
_SESSION_HEADERS = (
    "x-claude-code-session-id",
    "session-id",
    "session_id",
    "thread-id",
    "conversation_id",
    "x-session-id",
)
_AGENT_HEADERS = (("agent", "x-claude-code-agent-id"), ("parent_agent", "x-claude-code-parent-agent-id"))
_USER_HEADERS = ("x-user-email", "x-user-id", "x-user-name", "x-user", "x-openwebui-user-email")
_USER_MEMBERS = ("user", "safety_identifier")
_SESSION_MEMBERS = ("session_id", "conversation", "prompt_cache_key")


def application(headers: Headers) -> str | None:
    """Return name and version of the program that calls, as people know it."""
    agent = _agent(headers)
    return _application(agent[:_LONGEST]) if agent else headers.get("originator", "")[:_LONGEST] or None


def introduced(app: str) -> str:
    """Return name and version of a program that says so itself, as people know it."""
    name, _, version = app.rpartition(" ")
    return _NAMES.get(app.lower()) or f"{_NAMES.get(name.lower(), name)} {version}".strip()


def read_claims(call: Call, headers: Headers, body: JsonBody | None) -> None:
    """Set what the call claims about itself: user and session, from the body first, then from headers."""
    call.session = _first(headers, _SESSION_HEADERS)
    for field, name in _AGENT_HEADERS:
        if agent := headers.get(name, ""):
            call.detail[field] = agent[:_LONGEST]
    if body is not None:
        _read_body(call, body)
    if call.claimed_user is None and (user := _first(headers, _USER_HEADERS)):
        call.claimed_user = unquote(user)


def read_own_tools(call: Call, headers: Headers) -> None:
    """Say of the descriptions of a coding tool's own tools that they are its maker's words.

    They are full of orders to the model; what MCP servers bring along stays a description.
    """
    asking = (_agent(headers) or headers.get("originator", "")).lower()
    marks = next((marks for begin, marks in _OF_OTHERS.items() if asking.startswith(begin)), ())
    if marks:
        call.texts[:] = [
            part._replace(role="developer") if _is_own_tool(part, marks) else part for part in call.texts
        ]


def _agent(headers: Headers) -> str:
    """Return the User-Agent, or the name of who is known by another header."""
    agent = headers.get("User-Agent", "")
    return "copilot" if agent.startswith(_SDKS_OF_COPILOT) and _OF_COPILOT in headers else agent


def _is_own_tool(part: TextPart, marks: tuple[str, ...]) -> bool:
    named = part.role == "tool_description" and bool(part.tool)
    return named and not any(mark in part.tool for mark in marks)


def _first(headers: Headers, names: tuple[str, ...]) -> str | None:
    for name in names:
        if name in headers and (value := headers.get(name, "")):
            return value[:_LONGEST]
    return None


def user_and_session(user_id: object) -> tuple[str | None, str | None]:
    """Return both out of Anthropic's metadata.user_id: `..._session_<id>`, an object, or its JSON."""
    if isinstance(user_id, str) and user_id.startswith("{"):
        try:
            user_id = decoded(user_id.encode("utf-8", "replace"))
        except ValueError:
            return _text(user_id), None
    if isinstance(user_id, Mapping):
        users = (user_id.get(name) for name in ("email", "user_id", "id", "account_uuid", "device_id"))
        sessions = (user_id.get(name) for name in ("session_id", "sessionId"))
        return next(filter(None, map(_text, users)), None), next(filter(None, map(_text, sessions)), None)
    if not isinstance(user_id, str):
        return None, None
    user, found, session = user_id.rpartition("_session_")
    return (_text(user), _text(session)) if found else (_text(user_id), None)


def _read_body(call: Call, body: JsonBody) -> None:
    for name in _USER_MEMBERS:
        if name in body:
            call.claimed_user = call.claimed_user or _text(body.get(name))
    if "metadata" in body:
        metadata = body.get("metadata")
        if isinstance(metadata, dict):
            user, session = user_and_session(metadata.get("user_id"))
            call.claimed_user = call.claimed_user or user
            call.session = call.session or session or _text(metadata.get("session_id"))
    if call.session is None:
        call.session = _session(body)


def _session(body: JsonBody) -> str | None:
    for name in _SESSION_MEMBERS:
        if name in body:
            value = body.get(name)
            if session := _text(value.get("id") if isinstance(value, dict) else value):
                return session
    return None


def _text(value: object) -> str | None:
    return value[:_LONGEST] if isinstance(value, str) and value else None


@lru_cache(maxsize=1024)
def _application(agent: str) -> str:
    product, _, rest = agent.partition(" ")
    first_of_rest = rest.split(" ", 1)[0]
    if known := _NAMES.get(product.lower()):  # "Agents/Python 0.20.0"
        return f"{known} {first_of_rest}".rstrip()
    name, version = _versioned(product)
    if version.lower() in _LANGUAGES:
        name = name.lower().removeprefix("async").removeprefix("azure")
        return f"{name}-{version.lower()} {first_of_rest}".rstrip()
    version = version.partition("+")[0]  # "google-genai-sdk/3.6.1+afc"
    if version == "" and rest[:1].isdigit():  # "OpenAI 1.2"
        version = first_of_rest
    return f"{_NAMES.get(name.lower(), name)} {version}".rstrip()


def _versioned(product: str) -> tuple[str, str]:
    """Return name and version: the first part that begins with a digit, of "ai-sdk/openai/3.0.141" too."""
    name, *parts = product.split("/")
    for index, part in enumerate(parts):
        if part[:1].isdigit():
            return "/".join([name, *parts[:index]]), part
    return name, parts[0] if parts else ""
