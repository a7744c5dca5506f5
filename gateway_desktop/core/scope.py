"""Scope: whom a limit or a budget is of; all who fall under it share it."""

from enum import StrEnum

from gateway_desktop.core.principal import Principal
from gateway_desktop.core.proxy import Proxy


class Scope(StrEnum):
    """What a limit or budget is of."""

    GROUP = "group"
    USER = "user"
    KEY = "key"
    PROXY = "proxy"
    GATEWAY = "gateway"  # everything that passes; it has no name and its id is ""


def named(scope: Scope, subject: str) -> str:
    """Return whose it is, in two words: `group lab`."""
    return "whole gateway" if scope is Scope.GATEWAY else f"{scope} {subject}"


def subjects(principal: Principal, proxy: Proxy) -> list[tuple[Scope, str]]:
    """Return all under which a request falls; every group the principal is in is among them."""
    found = [(Scope.GATEWAY, ""), (Scope.PROXY, proxy.id)]
    if principal.api_key_id is not None:
        found.append((Scope.KEY, principal.api_key_id))
    if principal.user_id is not None:
        found.append((Scope.USER, principal.user_id))
    return found + [(Scope.GROUP, group) for group in sorted(principal.groups)]
