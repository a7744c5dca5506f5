"""Commands as MCP upstreams: what is entered, and the sealed values of their environment."""

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.paths import at_home
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.lookup import the_proxy
from gateway_desktop.services.proxy_values import checked_variable
from gateway_desktop.services.vault import forget, seal
from gateway_desktop.store.models.proxy import ProxyRow, ProxyStdioRow, ProxyVariableRow
from gateway_desktop.store.stdio_rows import stdio_commands


class ProxyVariables(Service):
    """Sealed environment values of a proxy's command; their values are never shown again."""

    @transaction()
    def set(self, change: Change, proxy: str, name: str, plain: str) -> None:
        """Seal the value of a variable; running sessions of the command are ended."""
        row = the_proxy(proxy)
        variable = _variable(name)
        if ProxyStdioRow.get_or_none(ProxyStdioRow.proxy_id == row.id) is None:
            raise ConfigurationError("variable", f"'{row.name}' runs no command, and has no variables")
        if not plain or "\0" in plain:
            raise ConfigurationError("value", "it is empty, or holds a zero byte")
        old = _of(row.id, variable)
        secret = seal(self._sealer(), f"proxy:{row.id}:{variable}", plain)
        if old is None:
            ProxyVariableRow.create(proxy_id=row.id, name=variable, secret_id=secret)
        else:
            former, old.secret_id = old.secret_id, secret
            old.save()
            forget(former)
        change.record(_event("environment value sealed", row.name, variable))

    @transaction()
    def remove(self, change: Change, proxy: str, name: str) -> None:
        """Forget the value of a variable."""
        row = the_proxy(proxy)
        variable = _variable(name)
        old = _of(row.id, variable)
        if old is None:
            raise ConfigurationError("variable", f"'{row.name}' has no sealed value of {variable}")
        old.delete_instance()
        forget(old.secret_id)
        change.record(_event("environment value removed", row.name, variable))


def checked_command(command: StdioCommand) -> StdioCommand:
    """Return what was entered, or raise ConfigurationError naming the field."""
    if not command.arguments or not command.arguments[0].strip():
        raise ConfigurationError("command", "it is missing: ... --stdio -- COMMAND ARG...")
    if any("\0" in argument for argument in command.arguments):
        raise ConfigurationError("command", "an argument holds a zero byte")
    folder = str(at_home(command.folder, "cwd").absolute()) if command.folder else ""
    if folder and not Path(folder).is_dir():
        raise ConfigurationError("cwd", f"there is no folder {folder}")
    return replace(command, folder=folder, variables=tuple(_variable(name) for name in command.variables))


def words_of(line: object, *, windows: bool = sys.platform == "win32") -> tuple[str, ...]:
    """Return the words of a command, quoted as in a shell; `~` is the home folder, and no shell runs it.

    On Windows a backslash parts folders, and takes the meaning from nothing.
    """
    lexer = shlex.shlex(str(line), posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    if windows:
        lexer.escape = ""
    try:
        words = list(lexer)
    except ValueError as error:
        raise ConfigurationError("command", f"the quotes do not pair ({error})") from error
    home = str(Path.home())
    begins = ("~/", "~\\") if windows else ("~/",)
    return tuple(home + word[1:] if word == "~" or word.startswith(begins) else word for word in words)


def update_command(row: ProxyRow, changes: Mapping[str, object]) -> None:
    """Change what is given of a command: `command`, `cwd`, `env`; running sessions of it are ended."""
    known = stdio_commands(row.id).get(row.id)
    if known is None:
        raise ConfigurationError(next(iter(changes)), f"'{row.name}' runs no command")
    given = replace(
        known,
        arguments=words_of(changes["command"]) if "command" in changes else known.arguments,
        folder=str(changes.get("cwd", known.folder)).strip(),
        variables=tuple(str(changes["env"]).split()) if "env" in changes else known.variables,
    )
    ProxyStdioRow.update(_columns(given)).where(ProxyStdioRow.proxy_id == row.id).execute()


def insert_command(proxy_id: str, command: StdioCommand) -> None:
    """Write the command of a new proxy within the running transaction."""
    ProxyStdioRow.create(proxy_id=proxy_id, **_columns(command))


def _columns(command: StdioCommand) -> dict[str, str]:
    checked = checked_command(command)
    return {
        "arguments": json.dumps(checked.arguments),
        "folder": checked.folder,
        "variables": json.dumps(checked.variables),
    }


def forget_command(proxy_id: str) -> None:
    """Delete the command of a removed proxy and its sealed values."""
    for row in ProxyVariableRow.select().where(ProxyVariableRow.proxy_id == proxy_id):
        row.delete_instance()
        forget(row.secret_id)
    ProxyStdioRow.delete().where(ProxyStdioRow.proxy_id == proxy_id).execute()


def described_command(command: StdioCommand | None) -> dict[str, object]:
    """Return what a System event says of a command; never a value."""
    if command is None:
        return {}
    return {
        "command": list(command.shown),
        "folder": command.folder,
        "variables": list(command.variables),
        "sealed": list(command.sealed),
    }


def _variable(name: str) -> str:
    checked = checked_variable(name)
    if checked is None:
        raise ConfigurationError("variable", "its name is missing")
    return checked


def _of(proxy_id: str, variable: str) -> ProxyVariableRow | None:
    found: ProxyVariableRow | None = ProxyVariableRow.get_or_none(
        (ProxyVariableRow.proxy_id == proxy_id) & (ProxyVariableRow.name == variable)
    )
    return found


def _event(event: str, proxy: str, variable: str) -> SystemEvent:
    return SystemEvent(Category.PROXIES, event, proxy, after={"variable": variable}, proxy=proxy)
