"""Where a setting's value comes from: command line > environment > file > table > default."""

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from gateway_desktop.core.database_url import Where, where_is
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.settings import Settings, entries
from gateway_desktop.services.setting_values import checked, parsed
from gateway_desktop.services.settings_file import known_key, read_settings_file

PREFIX = "GATEWAY_DESKTOP_"
_NO_SETTINGS = frozenset(
    {PREFIX + "DATA", PREFIX + "KEY", PREFIX + "SESSION"}
)  # the data folder; a tool's key, as Codex reads it; a sign-in


class Source(StrEnum):
    """Which layer a value comes from, strongest first."""

    COMMAND_LINE = "command line"
    ENVIRONMENT = "environment"
    FILE = "file"
    TABLE = "database"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Layers:
    """What stands above the table; the file is read anew each time: another process may have changed it."""

    path: Path
    environment: dict[str, Any] = field(default_factory=dict)
    command_line: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, command_line: Mapping[str, Any] | None = None) -> "Layers":
        """Return the layers of this process."""
        given = {key: checked(key, value, option(key)) for key, value in (command_line or {}).items()}
        return cls(path, environment_settings(os.environ), given)

    def found(self, rows: Mapping[str, str]) -> dict[str, tuple[Any, Source]]:
        """Return every setting's value and where it comes from; `rows` are the table's."""
        layers = (
            (Source.COMMAND_LINE, self.command_line),
            (Source.ENVIRONMENT, self.environment),
            (Source.FILE, read_settings_file(self.path)),
            (Source.TABLE, _from_rows(rows)),
        )
        values: dict[str, tuple[Any, Source]] = {}
        for key, declaration in entries().items():
            source, layer = next(
                ((name, layer) for name, layer in layers if key in layer), (Source.DEFAULT, {})
            )
            values[key] = (layer.get(key, declaration.default), source)
        return values

    def overrule(self, key: str) -> None:
        """Let what was given at the start go first no longer, in this process: a person chose otherwise."""
        self.environment.pop(key, None)
        self.command_line.pop(key, None)

    def database(self, default: Path) -> Where:
        """Return the database, which must be known before the table can be read."""
        named = str(self.found({})["database"][0])
        where = where_is(named) if named else default
        return default.parent / where if isinstance(where, Path) else where

    def settings(self, rows: Mapping[str, str]) -> Settings:
        """Return all settings as they hold now."""
        return build({key: value for key, (value, _) in self.found(rows).items()})


def build(values: Mapping[str, Any]) -> Settings:
    """Return the settings made of the values by dotted key; what is missing has its default."""
    settings = Settings()
    for section in dataclasses.fields(Settings):
        if section.name in values:
            settings = dataclasses.replace(settings, **{section.name: values[section.name]})
            continue
        start = section.name + "."
        given = {key.removeprefix(start): value for key, value in values.items() if key.startswith(start)}
        if given:
            part = dataclasses.replace(getattr(settings, section.name), **given)
            settings = dataclasses.replace(settings, **{section.name: part})
    return settings


def variable(key: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + key.upper().replace(".", "_")


def option(key: str) -> str:
    """Return how a setting is called on the command line."""
    return "--" + key.rpartition(".")[2].replace("_", "-")


def environment_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings given by environment variables, by dotted key."""
    keys = {variable(key): key for key in entries()}
    found: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX) or name in _NO_SETTINGS:
            continue
        if name not in keys:
            known_key(_guess(name), f"environment variable {name}")
        found[keys[name]] = parsed(keys[name], text, f"environment variable {name}")
    return found


def _guess(name: str) -> str:
    return name.removeprefix(PREFIX).lower().replace("_", ".", 1)


def _from_rows(rows: Mapping[str, str]) -> dict[str, Any]:
    known = entries()
    found: dict[str, Any] = {}
    for key, text in rows.items():
        if key not in known:  # of another version: kept for it, and nothing to us
            continue
        try:
            found[key] = checked(key, json.loads(text), f"database: {key}")
        except json.JSONDecodeError as error:
            raise ConfigurationError(f"database: {key}", f"is not JSON: {error}") from error
    return found
