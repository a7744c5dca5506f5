"""May this principal use this proxy, and this model of it?"""

from collections.abc import Callable
from functools import lru_cache

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.principal import Principal
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.spelling import alike, seen

_ANY = ("*",)
_LEFT_OUT = ("models/", "registry.ollama.ai/", "library/")
_LATEST = ":latest"


def allowed(proxy: Proxy, principal: Principal, target: str | None) -> Refused | None:
    """Return why not, or None.

    `target` is the model or tool asked for, `""` where a call has one that could not be read (only who may
    use every one may do that), and None where none is concerned: the check before the body, or a list.
    """
    if not proxy.restricted:
        return None
    mine = [access for access in proxy.access if access.group_id in principal.groups]
    if not mine:
        group = f" (group {principal.group})" if principal.group else ""
        return Refused(
            Reason.ACCESS, f"{principal.actor or 'Anonymous'}{group} may not use proxy '{proxy.name}'"
        )
    if target is None or any(_permits(access.models, target) for access in mine):
        return None
    what = "tool" if proxy.kind is Kind.MCP else "model"
    named = f"{what} '{target}'" if target else f"a call whose {what} cannot be read"
    return Refused(
        Reason.ACCESS,
        f"{principal.actor} may not use {named} of proxy '{proxy.name}'; ask who runs the gateway for access",
    )


def _permits(patterns: tuple[str, ...], target: str) -> bool:
    """Return whether one entry lets it through: a pattern fits, and none that begins with `!` does.

    What is forbidden is forbidden in every spelling that a server might take for it; what is allowed is
    allowed as it is written.
    """
    if patterns == _ANY:
        return True
    forbidden = [pattern[1:] for pattern in patterns if pattern[:1] == "!"]
    if any(means(pattern, target) for pattern in forbidden):
        return False
    if not target and any(pattern[:1] == "!" for pattern in patterns):
        return False  # it could be one of those
    return any(pattern[:1] != "!" and matches(pattern, target) for pattern in patterns)


def means(pattern: str, target: str) -> bool:
    """Return whether a server or people might take the target for what the pattern names."""
    if matches(pattern, target) or _means(_plain(pattern), _plain(target)):
        return True
    return not target.isascii() and _means(_plain(seen(pattern)), _plain(seen(target)))


def _means(spelt: str, name: str) -> bool:
    short = name.removesuffix(_LATEST)
    names = (name, short, short + _LATEST) if spelt.endswith(_LATEST) else (name, short)
    return any(matches(spelt, one) for one in names)


def _plain(name: str) -> str:
    """Return a name, or a pattern, without what Google's servers and Ollama's put before it."""
    plain = alike(name)
    for prefix in _LEFT_OUT:
        plain = plain.removeprefix(prefix)
    return plain


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
