"""What fields of a proxy's dialog mean: a command, a variable with a secret value."""

import shlex
from pathlib import Path

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.stdio_command import StdioCommand

COMMAND_HELP = "As in a shell, with quotes where a word has spaces; no shell runs it."
VARIABLES_HELP = "Names of variables of the gateway's environment that it is given."
SEALED_HELP = (
    "A variable with a secret value, sealed at once. More of them: gateway-desktop proxy secret set."
)


def command_of(line: str, folder: str, variables: str) -> StdioCommand:
    """Return the command that a line says, quoted as in a shell; no shell runs it."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ConfigurationError("command", f"the quotes do not pair ({error})") from error
    home = str(Path.home())
    arguments = tuple(home + word[1:] if word == "~" or word.startswith("~/") else word for word in words)
    return StdioCommand(arguments, folder, tuple(variables.split()))


def sealed_of(given: str) -> tuple[str, str]:
    """Return name and value of `NAME=value`."""
    name, found, value = given.partition("=")
    if not found or not value:
        raise ConfigurationError("sealed", "NAME=value, as in API_TOKEN=abc")
    return name.strip(), value
