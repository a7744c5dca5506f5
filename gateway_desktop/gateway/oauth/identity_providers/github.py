"""GitHub: not OpenID Connect; its API tells who the person is and which address is primary and verified."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from gateway_desktop.core.oauth import IdentityProvider, Profile
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.oauth.identity_provider import Attempt
from gateway_desktop.gateway.oauth.openid_connect import MADE_UP, code_form, trial_at, with_query
from gateway_desktop.gateway.oauth.provider_http import ProviderFailed, ask, check_address, error_code
from gateway_desktop.identity.email_address import address_of
from gateway_desktop.identity.pkce import challenge_of

_ORIGIN = "https://github.com"
_OPENID = frozenset(("openid", "email", "profile"))  # the scopes of other kinds, which mean nothing here


class GitHub:
    """github.com, or a GitHub Enterprise Server, whose address is the issuer."""

    name = "github"

    async def authorize_url(self, provider: IdentityProvider, attempt: Attempt, state: str) -> str:
        """Return where the browser goes to sign in; there is no ID token that could bear the nonce."""
        check_address(provider.issuer, "address")
        scopes = [scope for scope in provider.scopes if scope not in _OPENID]
        asked = {
            "client_id": provider.client_id,
            "redirect_uri": attempt.callback,
            "scope": " ".join(dict.fromkeys(("read:user", "user:email", *scopes))),
            "state": state,
            "code_challenge": challenge_of(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return with_query(f"{provider.issuer}/login/oauth/authorize", asked)

    async def check(
        self, provider: IdentityProvider, secret: Secret | None, callback: str
    ) -> AsyncIterator[str]:
        """Yield what is right: a made-up code is refused as such, so our client is known."""
        told = await _exchange(provider, secret, code_form(provider, trial_at(callback), MADE_UP))
        yield f"{provider.issuer} answers"
        error = told.get("error")
        if error == "redirect_uri_mismatch":
            raise ProviderFailed(f"The callback {callback} is not registered at GitHub")
        if error != "bad_verification_code":
            why = error_code(error) or "unnamed"
            raise ProviderFailed(
                f"GitHub does not accept client id '{provider.client_id}' with its secret ({why})"
            )
        yield "The client id and its secret are accepted"

    async def profile(
        self,
        provider: IdentityProvider,
        secret: Secret | None,
        attempt: Attempt,
        parameters: Mapping[str, str],
    ) -> Profile:
        """Return whose token the code is good for. GitHub reports a bad code with status 200."""
        told = await _exchange(provider, secret, code_form(provider, attempt, parameters))
        token = told.get("access_token")
        if not isinstance(token, str):
            raise ProviderFailed(f"GitHub gave no token ({error_code(told.get('error')) or 'unnamed'})")
        api = "https://api.github.com" if provider.issuer == _ORIGIN else f"{provider.issuer}/api/v3"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        user = await ask(f"{api}/user", "user's profile", headers=headers)
        if (
            not isinstance(user, dict)
            or isinstance(user.get("id"), bool)
            or not isinstance(user.get("id"), int)
        ):
            raise ProviderFailed("GitHub did not say who the user is")
        email = _primary(await ask(f"{api}/user/emails", "user's addresses", headers=headers))
        groups: tuple[str, ...] = ()
        if "read:org" in provider.scopes:
            groups = _logins(await ask(f"{api}/user/orgs?per_page=100", "organizations", headers=headers))
        return Profile(
            issuer=provider.issuer,
            subject=str(user["id"]),  # the login can be changed, and given to another person
            email=email,
            email_verified=bool(email),
            name=str(user.get("name") or ""),
            username=str(user.get("login") or ""),
            groups=groups,
            claims={name: value for name, value in user.items() if isinstance(value, (str, int, bool))},
        )


async def _exchange(
    provider: IdentityProvider, secret: Secret | None, form: dict[str, str]
) -> dict[str, Any]:
    """Return what the token endpoint tells of a code; nothing where that is no object."""
    form = {**form, "client_secret": secret or ""}
    told = await ask(f"{provider.issuer}/login/oauth/access_token", "token endpoint", form=form)
    return told if isinstance(told, dict) else {}


def _primary(listed: Any) -> str:
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("primary") is True and one.get("verified") is True:
            return address_of(one.get("email"))
    return ""


def _logins(listed: Any) -> tuple[str, ...]:
    many = listed if isinstance(listed, list) else []
    return tuple(str(one["login"]) for one in many if isinstance(one, dict) and "login" in one)


GITHUB = GitHub()
