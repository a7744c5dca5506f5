"""The virtual environment `.venv`: made, filled from a lock, recognised when it is still right.

Why a stamp: a second run must take seconds. The stamp is written last, so what was interrupted is done again;
while packages are being installed a marker says so, and an environment that still has it is thrown away.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".venv"
SCRIPTS = PLACE / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = PLACE / "gateway-desktop.json"
MARKER = PLACE / "installing"
RUNTIME_LOCK = ROOT / "packaging" / "requirements.txt"
TEST_LOCK = ROOT / "packaging" / "requirements-test.txt"


def ready(lock: Path) -> None:
    """Make sure that everything in the lock, and the program itself, can be imported from the environment."""
    if is_right(lock):
        return
    with only_one():
        if is_right(lock):  # whoever was before us made it
            return
        stamp = read_stamp()
        moved = stamp is not None and stamp["place"] != str(PLACE)
        if moved or MARKER.exists() or not is_healthy():
            create()
        STAMP.unlink(missing_ok=True)
        MARKER.touch()
        install(lock)
        MARKER.unlink()
        build_detection()
        STAMP.write_text(json.dumps(wanted(lock)), encoding="utf-8")


def wanted(lock: Path) -> dict[str, str]:
    """Return the stamp of an environment that is right for this lock."""
    return {
        "lock": hashlib.sha256(lock.read_bytes()).hexdigest(),
        "project": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
        "place": str(PLACE),
    }


def is_right(lock: Path) -> bool:
    """Return whether nothing is left to do: the test lock holds all that the runtime lock does."""
    return read_stamp() in (wanted(lock), wanted(TEST_LOCK)) and is_healthy()


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one process at a time work on the environment; the others wait."""
    if os.name == "nt":  # Windows lets nobody replace files that another process holds open
        yield
        return
    import fcntl  # there is none on Windows

    with RUNTIME_LOCK.open() as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def read_stamp() -> dict[str, str] | None:
    """Return what the environment was last made from, if it was finished."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return stamp if stamp.keys() >= {"lock", "project", "place"} else None
    except (OSError, ValueError, AttributeError):
        return None


def is_healthy() -> bool:
    """Return whether the environment's Python starts, is new enough and has pip."""
    if not PYTHON.exists():
        return False
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", question], capture_output=True, check=False).returncode == 0


def base_python() -> str:
    """Return the Python that runs this, outside of any virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def create() -> None:
    """Make an empty environment in the place of whatever is there."""
    python = base_python()
    print(f"Making a virtual environment with {python}", flush=True)
    shutil.rmtree(PLACE, ignore_errors=True)
    # Debian splits venv from Python: without ensurepip there is no pip to put into the environment.
    if not has_module(python, "ensurepip"):
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        system_packages.need([name])
        if not has_module(python, "ensurepip"):
            sys.exit(
                f"This Python cannot make virtual environments. On Debian: sudo apt-get install -y {name}"
            )
    if subprocess.run([python, "-m", "venv", PLACE], check=False).returncode:
        sys.exit(f"The virtual environment {PLACE} cannot be made; the lines above say why.")


def has_module(python: str, name: str) -> bool:
    """Return whether that Python can import the module."""
    return (
        subprocess.run([python, "-c", f"import venv, {name}"], capture_output=True, check=False).returncode
        == 0
    )


def install(lock: Path) -> None:
    """Install exactly what the lock says, then the program itself from this folder, without the network."""
    print(f"Installing the packages of {lock.relative_to(ROOT)} ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    # Wheels only: nothing is compiled, and no package's own code runs while it is being installed.
    steps = (
        [*pip, "--require-hashes", "--only-binary=:all:", "--requirement", str(lock)],
        [*pip, "--no-index", "--no-build-isolation", "--editable", str(ROOT)],
    )
    for step in steps:
        if subprocess.run(step, stdin=subprocess.DEVNULL, check=False).returncode:
            sys.exit(
                "The packages could not be installed; the lines above say why. They come as wheels for "
                "Python 3.11 to 3.14 on x86-64 Linux (glibc 2.34), Windows and macOS on Apple silicon."
            )


def build_detection() -> None:
    """Build the machines of detection now; where that fails, the program says why when it starts."""
    print("Building what detection looks with ...", flush=True)
    build = "from gateway_desktop.services.detection import build_machines; build_machines()"
    subprocess.run([PYTHON, "-c", build], stdin=subprocess.DEVNULL, capture_output=True, check=False)
