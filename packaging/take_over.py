"""Another program in the place of this one. Readable for a Python 3.6, like bootstrap.py."""

import os
import subprocess
import sys


def become(command):
    """Run the command in the place of this process: signals reach it. Windows has no such thing."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        return waited_for(command)
    return os.execvp(command[0], command)


def waited_for(command):
    """Return the command's exit status; Ctrl+C reaches it, too, and it says itself when it has ended."""
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            pass
