"""Rescue: a damaged database and its newest backup, before there are services to ask."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway_desktop.core.paths import Paths
from gateway_desktop.services.futures import beside
from gateway_desktop.services.setting_layers import Layers


@dataclass(frozen=True, slots=True)
class Rescue:
    """Works in threads of its own; the next opening of the folder puts the backup in place and records it."""

    paths: Paths
    given: Mapping[str, Any]  # settings of the command line

    def newest(self) -> Future[Path | None]:
        """Return the newest backup in the database's folder of backups; None: no backup, or no file."""
        return beside("rescue", self._newest)

    def restore(self, backup: Path) -> Future[Path]:
        """Check a backup and have it put in place at the next opening; Unavailable where it is none."""
        return beside("rescue", lambda: self._staged(backup))

    def _database(self) -> Path | None:
        where = Layers.of(self.paths.settings, self.given).database(self.paths.database)
        return where if isinstance(where, Path) else None

    def _newest(self) -> Path | None:
        database = self._database()
        if database is None:
            return None
        found = (database.parent / "backups").glob("*.sqlite")
        return max(found, key=lambda path: path.stat().st_mtime, default=None)

    def _staged(self, backup: Path) -> Path:
        database = self._database()
        assert database is not None
        # Late, and in a thread: the window that is shown first does without the store.
        from gateway_desktop.store.backup import stage

        stage(backup, database)
        return backup
