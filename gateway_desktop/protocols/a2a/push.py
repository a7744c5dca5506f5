"""Push notifications: the agent calls the client's webhook, past us; so which webhooks may be named."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from gateway_desktop.core.loopback import is_public
from gateway_desktop.protocols.a2a.methods import SET_PUSH, of_push

NO_HOSTS = "push notifications are not allowed here (setting a2a.push_hosts)"


def push_urls(operation: str, document: object) -> list[str]:
    """Return the addresses that a request asks the agent to call; "" stands for one that is no text."""
    found = list(_urls(document, within=operation == SET_PUSH))
    return found or [""] if operation == SET_PUSH else found


def with_urls(operation: str, document: Any, new: Callable[[str], str]) -> Any:
    """Return a request with other addresses for the agent to call: those that `push_urls` finds."""
    return with_every_url(document, new, within=operation == SET_PUSH)


def problem(url: str, hosts: frozenset[str], *, private: bool = False) -> str | None:
    """Return why the agent may not be told to call this address, or None.

    `hosts` are in small letters; `private`: one of them may be an address of this machine or network.
    """
    if not hosts:
        return NO_HOSTS
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        parts, host = None, ""
    if parts is None or parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return "the address for push notifications must be http or https, without a user name"
    if "\\" in url or any(ord(character) <= 32 for character in url):
        return "the address for push notifications holds characters that no address has"
    if is_private(host) and not (private and host in hosts):
        return f"push notifications to the private address {host} are never allowed"
    if host not in hosts:
        return f"push notifications to {host} are not allowed (setting a2a.push_hosts)"
    return None


def is_private(host: str) -> bool:
    """Return whether a host is, by its spelling, not on the public internet."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        return True
    try:
        return not is_public(host)
    except ValueError:
        # 127.1, 0x7f000001 and 2130706433 are addresses to many resolvers
        return host.replace(".", "").isdigit() or host.startswith("0x") or "." not in host


def _urls(document: object, *, within: bool) -> Iterator[str]:
    """Yield the addresses for notifications; `within`: all of it is about them, not members only."""
    if isinstance(document, dict):
        for name, value in document.items():
            if within and name.lower() == "url":
                yield value if isinstance(value, str) else ""
            else:
                yield from _urls(value, within=within or of_push(name))
    elif isinstance(document, list):
        for value in document:
            yield from _urls(value, within=within)


def with_every_url(document: Any, new: Callable[[str], str], *, within: bool = True) -> Any:
    """Return a document with other addresses for notifications, wherever they stand; `within` as above."""
    if isinstance(document, dict):
        return {
            name: new(value)
            if within and name.lower() == "url" and isinstance(value, str)
            else with_every_url(value, new, within=within or of_push(name))
            for name, value in document.items()
        }
    many = isinstance(document, list)
    return [with_every_url(value, new, within=within) for value in document] if many else document
