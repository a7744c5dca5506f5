"""Exports: our own command line as a process beside the gateway, so that a million rows slow nobody down."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.database_url import DatabaseUrl, Where
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.files import unfinished
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.plural import plural
from gateway_desktop.services.administration import Administration
from gateway_desktop.services.futures import beside
from gateway_desktop.services.setting_layers import variable

_LOW = psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export."""

    path: Path
    rows: int
    manifest: Path


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be exported. No columns are all columns; payloads only by an explicit wish."""

    tab: str
    filter: str
    path: Path
    format: str = "csv"  # csv | jsonl
    columns: tuple[str, ...] = ()
    payloads: bool = False
    words: tuple[str, ...] = ()  # the command that lists the rows; none: the audit's `tab` and `filter`


class Export:
    """One export on its way."""

    def __init__(self, process: "subprocess.Popen[str]", wish: Wish, progress: Progress | None) -> None:
        self._process = process
        self._wish = wish
        self._progress = progress
        self._cancelled = False
        self.future = beside("export", self._follow)

    def cancel(self) -> None:
        """Stop it; nothing of it stays."""
        self._cancelled = True
        self._process.terminate()

    def _follow(self) -> Exported:
        with self._process as process:
            said, rows = followed(process, self._progress)
        status = process.returncode
        if status or self._cancelled:
            path = self._wish.path
            for part in (path, manifest_of(path), proof_of(path)):
                with suppress(OSError):
                    unfinished(part).unlink()
        if self._cancelled:
            raise CancelledError
        if status:
            raise Unavailable(said.partition(": ")[2] or said or f"The export ended with status {status}")
        return Exported(self._wish.path, rows, manifest_of(self._wish.path))


class Exports:
    """Writes filtered rows of a tab, or of another list, into a file, with a manifest beside it."""

    def __init__(self, paths: Paths, where: Where, administration: Administration) -> None:
        self._paths = paths
        self._where = where
        self._administration = administration

    def export(self, wish: Wish, progress: Progress | None = None) -> Export:
        """Start an export; its `future` resolves when the file is whole."""
        process = subprocess.Popen(
            self.command(wish),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,  # in the encoding of pipes here, as the process writes
            env={**os.environ, **self._environment()},
        )
        step_back(process.pid)
        return Export(process, wish, progress)

    def command(self, wish: Wish) -> Sequence[str]:
        """Return the command line that does it."""
        words = [
            *program(self._paths),
            *(wish.words or ("audit", f"--tab={wish.tab}", f"--filter={wish.filter}")),
            f"--format={wish.format}",
            f"--out={wish.path}",
            "--progress",
        ]
        if wish.columns:
            words.append(f"--columns={','.join(wish.columns)}")
        if wish.payloads:
            words.append("--payloads")
        return words

    def _environment(self) -> dict[str, str]:
        """Return which server's database it reads; arguments of processes can be read by everybody."""
        return {variable("database"): self._where.url} if isinstance(self._where, DatabaseUrl) else {}

    def note(self, manifest: Mapping[str, object]) -> Future[None]:
        """Record a finished export."""
        what = f"the {manifest['tab']} tab" if "tab" in manifest else manifest["table"]
        details = f"{plural(int(str(manifest['rows'])), 'row')} of {what}"
        return self._administration.note(
            SystemEvent(
                Category.SYSTEM,
                "export written",
                str(manifest["file"]),
                after=dict(manifest),
                details=details,
            )
        )


def followed(process: "subprocess.Popen[str]", progress: Progress | None) -> tuple[str, int]:
    """Read what our own command says to its end; return its last line for people, and its rows."""
    said, rows = "", 0
    for line in process.stderr or ():
        if line.startswith("{"):
            told = json.loads(line)
            rows = int(told["rows"])
            if progress is not None:
                progress(rows, told.get("of"))
        else:
            said = line.strip() or said
    return said, rows


def step_back(process: int) -> None:
    """Let all others go before a process: the gateway shall not feel an export."""
    with suppress(psutil.Error):
        low = _LOW if sys.platform == "win32" else min(psutil.Process().nice() + _LOW, 19)
        psutil.Process(process).nice(low)


def program(paths: Paths) -> list[str]:
    """Return how our own command line is started for a data folder; a command follows."""
    frozen: Any = getattr(sys, "frozen", False)  # a bundle is its own interpreter
    words = [sys.executable] if frozen else [sys.executable, "-m", "gateway_desktop"]
    if paths.key_file:
        words.append(f"--key-file={paths.key_file}")
    return [*words, f"--data={paths.data}"]


def proof_of(path: Path) -> Path:
    """Return the proof beside an export."""
    return path.with_name(path.name + ".proof.jsonl")


def manifest_of(path: Path) -> Path:
    """Return the manifest beside an export."""
    return path.with_name(path.name + ".manifest.json")
