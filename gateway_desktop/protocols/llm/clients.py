"""Which program is asking, in which session, and whom it claims to speak for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import Headers
from gateway_desktop.protocols.json_body import JsonBody, decoded

_LONGEST = 200
# Products of User-Agent headers, in small letters, and what people call them.
_NAMES = {
    "claude-cli": "Claude Code",
    "claude-code": "Claude Code",
    "codex_cli_rs": "Codex",
    "codex_exec": "Codex",
    "codex_vscode": "Codex",
    "codex-tui": "Codex",
    "openai/python": "openai-python",
    "asyncopenai/python": "openai-python",
    "azureopenai/python": "openai-python",
    "asyncazureopenai/python": "openai-python",
    "openai/js": "openai-js",
    "azureopenai/js": "openai-js",
    "openai/go": "openai-go",
    "openai/java": "openai-java",
    "anthropic/python": "anthropic-python",
    "asyncanthropic/python": "anthropic-python",
    "anthropic/js": "anthropic-js",
    "anthropic/go": "anthropic-go",
    "anthropic/java": "anthropic-java",
    "google-genai-sdk": "google-genai",
    "geminicli": "Gemini CLI",
    "githubcopilotchat": "GitHub Copilot",
    "mozilla": "Browser",
}
_SESSION_HEADERS = (
    "x-claude-code-session-id",
    "session-id",
    "session_id",
    "thread-id",
    "conversation_id",
    "x-session-id",
)
_AGENT_HEADERS = (
    ("agent", "x-claude-code-agent-id"),
    ("parent_agent", "x-claude-code-parent-agent-id"),
)
_USER_HEADERS = ("x-user-email", "x-user-id", "x-user-name", "x-user", "x-openwebui-user-email")
_USER_MEMBERS = ("user", "safety_identifier")


def application(headers: Headers) -> str | None:
    """Return name and version of the program that calls, as people know it."""
    agent = headers.get("User-Agent", "")
    return _application(agent[:_LONGEST]) if agent else headers.get("originator", "")[:_LONGEST] or None


def read_claims(call: Call, headers: Headers, body: JsonBody | None) -> None:
    """Set what the call claims about itself: user and session, from the body first, then from headers."""
    for name in _SESSION_HEADERS:
        if session := headers.get(name, ""):
            call.session = session[:_LONGEST]
            break
    for field, name in _AGENT_HEADERS:
        if agent := headers.get(name, ""):
            call.detail[field] = agent[:_LONGEST]
    if body is not None:
        _read_body(call, body)
    if call.claimed_user is None:
        for name in _USER_HEADERS:
            if user := headers.get(name, ""):
                call.claimed_user = unquote(user)[:_LONGEST]
                break


def session_of(user_id: object) -> str | None:
    """Return the session inside Anthropic's metadata.user_id: `..._session_<id>`, an object, or one as JSON."""
    if isinstance(user_id, str):
        if user_id.startswith("{"):
            try:
                user_id = decoded(user_id.encode("utf-8", "replace"))
            except ValueError:
                return None
        else:
            _, found, session = user_id.rpartition("_session_")
            return session[:_LONGEST] if found and session else None
    if isinstance(user_id, Mapping):
        session = user_id.get("session_id", user_id.get("sessionId"))
        return session[:_LONGEST] if isinstance(session, str) and session else None
    return None


def _read_body(call: Call, body: JsonBody) -> None:
    for name in _USER_MEMBERS:
        if name in body:
            call.claimed_user = _claim(body.get(name)) or call.claimed_user
            break
    if "metadata" in body:
        metadata = body.get("metadata")
        if isinstance(metadata, dict):
            user_id = metadata.get("user_id")
            call.claimed_user = call.claimed_user or _claim(user_id)
            call.session = call.session or session_of(user_id) or session_of(metadata)
    if call.session is None:
        call.session = _session(body)


def _session(body: JsonBody) -> str | None:
    for name in ("session_id", "conversation", "prompt_cache_key"):
        if name in body:
            value = body.get(name)
            value = value.get("id") if isinstance(value, dict) else value
            if isinstance(value, str) and value:
                return value[:_LONGEST]
    return None


def _claim(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = next(
            (value[key] for key in ("email", "user_id", "id", "account_uuid", "device_id") if value.get(key)),
            "",
        )
    return value[:_LONGEST] if isinstance(value, str) and value else None


@lru_cache(maxsize=1024)
def _application(agent: str) -> str:
    product, _, rest = agent.partition(" ")
    name, _, version = product.partition("/")
    if version == "" and rest[:1].isdigit():  # "OpenAI 1.2"
        version = rest.split(" ", 1)[0]
    first_of_rest = rest.split(" ", 1)[0]
    if known := _NAMES.get(product.lower()):  # "OpenAI/Python 3.54.0"
        return f"{known} {first_of_rest}".rstrip()
    known = _NAMES.get(name.lower(), name)
    return f"{known} {version.split('/')[0]}".rstrip()
