"""Provider: where an upstream is, how it takes a credential, and what it can do."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

_BEARER = ("Authorization", "Bearer ")
_GOOGLE_METHODS = frozenset(
    {"generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents"}
)
# What is no key but a token, of a sign-in (Anthropic) or of Entra ID (Azure), is borne in another header.
_TOKENS = {"x-api-key": "sk-ant-oat", "api-key": "eyJ"}


@dataclass(frozen=True, slots=True)
class Provider:
    """A known upstream, or a kind of them."""

    name: str
    label: str
    base_url: str
    credential_header: tuple[str, str] = _BEARER  # name, and what stands before the secret
    by_path: bool = False  # paths of Anthropic and Google take the credential in those providers' headers
    local: bool = False  # on a machine of one's own: costs nothing
    prices: str = ""  # its name in the price data
    hosts: tuple[str, ...] = ()  # ends of host names by which it is known
    ports: tuple[int, ...] = ()  # of this machine, and others of a private network
    models_path: str = "/v1/models"
    own_roots: tuple[str, ...] = ()  # paths that lie beside /v1, not below it
    asks_usage: bool = True  # it understands `stream_options`
    formats: tuple[str, ...] = ("openai",)  # and responses, anthropic, gemini: what tools can be connected
    notes: str = ""

    def credential_headers(self, path: str, secret: str) -> tuple[tuple[str, str], ...]:
        """Return the headers that carry the upstream's credential for this path."""
        name, prefix = self._header(path)
        if secret.startswith(_TOKENS.get(name, "\0")):
            name, prefix = _BEARER
        return ((name, prefix + secret),)

    def url(self, upstream: str, path: str, query: str) -> str:
        """Join upstream and path; what both have (as /v1) stands once; path and query stay byte for byte."""
        url = _joined(upstream, path, self.own_roots)
        return f"{url}?{query}" if query else url

    def _header(self, path: str) -> tuple[str, str]:
        if "/chat/completions" in path or "/openai/" in path:  # OpenAI's shape at somebody else's
            return self.credential_header if self.name == "azure" else _BEARER
        if not self.by_path:
            return self.credential_header
        if "/messages" in path and "/threads/" not in path:
            return "x-api-key", ""
        if "/v1beta/" in path or path.rpartition(":")[2] in _GOOGLE_METHODS:
            return "x-goog-api-key", ""
        return self.credential_header


@lru_cache(maxsize=4096)
def _joined(upstream: str, path: str, own_roots: tuple[str, ...]) -> str:
    base = upstream.rstrip("/")
    start = len(base) - len(urlsplit(base).path)
    origin, root = base[:start], base[start:]
    if root.endswith("/v1") and path.startswith(own_roots or ("//",)):
        return origin + root.removesuffix("/v1") + path
    parts = root.split("/")[1:]
    for length in range(len(parts), 0, -1):  # the longest end of the root that the path begins with
        shared = "/" + "/".join(parts[-length:])
        if path == shared or path.startswith(shared + "/"):
            return base + path[len(shared) :]
    if _is_version_root(parts) and (path == "/v1" or path.startswith("/v1/")):
        return base + path[3:]
    return base + path


def _is_version_root(parts: list[str]) -> bool:
    """Return whether a base URL already names a version: .../v4, .../v1beta/openai."""
    named = parts[-2:-1] if parts[-1:] == ["openai"] else parts[-1:]
    return any(part[:1] == "v" and part[1:2].isdigit() for part in named)
