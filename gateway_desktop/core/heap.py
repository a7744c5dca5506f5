"""give_back(): memory that was needed for a while."""

import ctypes
import sys


def give_back() -> None:
    """Let the C library return its free pages to the system; glibc keeps them otherwise (malloc_trim(3))."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
