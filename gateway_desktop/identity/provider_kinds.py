"""PROVIDER_KINDS: what a person has to know of each kind of identity provider to set it up."""

from dataclasses import dataclass

from gateway_desktop.core.oauth import Admission

OPENID_SCOPES = ("openid", "email", "profile")


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """One kind. Where it has no `issuer` of its own, a person enters theirs, which looks like `example`."""

    name: str
    title: str
    issuer: str = ""
    example: str = ""
    scopes: tuple[str, ...] = OPENID_SCOPES
    needs_secret: bool = True
    steps: tuple[str, ...] = ()  # at the provider; the callback's address is told beside them
    everybody: bool = False  # whoever likes has an account there

    @property
    def admits(self) -> Admission:
        """Whom a provider of this kind signs in unless something else is said."""
        return Admission.MATCHED if self.everybody else Admission.ANYONE


PROVIDER_KINDS = (
    ProviderKind(
        "oidc",
        "OpenID Connect",
        example="https://login.example.com",
        needs_secret=False,
        steps=(
            "Register a web application (a confidential client) there.",
            "Enter the callback address as its only redirect address.",
            "Copy its client id and secret here. The issuer is what its discovery document names.",
        ),
    ),
    ProviderKind(
        "google",
        "Google",
        issuer="https://accounts.google.com",
        everybody=True,
        steps=(
            "Google Cloud console -> Credentials -> Create credentials -> OAuth client ID.",
            "Application type: Web application. Authorized redirect URI: the callback address.",
            "Consent screen: Internal, so that only your organization may sign in.",
            "Copy client ID and client secret here. The claim 'hd' names the person's organization.",
        ),
    ),
    ProviderKind(
        "microsoft",
        "Microsoft Entra",
        example="https://login.microsoftonline.com/TENANT-ID/v2.0",
        steps=(
            "Entra admin center -> App registrations -> New registration, for this organization only.",
            "Redirect URI, kind Web: the callback address.",
            "Certificates & secrets -> New client secret; copy its value here.",
            "Token configuration -> Add optional claims -> ID: email and xms_edov (address verified).",
            "The issuer holds the tenant's id: 'common' is refused.",
        ),
    ),
    ProviderKind(
        "github",
        "GitHub",
        issuer="https://github.com",
        example="https://github.example.com",
        scopes=(),
        everybody=True,
        steps=(
            "GitHub -> Settings -> Developer settings -> OAuth Apps -> New OAuth App.",
            "Authorization callback URL: the callback address.",
            "Generate a client secret; copy client ID and secret here.",
            "With the further scope read:org, a person's organizations are groups for the rules.",
        ),
    ),
    ProviderKind(
        "gitlab",
        "GitLab",
        issuer="https://gitlab.com",
        everybody=True,
        example="https://gitlab.example.com",
        steps=(
            "GitLab -> Preferences (or your group's Settings) -> Applications -> Add new application.",
            "Redirect URI: the callback address. Confidential; scopes openid, email, profile.",
            "Copy application ID and secret here. A person's groups come as groups_direct.",
        ),
    ),
    ProviderKind(
        "okta",
        "Okta",
        example="https://example.okta.com",
        steps=(
            "Okta admin -> Applications -> Create App Integration -> OIDC, Web Application.",
            "Sign-in redirect URI: the callback address.",
            "Copy client ID and secret here. For rules on groups add a groups claim to the ID token.",
        ),
    ),
    ProviderKind(
        "auth0",
        "Auth0",
        example="https://example.eu.auth0.com/",
        steps=(
            "Auth0 dashboard -> Applications -> Create Application -> Regular Web Application.",
            "Allowed Callback URLs: the callback address.",
            "Copy client ID and secret here. The issuer ends with a slash.",
        ),
    ),
    ProviderKind(
        "keycloak",
        "Keycloak",
        example="https://keycloak.example.com/realms/REALM",
        steps=(
            "Keycloak admin console -> your realm -> Clients -> Create client, OpenID Connect.",
            "Client authentication on, Standard flow. Valid redirect URIs: the callback address.",
            "Copy client id and secret here. For rules on groups add a group membership mapper.",
        ),
    ),
)


def kind_named(name: str) -> ProviderKind | None:
    """Return the kind of that name."""
    return next((kind for kind in PROVIDER_KINDS if kind.name == name), None)
