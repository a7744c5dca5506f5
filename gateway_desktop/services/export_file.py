"""A file that appears only when it is whole, with a manifest that says what is in it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from gateway_desktop import __version__
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.files import appearing, write_atomically
from gateway_desktop.services.exports import manifest_of

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
        with appearing(path) as beside, beside.open("wb") as file:
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
