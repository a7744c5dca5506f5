"""Integrity: verifying the audit, here and as a process of its own for the window."""

import json
import subprocess
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.plural import plural
from gateway_desktop.core.seal import Head, heads_in
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.identity.signing import Signer, is_signed
from gateway_desktop.services.administration import Administration
from gateway_desktop.services.exports import Progress, followed, program
from gateway_desktop.services.futures import beside
from gateway_desktop.services.vault import SEALS
from gateway_desktop.store.chain import Broken, Verified
from gateway_desktop.store.database import Database
from gateway_desktop.store.heads import signed_heads
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.rollup_check import check_rollups
from gateway_desktop.store.verification import of_known_kinds, verify


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found; `place` and `problem` name the first thing that is wrong."""

    found: Verified
    place: str = ""
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Return whether all is as it was written."""
        return not self.problem

    def document(self) -> dict[str, object]:
        """Return it for machines."""
        return {"ok": self.ok, "place": self.place, "problem": self.problem, **asdict(self.found)}

    def __str__(self) -> str:
        if not self.ok:
            return f"{self.place}: {self.problem}"
        found = self.found
        said = [
            f"{plural(found.rows, 'row is as it was', 'rows are as they were')} written "
            f"({plural(found.seals, 'seal')}, {plural(found.gateways, 'chain')})",
            f"{plural(found.texts, 'stored text is', 'stored texts are')} too "
            f"({found.erased_texts:,} erased with authority)",
            f"{plural(found.counts, 'count')} of hours, days and people "
            f"{'says' if found.counts == 1 else 'say'} what the rows say",
            f"{plural(found.heads, 'signed head fits', 'signed heads fit')}, "
            f"{plural(found.heads_purged, 'is', 'are')} of rows that retention removed",
        ]
        if found.amended_seals:
            said.append(
                f"Retention or an erasure changed {plural(found.amended_seals, 'seal')}, with authority"
            )
        if found.unanchored:
            said.append(f"{plural(found.unanchored, 'row is', 'rows are')} newer than the newest signed head")
        if found.before_seals:
            old = plural(found.before_seals, "row is", "rows are")
            said.append(f"{old} from before seals: counted, but not protected")
        return ".\n".join(said) + "."


class Integrity:
    """Verifies the audit of a data folder, and writes down what came of it."""

    def __init__(self, paths: Paths, administration: Administration) -> None:
        self._paths = paths
        self._administration = administration

    def start(self, progress: Progress | None = None) -> Future[Verification]:
        """Verify in a process of its own, so that nothing here is slower for it."""
        command = [*program(self._paths), "verify", "--progress", "--json"]
        return beside("verification", lambda: _follow(command, progress))

    def note(self, verification: Verification) -> Future[None]:
        """Write down what was found."""
        return self._administration.note(
            SystemEvent(
                Category.SYSTEM,
                "integrity verified" if verification.ok else "integrity check failed",
                verification.place,
                severity=Severity.INFO if verification.ok else Severity.CRITICAL,
                result="success" if verification.ok else "failure",
                after=dict(asdict(verification.found)),
                details=str(verification),
            )
        )


def verify_audit(
    where: Where, sealer: Sealer, kept: Iterable[Path], progress: Callable[[int], None] = lambda _rows: None
) -> Verification:
    """Verify a database against the heads that were signed in it, and against those in files.

    What the rollups count is asked of the engine beside it, in a process of its own: it takes as long as the
    rows do, and in a thread both took longer than one after the other. What is wrong with rows is said first.
    """
    found = Verified()
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        counts = beside.submit(_count, where)
        with closing(open_database(where, reader=True)) as database, database.atomic():
            try:
                heads = _heads(database, sealer, kept)
                found = verify(database, sealer.derive(SEALS), heads, progress)
                found.counts = counts.result()
            except Broken as problem:
                return Verification(found, problem.place, problem.problem)
    return Verification(found)


def _count(where: Where) -> int:
    counts = of_known_kinds(lambda: "counts of hours, days and people")
    with closing(open_database(where, reader=True)) as database, database.atomic(), counts:
        return check_rollups(database)


def heads_of_files(files: Iterable[Path]) -> list[tuple[str, Head]]:
    """Return all heads in these files, each with the file's name."""
    heads = []
    for file in files:
        try:
            heads += [(str(file), head) for head in heads_in(file.read_text("utf-8", "replace"))]
        except OSError as error:
            raise Unavailable(f"The file with heads {file} cannot be read: {error.strerror}") from error
    return heads


def _heads(database: Database, sealer: Sealer, kept: Iterable[Path]) -> Sequence[Head]:
    public_key = Signer(sealer).public_key
    known: dict[str, Head] = {}
    for place, head in [*(("the database", head) for head in signed_heads(database)), *heads_of_files(kept)]:
        if str(head) not in known and not is_signed(public_key, head.signed_bytes(), head.signature):
            raise Broken(
                f"head of seal {head.n} of gateway {head.gateway} in {place}",
                "it was not signed with this master key",
            )
        known[str(head)] = head
    return list(known.values())


def _follow(command: Sequence[str], progress: Progress | None) -> Verification:
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,  # in the encoding of pipes here, as the process writes
    ) as process:
        said, _ = followed(process, progress)
        answer = (process.stdout.read() if process.stdout else "").strip()
    if not answer:
        raise Unavailable(said.partition(": ")[2] or said or f"It ended with status {process.returncode}")
    document: dict[str, Any] = json.loads(answer)
    place, problem, _ = document.pop("place"), document.pop("problem"), document.pop("ok")
    return Verification(Verified(**document), place, problem)
