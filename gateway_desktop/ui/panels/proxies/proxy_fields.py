"""What fields of a proxy's dialog mean: a command, a variable with a secret value."""

import shlex

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.services.stdio import words_of

COMMAND_HELP = "As in a shell, with quotes where a word has spaces; no shell runs it."
VARIABLES_HELP = "Names of variables of the gateway's environment that it is given."
SEALED_HELP = (
    "A variable with a secret value, sealed at once. More of them: gateway-desktop proxy secret set."
)

OF_COMMAND = {"command": "command", "cwd": "cwd", "variables": "env"}  # fields, as Proxies.update names them


def fields_of(command: StdioCommand) -> dict[str, str]:
    """Return a command as its fields have it."""
    return {
        "command": shlex.join(command.arguments),
        "cwd": command.folder,
        "variables": " ".join(command.variables),
    }


def command_of(line: str, folder: str, variables: str) -> StdioCommand:
    """Return the command that a line says, quoted as in a shell; no shell runs it."""
    return StdioCommand(words_of(line), folder, tuple(variables.split()))


def sealed_of(given: str) -> tuple[str, str]:
    """Return name and value of `NAME=value`."""
    name, found, value = given.partition("=")
    if not found or not value:
        raise ConfigurationError("sealed", "NAME=value, as in API_TOKEN=abc")
    return name.strip(), value
