"""Verifies an export of Gateway Desktop with Python's standard library alone, without the program or its key.

    python verify_export.py march.csv [--key PUBLIC_KEY] [--heads FILE]

Beside the export lie `march.csv.manifest.json`, signed (Ed25519) by the gateway, and `march.csv.proof.jsonl`
with the hashes of the rows and the seals they stand under. It is checked that

1. the manifest is signed, with PUBLIC_KEY if you name it: `gateway-desktop verify --json` says which it is;
2. the export and the proof are the files that were written, byte for byte;
3. every exported row has its hash under its seal, and every seal's link follows from its rows and the link
   before; exports in JSON Lines carry whole rows, whose hashes are made anew and whose values are compared;
4. heads in FILE (a copy of signed heads kept elsewhere, in any text) fit the seals that they name.

Exit status: 0 if all holds, 1 with a sentence if not. What a row, a seal and a head are hashed from:

row    SHA-256 of the row's JSON array as it stands in the proof, UTF-8
link   SHA-256 of "gateway-desktop seal GATEWAY N LO HI FIRST_ID LAST_ID\\n", the link before, the salt, the hashes
head   Ed25519 of "gateway-desktop-head:1:TIME_US:GATEWAY:N:HI:LINK"
"""

import argparse
import csv
import hashlib
import json
import re
import sys
from pathlib import Path

HEAD = re.compile(r"(gateway-desktop-head:1:\d+:(\d+):(\d+):\d+:([0-9a-f]{64})):([0-9a-f]{128})")


class Wrong(Exception):
    """Something does not hold."""


def main(words=None):
    """Read the command line, verify, and return the exit status."""
    parser = argparse.ArgumentParser(description="Verify an export of Gateway Desktop.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", help="the gateway's public key, in hexadecimal")
    parser.add_argument("--heads", type=Path, help="a copy of signed heads that was kept elsewhere")
    arguments = parser.parse_args(words)
    try:
        said = verify(arguments.export, arguments.key, arguments.heads)
    except (Wrong, OSError, ValueError, KeyError) as problem:
        sys.stdout.write(f"NOT VERIFIED: {problem}\n")
        return 1
    sys.stdout.write(f"Verified: {said}\n")
    return 0


def verify(export, key=None, heads=None):
    """Return a sentence of what holds, or raise Wrong."""
    manifest = json.loads(beside(export, "manifest.json").read_text("utf-8"))
    public_key = bytes.fromhex(manifest["proof"]["public_key"])
    if key is not None and bytes.fromhex(key) != public_key:
        raise Wrong(f"the manifest names another key: {public_key.hex()}")
    signature = bytes.fromhex(manifest.pop("signature"))
    if not is_signed(public_key, signed_bytes(manifest), signature):
        raise Wrong("the manifest is not what was signed")
    proof = beside(export, "proof.jsonl")
    for path, expected in ((export, manifest["sha256"]), (proof, manifest["proof"]["sha256"])):
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise Wrong(f"{path.name} is not the file that was written")
    rows, places, links, old = proven(proof)
    if len(places) != manifest["rows"]:
        raise Wrong(f"the proof is of {len(places)} rows, the manifest of {manifest['rows']}")
    compare(export, manifest, rows)
    met = meet(heads, public_key, links) if heads is not None else 0
    return (
        f"{len(places)} rows under {len(links)} seals, signed with {public_key.hex()}"
        + (f"; {old} are from before seals: not protected" if old else "")
        + (f"; {met} heads fit" if heads is not None else "")
        + ("" if key is not None else ". Is that the gateway's key? Name it with --key")
    )


def beside(export, ending):
    """Return a file that belongs to the export."""
    return export.with_name(f"{export.name}.{ending}")


def signed_bytes(manifest):
    """Return what the manifest's signature is of."""
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def proven(proof):
    """Return the whole rows by id, the places of all exported rows, the seals' links, and what has no seal."""
    rows, places, links, old = {}, set(), {}, 0
    with proof.open(encoding="utf-8") as lines:
        for line in lines:
            seal = json.loads(line)
            gateway, n = seal["gateway"], seal["n"]
            before = links.get((gateway, n - 1), seal["before"])
            if before != seal["before"]:
                raise Wrong(f"seal {n} of gateway {gateway} does not hang on the one before")
            hashes = dict(seal["hashes"])
            if seal["salt"] is not None and link_of(seal) != seal["link"]:
                raise Wrong(f"seal {n} of gateway {gateway} does not fit its rows")
            for place in seal["exported"]:
                if place not in hashes:
                    raise Wrong(f"place {place} of gateway {gateway} is not under its seal")
                places.add((gateway, place))
            for text in seal.get("rows", ()):
                row = json.loads(text)
                if hashlib.sha256(text.encode()).hexdigest() != hashes.get(row[2]):
                    raise Wrong(f"row {row[0]} is not what was sealed")
                rows[str(row[0])] = row
            links[gateway, n] = seal["link"]
            old += len(seal["exported"]) if n == 0 else 0
    return rows, places, links, old


def link_of(seal):
    """Return the link that follows from a seal's rows and the link before."""
    numbers = " ".join(str(seal[name]) for name in ("gateway", "n", "lo", "hi", "first_id", "last_id"))
    pieces = [f"gateway-desktop seal {numbers}\n".encode()]
    pieces += [bytes.fromhex(text) for text in (seal["before"], seal["salt"])]
    pieces += [bytes.fromhex(text) for _, text in seal["hashes"]]
    return hashlib.sha256(b"".join(pieces)).hexdigest()


def compare(export, manifest, rows):
    """Check that the export has as many rows as it says, and what whole rows say."""
    names = manifest["proof"]["columns"]
    with export.open(encoding="utf-8", newline="") as file:
        if manifest["format"] == "csv":
            csv.field_size_limit(1 << 30)
            count = sum(1 for _ in csv.reader(file)) - 1
        else:
            count = 0
            for line in file:
                count += 1
                told = json.loads(line)
                row = dict(zip(names, rows.get(told["id"], ()), strict=False))
                for name, value in told.items():
                    kept = row.get(name, value) if name not in ("id", "detail") else value
                    if row and kept != value and not (kept is None and value == ""):
                        raise Wrong(f"row {told['id']}: {name} is not what was sealed")
                if not row:
                    raise Wrong(f"row {told['id']} is not in the proof")
    if count != manifest["rows"]:
        raise Wrong(f"the export has {count} rows, the manifest says {manifest['rows']}")


def meet(heads, public_key, links):
    """Return how many of the heads name a seal of the proof, and fit it."""
    met = 0
    for signed, gateway, n, link, signature in HEAD.findall(heads.read_text("utf-8", "replace")):
        if not is_signed(public_key, signed.encode(), bytes.fromhex(signature)):
            raise Wrong(f"the head of seal {n} of gateway {gateway} is not signed with this key")
        known = links.get((int(gateway), int(n)))
        if known is not None and known != link:
            raise Wrong(f"seal {n} of gateway {gateway} is not the one whose head was kept elsewhere")
        met += known is not None
    return met


# ---- Ed25519 (RFC 8032): slow, but nothing else is needed

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def is_signed(public_key, data, signature):
    """Return whether the signature is that key's of the data."""
    key, point = decompressed(public_key), decompressed(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or point is None or s >= Q or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public_key + data).digest(), "little") % Q
    return equal(times(s, BASE), plus(point, times(h, key)))


def plus(a, b):
    """Return the sum of two points in extended coordinates."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    x, y, z, t = f - e, h - g, h + g, f + e
    return (x * y % P, z * t % P, y * z % P, x * t % P)


def times(number, point):
    """Return a multiple of a point."""
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = plus(total, point)
        point = plus(point, point)
        number >>= 1
    return total


def equal(a, b):
    """Return whether two points are the same."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decompressed(data):
    """Return the point that 32 bytes stand for, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = decompressed((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

if __name__ == "__main__":
    sys.exit(main())
