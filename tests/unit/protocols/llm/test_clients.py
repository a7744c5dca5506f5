"""Which program calls, in which session, for whom it says it does."""

import pytest

from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.protocols.json_body import JsonBody, compact
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from gateway_desktop.protocols.llm.clients import application, introduced, read_claims, user_and_session
from tests.makers import HeaderList


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("claude-cli/2.1.228 (external, cli)", "Claude Code 2.1.228"),
        ("codex_cli_rs/0.46.0 (Debian 12; x86_64) WindowsTerminal", "Codex 0.46.0"),
        ("OpenAI/Python 3.54.0", "openai-python 3.54.0"),
        ("AsyncOpenAI/Python 3.54.0", "openai-python 3.54.0"),
        ("AzureOpenAI/Python 3.54.0", "openai-python 3.54.0"),
        ("OpenAI/JS 6.1.0", "openai-js 6.1.0"),
        ("Anthropic/Python 0.71.0", "anthropic-python 0.71.0"),
        ("AsyncAzureOpenAI/Python 3.54.0", "openai-python 3.54.0"),
        ("Groq/JS 1.6.0", "groq-js 1.6.0"),
        ("AsyncGroq/Python 1.7.0", "groq-python 1.7.0"),
        ("google-genai-sdk/1.45.0 gl-python/3.11.7", "google-genai 1.45.0"),
        ("google-genai-sdk/3.6.1+afc+chat gl-python/3.11.7", "google-genai 3.6.1"),
        ("GeminiCLI/0.9.0/gemini-2.5-pro (linux; x64)", "Gemini CLI 0.9.0"),
        ("GeminiCLI-tui/0.61.0/gemini-2.5-flash (linux; x64; terminal)", "Gemini CLI 0.61.0"),
        ("ai-sdk/openai/3.0.141 ai/6.0.326 runtime/node.js/20", "ai-sdk/openai 3.0.141"),
        ("Agents/Python 0.20.0", "openai-agents 0.20.0"),
        ("QwenCode/0.24.4 (linux; x64)", "Qwen Code 0.24.4"),
        ("kimi-code-cli/2.1.0", "Kimi Code 2.1.0"),
        ("factory-cli/0.215.0", "Droid 0.215.0"),
        ("opencode/1.18.33 ai-sdk/provider-utils/4.0.23 runtime/bun/1.3.14", "OpenCode 1.18.33"),
        ("Kilo-Code/7.7.7 ai-sdk/provider-utils/4.0.27 runtime/bun/1.3.14", "Kilo Code 7.7.7"),
        ("opencode2/2.0.3", "OpenCode 2.0.3"),
        ("Charm-Crush/v0.96.1 (https://charm.land/crush)", "Crush v0.96.1"),
        ("RooCode/3.53.0", "Roo Code 3.53.0"),
        ("curl/8.5.0", "curl 8.5.0"),
        ("python-requests/2.32.3", "python-requests 2.32.3"),
        ("Go-http-client/1.1", "Go-http-client 1.1"),
        ("mytool", "mytool"),
    ],
)
def test_the_application_is_named_as_people_know_it(agent: str, name: str) -> None:
    assert application(HeaderList(("user-agent", agent))) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("claude-code 2.1.228", "Claude Code 2.1.228"),
        ("codex-mcp-client 0.157.0", "Codex 0.157.0"),
        ("gemini-cli-mcp-client", "Gemini CLI"),
        ("Visual Studio Code 1.108.0", "Visual Studio Code 1.108.0"),
        ("Visual Studio Code", "Visual Studio Code"),
        ("inspector", "inspector"),
    ],
)
def test_a_program_that_names_itself_is_named_as_people_know_it(said: str, name: str) -> None:
    assert introduced(said) == name


def test_without_a_user_agent_the_originator_is_asked() -> None:
    assert application(HeaderList(("originator", "codex_vscode"))) == "codex_vscode"
    assert application(HeaderList()) is None
    assert len(application(HeaderList(("user-agent", "x" * 5000))) or "") <= 200


def claims(body: dict[str, object] | None, *headers: tuple[str, str]) -> tuple[str | None, str | None]:
    call = Call("chat", b"")
    read_claims(call, HeaderList(*headers), JsonBody(compact(body).encode()) if body is not None else None)
    return call.claimed_user, call.session


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"user": "ana"}, ("ana", None)),
        ({"safety_identifier": "hash-1"}, ("hash-1", None)),
        ({"user": "ana", "safety_identifier": "hash-1"}, ("ana", None)),
        ({"user": "", "safety_identifier": "hash-1"}, ("hash-1", None)),
        ({"metadata": {"user_id": "ana"}}, ("ana", None)),
        ({"metadata": {"user_id": "user_1_account_2_session_3"}}, ("user_1_account_2", "3")),
        ({"metadata": {"user_id": {"account_uuid": "a", "session_id": "s"}}}, ("a", "s")),
        ({"metadata": {"user_id": '{"device_id":"d","session_id":"s"}'}}, ("d", "s")),
        ({"metadata": {"user_id": "{broken"}}, ("{broken", None)),
        ({"metadata": {"user_id": 7}}, (None, None)),
        ({"metadata": "x"}, (None, None)),
        ({"metadata": {"session_id": "s"}}, (None, "s")),
        ({"conversation": "conv_1"}, (None, "conv_1")),
        ({"conversation": {"id": "conv_1"}}, (None, "conv_1")),
        ({"prompt_cache_key": "thread"}, (None, "thread")),
        ({"session_id": "s", "prompt_cache_key": "thread"}, (None, "s")),
        ({"user": ["x"]}, (None, None)),
        (None, (None, None)),
    ],
)
def test_claims_of_the_body(body: dict[str, object] | None, expected: tuple[str | None, str | None]) -> None:
    assert claims(body) == expected


@pytest.mark.parametrize(
    "name",
    ["x-claude-code-session-id", "session-id", "session_id", "thread-id", "conversation_id", "x-session-id"],
)
def test_a_session_in_a_header_counts_before_the_body_s(name: str) -> None:
    assert claims({"prompt_cache_key": "other"}, (name, "s-1")) == (None, "s-1")


@pytest.mark.parametrize(
    "name", ["X-User-Email", "X-User-Id", "X-User-Name", "X-User", "X-OpenWebUI-User-Email"]
)
def test_a_user_in_a_header_counts_after_the_body_s(name: str) -> None:
    assert claims({}, (name, "ana%40example.com"))[0] == "ana@example.com"
    assert claims({"user": "bob"}, (name, "ana"))[0] == "bob"


def test_agents_of_claude_code_are_kept() -> None:
    call = Call("messages", b"")
    headers = HeaderList(("x-claude-code-agent-id", "a2"), ("x-claude-code-parent-agent-id", "a1"))
    read_claims(call, headers, None)
    assert call.detail == {"agent": "a2", "parent_agent": "a1"}


def test_what_is_claimed_at_length_is_cut() -> None:
    assert user_and_session("x" * 1000) == ("x" * 200, None)


@pytest.mark.parametrize(
    ("agent", "own", "of_others"),
    [
        ("claude-cli/2.1.197 (external, sdk-cli)", "Bash", "mcp__files__read"),
        ("codex_exec/0.171.0 (Debian 12.0.0; x86_64)", "apply_patch", "mcp__files__read"),
        ("QwenCode/0.24.4 (linux; x64)", "update_goal", "mcp__files__read"),
        ("kimi-code-cli/2.1.0", "CronCreate", "mcp__files__read"),
        ("factory-cli/0.215.0", "Execute", "files___read"),
        ("GeminiCLI-tui/0.61.0/gemini-2.5-flash (linux; x64; terminal)", "write_todos", "mcp_files_read"),
        ("opencode/1.18.33 ai-sdk/provider-utils/4.0.23 runtime/bun/1.3.14", "task", "files_read"),
        ("Kilo-Code/7.7.7 ai-sdk/provider-utils/4.0.27 runtime/bun/1.3.14", "task", "files_read"),
        ("Kilo-Code/4.100.0", "task", "mcp--files--read"),
        ("OpenAI/Python 3.54.0", "", "Bash"),
        ("GeminiCLI/0.9.0/gemini-2.5-pro (linux; x64)", "", "read_file"),
    ],
)
def test_a_coding_tools_own_tools_are_its_makers_words(agent: str, own: str, of_others: str) -> None:
    roles = roles_of_tools(HeaderList(("User-Agent", agent)), own, of_others)
    assert roles == {of_others: "tool_description"} | ({own: "developer"} if own else {})


def roles_of_tools(headers: HeaderList, *names: str) -> dict[str, str]:
    """Return whose words the descriptions of tools of these names are."""
    described = [
        {"name": name, "description": "You MUST use this tool first.", "input_schema": {"type": "object"}}
        for name in names
        if name
    ]
    body = {"model": "m", "tools": described, "messages": [{"role": "user", "content": "Hello"}]}
    head = RequestHead("POST", "/v1/messages", "", headers, "127.0.0.1")
    call = LlmAdapter().decode(head, compact(body).encode(), "anthropic")
    return {part.tool: part.role for part in call.texts if part.tool}


@pytest.mark.parametrize("sdk", ["OpenAI/JS 5.20.1", "Anthropic/JS 0.94.0"])
@pytest.mark.parametrize("asks", ["user", "agent"])
def test_copilots_command_line_is_known_by_a_header_beside_its_sdks(sdk: str, asks: str) -> None:
    headers = HeaderList(("User-Agent", sdk), ("x-initiator", asks))
    assert application(headers) == "GitHub Copilot"
    assert roles_of_tools(headers, "skill", "files-read") == {
        "skill": "developer",
        "files-read": "tool_description",
    }
    other = HeaderList(("User-Agent", "opencode/1.18.33"), ("x-initiator", asks))
    assert application(other) == "OpenCode 1.18.33"


def test_tools_that_codex_puts_among_the_messages_are_tools() -> None:
    described = [
        {"type": "namespace", "name": name, "tools": [{"name": "wait", "description": "You MUST wait."}]}
        for name in ("clock", "mcp__files")
    ]
    items = [
        {"type": "additional_tools", "id": "at_1", "role": "developer", "tools": described},
        {"type": "message", "role": "user", "content": "Hello"},
    ]
    head = RequestHead(
        "POST", "/v1/responses", "", HeaderList(("User-Agent", "codex_exec/0.171.0")), "127.0.0.1"
    )
    call = LlmAdapter().decode(head, compact({"model": "m", "input": items}).encode(), "openai")
    found = {(part.tool, part.role) for part in call.texts}
    assert found == {("clock", "developer"), ("mcp__files", "tool_description"), ("", "user")}
    assert {part.place.partition("/tools/")[0] for part in call.texts if part.tool} == {"/input/0"}
    assert call.detail["tools"] == 2
