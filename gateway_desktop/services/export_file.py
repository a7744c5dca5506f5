"""A file that appears only when it is whole, with a manifest that says what is in it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from gateway_desktop import __version__
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.files import appearing_together
from gateway_desktop.services.exports import manifest_of, proof_of

Manifest = dict[str, object]
Attest = Callable[[Path, Manifest], Manifest]


def write_export(
    path: Path,
    pieces: Iterator[tuple[int, str]],
    what: Manifest,
    progress: Callable[[int], None],
    attest: Attest | None = None,
) -> Manifest:
    """Write the pieces into the file and return its manifest; nothing stays if it cannot be finished.

    `attest` writes its proof into the file it is given, and returns the manifest with it.
    """
    rows, hashed = 0, hashlib.sha256()
    beside_it = (manifest_of(path), proof_of(path)) if attest else (manifest_of(path),)
    try:
        with appearing_together(path, *beside_it) as (export, described, *proof):
            with export.open("wb") as file:
                for count, text in pieces:
                    data = text.encode()
                    hashed.update(data)
                    file.write(data)
                    rows += count
                    progress(rows)
            manifest = {
                "file": path.name,
                **what,
                "rows": rows,
                "sha256": hashed.hexdigest(),
                "when": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                "program": f"Gateway Desktop {__version__}",
            }
            if attest:
                manifest = attest(proof[0], manifest)
            text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
            described.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror or error}") from error
    return manifest
