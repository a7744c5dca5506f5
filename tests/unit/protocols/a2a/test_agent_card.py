"""Cards of all shapes lead back through the gateway."""

import json

import pytest

from gateway_desktop.protocols.a2a.agent_card import (
    base_of,
    card_urls,
    path_below,
    read_card,
    served,
    upstream_url,
)

OLDER = {
    "name": "Agent",
    "url": "https://agents.example.com/a/grpc",
    "preferredTransport": "GRPC",
    "additionalInterfaces": [
        {"url": "https://agents.example.com/a/rpc", "transport": "JSONRPC"},
        {"url": "https://elsewhere.example.com/a", "transport": "HTTP+JSON"},
    ],
    "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "X-Api-Token"}},
    "security": [{"k": []}],
    "skills": [{"id": "s", "name": "Skill", "security": [{"k": []}]}],
    "capabilities": {"pushNotifications": True},
    "signatures": [{"protected": "x", "signature": "y"}],
    "unknown": {"kept": True},
}
UPSTREAM = "https://agents.example.com/a"


def test_an_older_card_whose_main_interface_is_grpc_offers_another_one() -> None:
    card = read_card(json.dumps(OLDER).encode(), UPSTREAM)
    found = served(card, "http://127.0.0.1:8899/a", push=False, keyed=True)
    assert (found["url"], found["preferredTransport"]) == ("http://127.0.0.1:8899/a/rpc", "JSONRPC")
    assert found["additionalInterfaces"] == [{"url": "http://127.0.0.1:8899/a/rpc", "transport": "JSONRPC"}]
    assert "signatures" not in found
    assert found["unknown"] == {"kept": True}
    assert found["security"] == [{"gatewayKey": []}]
    scheme = found["securitySchemes"]["gatewayKey"]  # the JavaScript SDK 0.3 reads 1.0's over HTTP+JSON
    assert scheme["scheme"] == scheme["httpAuthSecurityScheme"]["scheme"] == "bearer"
    assert found["skills"] == [{"id": "s", "name": "Skill"}]
    assert found["capabilities"]["pushNotifications"] is False
    assert len(card.left_out) == 2
    assert card.key_header == "X-Api-Token"


def test_an_open_proxy_announces_no_sign_in() -> None:
    card = read_card(json.dumps(OLDER).encode(), UPSTREAM)
    found = served(card, "http://h/a", push=True, keyed=False)
    assert not {"securitySchemes", "security", "securityRequirements"} & set(found)
    assert found["capabilities"]["pushNotifications"] is True


def test_a_newer_card_keeps_its_interfaces_but_for_those_out_of_reach() -> None:
    interfaces = [
        {"url": UPSTREAM + "/", "protocolBinding": "HTTP+JSON", "protocolVersion": "1.0", "tenant": "t"},
        {"url": UPSTREAM + "/", "protocolBinding": "GRPC", "protocolVersion": "1.0"},
        {"url": "http://169.254.169.254/", "protocolBinding": "JSONRPC", "protocolVersion": "1.0"},
    ]
    body = json.dumps({"name": "Agent", "supportedInterfaces": interfaces}).encode()
    found = served(read_card(body, UPSTREAM), "http://h/a", push=False, keyed=True)
    assert found["supportedInterfaces"] == [{**interfaces[0], "url": "http://h/a/"}]
    assert found["securityRequirements"] == [{"schemes": {"gatewayKey": {"list": []}}}]


def test_a_card_of_both_shapes_tells_clients_of_both_of_an_extended_card() -> None:
    """The JavaScript SDK leaves out what 1.0 says of it where it serves clients of 0.3, too."""
    both = OLDER | {
        "supportedInterfaces": [{"url": UPSTREAM, "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}],
        "supportsAuthenticatedExtendedCard": True,
    }
    for card, told in ((both, True), (OLDER | {"supportsAuthenticatedExtendedCard": True}, None)):
        found = served(read_card(json.dumps(card).encode(), UPSTREAM), "http://h/a", push=True, keyed=True)
        assert found["capabilities"].get("extendedAgentCard") is told


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"name": 7}'])
def test_what_is_no_card_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_card(body, UPSTREAM)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (UPSTREAM, ""),
        (UPSTREAM + "/", "/"),
        (UPSTREAM + "/rpc?x=1", "/rpc?x=1"),
        ("https://agents.example.com:443/a/rpc", "/rpc"),
        ("rpc", "/rpc"),
        ("https://agents.example.com/another", None),
        ("https://agents.example.com/a/../b", None),
        ("https://user@agents.example.com/a", None),
        ("http://agents.example.com/a", None),
        ("https://agents.example.com.evil.org/a", None),
    ],
)
def test_only_what_is_below_the_upstream_is_called(url: str, path: str | None) -> None:
    assert path_below(UPSTREAM, url) == path


def test_names_of_this_machine_are_the_same_machine() -> None:
    assert path_below("http://127.0.0.1:9999", "http://localhost:9999/rpc") == "/rpc"
    assert path_below("http://127.0.0.1:9999", "http://localhost:9998/rpc") is None


def test_an_upstream_may_be_a_base_or_the_address_of_its_card() -> None:
    known = "https://h/a/.well-known/agent-card.json"
    assert (base_of(known), card_urls(known)) == ("https://h/a", (known,))
    assert base_of("https://h/a/card.json") == "https://h/a"
    assert card_urls("https://h/a")[1] == "https://h/a/.well-known/agent.json"


def test_the_agents_own_spelling_of_its_address_counts() -> None:
    assert upstream_url("https://h/a", ("/rpc/",), "/rpc", "x=1") == "https://h/a/rpc/?x=1"
    assert upstream_url("https://h/a", ("",), "/", "") == "https://h/a"
    assert upstream_url("https://h/a", ("",), "/tasks/7", "") == "https://h/a/tasks/7"


IN_HEADER = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
NEWER = {"apiKeySecurityScheme": {"location": "header", "name": "X-Api-Key"}}


@pytest.mark.parametrize(
    ("schemes", "header"),
    [
        ({"k": IN_HEADER}, "X-Api-Key"),
        ({"k": NEWER}, "X-Api-Key"),
        ({"k": IN_HEADER, "b": {"type": "http", "scheme": "bearer"}}, ""),
        ({"b": {"type": "http", "scheme": "bearer"}, "k": IN_HEADER}, ""),
        ({"k": IN_HEADER | {"in": "query"}}, ""),
        ({"k": IN_HEADER | {"type": "http"}}, ""),
        ({"k": IN_HEADER | {"name": "Host"}}, ""),
        ({"k": IN_HEADER | {"name": "X-Key\r\nHost"}}, ""),
        ({"k": "X-Api-Key"}, ""),
        ({}, ""),
        (["X-Api-Key"], ""),
    ],
)
def test_a_card_names_the_header_of_the_key_only_where_a_key_in_a_header_is_all_it_takes(
    schemes: object, header: str
) -> None:
    """The card is the agent's to write: no other header is set by it."""
    body = json.dumps(OLDER | {"securitySchemes": schemes}).encode()
    assert read_card(body, UPSTREAM).key_header == header
