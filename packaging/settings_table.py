"""Write the guide of all settings from `gateway_desktop.core.settings`; `--check` only compares."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gateway_desktop.core.settings import entries  # noqa: E402 - found through the line above

GUIDE = ROOT / "resources" / "help" / "all-settings.md"
HEAD = """\
# All settings

In the window under [Settings](page:settings), on the command line `gateway-desktop settings`; those marked \
*this machine* also in `settings.toml`. Command line > environment > file > database > default.

| key | default | what it is |
|---|---|---|
"""


def guide() -> str:
    """Return the guide as Markdown."""
    lines = []
    for key, entry in entries().items():
        about = entry.metadata
        words = [f"{about['label']}."]
        if about["help"]:
            words.append(about["help"])
        if about["choices"]:
            words.append("One of " + ", ".join(f"`{choice}`" for choice in about["choices"]) + ".")
        if about["minimum"] is not None:
            words.append(
                f"{about['minimum']} to {about['maximum']}{' ' if about['unit'] else ''}{about['unit']}."
            )
        if about["zero"]:
            words.append(f"0: {about['zero']}.")
        place = " (this machine)" if about["machine"] else ""
        lines.append(f"| `{key}`{place} | {shown(entry.default)} | {' '.join(words)} |\n")
    return HEAD + "".join(lines)


def shown(value: object) -> str:
    """Return a default as a person would type it."""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{value}`" if value != "" else "empty"


def main() -> int:
    """Write the guide, or say whether it is as it would be written."""
    if sys.argv[1:] != ["--check"]:
        GUIDE.write_text(guide(), encoding="utf-8")
    elif guide() != GUIDE.read_text(encoding="utf-8"):
        sys.stderr.write(f"{GUIDE} is not what core/settings.py says: python packaging/settings_table.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
