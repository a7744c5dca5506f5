"""A person at a browser, as far as forms and cookies go; and an application that wants tokens."""

import html.parser
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import httpx

from gateway_desktop.identity.pkce import challenge_of, make_verifier
from gateway_desktop.services.services import Services

PASSWORD = "correct horse battery"
EMAIL = "ana@example.org"
LOCAL = "http://127.0.0.1:7/callback"


def add_ana(services: Services) -> None:
    """Add Ana, who signs in with her password."""
    services.people.add_user(EMAIL, "Ana").result()
    services.passwords.set_password(EMAIL, PASSWORD).result()


class _Form(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.choices: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self.choices.append(given.get("value", ""))


def form_of(page: httpx.Response) -> _Form:
    form = _Form()
    form.feed(page.text)
    return form


class Person:
    """One browser; it keeps cookies and goes where it is sent, as long as that is the gateway."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = httpx.Cookies()

    def get(self, url: str) -> httpx.Response:
        """Open an address, and follow redirects within the gateway."""
        return self._follow(self._send("GET", url))

    def post(self, url: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        headers = {"Origin": self.base, **headers}
        return self._follow(self._send("POST", url, data=fields, headers=headers))

    def send(self, page: httpx.Response, choice: str, **fields: str) -> httpx.Response:
        """Press a button of the page's form."""
        form = form_of(page)
        return self.post(form.action, {**form.fields, **fields, "choice": choice})

    def sign_in(
        self, url: str, email: str = EMAIL, password: str = PASSWORD, code: str = ""
    ) -> httpx.Response:
        """Consent and sign in; return the redirect to the application, or the page that said no."""
        consent = self.get(url)
        return self.send(self.send(consent, "local"), "sign-in", email=email, password=password, code=code)

    def _follow(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect and self._ours(answer.headers["location"]):
            answer = self._send("GET", answer.headers["location"])
        return answer

    def _send(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        with httpx.Client(timeout=60, cookies=self.cookies) as client:
            answer = client.request(method, urljoin(self.base, url), **arguments)
            self.cookies.update(client.cookies)
        return answer

    def _ours(self, location: str) -> bool:
        return urlsplit(urljoin(self.base, location)).netloc == urlsplit(self.base).netloc


def told(answer: httpx.Response) -> dict[str, str]:
    """Return what a redirect tells the application."""
    assert answer.status_code == 303, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


@dataclass
class Application:
    """A public client of a proxy."""

    base: str
    proxy: str = "llm"
    redirect: str = LOCAL
    client_id: str = ""
    verifier: str = field(default_factory=make_verifier)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    def url(self, endpoint: str) -> str:
        return f"{self.base}/oauth/{self.proxy}/{endpoint}"

    def register(self, **document: Any) -> httpx.Response:
        defaults = {
            "client_name": "Tester",
            "redirect_uris": [self.redirect],
            "token_endpoint_auth_method": "none",
        }
        answer = httpx.post(self.url("register"), json={**defaults, **document}, timeout=60)
        if answer.status_code == 201:
            self.client_id = answer.json()["client_id"]
        return answer

    def authorize_url(self, **changes: str) -> str:
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            "state": self.state,
            **changes,
        }
        return self.url("authorize") + "?" + urlencode({k: v for k, v in parameters.items() if v})

    def ask(self, **form: str) -> httpx.Response:
        return httpx.post(self.url("token"), data={"client_id": self.client_id, **form}, timeout=60)

    def ask_at(self, endpoint: str, **form: str) -> httpx.Response:
        return httpx.post(self.url(endpoint), data={"client_id": self.client_id, **form}, timeout=60)

    def redeem(self, code: str, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "code_verifier": self.verifier,
            **changes,
        }
        return self.ask(**form)

    def refresh(self, token: str, **changes: str) -> httpx.Response:
        return self.ask(grant_type="refresh_token", refresh_token=token, **changes)

    def call(self, token: str, proxy: str = "") -> httpx.Response:
        """Use the proxy."""
        return httpx.post(
            f"{self.base}/{proxy or self.proxy}/v1/chat/completions",
            json={"model": "gpt-5-mini", "messages": [{"role": "user", "content": "Hello"}]},
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def code(self, person: Person | None = None) -> str:
        """Have a person sign in and return the code."""
        return told((person or Person(self.base)).sign_in(self.authorize_url()))["code"]

    def tokens(self) -> dict[str, Any]:
        """Register, have a person sign in, and return the tokens."""
        if not self.client_id:
            self.register()
        answer = self.redeem(self.code())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)
