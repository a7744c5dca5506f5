"""Start at login: an entry where this person's desktop looks for what to start; taken out again."""

import os
import sys
from pathlib import Path

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.files import write_atomically

_NAME = "gateway-desktop"
_LABEL = "local.gateway-desktop"


def start_at_login(data: Path, *, on: bool) -> None:
    """Have the window of this data folder opened at login, or not; raise ConfigurationError if that fails."""
    path, text = _entry(data)
    try:
        if on:
            write_atomically(path, text)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError("window.at_login", f"{path} cannot be changed: {error.strerror}") from error


def _entry(data: Path) -> tuple[Path, str | bytes]:
    words = [*_program(), "--data", str(data)]
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{_LABEL}.plist", _property_list(words)
    if sys.platform == "win32":
        menu = Path(os.environ["APPDATA"]) / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        line = " ".join(f'"{word}"' for word in words).replace("%", "%%")
        return menu / "Startup" / f"{_NAME}.cmd", f'@start "" {line}\r\n'.encode("oem")
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    line = " ".join(f'"{_escaped(word)}"' for word in words)
    head = "[Desktop Entry]\nType=Application\nName=Gateway Desktop\nTerminal=false\n"
    return folder / "autostart" / f"{_NAME}.desktop", f"{head}Icon={_NAME}\nExec={line}\n"


def _program() -> list[str]:
    frozen = getattr(sys, "frozen", False)  # a bundle is its own interpreter
    windowless = Path(sys.executable).with_name(
        "pythonw.exe"
    )  # Windows would show a console beside the window
    python = str(windowless) if windowless.exists() else sys.executable
    return [sys.executable] if frozen else [python, "-m", "gateway_desktop"]


def _escaped(word: str) -> str:
    """Return a word for between quotes in `Exec` (Desktop Entry Specification 1.5)."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
    return word.replace("\\", "\\\\").replace("%", "%%")


def _property_list(words: list[str]) -> str:
    quoted = (word.replace("&", "&amp;").replace("<", "&lt;") for word in words)
    arguments = "".join(f"<string>{word}</string>" for word in quoted)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>\n'
        f"<key>Label</key><string>{_LABEL}</string>\n<key>ProgramArguments</key><array>{arguments}</array>\n"
        "<key>RunAtLoad</key><true/>\n</dict></plist>\n"
    )
