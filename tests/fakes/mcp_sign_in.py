"""A real MCP server on the official SDK that signs people in itself, by an authorization server of its own.

`python -m tests.fakes.mcp_sign_in PORT EMAIL`
Whoever comes is signed in as EMAIL. `/mint` makes a token with the claims that a test asks for, `/seen` tells
which credentials came to `/mcp`.
"""

import argparse
import secrets
import time
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    AuthorizationParams,
    OAuthAuthorizationServerProvider,
    RefreshToken,
    construct_redirect_uri,
)
from mcp.server.auth.settings import AuthSettings, ClientRegistrationOptions
from mcp.server.mcpserver import MCPServer
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from pydantic import AnyHttpUrl
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

SECRET = "introspection-secret"


class People(OAuthAuthorizationServerProvider[AuthorizationCode, RefreshToken, AccessToken]):
    """Clients, codes and tokens in memory."""

    def __init__(self, issuer: str, email: str) -> None:
        self.issuer = issuer
        self.email = email
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.clients: dict[str, OAuthClientInformationFull] = {}
        self.codes: dict[str, AuthorizationCode] = {}
        self.tokens: dict[str, AccessToken] = {}
        self.claims: dict[str, dict[str, Any]] = {}
        self.seen: list[str] = []

    def mint(self, client_id: str, resource: str | None, claims: dict[str, Any], *, opaque: bool) -> str:
        said = {
            "iss": self.issuer,
            "sub": "person-1",
            "aud": resource or "",
            "client_id": client_id,
            "exp": int(time.time()) + 600,
            "email": self.email,
            "email_verified": True,
            **claims,
        }
        header = {"alg": "RS256", "kid": "one"}
        token = secrets.token_urlsafe(32) if opaque else jwt.encode(header, said, self.key)
        self.tokens[token] = AccessToken(token=token, client_id=client_id, scopes=["use"], resource=resource)
        self.claims[token] = said
        return token

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        return self.clients.get(client_id)

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        self.clients[str(client_info.client_id)] = client_info

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        code = AuthorizationCode(
            code=secrets.token_urlsafe(32),
            scopes=params.scopes or ["use"],
            expires_at=time.time() + 60,
            client_id=str(client.client_id),
            code_challenge=params.code_challenge,
            redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=True,
            resource=params.resource,
        )
        self.codes[code.code] = code
        return construct_redirect_uri(str(params.redirect_uri), code=code.code, state=params.state)

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        return self.codes.get(authorization_code)

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: AuthorizationCode
    ) -> OAuthToken:
        del self.codes[authorization_code.code]
        token = self.mint(str(client.client_id), authorization_code.resource, {}, opaque=False)
        return OAuthToken(access_token=token, expires_in=600, scope="use")

    async def load_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: str
    ) -> RefreshToken | None:
        return None

    async def exchange_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: RefreshToken, scopes: list[str]
    ) -> OAuthToken:
        raise NotImplementedError

    async def load_access_token(self, token: str) -> AccessToken | None:
        return self.tokens.get(token)

    async def revoke_token(self, token: AccessToken | RefreshToken) -> None:
        self.tokens.pop(token.token, None)


class Seen:
    """Notes the credentials of what comes to `/mcp`."""

    def __init__(self, app: ASGIApp, people: People) -> None:
        self._app = app
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/mcp":
            text = " ".join(f"{name.decode()}={value.decode()}" for name, value in scope["headers"])
            self._people.seen.append(f"{scope['query_string'].decode()} {text}")
        await self._app(scope, receive, send)


def make(port: int, email: str) -> ASGIApp:
    origin = f"http://127.0.0.1:{port}"
    people = People(f"{origin}/", email)
    server = MCPServer(
        "signed",
        auth_server_provider=people,
        auth=AuthSettings(
            issuer_url=AnyHttpUrl(origin),
            resource_server_url=AnyHttpUrl(f"{origin}/mcp"),
            required_scopes=["use"],
            client_registration_options=ClientRegistrationOptions(
                enabled=True, valid_scopes=["use"], default_scopes=["use"]
            ),
            validate_token_resource=False,
        ),
    )

    @server.tool()
    def add(a: int, b: int) -> str:
        """Add two numbers."""
        return str(a + b)

    async def metadata(_: Request) -> Response:
        document = {
            "issuer": f"{origin}/",  # as the SDK writes it beside the resource
            "authorization_endpoint": f"{origin}/authorize",
            "token_endpoint": f"{origin}/token",
            "registration_endpoint": f"{origin}/register",
            "jwks_uri": f"{origin}/keys",
            "scopes_supported": ["use"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
        return JSONResponse(document)

    async def keys(_: Request) -> Response:
        return JSONResponse({"keys": [people.key.as_dict(private=False)]})

    async def mint(request: Request) -> Response:
        wanted = await request.json()
        opaque = bool(wanted.pop("opaque", False))
        return JSONResponse({"token": people.mint("tester", None, wanted, opaque=opaque)})

    async def introspect(request: Request) -> Response:
        form = await request.form()
        if request.headers.get("authorization", "")[:6] != "Basic ":
            return JSONResponse({"error": "invalid_client"}, 401)
        said = people.claims.get(str(form.get("token")))
        return JSONResponse({"active": said is not None, **(said or {})})

    async def seen(_: Request) -> Response:
        return JSONResponse(people.seen)

    app = server.streamable_http_app()
    app.router.routes[:0] = [
        Route("/.well-known/oauth-authorization-server", metadata),
        Route("/keys", keys),
        Route("/mint", mint, methods=["POST"]),
        Route("/introspect", introspect, methods=["POST"]),
        Route("/seen", seen),
    ]
    return Seen(app, people)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("email")
    arguments = parser.parse_args()
    app = make(arguments.port, arguments.email)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
