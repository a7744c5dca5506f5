"""OAuthError: what OAuth's endpoints answer when they say no (RFC 6749 sections 4.1.2.1 and 5.2)."""

from gateway_desktop.core.errors import GatewayError


class OAuthError(GatewayError):
    """`code` is a word of the standards, the message a sentence that a person can act on."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message, status)
        self.code = code


def invalid_client(message: str) -> OAuthError:
    """Return the error that makes an application register again."""
    return OAuthError("invalid_client", message, 401)
