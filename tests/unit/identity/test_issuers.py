"""Under which addresses a proxy is known to OAuth."""

from dataclasses import replace

import pytest

from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.settings import Settings
from gateway_desktop.identity.issuers import (
    base_of,
    bases,
    canonical_base,
    covers,
    issuer,
    metadata_url,
    names_proxy,
    resource,
)
from tests.makers import a_proxy

LOCAL = Settings()
PUBLIC = replace(LOCAL, public_url="https://gateway.example.com/")
TOOLS = a_proxy(name="tools", kind=Kind.MCP)


def test_without_a_public_url_the_base_is_the_local_name_that_was_used() -> None:
    assert canonical_base(LOCAL, 8899) == "http://127.0.0.1:8899"
    assert base_of(LOCAL, 8899, "LOCALHOST:8899") == "http://localhost:8899"
    assert base_of(LOCAL, 8899, "[::1]:8899") == "http://[::1]:8899"
    assert base_of(LOCAL, 8899, "localhost:9000") is None
    assert base_of(LOCAL, 8899, "gateway.lan:8899") is None


def test_with_a_public_url_it_is_that_whoever_asks() -> None:
    assert base_of(PUBLIC, 8899, "127.0.0.1:8899") == "https://gateway.example.com"
    assert canonical_base(PUBLIC, 8899) == bases(PUBLIC, 8899)[0] == "https://gateway.example.com"


def test_issuer_and_resource_have_no_slash_at_their_end() -> None:
    base = canonical_base(PUBLIC, 8899)
    assert issuer(base, TOOLS) == "https://gateway.example.com/tools"
    assert resource(base, TOOLS) == "https://gateway.example.com/tools/mcp"
    assert resource(base, a_proxy()) == "https://gateway.example.com/openai"


def test_metadata_stand_between_host_and_path() -> None:
    well_known = "http://127.0.0.1:1/.well-known/oauth-protected-resource"
    assert metadata_url("http://127.0.0.1:1", TOOLS) == f"{well_known}/tools/mcp"
    assert metadata_url("http://127.0.0.1:1", TOOLS, "/sse") == f"{well_known}/tools/sse"
    assert metadata_url("http://127.0.0.1:1", a_proxy(), "/sse") == f"{well_known}/openai"


@pytest.mark.parametrize(
    "given",
    [
        "http://127.0.0.1:1/tools/mcp",
        "http://127.0.0.1:1/tools/mcp/",
        "HTTP://LOCALHOST:1/tools",
        "http://[::1]:1/tools/sse",
    ],
)
def test_a_resource_may_be_written_in_several_ways(given: str) -> None:
    assert names_proxy(given, bases(LOCAL, 1), TOOLS)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://127.0.0.1:2/tools/mcp",
        "http://127.0.0.1:1/tools2",
        "http://127.0.0.1:1/tools/mcp/../../other",
        "http://127.0.0.1:1@evil.example/tools",
        "http://127.0.0.1:1/tools?x",
        "http://127.0.0.1:1/tools#x",
        "https://127.0.0.1:1/tools",
        "http://[",
    ],
)
def test_what_is_another_resource(given: str) -> None:
    assert not names_proxy(given, bases(LOCAL, 1), TOOLS)


@pytest.mark.parametrize(
    "named",
    [
        "https://mcp.example.com/team/mcp",
        "https://mcp.example.com/team/mcp/",
        "https://mcp.example.com/team",
        "https://mcp.example.com",
        "https://mcp.example.com/",
        "HTTPS://MCP.example.com:443/team/mcp",
    ],
)
def test_metadata_of_the_resource_itself_or_of_one_above_it_may_be_used(named: str) -> None:
    assert covers(named, "https://mcp.example.com/team/mcp")
    assert covers(named, "https://mcp.example.com/team/mcp/")


@pytest.mark.parametrize(
    "named",
    [
        "https://evil.example.com/team/mcp",
        "https://mcp.example.com.evil.example/team/mcp",
        "https://mcp.example.com@evil.example/team/mcp",
        "https://user@mcp.example.com/team/mcp",
        "http://mcp.example.com/team/mcp",
        "https://mcp.example.com:8443/team/mcp",
        "https://mcp.example.com/team/mc",
        "https://mcp.example.com/team/mcp/below",
        "https://mcp.example.com/Team/mcp",
        "https://mcp.example.com/other",
        "https://mcp.example.com/team/mcp#part",
        "https://mcp.example.com/team/mcp?tenant=2",
        "https://mcp.example.com:port/team/mcp",
        "mcp.example.com/team/mcp",
        "",
    ],
)
def test_metadata_of_another_resource_may_not(named: str) -> None:
    assert not covers(named, "https://mcp.example.com/team/mcp")
