"""Connect a tool: lines ready to paste, for one proxy and one key."""

from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.protocols.llm.known_provider import provider_named
from gateway_desktop.services.connect_mcp import mcp_snippets
from gateway_desktop.services.snippet import Snippet

_CARD_NOTE = (
    "The card at this address leads back through the gateway. "
    "JavaScript's SDK wants the address with a slash at its end."
)
PLACEHOLDER = "gwd_YOUR_KEY"


def snippets(base_url: str, proxy: Proxy, key: str = PLACEHOLDER) -> tuple[Snippet, ...]:
    """Return the lines for every tool that speaks with the proxy's upstream."""
    base = f"{base_url.rstrip('/')}/{proxy.name}"
    if proxy.kind is Kind.MCP:
        return mcp_snippets(base_url, proxy, key)
    if proxy.kind is Kind.A2A:
        return (_agent(base, key), _agent_card(base, key))
    formats = provider_named(proxy.provider).formats
    azure = proxy.provider == "azure"
    offered = (
        ("anthropic" in formats, _claude_code),
        ("anthropic" in formats and proxy.signs_in, _claude_code_signing_in),
        ("responses" in formats, _codex),
        ("openai" in formats and not azure, _openai),
        (azure, _azure),
        ("anthropic" in formats, _anthropic),
        ("gemini" in formats, _gemini),
        ("gemini" in formats, _gemini_cli),
        (True, _curl),
    )
    return (*(make(base, proxy, key) for wanted, make in offered if wanted), _cursor(base_url))


def _model(proxy: Proxy, otherwise: str) -> str:
    return "sandbox" if proxy.sandbox else otherwise


def _agent(base: str, key: str) -> Snippet:
    text = f"""\
import asyncio

import httpx
from a2a.client import ClientConfig, create_client
from a2a.helpers import new_text_message
from a2a.types import Role, SendMessageRequest


async def main() -> None:
    async with httpx.AsyncClient(headers={{"Authorization": "Bearer {key}"}}, timeout=60) as http:
        agent = await create_client("{base}", ClientConfig(httpx_client=http))
        message = new_text_message("Hello", role=Role.ROLE_USER)
        async for event in agent.send_message(SendMessageRequest(message=message)):
            print(event)


asyncio.run(main())
"""
    return Snippet("A2A SDK", "python", text, _CARD_NOTE)


def _agent_card(base: str, key: str) -> Snippet:
    text = f"""\
curl {base}/.well-known/agent-card.json -H "Authorization: Bearer {key}"
"""
    return Snippet("curl", "sh", text)


def _claude_code(base: str, _proxy: Proxy, key: str) -> Snippet:
    text = f"""\
export ANTHROPIC_BASE_URL="{base}"
export ANTHROPIC_AUTH_TOKEN="{key}"
claude
"""
    return Snippet("Claude Code", "sh", text, "All in one shell, so that the variables reach it.")


def _claude_code_signing_in(base: str, _proxy: Proxy, _key: str) -> Snippet:
    text = f"""\
{{
  "forceLoginMethod": "gateway",
  "forceLoginGatewayUrl": "{base}"
}}
"""
    note = (
        "In managed-settings.json (Linux: /etc/claude-code/), from version 2.1.195 on; then /login. "
        "It asks for TLS and a private address, unless the gateway is on the same machine."
    )
    return Snippet("Claude Code, signing in", "json", text, note)


def _codex(base: str, proxy: Proxy, key: str) -> Snippet:
    called = f"gateway-{proxy.name}"  # names such as openai and ollama are taken in Codex
    of_provider = f"model_providers.{called}"  # no [table]: what follows in the file would fall into it
    text = f"""\
model_provider = "{called}"
{_codex_model(proxy)}\
{of_provider}.name = "Gateway Desktop: {proxy.name}"
{of_provider}.base_url = "{base}/v1"
{of_provider}.env_key = "GATEWAY_DESKTOP_KEY"
{of_provider}.wire_api = "responses"
"""
    note = (
        f"At the beginning of ~/.codex/config.toml: below a [table] it would be ignored. Then: "
        f'export GATEWAY_DESKTOP_KEY="{key}". It calls /v1/responses only.'
    )
    return Snippet("Codex", "toml", text, note)


def _codex_model(proxy: Proxy) -> str:
    """Return the line that names a model, where Codex's own choice is none of the upstream's."""
    if proxy.provider == "openai" and not proxy.sandbox:
        return ""
    return f'model = "{_model(proxy, "YOUR_MODEL")}"\n'


def _openai(base: str, proxy: Proxy, key: str) -> Snippet:
    text = f"""\
from openai import OpenAI

client = OpenAI(base_url="{base}/v1", api_key="{key}")
answer = client.chat.completions.create(
    model="{_model(proxy, "gpt-5-mini")}",
    messages=[{{"role": "user", "content": "Hello"}}],
)
print(answer.choices[0].message.content)
"""
    return Snippet("OpenAI SDK", "python", text)


def _azure(base: str, _proxy: Proxy, key: str) -> Snippet:
    text = f"""\
from openai import AzureOpenAI

client = AzureOpenAI(azure_endpoint="{base}", api_key="{key}", api_version="2024-10-21")
answer = client.chat.completions.create(
    model="YOUR_DEPLOYMENT",
    messages=[{{"role": "user", "content": "Hello"}}],
)
print(answer.choices[0].message.content)
"""
    return Snippet("OpenAI SDK (Azure)", "python", text, "Azure calls a model by the name of its deployment.")


def _anthropic(base: str, proxy: Proxy, key: str) -> Snippet:
    text = f"""\
from anthropic import Anthropic

client = Anthropic(base_url="{base}", api_key="{key}")
answer = client.messages.create(
    model="{_model(proxy, "claude-sonnet-5-5")}",
    max_tokens=1024,
    messages=[{{"role": "user", "content": "Hello"}}],
)
print(answer.content[0].text)
"""
    return Snippet("Anthropic SDK", "python", text)


def _gemini(base: str, proxy: Proxy, key: str) -> Snippet:
    text = f"""\
from google import genai
from google.genai import types

client = genai.Client(api_key="{key}", http_options=types.HttpOptions(base_url="{base}"))
answer = client.models.generate_content(model="{_model(proxy, "gemini-2.5-flash")}", contents="Hello")
print(answer.text)
"""
    return Snippet("Gemini SDK", "python", text)


def _gemini_cli(base: str, _proxy: Proxy, key: str) -> Snippet:
    text = f"""\
export GOOGLE_GEMINI_BASE_URL="{base}"
export GEMINI_API_KEY="{key}"
gemini
"""
    note = (
        "It asks how to sign in: choose the API key. Without a terminal, ~/.gemini/settings.json says so: "
        '{"security": {"auth": {"selectedType": "gemini-api-key"}}}'
    )
    return Snippet("Gemini CLI", "sh", text, note)


def _curl(base: str, proxy: Proxy, key: str) -> Snippet:
    message = '[{"role": "user", "content": "Hello"}]'
    headers = ["Content-Type: application/json"]
    if proxy.provider == "anthropic":
        path, body = (
            "/v1/messages",
            f'{{"model": "claude-sonnet-5-5", "max_tokens": 1024, "messages": {message}}}',
        )
        headers += [f"x-api-key: {key}", "anthropic-version: 2023-06-01"]
    elif proxy.provider == "google":
        path = "/v1beta/models/gemini-2.5-flash:generateContent"
        body = '{"contents": [{"parts": [{"text": "Hello"}]}]}'
        headers += [f"x-goog-api-key: {key}"]
    elif proxy.provider == "azure":
        path = "/openai/deployments/YOUR_DEPLOYMENT/chat/completions?api-version=2024-10-21"
        body = f'{{"messages": {message}}}'
        headers += [f"api-key: {key}"]
    else:
        path, body = (
            "/v1/chat/completions",
            f'{{"model": "{_model(proxy, "gpt-5-mini")}", "messages": {message}}}',
        )
        headers += [f"Authorization: Bearer {key}"]
    lines = [f'curl "{base}{path}"', *(f'-H "{header}"' for header in headers), f"-d '{body}'"]
    return Snippet("curl", "sh", " \\\n  ".join(lines))


def _cursor(base_url: str) -> Snippet:
    text = (
        "Cursor's own servers call the base URL that you give it, not the editor on your machine. "
        f"They cannot reach {base_url}, so Cursor cannot be connected to a gateway on this machine. "
        "It needs an address that the internet can reach, with TLS and a public URL in the settings."
    )
    return Snippet("Cursor", "text", text)
