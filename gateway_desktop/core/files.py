"""Files that are read or replaced as a whole, and new ones that nobody else reads along."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gateway_desktop.core.errors import ConfigurationError, in_words

UNFINISHED = ".unfinished"  # how the name of a file ends that is not whole
JOURNAL = f"{UNFINISHED}-journal"  # what SQLite has beside one while it writes a database there
_LONG = 3600.0  # seconds in which whoever still writes a file writes to it


def open_new(path: Path) -> int:
    """Return the descriptor of a new file that only this person may read.

    What lay there before, be it a link or a file of somebody else, is not written into.
    """
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def unfinished(path: Path) -> Path:
    """Return where a file is written before it is whole."""
    return path.with_name(path.name + UNFINISHED)


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Give an empty file, which stands at the path once all of it is written, and not before."""
    with appearing_together(path) as (beside,):
        yield beside


@contextmanager
def appearing_together(*paths: Path) -> Iterator[list[Path]]:
    """Give empty files, which stand at the paths once all of all of them is written, and not before."""
    besides = [unfinished(path) for path in paths]
    try:
        for path, beside in zip(paths, besides, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(open_new(beside))
        yield besides
        for beside in besides:
            with beside.open("r+b") as file:
                os.fsync(file.fileno())
        for path, beside in zip(paths, besides, strict=True):
            beside.replace(path)
    finally:
        for beside in besides:
            with suppress(OSError):
                beside.unlink()


def sweep_unfinished(folder: Path) -> None:
    """Delete what killed processes left half written in a folder of the program's own."""
    if folder.is_dir():
        for left in list(folder.iterdir()):
            with suppress(OSError):  # gone meanwhile, or in use
                if left.name.endswith((UNFINISHED, JOURNAL)) and time.time() - left.lstat().st_mtime > _LONG:
                    left.unlink()


def read_text(path: Path) -> str:
    """Return what a person's file says, or raise ConfigurationError saying why it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(path), f"cannot be read: {in_words(error)}") from None


def write_atomically(path: Path, text: str | bytes) -> None:
    """Replace the file in one step: whoever reads it sees the old or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
