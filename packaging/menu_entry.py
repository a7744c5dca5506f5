"""`bootstrap.py install` and `uninstall`: menu entry, icon and command for this user; data is left alone.

What is written carries a mark, and only what carries it is replaced or removed.
"""

import os
import shlex
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import environment
import system_packages

MARK = "made by packaging/bootstrap.py install"
RESOURCES = environment.ROOT / "resources"
ICON = RESOURCES / "icons" / "gateway-desktop.svg"
PICTURE = RESOURCES / "icons" / "gateway-desktop.png"  # 256 pixels


def install(_arguments: list[str]) -> int:
    """Make everything ready and put the program into this user's menu and on the command line."""
    if sys.platform == "linux":
        system_packages.need((*system_packages.OFFSCREEN, *system_packages.WINDOWS))
    environment.ready(environment.RUNTIME_LOCK)
    for path, content in entries().items():
        if path.exists() and not is_ours(path):
            sys.exit(f"{path} was not made by this program; it is left as it is. Remove it and try again.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.name in ("gateway-desktop", "start"):
            path.chmod(0o755)
        print(f"wrote {path}")
    if os.name == "nt":
        shortcut(make=True)
    refresh_menus()
    folder = command_path().parent
    if str(folder) not in os.environ.get("PATH", "").split(os.pathsep):
        print(f"{folder} is not on your PATH; a new terminal may find it, else add it.")
    return 0


def uninstall(_arguments: list[str]) -> int:
    """Remove what `install` wrote, and nothing else."""
    for path in entries():
        if path.exists() and is_ours(path):
            path.unlink()
            print(f"removed {path}")
    if sys.platform == "darwin" and not (bundle() / "Contents" / "Info.plist").exists():
        shutil.rmtree(bundle(), ignore_errors=True)  # what is left of ours: empty folders
    if os.name == "nt":
        shortcut(make=False)
    refresh_menus()
    print("Your data is where it was; `.venv` in this folder may be deleted.")
    return 0


def entries() -> dict[Path, bytes]:
    """Return every file of the installation with its content."""
    if os.name == "nt":
        python = str(environment.PYTHON).replace("%", "%%")
        script = f'@rem {MARK}\r\n@"{python}" -m gateway_desktop %*\r\n'
        return {
            command_path(): script.encode("oem"),  # as cmd.exe reads it
            windows_icon(): as_ico(PICTURE.read_bytes()),
        }
    python = shlex.quote(str(environment.PYTHON))
    script = f'#!/bin/sh\n# {MARK}\nexec {python} -m gateway_desktop "$@"\n'.encode()
    if sys.platform == "darwin":
        contents = bundle() / "Contents"
        return {
            command_path(): script,
            contents / "Info.plist": property_list().encode(),
            contents / "MacOS" / "start": script,
            contents / "Resources" / "icon.icns": as_icns(PICTURE.read_bytes()),
        }
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    template = (RESOURCES / "gateway-desktop.desktop").read_text(encoding="utf-8")
    entry = template.replace("Exec=gateway-desktop", f'Exec="{command_path()}"') + f"# {MARK}\n"
    icon = ICON.read_text(encoding="utf-8") + f"<!-- {MARK} -->\n"
    return {
        command_path(): script,
        share / "applications" / "gateway-desktop.desktop": entry.encode(),
        share / "icons" / "hicolor" / "scalable" / "apps" / "gateway-desktop.svg": icon.encode(),
    }


def command_path() -> Path:
    """Return where the command goes, a folder that is normally on the PATH."""
    if os.name == "nt":
        return Path(os.environ["LOCALAPPDATA"]) / "Microsoft" / "WindowsApps" / "gateway-desktop.cmd"
    return Path.home() / ".local" / "bin" / "gateway-desktop"


def is_ours(path: Path) -> bool:
    """Return whether `install` wrote the file; icons without comments lie in folders of our own."""
    return MARK.encode() in path.read_bytes() or path.suffix in (".icns", ".ico")


def refresh_menus() -> None:
    """Tell the desktop, where it does not look by itself."""
    program = shutil.which("update-desktop-database")
    if program:
        share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        subprocess.run([program, "-q", share / "applications"], check=False)


# macOS -------------------------------------------------------------------------------------------


def bundle() -> Path:
    """Return the application's folder as macOS wants it."""
    return Path.home() / "Applications" / "Gateway Desktop.app"


def property_list() -> str:
    """Return the bundle's description."""
    values = {
        "CFBundleName": "Gateway Desktop",
        "CFBundleIdentifier": "local.gateway-desktop",
        "CFBundleExecutable": "start",
        "CFBundleIconFile": "icon",
        "CFBundlePackageType": "APPL",
        "NSHighResolutionCapable": "true",
    }
    lines = "".join(f"<key>{key}</key><string>{value}</string>\n" for key, value in values.items())
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {MARK} -->\n'
    return f'{head}<plist version="1.0"><dict>\n{lines}</dict></plist>\n'


def as_icns(png: bytes) -> bytes:
    """Return the picture as an Apple icon (`ic08`: 256 pixels, PNG)."""
    return b"icns" + struct.pack(">I", len(png) + 16) + b"ic08" + struct.pack(">I", len(png) + 8) + png


# Windows -----------------------------------------------------------------------------------------


def windows_icon() -> Path:
    """Return where the icon of the shortcut lies."""
    return Path(os.environ["LOCALAPPDATA"]) / "Gateway Desktop" / "program" / "gateway-desktop.ico"


def as_ico(png: bytes) -> bytes:
    """Return the picture as a Windows icon with one image of 256 pixels, PNG."""
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(png), 22) + png


def shortcut(*, make: bool) -> None:
    """Make or remove the Start menu's shortcut, which only Windows itself can write."""
    menu = Path(os.environ["APPDATA"]) / "Microsoft" / "Windows" / "Start Menu" / "Programs"
    link = menu / "Gateway Desktop.lnk"
    if not make:
        link.unlink(missing_ok=True)
        return
    windowless = environment.PYTHON.with_name("pythonw.exe")
    names = [str(path).replace("'", "''") for path in (link, windowless, windows_icon())]
    script = (
        "$s = (New-Object -ComObject WScript.Shell).CreateShortcut('{}'); "
        "$s.TargetPath = '{}'; $s.Arguments = '-m gateway_desktop'; "
        "$s.IconLocation = '{}'; $s.Save()".format(*names)
    )
    subprocess.run(["powershell", "-NoProfile", "-Command", script], check=True)
    print(f"wrote {link}")
