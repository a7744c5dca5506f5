"""Write the two locks from pyproject.toml: every package pinned, with hashes, for all platforms at once.

    python packaging/lock.py              after a change of dependencies: other pins stay as they are
    python packaging/lock.py --upgrade    everything to its newest allowed version
    python packaging/lock.py --upgrade-package aiohttp

Needs `uv` (`pip install uv`); installing from the locks needs only pip.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = "packaging/requirements.txt"
TEST = "packaging/requirements-test.txt"


def uv() -> str:
    """Return the path of uv, or leave with a sentence."""
    beside = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        sys.exit("uv is needed to write the locks: pip install uv")
    return found


def compile_lock(output: str, *options: str) -> None:
    """Resolve pyproject.toml into one lock."""
    command = [
        uv(),
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--python-version",
        "3.11",
    ]
    command += ["--no-config", "--custom-compile-command", "python packaging/lock.py", "--group", "build"]
    subprocess.run([*command, *options, "pyproject.toml", "--output-file", output], cwd=ROOT, check=True)


def main() -> None:
    """Write both locks; what both name is the same version in both."""
    further = sys.argv[1:]
    compile_lock(RUNTIME, *further)
    compile_lock(TEST, "--extra", "otel", "--group", "test", "--constraints", RUNTIME, *further)


if __name__ == "__main__":
    main()
