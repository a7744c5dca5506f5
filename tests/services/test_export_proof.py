"""Exports are verified with the standard library alone, and what was changed in them is found."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gateway_desktop.core.paths import Paths
from gateway_desktop.core.seal import Span, link_of
from gateway_desktop.services.exports import manifest_of, proof_of
from gateway_desktop.store.rows import COLUMNS, row_hash
from tests.commands.conftest import Terminal
from tests.commands.conftest import terminal as terminal


@pytest.fixture(params=["csv", "jsonl"])
def export(terminal: Terminal, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An export of the System events of ana and bo, in a folder of its own."""
    for name in ("ana", "bo", "cy"):
        terminal.run("user", "add", f"{name}@example.com", "--name", f'{name} "é", =1+1')
    path = tmp_path / "out" / f"march.{request.param}"
    columns = ("--columns", "started_us,target") if request.param == "csv" else ()
    said = terminal.run(
        "audit",
        "--tab",
        "system",
        "--filter=-resource:cy@example.com",
        "--format",
        request.param,
        "--out",
        str(path),
        *columns,
    )
    assert said == f"Wrote 2 rows to {path}\n"
    return path


def verified(path: Path, *words: str) -> tuple[int, str]:
    """Run the script that lies beside the export, without our packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_export.py", path.name, *words],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def key_of(path: Path) -> str:
    return str(json.loads(manifest_of(path).read_text())["proof"]["public_key"])


def test_an_export_is_verified_by_the_script_beside_it(export: Path, terminal: Terminal) -> None:
    status, said = verified(export)
    assert (status, said.splitlines()[0][:32]) == (0, "Verified: 2 rows under 2 seals, ")
    assert "Is that the gateway's key?" in said
    assert key_of(export) == terminal.json("verify")["public_key"]
    assert "Is that" not in verified(export, "--key", key_of(export))[1]


def test_only_what_was_exported_is_in_the_proof(export: Path) -> None:
    text = proof_of(export).read_text()
    assert "cy@example.com" not in text
    if export.suffix == ".csv":  # of two columns
        assert "local:" not in text and "Management" not in text


def test_it_fits_heads_that_were_kept_elsewhere(export: Path, terminal: Terminal, tmp_path: Path) -> None:
    kept = tmp_path / "kept.log"
    terminal.run("check")
    shutil.copy(Paths(terminal.data).heads, kept)
    assert "heads fit" in verified(export, "--heads", str(kept))[1]
    text = kept.read_text()
    kept.write_text(text[:-9] + ("00000000\n" if not text.endswith("00000000\n") else "11111111\n"))
    assert "is not signed with this key" in verified(export, "--heads", str(kept))[1]


Attack = Callable[[Path], None]


def in_file(change: Callable[[str], str], beside: Callable[[Path], Path] = lambda path: path) -> Attack:
    def attack(path: Path) -> None:
        target = beside(path)
        text = target.read_text()
        assert change(text) != text
        target.write_text(change(text))

    return attack


def without_last_line(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize(
    "attack",
    [
        in_file(lambda text: text.replace("bo@", "eve@")),
        in_file(without_last_line),
        in_file(lambda text: text + text.splitlines(keepends=True)[-1]),
        in_file(lambda text: text.replace('"rows": 2', '"rows": 1'), manifest_of),
        in_file(lambda text: text.replace('"filter": "', '"filter": "x'), manifest_of),
        in_file(without_last_line, proof_of),
        in_file(lambda text: text.replace('"n":1', '"n":9'), proof_of),
    ],
)
def test_whatever_is_changed_is_found(export: Path, attack: Attack) -> None:
    attack(export)
    status, said = verified(export)
    assert status == 1 and said.startswith("NOT VERIFIED: ")


@pytest.mark.parametrize("hashed", [False, True])
def test_what_somebody_wrote_into_the_database_is_not_signed(
    hashed: bool, export: Path, terminal: Terminal
) -> None:
    """Hashes and links of seals can be made anew without the key, their macs cannot."""
    with closing(sqlite3.connect(Paths(terminal.data).database)) as file, file:
        file.execute("UPDATE event SET target = 'eve@example.com' WHERE target = 'bo@example.com'")
        names = ", ".join(COLUMNS)
        [row] = file.execute(f"SELECT {names} FROM event WHERE target = 'eve@example.com'").fetchall()
        new = row_hash(row[:-1])
        span = "SELECT gw, n, lo, hi, first_id, last_id, salt FROM seal WHERE gw = ? AND ? BETWEEN lo AND hi"
        *numbers, salt = file.execute(span, row[1:3]).fetchone()
        before = "SELECT link FROM seal WHERE gw = ? AND n = ?"
        [link] = file.execute(before, (row[1], numbers[1] - 1)).fetchone()
        if hashed:
            file.execute("UPDATE event SET row_hash = ? WHERE id = ?", (new, row[0]))
            forged = (link_of(Span(*numbers), link, salt, [new]), *numbers[:2])
            file.execute("UPDATE seal SET link = ? WHERE gw = ? AND n = ?", forged)
    again = export.with_name(f"again{export.suffix}")
    wish = ("--tab", "system", "--filter=-resource:cy@example.com", "--until", "2100-01-01")
    terminal.run("audit", *wish, "--format", export.suffix[1:], "--out", str(again))
    rows = json.loads(manifest_of(again).read_text())["rows"]
    assert verified(again) == (1, f"NOT VERIFIED: the proof is of {rows - 1} rows, the manifest of {rows}\n")


def test_another_key_is_found(export: Path) -> None:
    assert verified(export, "--key", "00" * 32)[0] == 1


def test_even_a_signed_proof_must_fit_its_seals(export: Path) -> None:
    """Who holds the key may sign anything: rows still have to hang together."""
    import hashlib

    from gateway_desktop.identity.sealing import Sealer
    from gateway_desktop.identity.signing import Signer
    from gateway_desktop.services.export_proof import signed_bytes

    signer = Signer(Sealer(b"k" * 32))
    proof = proof_of(export)
    proof.write_text(proof.read_text().replace('"lo":', '"lo":1', 1))
    manifest = json.loads(manifest_of(export).read_text())
    del manifest["signature"]
    manifest["proof"]["public_key"] = signer.public_key.hex()
    manifest["proof"]["sha256"] = hashlib.sha256(proof.read_bytes()).hexdigest()
    manifest["signature"] = signer.sign(signed_bytes(manifest)).hex()
    manifest_of(export).write_text(json.dumps(manifest))
    assert "does not fit its rows" in verified(export)[1]
