"""The proof beside an export: seals and hashes of its rows, signed, and the script that verifies them.

Whoever gets the files needs neither this program nor its key: `verify_export.py` says what is checked.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gateway_desktop.core.files import write_atomically
from gateway_desktop.core.paths import Paths
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.identity.signing import Signer
from gateway_desktop.services.export_file import Manifest
from gateway_desktop.services.exports import proof_of
from gateway_desktop.services.vault import SEALS
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.proofs import proofs
from gateway_desktop.store.rows import COLUMNS

VERIFIER = "verify_export.py"


def write_proof(
    database: Database, proof: Path, ids: Sequence[int], manifest: Manifest, sealer: Sealer, paths: Paths
) -> Manifest:
    """Write the proof of these rows, and the script beside it; return the manifest, signed."""
    export, signer, key = Path(str(manifest["file"])), Signer(sealer), sealer.derive(SEALS)
    hashed, seals = hashlib.sha256(), 0
    with proof.open("wb") as file:
        for found in proofs(database, key, ids, whole=manifest["format"] == "jsonl"):
            line = msgspec.json.encode(found) + b"\n"
            hashed.update(line)
            file.write(line)
            seals += 1
    write_atomically(proof.with_name(VERIFIER), (paths.resources / VERIFIER).read_bytes())
    manifest = {
        **manifest,
        "proof": {
            "file": proof_of(export).name,
            "sha256": hashed.hexdigest(),
            "seals": seals,
            "columns": list(COLUMNS),
            "public_key": signer.public_key.hex(),
            "verify_with": f"python {VERIFIER} {export}",
        },
    }
    return {**manifest, "signature": signer.sign(signed_bytes(manifest)).hex()}


def signed_bytes(manifest: Manifest) -> bytes:
    """Return what the manifest's signature is of."""
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
