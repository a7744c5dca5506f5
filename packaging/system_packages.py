"""What the operating system must have on Debian and its family; elsewhere Qt brings what it needs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable

# What Qt loads even without a screen (`QT_QPA_PLATFORM=offscreen`), and one font so that no letter is a box.
OFFSCREEN = (
    "libegl1", "libgl1", "libglib2.0-0", "libdbus-1-3", "libxkbcommon0", "libfontconfig1", "libfreetype6",
    "libx11-6", "libbrotli1", "libgssapi-krb5-2", "fonts-dejavu-core",
)  # fmt: skip
# What its plugins for X11 and Wayland load besides.
WINDOWS = (
    "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "libxcb-xkb1",
    "libxkbcommon-x11-0", "libxcb-render-util0", "libxcb-image0", "libxcb-util1", "libxcb-randr0",
    "libxcb-xfixes0", "libxcb-sync1", "libxcb-shm0", "libxcb-render0", "libx11-xcb1",
    "libwayland-cursor0", "libwayland-egl1",
)  # fmt: skip
# A screen for tests of focus and dialogs, and letters for screenshots.
SCREEN = ("xvfb", "xauth", "openbox", "fonts-noto-color-emoji", "fonts-wqy-microhei")

# The server of the tests that run on PostgreSQL; each run has a cluster of its own in a temporary folder.
SERVER = ("postgresql",)
# A browser for the tests of the sign-in's pages; Playwright's own is not fetched.
BROWSER = ("chromium",)

# A real syslog server, with TLS.
SYSLOG = ("rsyslog", "rsyslog-openssl")


def missing(packages: Iterable[str]) -> list[str]:
    """Return those that are not installed; a library may have been renamed for 64-bit time (`...t64`)."""
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    there = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [name for name in packages if name not in there and f"{name}t64" not in there]


def privilege() -> list[str] | None:
    """Return what stands before a command that needs root, or None if we cannot become root."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asks_nobody = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
        if asks_nobody or sys.stdin.isatty():
            return ["sudo"]
    return None


def need(packages: Iterable[str]) -> bool:
    """Install what is missing; where that is impossible print the line to run, and return False."""
    if not shutil.which("apt-get"):
        return True
    wanted = missing(packages)
    if not wanted:
        return True
    before = privilege()
    if before is None:
        print(
            f"Missing system packages; please run:\n  sudo apt-get install -y {' '.join(wanted)}", flush=True
        )
        return False
    print(f"Installing system packages: {' '.join(wanted)}", flush=True)
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    install = [*before, *quiet, "install", "-y", "--no-install-recommends", *wanted]
    if subprocess.call(install, stdout=subprocess.DEVNULL) == 0:
        return True
    subprocess.call([*before, *quiet, "update"])  # a fresh machine has no lists, or old ones
    if subprocess.call(install, stdout=subprocess.DEVNULL) == 0:
        return True
    print(f"That failed; please run:\n  sudo apt-get install -y {' '.join(wanted)}", flush=True)
    return False
