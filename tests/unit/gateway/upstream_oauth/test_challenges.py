"""Challenges of upstreams lead to us, whatever they look like."""

import pytest

from gateway_desktop.gateway.upstream_oauth.challenges import metadata_address, rewritten, scope_of

OURS = "https://gateway/.well-known/oauth-protected-resource/x/mcp"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Bearer", f'Bearer resource_metadata="{OURS}"'),
        ('Bearer error="invalid_token"', f'Bearer resource_metadata="{OURS}", error="invalid_token"'),
        (
            'Bearer error="x", Resource_Metadata="https://u/m", scope="a b"',
            f'Bearer error="x", resource_metadata="{OURS}", scope="a b"',
        ),
        ("bearer resource_metadata=https://u/m, scope=a", f'bearer resource_metadata="{OURS}", scope=a'),
        ('Bearer resource_metadata="https://u/m', f'Bearer resource_metadata="{OURS}"'),
        (
            'Bearer error_description="no \\"resource_metadata=\\" here"',
            f'Bearer resource_metadata="{OURS}", error_description="no \\"resource_metadata=\\" here"',
        ),
        ('Basic realm="x"', 'Basic realm="x"'),
    ],
)
def test_the_metadatas_address_becomes_ours(given: str, wanted: str) -> None:
    headers = [("Content-Type", "a/b"), ("www-authenticate", given)]
    assert rewritten(headers, 403, OURS) == [headers[0], ("www-authenticate", wanted)]


def test_a_refusal_without_a_challenge_gets_one() -> None:
    assert rewritten([], 401, OURS) == [("WWW-Authenticate", f'Bearer resource_metadata="{OURS}"')]
    assert rewritten([], 403, OURS) == []
    assert rewritten([], 401, None) == []


def test_an_upstreams_address_is_read() -> None:
    assert metadata_address('Bearer error="x", resource_metadata="https://u/m"') == "https://u/m"
    assert metadata_address("Bearer") == ""


@pytest.mark.parametrize(
    ("challenge", "scope"),
    [
        (
            'Bearer error="x", scope="mcp:basic mcp:write", resource_metadata="https://u/m"',
            "mcp:basic mcp:write",
        ),
        ("bearer scope=a", "a"),
        ('Bearer error_description="scope=none"', ""),
        ('Basic realm="x", scope="a"', ""),
        ("Bearer", ""),
    ],
)
def test_the_scope_that_is_asked_for(challenge: str, scope: str) -> None:
    assert scope_of(challenge) == scope
