"""DatabaseUrl: where a team's PostgreSQL database is; shown without its password."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.paths import at_home

SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True, repr=False)
class DatabaseUrl:
    """`postgresql://user:password@host:port/name?option=...`, as libpq reads it."""

    url: str

    @classmethod
    def names(cls, text: str) -> bool:
        """Return whether this is the address of a PostgreSQL database, not of a file."""
        return text.startswith(SCHEMES)

    @property
    def bare(self) -> str:
        """The address without the password and the options, which may hold secrets, too."""
        parts = parts_of(self.url)
        return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def without_passwords(self) -> str:
        """The address as libpq reads it, for a person to connect with: without what only they should know."""
        parts = parts_of(self.url)
        user, at, place = parts.netloc.rpartition("@")
        options = [(name, value) for name, value in parse_qsl(parts.query) if "password" not in name]
        query = f"?{urlencode(options, safe='/')}" if options else ""
        return f"postgresql://{user.partition(':')[0]}{at}{place}{parts.path}{query}"

    @property
    def name(self) -> str:
        """The name of the database on its server."""
        return parts_of(self.url).path.strip("/")

    @property
    def has_password(self) -> bool:
        """Whether somebody wrote a password into the address."""
        parts = parts_of(self.url)
        return bool(parts.password) or "password" in parse_qs(parts.query)

    def __str__(self) -> str:
        """Return what may be shown."""
        return self.bare

    def __repr__(self) -> str:
        """Return what may stand in a traceback."""
        return f"DatabaseUrl({self.bare!r})"


Where = Path | DatabaseUrl


def where_is(text: str) -> Where:
    """Return the database that an address or a path names."""
    return DatabaseUrl(text) if DatabaseUrl.names(text) else at_home(text, "database")
