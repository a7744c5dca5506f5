"""Values of settings: from text, and checked against type, limits, choices and what they mean."""

import ipaddress
import re
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.settings import entries
from gateway_desktop.delivery.http import checked_url

_WORDS = {
    "true": True,
    "on": True,
    "yes": True,
    "1": True,
    "false": False,
    "off": False,
    "no": False,
    "0": False,
}
NO_TELEMETRY = (  # by name: the program itself comes from no package index
    "what exports traces and metrics is not installed: "
    f"'{sys.executable}' -m pip install opentelemetry-exporter-otlp-proto-http~=1.45.0"
)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def parsed(key: str, text: str, place: str) -> Any:
    """Return the value that a person typed, checked."""
    kind = entries()[key].type
    if kind is bool:
        if (word := text.strip().lower()) not in _WORDS:
            raise ConfigurationError(place, f"'{text}' is neither on nor off")
        return _WORDS[word]
    if kind is int:
        try:
            number = int(text)
        except ValueError:
            raise ConfigurationError(place, f"'{text}' is not a whole number") from None
        return checked(key, number, place)
    return checked(key, text.strip(), place)


def checked(key: str, value: Any, place: str) -> Any:
    """Return the value if the setting may have it, else raise ConfigurationError."""
    declaration = entries()[key]
    kind: Any = declaration.type
    if type(value) is not kind:
        expected = {int: "a whole number", bool: "true or false", str: "text"}[kind]
        raise ConfigurationError(place, f"expected {expected}, got {value!r}")
    limits = declaration.metadata
    if kind is int and limits["minimum"] is not None and value < limits["minimum"]:
        raise ConfigurationError(place, f"{value} is less than {limits['minimum']}")
    if kind is int and limits["maximum"] is not None and value > limits["maximum"]:
        raise ConfigurationError(place, f"{value} is more than {limits['maximum']}")
    if limits["choices"]:
        one_of(limits["choices"], value, place)
    if (value or key == _NEVER_EMPTY) and (meaning := _MEANINGS.get(key)) and (problem := meaning(value)):
        raise ConfigurationError(place, problem)
    return value


def entered(key: str, value: Any, place: str) -> Any:
    """Return the value that a person enters now: then files must be there, but not at every later start."""
    value = parsed(key, value, place) if isinstance(value, str) else checked(key, value, place)
    if value and key in _FILES and not Path(value).is_file():
        raise ConfigurationError(place, f"no file {value}")
    if value and key == "telemetry.endpoint" and not exports_telemetry():
        raise ConfigurationError(place, NO_TELEMETRY)
    return value


def exports_telemetry() -> bool:
    """Return whether what exports traces and metrics is installed; it is an optional extra."""
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.exporter") is not None


def _address(value: str) -> str | None:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return None if _HOST.fullmatch(value) else f"'{value}' is neither an address nor a host name"
    return None


def _networks(value: str) -> str | None:
    for word in value.split():
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            return f"'{word}' is neither an address nor a network"
    return None


def _names(value: str) -> str | None:
    return next((f"'{word}' is not a host name" for word in value.split() if not _HOST.fullmatch(word)), None)


def _web_address(value: str) -> str | None:
    parts = parts_of(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"'{value}' does not start with http:// or https:// and a host"
    if "@" in parts.netloc or any(letter.isspace() for letter in value):
        return "no user name and no spaces in an address, please"
    return "an address without ? and #, please" if parts.query or parts.fragment else None


def _collector(value: str) -> str | None:
    try:
        checked_url("", value)
    except ConfigurationError as error:
        return error.problem
    return None


def _zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return f"'{value}' is not an IANA time zone like Europe/Madrid"
    return None


def _database(value: str) -> str | None:
    is_file = "@" not in value or value.startswith("~") or Path(value).is_absolute()
    if is_file and "://" not in value and not value.startswith("postgres"):
        return None
    where = DatabaseUrl(value)  # mistyped or not: no file is made of postgres//ana:secret@x/y
    if not DatabaseUrl.names(value) or not where.name:
        return "it is not like postgresql://user@host/name"  # a password may stand in it
    if where.has_password:
        return "no password here, where everybody may read it: ~/.pgpass or $PGPASSFILE keeps it"
    return None


_MEANINGS: dict[str, Callable[[str], str | None]] = {
    "listen.host": _address,
    "listen.trusted_proxies": _networks,
    "listen.allowed_hosts": _names,
    "public_url": _web_address,
    "telemetry.endpoint": _collector,
    "team.time_zone": _zone,
    "database": _database,
}
_NEVER_EMPTY = "listen.host"  # sockets take no address for all there are
_FILES = frozenset({"listen.certificate", "listen.certificate_key", "upstream.ca_file"})
