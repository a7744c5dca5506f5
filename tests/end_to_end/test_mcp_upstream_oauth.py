"""An MCP server that signs people in itself: its metadata and tokens pass, nothing of ours goes there."""

import asyncio
import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from gateway_desktop.services.proxy_values import NewProxy
from tests.end_to_end.mcp_fixture import process
from tests.end_to_end.program import PROGRAM, Program, free_port
from tests.fakes.token_memory import TokenMemory
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import EMAIL, LOCAL

pytestmark = pytest.mark.slow
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    },
}


@dataclass(frozen=True)
class Place:
    program: Program
    upstream: str
    key: str

    def url(self, proxy: str = "signed") -> str:
        return f"{self.program.base}/{proxy}/mcp"

    def mint(self, **claims: Any) -> str:
        """Have the upstream's authorization server make a token that the upstream takes."""
        return str(httpx.post(f"{self.upstream}/mint", json=claims, timeout=60).json()["token"])

    def seen(self) -> str:
        return str(httpx.get(f"{self.upstream}/seen", timeout=60).text)

    def initialize(self, token: str = "", proxy: str = "signed", **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {token}"} if token else {}
        given |= {"Accept": "application/json, text/event-stream", **headers}
        return httpx.post(self.url(proxy), json=INITIALIZE, headers=given, timeout=60)

    def row(self, answer: httpx.Response) -> dict[str, Any]:
        return self.program.row(answer.headers["x-gateway-request-id"], tab="mcp")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("mcp-upstream-oauth")
    port = free_port()
    command = [sys.executable, "-m", "tests.fakes.mcp_sign_in", str(port), EMAIL]
    upstream = f"http://127.0.0.1:{port}"
    with process(command, port, folder / "upstream.log"):
        program = Program(folder / "data")
        with at_the_desk(program.data) as services:
            modes: dict[str, dict[str, object]] = {
                "signed": {},
                "known": {"unattributed": False},
                "club": {"groups": ["research"]},
                "asked": {
                    "introspection_url": f"{upstream}/introspect",
                    "introspection_client": "gateway",
                    "introspection_env": "GD_TEST_INTROSPECTION",
                },
            }
            services.people.add_group("research").result()
            for name, changes in modes.items():
                services.proxies.add(NewProxy(name, f"{upstream}/mcp", kind="mcp")).result()
                services.oauth_proxies.enable(name, {"mode": "upstream", **changes}).result()
            services.proxies.add(NewProxy("misnamed", f"http://localhost:{port}/mcp", kind="mcp")).result()
            services.oauth_proxies.enable("misnamed", {"mode": "upstream"}).result()
            services.people.add_user(EMAIL, "Ana").result()
            services.people.add_user("gone@example.org", "Gone").result()
            services.people.deactivate_user("gone@example.org").result()
            key = str(services.keys.create(EMAIL).result().key)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GD_TEST_INTROSPECTION", "introspection-secret")
            program.start()
        yield Place(program, upstream, key)
        program.stop()


def test_a_client_that_knows_the_address_only_signs_in_at_the_upstream(place: Place) -> None:
    answers: list[AuthorizationCodeResult] = []

    async def browse(address: str) -> None:
        assert address.startswith(place.upstream)
        async with httpx.AsyncClient(timeout=60) as http:
            answer = await http.get(address)
        told = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        answers.append(AuthorizationCodeResult(**told))

    async def come_back() -> AuthorizationCodeResult:
        return answers.pop()

    async def run() -> str:
        metadata = OAuthClientMetadata(client_name="Tools", redirect_uris=[AnyUrl(LOCAL)])
        auth = OAuthClientProvider(place.url(), metadata, TokenMemory(), browse, come_back)
        async with (
            httpx2.AsyncClient(auth=auth, timeout=60) as http,
            streamable_http_client(place.url(), http_client=http) as streams,
            ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            return str(await session.call_tool("add", {"a": 20, "b": 22}))

    assert "42" in asyncio.run(run())
    found = place.program.newest("mcp", target="add")
    assert (found["actor"], found["principal_kind"]) == (EMAIL, "oauth")
    assert place.url() in found["detail"]["token_audience"]


def test_the_metadata_are_the_upstreams_with_our_resource(place: Place) -> None:
    document = httpx.get(
        f"{place.program.base}/.well-known/oauth-protected-resource/signed/mcp", timeout=60
    ).json()
    assert document["resource"] == place.url()
    assert [server.rstrip("/") for server in document["authorization_servers"]] == [place.upstream]
    assert document["scopes_supported"] == ["use"]
    ours = httpx.get(f"{place.program.base}/.well-known/oauth-authorization-server/signed", timeout=60)
    assert ours.status_code == 404


def test_who_has_no_token_is_led_to_our_metadata_and_never_upstream(place: Place) -> None:
    before = place.seen()
    answer = place.initialize()
    assert answer.status_code == 401
    ours = f"{place.program.base}/.well-known/oauth-protected-resource/signed/mcp"
    assert answer.headers["www-authenticate"] == f'Bearer resource_metadata="{ours}"'
    assert place.seen() == before


def test_the_challenge_of_an_upstream_that_refuses_a_token_leads_to_our_metadata(place: Place) -> None:
    answer = place.initialize("of-somebody-else")
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert 'error="invalid_token"' in challenge
    assert f'resource_metadata="{place.program.base}/.well-known/' in challenge
    assert place.upstream not in challenge
    assert "opaque" in place.row(answer)["no_user_reason"]


@pytest.mark.parametrize("mark", ["gwd_", "gwt_", "gwr_", "gws_"])
def test_what_is_ours_is_refused_and_not_forwarded(place: Place, mark: str) -> None:
    ours = place.key if mark == "gwd_" else f"{mark}{'a' * 43}"
    foreign = place.mint()
    for answer in (
        place.initialize(ours),
        place.initialize(**{"X-Api-Key": ours}),
        place.initialize(foreign, **{"X-Api-Key": ours})
        if mark in ("gwd_", "gwt_")
        else place.initialize(ours),
    ):
        assert answer.status_code == 401, answer.text
        assert "resource_metadata" in answer.headers["www-authenticate"]
    assert ours not in place.seen()
    row = place.row(place.initialize(ours))
    assert row["outcome"] == "blocked"
    assert row["actor"] == (EMAIL if mark == "gwd_" else "")


def test_a_verified_token_names_its_person_and_goes_upstream_as_it_is(place: Place) -> None:
    token = place.mint(aud=["https://tools.example"])
    answer = place.initialize(token)
    assert answer.status_code == 200, answer.text
    assert f"Bearer {token}" in place.seen()
    row = place.row(answer)
    assert (row["actor"], row["detail"]["token_audience"]) == (EMAIL, ["https://tools.example"])


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email_verified": False}, "vouches for no e-mail"),
        ({"email": "stranger@example.org"}, "no user here"),
        ({"iss": "https://elsewhere.example"}, "do not name"),
        ({"exp": 1}, "does not verify"),
        ({"opaque": True}, "opaque"),
    ],
)
def test_a_token_that_tells_nobody_passes_and_its_row_says_why(
    place: Place, claims: dict[str, Any], reason: str
) -> None:
    token = place.mint(**claims)
    answer = place.initialize(token)
    assert answer.status_code == 200, answer.text
    row = place.row(answer)
    assert row["actor"] == "" and reason in row["no_user_reason"]
    refused = place.initialize(token, "known")
    assert refused.status_code == 403
    assert place.row(refused)["outcome"] == "blocked"


def test_claims_of_a_forged_token_name_nobody(place: Place) -> None:
    key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    claims = {"iss": f"{place.upstream}/", "exp": 1 << 40, "email": EMAIL, "email_verified": True}
    for token in (
        jwt.encode({"alg": "RS256", "kid": "one"}, claims, key),
        jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key("x" * 64)),
    ):
        answer = place.initialize(token, "known")
        assert answer.status_code == 403
        row = place.row(answer)
        assert row["actor"] == "" and "does not verify" in row["no_user_reason"]


def test_a_token_that_is_made_to_stumble_over_names_nobody(place: Place) -> None:
    deep = base64.urlsafe_b64encode(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}").decode().rstrip("=")
    odd = place.mint(email="stranger@example.org", exp=10**400)
    for token in (f"{deep}.{place.mint().partition('.')[2]}", odd):
        answer = place.initialize(token, "known")
        assert answer.status_code == 403, answer.text
        row = place.row(answer)
        assert (row["actor"], row["outcome"]) == ("", "blocked") and row["no_user_reason"]


ODD_ADDRESSES = ["https://[", "http://127.0.0.1:99999/x", "http://[::1", "https://half-\ud83d.example/"]


@pytest.mark.parametrize("address", ODD_ADDRESSES)
def test_addresses_that_are_none_in_what_an_upstream_publishes_stop_nobody(
    odd: tuple[Program, dict[str, str]], address: str
) -> None:
    program, said = odd
    said["address"] = address
    claims = base64.urlsafe_b64encode(json.dumps({"iss": address}).encode()).decode().rstrip("=")
    header = base64.urlsafe_b64encode(b'{"alg":"RS256"}').decode().rstrip("=")
    given = {"Accept": "application/json, text/event-stream"}
    told = httpx.get(f"{program.base}/.well-known/oauth-protected-resource/odd/mcp", timeout=60)
    assert told.status_code in (200, 502), told.text
    token = {"Authorization": f"Bearer {header}.{claims}.eA"}
    for sent in (given, given | token):
        answer = httpx.post(f"{program.base}/odd/mcp", json=INITIALIZE, headers=sent, timeout=60)
        assert answer.status_code == 401, answer.text
    assert "Traceback" not in program.said()


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, dict[str, str]]]:
    """A gateway in front of an upstream whose metadata hold addresses that are none."""
    said = {"address": ""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            root = f"http://{self.headers['Host']}"
            document = {"resource": f"{root}/mcp", "authorization_servers": [said["address"]]}
            known = "oauth-" in self.path
            body = json.dumps(document).encode()
            self.send_response(200 if known else 401)
            if not known:
                challenge = f'Bearer resource_metadata="{said["address"]}"'
                self.send_header("WWW-Authenticate", challenge.encode("ascii", "ignore").decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    folder = tmp_path_factory.mktemp("odd-addresses")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        program = Program(folder / "data")
        with at_the_desk(program.data) as services:
            upstream = f"http://127.0.0.1:{server.server_address[1]}/mcp"
            services.proxies.add(NewProxy("odd", upstream, kind="mcp")).result()
            services.oauth_proxies.enable("odd", {"mode": "upstream"}).result()
        with program.serving():
            yield program, said
        server.shutdown()


def test_an_inactive_user_is_refused_though_the_upstream_would_take_them(place: Place) -> None:
    answer = place.initialize(place.mint(email="gone@example.org"))
    assert answer.status_code == 403
    assert place.row(answer)["actor"] == "gone@example.org"


def test_where_groups_sign_in_nobody_else_does_and_no_stranger(place: Place) -> None:
    ana = place.initialize(place.mint(), "club")
    assert ana.status_code == 403 and "in none of the groups" in ana.text
    stranger = place.initialize(place.mint(email="stranger@example.org"), "club")
    assert stranger.status_code == 403 and "Only known users" in stranger.text


def test_an_opaque_token_is_introspected_where_that_is_configured(place: Place) -> None:
    answer = place.initialize(place.mint(opaque=True), "asked")
    assert answer.status_code == 200
    assert place.row(answer)["actor"] == EMAIL
    unknown = place.initialize("nobody-made-this", "asked")
    assert unknown.status_code == 401
    assert "not active" in place.row(unknown)["no_user_reason"]


def test_a_session_of_one_is_not_there_for_another(place: Place) -> None:
    opened = place.initialize(place.mint())
    session = opened.headers["mcp-session-id"]
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}

    def ask(token: str) -> int:
        headers = {
            "Authorization": f"Bearer {token}",
            "Mcp-Session-Id": session,
            "Accept": "application/json, text/event-stream",
        }
        return httpx.post(place.url(), json=listing, headers=headers, timeout=60).status_code

    assert ask(place.mint(opaque=True)) == 404
    assert ask(place.mint(sub="person-2", email_verified=False)) == 404


def test_a_try_of_such_an_upstream_says_what_it_is(place: Place) -> None:
    command = [*PROGRAM, "proxy", "test", "signed", "--data", str(place.program.data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "signs people in itself" in done.stdout


def test_nobody_is_sent_to_sign_in_by_metadata_of_another_resource(place: Place) -> None:
    """The proxy's address says `localhost`, the upstream's metadata say 127.0.0.1 (RFC 9728 section 3.3)."""
    why = f"of another resource, {place.upstream}/mcp,"
    refused = place.initialize(proxy="misnamed")
    assert (refused.status_code, "www-authenticate" in refused.headers) == (502, False)
    assert why in refused.json()["error"]["message"]
    row = place.row(refused)
    assert row["outcome"] == "failed" and why in row["error"]
    well_known = f"{place.program.base}/.well-known/oauth-protected-resource/misnamed/mcp"
    metadata = httpx.get(well_known, timeout=60)
    assert metadata.status_code == 502 and why in metadata.json()["error"]
    command = [*PROGRAM, "proxy", "test", "misnamed", "--data", str(place.program.data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and why in done.stdout


def test_metadata_of_another_resource_vouch_for_nobody(place: Place) -> None:
    row = place.row(place.initialize(place.mint(), "misnamed"))
    assert row["actor"] == "" and "of another resource" in row["no_user_reason"]
