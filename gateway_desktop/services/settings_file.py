"""DIR/settings.toml: read with every mistake named, changed line by line so that comments stay."""

import difflib
import json
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway_desktop.core.errors import ConfigurationError, in_words
from gateway_desktop.core.settings import entries
from gateway_desktop.services.setting_values import checked

_LARGEST = 1 << 20  # bytes; it is read at every start and every change


def read_settings_file(path: Path) -> dict[str, Any]:
    """Return the settings of the file by dotted key; a missing file has none."""
    return _values(_text(path), path)


def known_key(key: str, place: str) -> str:
    """Return the key if there is such a setting, else raise ConfigurationError with the nearest one."""
    if key in entries():
        return key
    near = difflib.get_close_matches(key, entries(), n=1, cutoff=0.5)
    raise ConfigurationError(place, "no such setting" + (f"; did you mean '{near[0]}'?" if near else ""))


def _text(path: Path) -> str:
    """Return what the file says; a missing one says nothing, and what is no ordinary file is not opened."""
    try:
        there = path.stat()
        if not stat.S_ISREG(there.st_mode):
            raise ConfigurationError(str(path), "is not a file with text. Move it away")
        if there.st_size > _LARGEST:
            raise ConfigurationError(str(path), f"is larger than {_LARGEST >> 10} KB. Move it away")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except NotADirectoryError:
        file = next((folder for folder in path.parents if folder.is_file()), path.parent)
        raise ConfigurationError("data folder", f"{file} is a file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(path), f"cannot be read: {in_words(error)}") from error


def _values(text: str, path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(str(path), f"is not TOML: {error}") from error
    except RecursionError:
        raise ConfigurationError(str(path), "is nested too deeply") from None
    found = _flat(document)
    for key, value in found.items():
        place = f"{path}: {key}"
        found[key] = checked(known_key(key, place), value, place)
    return found


def _flat(document: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[before + name] = value
    return found


def changed_text(text: str, key: str, value: object) -> str:
    """Return the file's text with one setting changed; None as value takes it out."""
    section, _, name = key.rpartition(".")
    lines = text.splitlines()
    first, last = _span(lines, section)
    place = _find(lines, name, first, last)
    line = None if value is None else f"{name} = {json.dumps(value, ensure_ascii=False)}"
    if place is not None:
        comment = _comment(lines[place])
        lines[place : place + 1] = [] if line is None else [line + comment]
    elif line is not None and first < 0:
        lines += [*([""] if lines else []), f"[{section}]", line]
    elif line is not None:
        while last > first and not lines[last - 1].strip():
            last -= 1
        lines.insert(last, line)
    return "\n".join(lines) + "\n" if lines else ""


def _span(lines: list[str], section: str) -> tuple[int, int]:
    """Return where the section's lines begin and end; (-1, ...) if it is not there."""
    headers = [(n, line.strip()) for n, line in enumerate(lines) if line.lstrip().startswith("[")]
    if not section:
        return 0, headers[0][0] if headers else len(lines)
    for position, (n, header) in enumerate(headers):
        if re.fullmatch(rf"\[\s*{re.escape(section)}\s*\]\s*(#.*)?", header):
            return n + 1, headers[position + 1][0] if position + 1 < len(headers) else len(lines)
    return -1, len(lines)


def _find(lines: list[str], name: str, first: int, last: int) -> int | None:
    if first < 0:
        return None
    pattern = re.compile(rf"\s*{re.escape(name)}\s*=")
    return next((n for n in range(first, last) if pattern.match(lines[n])), None)


def _comment(line: str) -> str:
    found = re.search(r"\s+#[^\"']*$", line)
    return found[0] if found else ""


def changed_texts(path: Path, changes: Mapping[str, Any]) -> str:
    """Return the file's new text, checked to say what was asked; written anew if it was laid out oddly."""
    text = _text(path)
    wanted = {key: value for key, value in (_values(text, path) | dict(changes)).items() if value is not None}
    new = text
    for key, value in changes.items():
        new = changed_text(new, key, value)
    try:
        if _flat(tomllib.loads(new)) == wanted:
            return new
    except tomllib.TOMLDecodeError:
        pass
    new = ""
    for key in entries():
        if key in wanted and "." not in key:  # before the first section
            new = changed_text(new, key, wanted[key])
    for key in entries():
        if key in wanted and "." in key:
            new = changed_text(new, key, wanted[key])
    return new
