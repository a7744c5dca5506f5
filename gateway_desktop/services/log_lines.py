"""The newest lines of the log file, by level; asked off the main thread."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+Z) (\w+) +(\S+) ([\w.]+): (.*)")
_TAIL_BYTES = 2_000_000  # a person who wants more opens the file


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry; what follows it up to the next, as a traceback does, belongs to it."""

    number: int  # of the line in what was read
    time: str
    level: str
    thread: str
    source: str
    message: str


def log_lines(file: Path, least: str = "DEBUG", most: int = 500) -> tuple[LogLine, ...]:
    """Return the newest entries of at least this level, the newest first."""
    wanted = LEVELS[LEVELS.index(least) :]
    newest: deque[LogLine] = deque(maxlen=most)
    if file.exists():
        newest.extend(line for line in _entries(_tail(file)) if line.level in wanted)
    return tuple(reversed(newest))


def _tail(file: Path) -> list[str]:
    with file.open("rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(max(0, size - _TAIL_BYTES))
        text = opened.read().decode("utf-8", "replace")
    lines = text.splitlines()
    return lines[1:] if size > _TAIL_BYTES else lines


def _entries(lines: list[str]) -> Iterator[LogLine]:
    entry: LogLine | None = None
    for number, text in enumerate(lines):
        found = _LINE.fullmatch(text)
        if found is None:
            if entry is not None:
                entry = replace(entry, message=f"{entry.message}\n{text}")
            continue
        if entry is not None:
            yield entry
        time, level, thread, source, message = found.groups()
        entry = LogLine(number, time, level, thread, source, message)
    if entry is not None:
        yield entry
