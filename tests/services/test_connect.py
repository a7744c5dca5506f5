"""Lines for tools."""

import ast
import json
import re
import shlex
import tomllib

import pytest
from anthropic.resources.messages.messages import DEPRECATED_MODELS

from gateway_desktop.core.oauth import ProxyOAuth
from gateway_desktop.core.proxy import Kind
from gateway_desktop.services.connect import PLACEHOLDER, snippets
from gateway_desktop.services.snippet import Snippet
from tests.makers import a_proxy

BASE = "http://127.0.0.1:8899"
KEY = "gwd_" + "k" * 43


def lines(provider: str, key: str = KEY, *, sandbox: bool = False) -> dict[str, Snippet]:
    proxy = a_proxy(name="main", provider=provider, sandbox=sandbox)
    return {snippet.tool: snippet for snippet in snippets(BASE + "/", proxy, key)}


@pytest.mark.parametrize(
    ("provider", "tools"),
    [
        ("openai", ["Codex", "OpenAI SDK", "curl", "Cursor"]),
        ("anthropic", ["Claude Code", "Anthropic SDK", "curl", "Cursor"]),
        ("google", ["Gemini SDK", "Gemini CLI", "curl", "Cursor"]),
        ("azure", ["Codex", "OpenAI SDK (Azure)", "curl", "Cursor"]),
        ("ollama", ["Claude Code", "Codex", "OpenAI SDK", "Anthropic SDK", "curl", "Cursor"]),
        ("mistral", ["OpenAI SDK", "curl", "Cursor"]),
        ("self-hosted", ["Claude Code", "Codex", "OpenAI SDK", "Anthropic SDK", "curl", "Cursor"]),
        ("lmstudio", ["Claude Code", "Codex", "OpenAI SDK", "Anthropic SDK", "curl", "Cursor"]),
    ],
)
def test_a_proxy_offers_the_tools_that_speak_its_upstreams_formats(provider: str, tools: list[str]) -> None:
    assert list(lines(provider)) == tools


def test_the_models_of_anthropic_that_the_lines_name_are_not_at_their_end() -> None:
    named = set(re.findall(r'"(claude-[^"]+)"', "".join(each.text for each in lines("anthropic").values())))
    assert named and not named & set(DEPRECATED_MODELS)


def test_where_people_sign_in_claude_code_may_do_so_too() -> None:
    proxy = a_proxy(name="main", provider="anthropic", oauth=ProxyOAuth())
    [signing_in] = [each for each in snippets(BASE, proxy) if each.tool == "Claude Code, signing in"]
    assert json.loads(signing_in.text) == {
        "forceLoginMethod": "gateway",
        "forceLoginGatewayUrl": f"{BASE}/main",
    }


def test_the_sandbox_speaks_with_every_tool_by_its_own_model() -> None:
    found = lines("openai-like", sandbox=True)
    assert list(found) == [
        "Claude Code",
        "Codex",
        "OpenAI SDK",
        "Anthropic SDK",
        "Gemini SDK",
        "Gemini CLI",
        "curl",
        "Cursor",
    ]
    assert all('"sandbox' in found[tool].text for tool in ("Codex", "OpenAI SDK", "Anthropic SDK", "curl"))


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google", "azure", "openai-like"])
def test_every_line_has_the_address_and_the_key_and_is_valid_in_its_language(provider: str) -> None:
    for snippet in lines(provider).values():
        assert BASE in snippet.text
        if snippet.language != "text":
            assert KEY in snippet.text + snippet.note
        if snippet.language == "python":
            ast.parse(snippet.text)
        if snippet.language == "toml":
            provider_table = tomllib.loads(snippet.text)["model_providers"]["gateway-main"]
            assert (provider_table["wire_api"], provider_table["base_url"]) == (
                "responses",
                f"{BASE}/main/v1",
            )


@pytest.mark.parametrize("name", ["openai", "ollama", "lmstudio", "oss"])
def test_codex_is_given_no_name_that_is_taken_there(name: str) -> None:
    found = snippets(BASE, a_proxy(name=name, provider="openai"), KEY)
    document = tomllib.loads(next(each.text for each in found if each.tool == "Codex"))
    assert document["model_provider"] == f"gateway-{name}"
    assert list(document["model_providers"]) == [f"gateway-{name}"]


def test_lines_of_codex_leave_what_stands_below_them_where_it_was() -> None:
    """Codex writes tables of its own; ours go above them, and above names that belong to none."""
    theirs = 'approval_policy = "never"\n[projects."/home/ana"]\ntrust_level = "trusted"\n'
    document = tomllib.loads(lines("openai")["Codex"].text + theirs + '[model_providers.x]\nname = "x"\n')
    assert document["approval_policy"] == "never"
    assert set(document["model_providers"]) == {"gateway-main", "x"}


def test_codex_chooses_its_own_model_where_the_upstream_has_it() -> None:
    models = {provider: tomllib.loads(lines(provider)["Codex"].text) for provider in ("openai", "ollama")}
    assert "model" not in models["openai"]
    assert models["ollama"]["model"] == "YOUR_MODEL"


def test_gemini_cli_gets_the_base_without_a_version() -> None:
    text = lines("google")["Gemini CLI"].text
    assert f'export GOOGLE_GEMINI_BASE_URL="{BASE}/main"\n' in text
    assert f'export GEMINI_API_KEY="{KEY}"\n' in text


def test_claude_code_gets_the_base_without_a_version_and_the_key_as_token() -> None:
    text = lines("anthropic")["Claude Code"].text
    assert f'export ANTHROPIC_BASE_URL="{BASE}/main"\n' in text
    assert f'export ANTHROPIC_AUTH_TOKEN="{KEY}"\n' in text


def test_without_a_key_there_is_a_placeholder() -> None:
    proxy = a_proxy(name="main", provider="openai")
    assert PLACEHOLDER in snippets(BASE, proxy)[1].text


def test_cursor_is_told_the_truth() -> None:
    assert "cannot reach http://127.0.0.1:8899" in lines("openai")["Cursor"].text


def test_an_agent_is_connected_by_its_card() -> None:
    found = snippets(BASE, a_proxy(name="weather", kind=Kind.A2A), KEY)
    assert [snippet.tool for snippet in found] == ["A2A SDK", "curl"]
    ast.parse(found[0].text)
    assert all(f"{BASE}/weather" in snippet.text and KEY in snippet.text for snippet in found)


def test_an_mcp_server_is_written_into_the_configuration_of_each_client() -> None:
    proxy = a_proxy(name="files", kind=Kind.MCP)
    found = {snippet.tool: snippet for snippet in snippets(BASE, proxy, KEY)}
    url, signed = f"{BASE}/files/mcp", {"Authorization": f"Bearer {KEY}"}
    assert list(found) == ["Claude Code", "Claude Desktop", "Cursor", "VS Code", "Codex", "MCP SDK", "curl"]
    words = shlex.split(found["Claude Code"].text.replace("\\\n", ""))
    assert words == ["claude", "mcp", "add", "--transport", "http", "files", url, "--header", words[-1]]
    assert words[-1] == f"Authorization: Bearer {KEY}"
    assert json.loads(found["Cursor"].text)["mcpServers"]["files"] == {"url": url, "headers": signed}
    assert json.loads(found["VS Code"].text)["servers"]["files"]["url"] == url
    desktop = json.loads(found["Claude Desktop"].text)["mcpServers"]["files"]
    assert [desktop["command"], *desktop["args"]] == ["gateway-desktop", "connect", "files"]
    assert desktop["env"] == {"GATEWAY_DESKTOP_KEY": KEY}
    assert tomllib.loads(found["Codex"].text)["mcp_servers"]["files"]["url"] == url
    ast.parse(found["MCP SDK"].text)
    assert KEY in found["curl"].text


def test_where_people_sign_in_the_lines_say_that_no_key_is_needed() -> None:
    proxy = a_proxy(name="files", kind=Kind.MCP, oauth=ProxyOAuth())
    found = {snippet.tool: snippet.note for snippet in snippets(BASE, proxy)}
    assert "signs its person in" in found["Claude Code"]
    assert "signs its person in" in found["Claude Desktop"]
