"""The signals that end the program: Ctrl+C, a service manager's, and the terminal that is closed."""

import signal
from collections.abc import Callable

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # Windows has the last, for a closed console, too


def when_told_to_end(end: Callable[[], None]) -> None:
    """Call `end` for each of these signals from now on; one that is ignored stays so, as `nohup` wants it."""
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: end())
