"""The master key: 32 bytes that seal every secret of a data folder.

It is looked for in this order: `--key-file FILE`; DIR/master.key; the operating system's keyring, under the
data folder's path. A new one is made only where nothing was sealed yet, and goes into the keyring; where
there is none (a server), into DIR/master.key, readable for its owner only, with a notice. The keyring is
asked once, and not longer than 3 s: some wait for a person who is not there. So are files: one may be a pipe.
"""

import base64
import binascii
import contextlib
import os
import secrets
import stat
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.files import open_new
from gateway_desktop.core.paths import Paths

KEY_BYTES = 32
_SERVICE = "Gateway Desktop"
_SECONDS = 3.0
_LARGEST = 1024  # bytes of a file
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key, and what a person should know about where it is."""

    key: bytes
    notice: str = ""


def open_master_key(paths: Paths, sealed: bool) -> MasterKey:
    """Return the data folder's key, making one if nothing was `sealed` with another before."""
    if paths.master_key.exists():
        return MasterKey(_read(paths.master_key), _open_to_others(paths.master_key))
    entry = str(paths.data.resolve())
    asked = "" if paths.key_file else "the keyring gives none, and "
    if not paths.key_file:
        try:
            if text := within(_SECONDS, lambda: _from_keyring(entry)):
                return MasterKey(_decoded(text, "The keyring's entry"))
        except NoAnswer:
            asked = f"the keyring gave no answer within {_SECONDS:.0f} s, and "
    if sealed:
        raise Unavailable(
            f"The secrets in {paths.data} are sealed with a master key that is not here: {asked}"
            f"there is no file {paths.master_key}. Bring the key back, or name it with --key-file"
        )
    key = secrets.token_bytes(KEY_BYTES)
    if not paths.key_file and "no answer" not in asked and _keep_in_keyring(entry, key):
        return MasterKey(key)
    why = "" if paths.key_file else ", because this system's keyring cannot be used"
    return MasterKey(
        _write(paths.master_key, key),
        f"The master key is in the file {paths.master_key}{why}: keep a copy, and let nobody else read it.",
    )


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what the work returns, or raise TimeoutError and leave its thread to the end of the program."""
    answer: Future[Result] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 - the Future carries it on
            answer.set_exception(error)

    threading.Thread(target=run, name="master key", daemon=True).start()
    return answer.result(seconds)


def _from_keyring(entry: str) -> str | None:
    import keyring  # late: a quarter of a second that only a first start pays
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, entry)
    except KeyringError:  # none on this machine, or it is locked
        return None


def _keep_in_keyring(entry: str, key: bytes) -> bool:
    def keep() -> bool:
        import keyring  # late, as above
        from keyring.errors import KeyringError

        text = base64.b64encode(key).decode()
        try:
            keyring.set_password(_SERVICE, entry, text)
            return keyring.get_password(_SERVICE, entry) == text
        except KeyringError:
            return False

    try:
        return within(_SECONDS, keep)
    except NoAnswer:
        return False


def _read(path: Path) -> bytes:
    def first_bytes() -> bytes:
        with path.open("rb") as file:
            return file.read(_LARGEST)

    try:
        return _decoded(within(_SECONDS, first_bytes), f"The file {path}")
    except NoAnswer:  # a pipe that nobody writes into, or a server that is away
        why = f"nothing came within {_SECONDS:.0f} s"
    except OSError as error:
        why = in_words(error)
    raise Unavailable(f"The master key {path} cannot be read: {why}")


def _open_to_others(path: Path) -> str:
    """Return what to say of a file that was copied here as any other; nothing of one that is its owner's."""
    if sys.platform == "win32" or not path.stat().st_mode & stat.S_IROTH:
        return ""
    return f"Everybody on this machine may read the master key in {path}: take that from them (chmod 600)"


def _decoded(text: str | bytes, place: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Unavailable(f"{place} does not hold a master key: {KEY_BYTES} bytes in base64 are expected")
    return key


def _write(path: Path, key: bytes) -> bytes:
    """Return the key that lies in the file afterwards: this one, or another process's that was quicker."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(open_new(new), "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(new)
        new.unlink()
    except OSError as error:
        raise Unavailable(f"The master key cannot be written to {path}: {error.strerror}") from error
    return _read(path)
