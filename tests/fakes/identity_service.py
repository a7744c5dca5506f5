"""An identity provider on loopback: discovery, keys, tokens and user info, and GitHub's API."""

import base64
import ssl
import time
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway_desktop.identity.pkce import proves


class IdentityService:
    """Answers as a provider does; what it says of itself and of the person can be changed."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1"})
        self.published = [self.key]
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {"email": "ana@example.org", "email_verified": True, "name": "Ana"}
        self.user_info: dict[str, Any] = {}
        self.addresses = [{"email": "Ana@Example.org", "primary": True, "verified": True}]
        self.access_token = "at"
        self.refusal = "invalid_grant"  # of a wrong code
        self.challenge = self.nonce = ""
        self.callback = "http://127.0.0.1:7000/oauth/callback"  # the one that is registered
        self.key_sets_asked = 0
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_get("/me", self._me)
        app.router.add_get("/moved", self._moved)
        app.router.add_post("/login/oauth/access_token", self._github_token)
        app.router.add_get("/api/v3/user", self._github_user)
        app.router.add_get("/api/v3/user/emails", self._github_addresses)
        self._server = TestServer(app, scheme="https" if tls else "http")

    async def __aenter__(self) -> "IdentityService":
        await self._server.start_server(ssl=self._tls)
        self.issuer = str(self._server.make_url("/")).rstrip("/")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    def rotate(self) -> None:
        """Sign with another key from now on, and publish only that one."""
        self.key = RSAKey.generate_key(2048, parameters={"kid": "2"})
        self.published = [self.key]

    async def _discovery(self, _: web.Request) -> web.Response:
        places = {"authorization": "authorize", "token": "token", "userinfo": "me"}
        found = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()}
        return web.json_response(
            {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **found, **self.metadata}
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        registered = request.query["redirect_uri"] == self.callback
        return web.Response(status=200 if registered else 400, text="Sign in" * 200_000)

    async def _keys(self, _: web.Request) -> web.Response:
        self.key_sets_asked += 1
        return web.json_response({"keys": [key.as_dict(private=False) for key in self.published]})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = request.headers.get("Authorization", "")
        known = given == "Basic " + base64.b64encode(b"gateway:s3cret").decode()
        if not known:
            return web.json_response({"error": "invalid_client"}, status=401)
        if form["code"] != "good" or not proves(str(form["code_verifier"]), self.challenge):
            return web.json_response({"error": self.refusal}, status=400)
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "1", "aud": "gateway", "iat": now, "exp": now + 60}
        claims = {**claims, "nonce": self.nonce, **self.claims}
        header = {"alg": "RS256", "kid": str(self.key.kid)}
        return web.json_response(
            {"access_token": self.access_token, "id_token": jwt.encode(header, claims, self.key)}
        )

    async def _me(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer at":
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response(self.user_info)

    async def _moved(self, _: web.Request) -> web.Response:
        raise web.HTTPFound(f"{self.issuer}/keys")

    async def _github_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form["client_secret"] != "s3cret":
            return web.json_response({"error": "incorrect_client_credentials"})
        if form["code"] != "good":
            return web.json_response({"error": "bad_verification_code"})
        return web.json_response({"access_token": "at"})

    async def _github_user(self, _: web.Request) -> web.Response:
        return web.json_response({"id": 7, "login": "ana", "name": "Ana", "email": "public@example.org"})

    async def _github_addresses(self, _: web.Request) -> web.Response:
        return web.json_response(self.addresses)
