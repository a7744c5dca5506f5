"""Signatures of agent cards, made by the official SDK."""

from typing import Any

import pytest
from a2a.client.card_resolver import parse_agent_card
from a2a.server.request_handlers.response_helpers import agent_card_to_dict
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill
from a2a.utils.signing import ProtectedHeader, create_agent_card_signer, create_signature_verifier
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.protobuf.json_format import MessageToDict, ParseDict
from joserfc.jwk import ECKey
from jwt.api_jwk import PyJWK

from gateway_desktop.identity.card_signatures import CardSigner, canonical, is_signed, key_address, verified

SECRET = ec.generate_private_key(ec.SECP256R1())
HEADER = ProtectedHeader(kid="k1", alg="ES256", jku="https://h/jwks.json", typ="JOSE")
FLOW = {"authorizationUrl": "https://h/a", "tokenUrl": "https://h/t", "scopes": {"read": "all"}}
PEM = SECRET.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def keys(pem: bytes = PEM, kid: str = "k1") -> dict[str, Any]:
    return {"keys": [{**ECKey.import_key(pem).as_dict(private=False), "kid": kid}]}


def signed() -> AgentCard:
    card = AgentCard(
        name="Größe \N{GRINNING FACE}",
        version="1",
        description="Signed",
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain"],
        skills=[AgentSkill(id="s", name="Skill", description="Does", tags=["t"])],
        supported_interfaces=[
            AgentInterface(url="https://h/a", protocol_binding="JSONRPC", protocol_version="1.0")
        ],
        capabilities=AgentCapabilities(streaming=False),
    )
    return create_agent_card_signer(PEM, HEADER)(card)


def test_a_card_that_the_sdk_signed_is_valid_in_both_shapes() -> None:
    assert verified(MessageToDict(signed()), keys())
    assert verified(agent_card_to_dict(signed()), keys())
    assert key_address(MessageToDict(signed())) == "https://h/jwks.json"


def test_what_the_sdk_leaves_out_of_what_it_signs_may_stand_in_the_card() -> None:
    """It serves `required: false`, and of 0.3 the security of each skill; neither is signed."""
    card = ParseDict(
        {
            **MessageToDict(signed()),
            "signatures": [],
            "supportedInterfaces": [
                {"url": "https://h/a", "protocolBinding": "JSONRPC", "protocolVersion": version}
                for version in ("1.0", "0.3")
            ],
            "capabilities": {
                "streaming": False,
                "extensions": [
                    {"uri": "urn:a", "required": False, "params": {"required": False}},
                    {"uri": "urn:b", "required": True},
                ],
            },
            "securitySchemes": {"sign-in": {"oauth2SecurityScheme": {"flows": {"authorizationCode": FLOW}}}},
            "skills": [
                {
                    "id": "s",
                    "name": "Skill",
                    "description": "Does",
                    "tags": ["t"],
                    "securityRequirements": [{"schemes": {"sign-in": {"list": ["read"]}}}],
                }
            ],
        },
        AgentCard(),
    )
    served = agent_card_to_dict(create_agent_card_signer(PEM, HEADER)(card))
    assert served["capabilities"]["extensions"][0]["required"] is False
    assert served["skills"][0]["security"]
    served["securitySchemes"]["sign-in"]["oauth2SecurityScheme"]["flows"]["authorizationCode"][
        "pkceRequired"
    ] = False
    assert verified(served, keys())
    ours = CardSigner(b"s" * 32)
    resigned = ours.signed(served, "https://h/keys")
    assert verified(resigned, ours.keys())
    check = create_signature_verifier(lambda _kid, _jku: PyJWK(ours.keys()["keys"][0]), ["ES256"])
    check(parse_agent_card(resigned))
    served["capabilities"]["extensions"][1]["required"] = False
    assert not verified(served, keys())


@pytest.mark.parametrize(
    "change", [{"name": "Other"}, {"extra": "field"}, {"signatures": []}, {"signatures": [7]}]
)
def test_a_card_that_was_changed_is_not(change: dict[str, Any]) -> None:
    assert not verified({**MessageToDict(signed()), **change}, keys())


def test_another_key_and_what_is_no_key_prove_nothing() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    card = MessageToDict(signed())
    assert is_signed(card)
    useless: list[dict[str, Any]] = [
        keys(pem),
        {},
        {"keys": []},
        {"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}]},
        {"keys": [7]},
        {"keys": 7},
    ]
    for bad in useless:
        assert not verified(card, bad)


def test_canonical_json_orders_by_utf_16_and_writes_whole_numbers_plainly() -> None:
    found = canonical({"\N{GRINNING FACE}": 1.0, "\uffff": "\u00e9", "a": [True, None]})
    assert found.decode() == '{"a":[true,null],"\N{GRINNING FACE}":1,"\uffff":"\u00e9"}'
    for number in (1e300, float("nan")):
        with pytest.raises(ValueError, match="number"):
            canonical(number)
