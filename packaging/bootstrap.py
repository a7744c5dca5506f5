"""From a bare machine to the running program, or to its whole test suite.

    python3 packaging/bootstrap.py run [ARGUMENTS OF gateway-desktop]
    python3 packaging/bootstrap.py test [ARGUMENTS OF pytest]
    python3 packaging/bootstrap.py install | uninstall

Standard library only. This file and take_over.py stay readable for a Python 3.6, so that an old one can
look for another; the files beside them need 3.11.
"""

import glob
import os
import shutil
import subprocess
import sys

import take_over

OLDEST = (3, 11)
TRIED = (
    (3, 11),
    (3, 12),
    (3, 13),
    (3, 14),
)  # every locked package has a wheel for these; anything newer comes last
USAGE = "usage: python3 packaging/bootstrap.py run|test|install|uninstall [arguments]"


def version_of(command):
    """Return the (major, minor) version of the Python that the command starts, or None."""
    try:
        answer = subprocess.check_output(
            [*command, "-c", "import sys; print(sys.version_info[0], sys.version_info[1])"],
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
        major, minor = answer.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def candidates(version):
    """Return the commands that may start this version of Python."""
    name = "python{}.{}".format(*version)
    found = [[path] for path in [shutil.which(name)] if path]
    if os.name == "nt":
        found.append(["py", "-{}.{}".format(*version)])
    for pattern in (
        "/usr/bin/",
        "/usr/local/bin/",
        "/opt/homebrew/bin/",
        "~/.pyenv/versions/*/bin/",
        "~/.local/bin/",
    ):
        found += [[path] for path in sorted(glob.glob(os.path.expanduser(pattern) + name))]
    return found


def another_python():
    """Return the command of a Python that does, or, where this one is too old, of any newer; or None."""
    later = [(3, minor) for minor in range(TRIED[-1][1] + 1, 20)] if sys.version_info < OLDEST else []
    for version in list(TRIED) + later:
        for command in candidates(version):
            if version_of(command) == version:
                return command
    return None


def hand_over():
    """Run this again under another Python; without one, go on if this is only newer than those tried."""
    command = another_python()
    if command is None and sys.version_info > OLDEST:
        return
    if command is None:
        sys.exit(
            "Gateway Desktop needs Python 3.11 or newer; this is {}.{} and no newer one was found. "
            "Debian 12, Ubuntu 24.04 and newer have it (apt-get install python3 python3-venv); "
            "elsewhere: https://www.python.org/downloads/".format(*sys.version_info[:2])
        )
    sys.stderr.write("Python {}.{} may not do, going on with {}\n".format(*sys.version_info[:2], command[-1]))
    sys.exit(take_over.become([*command, os.path.abspath(__file__), *sys.argv[1:]]))


def main():
    """Do what the first argument says."""
    if not OLDEST <= sys.version_info[:2] <= TRIED[-1]:
        hand_over()
    import menu_entry
    import start
    import suite

    commands = {
        "run": start.run,
        "test": suite.run,
        "install": menu_entry.install,
        "uninstall": menu_entry.uninstall,
    }
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.stderr.write(USAGE + "\n")
        return 2
    arguments = sys.argv[2:]
    if arguments[:1] == ["--"]:  # as many write it before the arguments of another program
        del arguments[0]
    try:
        return commands[sys.argv[1]](arguments)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; the next run goes on from here.\n")
        return 130
    except OSError as error:  # a disk that is full or read-only, a program that may not be run
        sys.stderr.write("{}\n".format(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
