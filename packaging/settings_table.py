"""Write README's table of settings from `gateway_desktop.core.settings`; `--check` only compares."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gateway_desktop.core.settings import entries  # noqa: E402 - found through the line above

README = ROOT / "README.md"
BEGIN, END = "<!-- settings: made by packaging/settings_table.py -->", "<!-- end of settings -->"


def table() -> str:
    """Return the table as Markdown."""
    lines = ["| key | default | what it is |", "|---|---|---|"]
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
        lines.append(f"| `{key}`{place} | {shown(entry.default)} | {' '.join(words)} |")
    return "\n".join(lines)


def shown(value: object) -> str:
    """Return a default as a person would type it."""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{value}`" if value != "" else "empty"


def main() -> int:
    """Put the table between its marks."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    right = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if sys.argv[1:] == ["--check"]:
        if right != text:
            sys.stderr.write(
                "README's settings are not those of core/settings.py: packaging/settings_table.py\n"
            )
        return int(right != text)
    README.write_text(right, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
