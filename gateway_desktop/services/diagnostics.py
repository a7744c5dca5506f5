"""Diagnostics: what helps to find a fault, as one text that a person reads before giving it away.

Nothing of exchanges, people or proxies' addresses is in it; what else could hold a secret is masked as in
the audit.
"""

import os
import platform
import re
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from gateway_desktop import __version__
from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.files import appearing
from gateway_desktop.core.paths import Paths
from gateway_desktop.services.gateway_control import GatewayControl
from gateway_desktop.services.gateway_lock import running_gateway
from gateway_desktop.services.setting_layers import Source
from gateway_desktop.services.settings import SettingsService
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.configuration import config_version
from gateway_desktop.store.queries.diagnostics import Counts, counts
from gateway_desktop.store.reader import Reader

_LOG_BYTES = 64 * 1024  # of the newest log file
_QUIET = frozenset({"public_url", "listen.allowed_hosts", "listen.trusted_proxies", "database"})


class Diagnostics:
    """Gathered in a reader thread: it reads files."""

    def __init__(
        self, paths: Paths, reader: Reader, settings: SettingsService, control: GatewayControl
    ) -> None:
        self._paths = paths
        self._reader = reader
        self._settings = settings
        self._control = control

    def text(self) -> Future[str]:
        """Return all of it."""
        return self._reader.submit(self._text)

    def save(self, target: Path, text: str) -> Future[Path]:
        """Write what a person has read."""
        return self._reader.submit(lambda _database: _written(target, text))

    def _text(self, database: Database) -> str:
        parts = [
            ("Program", self._program(database)),
            ("Gateway", self._gateway()),
            ("Database", _database(counts(database), config_version(database))),
            ("Settings", self._set(database)),
            ("Libraries", _libraries()),
            ("Log, the newest lines", self._log()),
        ]
        text = "\n".join(f"{title}\n{'-' * len(title)}\n" + "".join(lines) for title, lines in parts)
        # Late: RE2 takes 10 MB, and few commands save diagnostics.
        from gateway_desktop.inspection.redaction import redact

        with suppress(RuntimeError):  # of an account without a home
            text = text.replace(str(Path.home()), "~")
        return redact(text)[0]

    def _program(self, database: Database) -> Iterator[str]:
        yield f"Gateway Desktop {__version__}\n"
        yield f"Python {platform.python_version()} on {platform.platform()} {platform.machine()}\n"
        yield f"{counts(database).engine}\n"
        yield f"Data folder {self._paths.data}\n"
        yield f"Window {'yes' if 'PySide6' in sys.modules else 'no'}\n"

    def _gateway(self) -> Iterator[str]:
        status = self._control.status()
        running = running_gateway(self._paths.lock)
        if running and running.pid != os.getpid():
            yield f"State running, in process {running.pid}\n"
            return
        yield f"State {status.state}\n"
        for name, value in (("Problem", status.problem), ("Storage", status.storage_problem)):
            if value:
                yield f"{name} {value}\n"
        yield f"TLS {'yes' if status.tls else 'no'}, requests/s {status.requests_per_second:.1f}\n"

    def _set(self, database: Database) -> Iterator[str]:
        """Yield what is not at its default; of what names machines only that it is set."""
        for key, (value, source) in self._settings.found(database).items():
            if source is not Source.DEFAULT:
                yield f"{key} = {'(set)' if key in _QUIET and value else value} ({source})\n"

    def _log(self) -> Iterator[str]:
        files = sorted(self._paths.logs.glob("*.log"), key=lambda path: path.stat().st_mtime)
        if not files:
            yield "There is no log file.\n"
            return
        with files[-1].open("rb") as file:
            file.seek(max(0, files[-1].stat().st_size - _LOG_BYTES))
            yield file.read().decode("utf-8", "replace")


def _written(target: Path, text: str) -> Path:
    try:
        with appearing(target) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {in_words(error)}") from error
    return target


def _database(found: Counts, version: int) -> Iterator[str]:
    yield f"{found.bytes} bytes, configuration {version}\n"
    for name, number in found.rows:
        yield f"{name} {number}\n"


def _libraries() -> Iterator[str]:
    for line in metadata.requires("gateway-desktop") or ():
        name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        try:
            yield f"{name} {metadata.version(name)}\n"
        except metadata.PackageNotFoundError:  # of another platform, or an extra
            continue
