"""Identifiers that sort by the time they were made."""

import os
import time


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562 section 5.7) as 36 lower-case characters."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Say whether a text looks like such an identifier, which nobody types."""
    return [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]
