"""May this principal use this proxy, and this model of it?"""

from collections.abc import Callable
from functools import lru_cache

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.principal import Principal
from gateway_desktop.core.proxy import Proxy


def allowed(proxy: Proxy, principal: Principal, target: str | None) -> Refused | None:
    """Return why not, or None.

    `target` is the model asked for, `""` where a call has one that could not be read (only who may use every
    model may do that), and None where no model is concerned: the check before the body, or a list of models.
    """
    if not proxy.restricted:
        return None
    mine = [access for access in proxy.access if access.group_id in principal.groups]
    if not mine:
        group = f" (group {principal.group})" if principal.group else ""
        return Refused(
            Reason.ACCESS, f"{principal.actor or 'Anonymous'}{group} may not use proxy '{proxy.name}'"
        )
    if target is None or any(matches(pattern, target) for access in mine for pattern in access.models):
        return None
    model = f"model '{target}'" if target else "a call whose model cannot be read"
    return Refused(Reason.ACCESS, f"{principal.actor} may not use {model} of proxy '{proxy.name}'")


def matches(pattern: str, name: str) -> bool:
    """Return whether the name fits the pattern: `*` is any text, `?` any one character, case matters."""
    return _matcher(pattern)(name)


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> Callable[[str], bool]:
    if pattern == "*":
        return lambda _name: True
    if "?" not in pattern:
        if "*" not in pattern:
            return pattern.__eq__
        if pattern.count("*") == 1 and pattern.endswith("*"):
            start = pattern[:-1]
            return lambda name: name.startswith(start)
    return lambda name: _fits(pattern, name)


def _fits(pattern: str, name: str) -> bool:
    """Walk both texts, going back to the last star where they part.

    Why not `fnmatch`: it knows brackets, which model names may hold, and hands names from the wire to `re`.
    """
    at = here = 0
    star, resume = -1, 0
    while here < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", name[here]):
            at += 1
            here += 1
        elif star >= 0:
            resume += 1
            at, here = star + 1, resume
        else:
            return False
    return all(rest == "*" for rest in pattern[at:])
