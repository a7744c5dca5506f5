"""A file that appears only when it is whole, with a manifest that says what is in it."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from gateway_desktop import __version__
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.files import open_new, write_atomically
from gateway_desktop.services.exports import manifest_of, unfinished

Manifest = dict[str, object]


def write_export(
    path: Path,
    pieces: Iterator[tuple[int, str]],
    what: Manifest,
    progress: Callable[[int], None],
    attest: Callable[[Manifest], Manifest] = lambda manifest: manifest,
) -> Manifest:
    """Write the pieces into the file and return its manifest; nothing stays if it cannot be finished."""
    rows, hashed = 0, hashlib.sha256()
    try:
        with appearing(path) as file:
            for count, text in pieces:
                data = text.encode()
                hashed.update(data)
                file.write(data)
                rows += count
                progress(rows)
        manifest = attest(
            {
                "file": path.name,
                **what,
                "rows": rows,
                "sha256": hashed.hexdigest(),
                "when": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                "program": f"Gateway Desktop {__version__}",
            }
        )
        write_atomically(manifest_of(path), json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror or error}") from error
    return manifest


@contextmanager
def appearing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that stands at the path once all of it is written, and not before."""
    beside = unfinished(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(open_new(beside), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink()
