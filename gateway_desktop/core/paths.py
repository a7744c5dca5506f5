"""Where everything of one data folder lies."""

from dataclasses import dataclass
from pathlib import Path

from gateway_desktop.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Paths:
    """One data folder; several may be in use on a machine, each with its own gateway."""

    data: Path
    key_file: Path | None = None  # the master key, where a person said so

    @property
    def database(self) -> Path:
        """The SQLite database, unless the settings name another."""
        return self.data / "gateway.sqlite"

    @property
    def settings(self) -> Path:
        """The settings that belong to this machine."""
        return self.data / "settings.toml"

    @property
    def master_key(self) -> Path:
        """The key that seals secrets, where the operating system keeps no keys."""
        return self.key_file or self.data / "master.key"

    @property
    def lock(self) -> Path:
        """Held by the process that runs the gateway."""
        return self.data / "gateway.lock"

    @property
    def gateway_name(self) -> Path:
        """The file with the lasting name by which a team's database knows this folder's gateway."""
        return self.data / "gateway.id"

    @property
    def window_session(self) -> Path:
        """Who is signed in here to a team's database."""
        return self.data / "session"

    @property
    def spool(self) -> Path:
        """Where records wait while a team's database is away."""
        return self.data / "spool.sqlite"

    @property
    def sign_in_lock(self) -> Path:
        """Held by the process that signs a person in for `connect`."""
        return self.data / "sign-in.lock"

    @property
    def logs(self) -> Path:
        """The folder of the log files."""
        return self.data / "logs"

    @property
    def heads(self) -> Path:
        """Signed heads of the audit's chains, one a line; a copy elsewhere shows what was done here."""
        return self.data / "anchors" / "heads.log"

    @property
    def resources(self) -> Path:
        """Icons, fonts and help pages that come with the program."""
        package = Path(__file__).resolve().parents[1]
        inside = package / "resources"
        return inside if inside.is_dir() else package.parent / "resources"


def at_home(text: str, place: str) -> Path:
    """Return the path, `~` written out; ConfigurationError where nobody here has such a home."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigurationError(place, f"'{text}' is in the home folder of nobody here") from None
