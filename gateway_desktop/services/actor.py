"""Who acts from the window or the command line: the operating system's account on this machine."""

import getpass
import socket

from gateway_desktop.core.principal import Principal, PrincipalKind


def account_name() -> str:
    """Return the name of the operating system's account."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "unknown"


def local_actor() -> Principal:
    """Return `local:<name>@<host>`."""
    name = account_name()
    return Principal(PrincipalKind.LOCAL, actor=f"local:{name}@{socket.gethostname()}", display_name=name)
