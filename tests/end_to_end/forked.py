"""`python forked.py PLACE MODULE WORDS`: run `main(WORDS)` of a module in a fork of the process at PLACE.

It imports next to nothing, so that it may be started hundreds of times.
"""

import json
import os
import socket
import sys
from collections.abc import Sequence


def asked(place: str, module: str, words: Sequence[str], files: Sequence[int]) -> socket.socket:
    """Ask for a fork with these files as its standard ones; its exit status is all that comes back."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(place)
        socket.send_fds(connection, [b"\n"], files)
        connection.sendall(json.dumps([module, words, os.getcwd(), dict(os.environ)]).encode())  # noqa: PTH109
        connection.shutdown(socket.SHUT_WR)
    except BaseException:
        connection.close()
        raise
    return connection


if __name__ == "__main__":
    _, place, module, *words = sys.argv
    with asked(place, module, words, (0, 1, 2)) as waiting:
        sys.exit(int(waiting.recv(16)))
