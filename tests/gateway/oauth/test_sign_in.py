"""A person signs an application in, from its first 401 to requests that bear the person's name."""

import httpx

from tests.gateway.oauth.conftest import Place
from tests.gateway.oauth.person import Application, Person, told


def test_the_way_from_a_401_to_a_request_with_a_name(place: Place) -> None:
    refused = httpx.post(f"{place.base}/llm/v1/chat/completions", json={})
    assert refused.status_code == 401
    challenge = refused.headers["www-authenticate"]
    assert "error=" not in challenge
    metadata_url = challenge.split('resource_metadata="')[1].split('"')[0]
    resource = httpx.get(metadata_url).json()
    assert resource["resource"] == f"{place.base}/llm"
    (issuer,) = resource["authorization_servers"]
    server = httpx.get(f"{place.base}/.well-known/oauth-authorization-server/llm").json()
    assert server["issuer"] == issuer == f"{place.base}/llm"

    application = Application(place.base)
    assert application.register().status_code == 201
    answer = told(Person(place.base).sign_in(application.authorize_url()))
    assert answer["state"] == application.state
    assert answer["iss"] == issuer
    tokens = application.redeem(answer["code"]).json()
    answered = application.call(tokens["access_token"])
    assert answered.status_code == 200, answered.text
    row = place.program.row(answered.headers["x-gateway-request-id"])
    assert row["actor"] == "ana@example.org"
    assert row["client_id"] == application.client_id
    assert row["principal_kind"] == "oauth"
