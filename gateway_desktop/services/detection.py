"""What detection is started with: where its models lie, and where the machines it builds are kept.

They are kept in the user's cache and not in the data folder: every folder, and every command, has the same.
"""

import logging
from contextlib import suppress
from pathlib import Path

import platformdirs

from gateway_desktop.core.files import write_atomically
from gateway_desktop.core.paths import Paths
from gateway_desktop.inspection.models import MODELS
from gateway_desktop.inspection.patterns import SHELF
from gateway_desktop.inspection.scan import warm_detectors

_KEPT = 64  # files; what older versions of the patterns left behind goes
_log = logging.getLogger(__name__)


def find_models(paths: Paths) -> None:
    """Say where the models lie, each read when a text is first shown to it, and where machines are kept."""
    folder = paths.resources / "models"
    MODELS.lie(lambda name: (folder / name).read_bytes())
    try:
        kept = platformdirs.user_cache_path("gateway-desktop", appauthor=False)
    except RuntimeError:  # an account without a home, as in some containers: each start builds them anew
        return
    SHELF.lie(lambda name: _read(kept / name), lambda name, content: _write(kept / name, content))


def build_machines() -> None:
    """Build what is not kept yet, in some ten seconds of CPU: the first request would wait for it."""
    find_models(Paths(Path()))
    warm_detectors()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, content: bytes) -> None:
    """Keep it if that can be; without it the next start only takes longer."""
    try:
        write_atomically(path, content)
        oldest = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime)[:-_KEPT]
    except OSError as error:
        _log.info("%s cannot be kept: %s", path, error)
        return
    for file in oldest:
        with suppress(OSError):
            file.unlink()
