"""Known upstreams: by name and by address, their credentials, and how addresses are joined."""

import pytest

from gateway_desktop.protocols.llm.known_provider import provider_for, provider_named
from gateway_desktop.protocols.llm.providers import PROVIDERS


def test_every_provider_is_found_by_its_name() -> None:
    assert [provider_named(provider.name) for provider in PROVIDERS] == list(PROVIDERS)
    assert provider_named("no such").name == "openai-like"


@pytest.mark.parametrize(
    "provider", [provider for provider in PROVIDERS if provider.base_url], ids=lambda p: p.name
)
def test_every_provider_is_found_by_its_address(provider: object) -> None:
    assert provider_for(provider.base_url) is provider  # type: ignore[attr-defined]  # parametrized


@pytest.mark.parametrize(
    ("upstream", "name"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://eu.api.openai.com", "openai"),
        ("https://ours.openai.azure.com", "azure"),
        ("https://ours.services.ai.azure.com/models", "azure"),
        ("https://europe-west1-aiplatform.googleapis.com", "google"),
        ("https://aiplatform.googleapis.com", "google"),
        ("http://localhost:11434", "ollama"),
        ("http://[::1]:1234/v1", "lmstudio"),
        ("http://192.168.1.5:11434", "ollama"),
        ("http://[fd00::5]:11434", "ollama"),
        ("http://100.64.1.2:1234/v1", "lmstudio"),
        ("http://8.8.8.8:11434", "openai-like"),
        ("http://ollama.example.com:11434", "openai-like"),
        ("https://codestral.mistral.ai/v1", "mistral"),
        ("http://127.0.0.1:19100", "openai-like"),
        ("https://openrouter.ai/api", "openai-like"),
        ("https://notapi.openai.com.evil.example", "openai-like"),
        ("http://[broken", "openai-like"),
        ("http://h:port", "openai-like"),
        ("", "openai-like"),
    ],
)
def test_an_upstream_is_recognised(upstream: str, name: str) -> None:
    assert provider_for(upstream).name == name


BEARER = ("Authorization", "Bearer s3")
CHAT, MESSAGES, GEMINI = "/v1/chat/completions", "/v1/messages", "/v1beta/models/m:generateContent"


@pytest.mark.parametrize(
    ("name", "path", "header"),
    [
        ("openai", CHAT, BEARER),
        ("openai", "/v1/threads/t/messages", BEARER),
        ("anthropic", MESSAGES, ("x-api-key", "s3")),
        ("anthropic", "/v1/models", ("x-api-key", "s3")),
        ("anthropic", CHAT, BEARER),
        ("google", GEMINI, ("x-goog-api-key", "s3")),
        ("google", "/v1beta/openai/chat/completions", BEARER),
        ("azure", "/openai/deployments/d/chat/completions", ("api-key", "s3")),
        ("azure", "/openai/v1/responses", ("api-key", "s3")),
        ("openai-like", CHAT, BEARER),
        ("openai-like", "/v1/responses", BEARER),
        ("openai-like", MESSAGES, ("x-api-key", "s3")),
        ("openai-like", "/v1/messages/count_tokens", ("x-api-key", "s3")),
        ("openai-like", "/v1/threads/t/messages", BEARER),
        ("openai-like", GEMINI, ("x-goog-api-key", "s3")),
        ("openai-like", "/v1beta/models", ("x-goog-api-key", "s3")),
        ("openai-like", "/v1/models/m:streamGenerateContent", ("x-goog-api-key", "s3")),
        ("openai-like", "/v1/models/m:countTokens", ("x-goog-api-key", "s3")),
        ("openai-like", "/v1/models/llama3.2:1b", BEARER),
        ("openai-like", "/v1/models", BEARER),
        ("ollama", MESSAGES, ("x-api-key", "s3")),
        ("lmstudio", CHAT, BEARER),
    ],
)
def test_the_credential_goes_where_the_upstream_looks_for_it(
    name: str, path: str, header: tuple[str, str]
) -> None:
    assert provider_named(name).credential_headers(path, "s3") == (header,)


def test_a_token_is_no_key() -> None:
    sign_in, entra = "sk-ant-oat" + "01-x", "ey" + "J0.x.y"
    assert provider_named("anthropic").credential_headers(MESSAGES, sign_in) == (
        ("Authorization", f"Bearer {sign_in}"),
    )
    assert provider_named("azure").credential_headers("/openai/v1/x", entra) == (
        ("Authorization", f"Bearer {entra}"),
    )


@pytest.mark.parametrize(
    ("upstream", "path", "url"),
    [
        ("https://api.openai.com", "/v1/models", "https://api.openai.com/v1/models"),
        ("https://api.openai.com/", "/v1/models", "https://api.openai.com/v1/models"),
        ("https://api.openai.com/v1", "/v1/models", "https://api.openai.com/v1/models"),
        ("https://api.openai.com/v1/", "/v1/models", "https://api.openai.com/v1/models"),
        ("https://api.openai.com/v1", "/models", "https://api.openai.com/v1/models"),
        ("https://api.openai.com/v1", "/v1", "https://api.openai.com/v1"),
        ("https://api.openai.com/v1", "/v1beta/x", "https://api.openai.com/v1/v1beta/x"),
        (
            "https://openrouter.ai/api/v1",
            "/v1/chat/completions",
            "https://openrouter.ai/api/v1/chat/completions",
        ),
        (
            "https://openrouter.ai/api",
            "/v1/chat/completions",
            "https://openrouter.ai/api/v1/chat/completions",
        ),
        (
            "https://r.openai.azure.com/openai",
            "/openai/deployments/d/x",
            "https://r.openai.azure.com/openai/deployments/d/x",
        ),
        (
            "https://r.openai.azure.com/openai/v1",
            "/openai/v1/responses",
            "https://r.openai.azure.com/openai/v1/responses",
        ),
        (
            "https://r.openai.azure.com/openai/v1",
            "/v1/responses",
            "https://r.openai.azure.com/openai/v1/responses",
        ),
        (
            "https://open.bigmodel.cn/api/paas/v4",
            "/v1/chat/completions",
            "https://open.bigmodel.cn/api/paas/v4/chat/completions",
        ),
        (
            "https://g.example/v1beta/openai",
            "/v1/chat/completions",
            "https://g.example/v1beta/openai/chat/completions",
        ),
        ("https://v1.example", "/v1/models", "https://v1.example/v1/models"),
        ("http://[::1]:8080/v1", "/v1/a%2Fb%20c", "http://[::1]:8080/v1/a%2Fb%20c"),
    ],
)
def test_what_upstream_and_path_share_stands_once(upstream: str, path: str, url: str) -> None:
    provider = provider_named("openai-like")
    assert provider.url(upstream, path, "") == url
    assert provider.url(upstream, path, "beta=true&x=%2F&&y") == f"{url}?beta=true&x=%2F&&y"


def test_ollama_s_own_api_lies_beside_v1() -> None:
    provider = provider_named("ollama")
    assert provider.url("http://127.0.0.1:11434/v1", "/api/chat", "") == "http://127.0.0.1:11434/api/chat"
    assert (
        provider.url("http://127.0.0.1:11434/v1", "/v1/chat/completions", "")
        == "http://127.0.0.1:11434/v1/chat/completions"
    )
    assert provider.url("http://127.0.0.1:11434", "/api/chat", "") == "http://127.0.0.1:11434/api/chat"
