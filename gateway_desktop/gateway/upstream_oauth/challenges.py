"""Challenges of upstreams (RFC 6750 section 3): they lead clients to our metadata, not to the upstream's."""

from collections.abc import Iterable

_NAME = "resource_metadata"
_HEADER = "www-authenticate"


def metadata_address(challenge: str) -> str:
    """Return where a challenge says that the resource's metadata are, or nothing (RFC 9728 section 5.1)."""
    return _value(challenge, _NAME)


def scope_of(challenge: str) -> str:
    """Return the scope that a challenge asks for, or nothing (RFC 6750 section 3)."""
    scope = _value(challenge, "scope") if challenge.lower().startswith("bearer") else ""
    return scope if scope.isascii() and scope.isprintable() and not set('"\\') & set(scope) else ""


def lacking(challenge: str) -> frozenset[str]:
    """Return the scopes of which a challenge says that the token has not all (RFC 6750 section 3.1)."""
    short = _value(challenge, "error") == "insufficient_scope"
    return frozenset(scope_of(challenge).split() if short else ())


def rewritten(headers: Iterable[tuple[str, str]], status: int, address: str | None) -> list[tuple[str, str]]:
    """Return an answer's headers with our metadata's address in its challenges.

    A 401 without a challenge by bearer token gets one. Nothing is changed where we have no address to give.
    """
    kept, bearer = [], False
    for name, value in headers:
        if name.lower() == _HEADER and address is not None and value.lower().startswith("bearer"):
            kept.append((name, _with(value, address)))
            bearer = True
        else:
            kept.append((name, value))
    if status == 401 and not bearer and address is not None:
        kept.append(("WWW-Authenticate", f'Bearer {_NAME}="{address}"'))
    return kept


def _with(challenge: str, address: str) -> str:
    ours = f'{_NAME}="{address}"'
    found = _place(challenge, _NAME)
    if found is not None:
        return challenge[: found[0]] + ours + challenge[found[1] :]
    scheme, _, rest = challenge.partition(" ")
    return f"{scheme} {ours}, {rest}" if rest.strip() else f"{scheme} {ours}"


def _value(challenge: str, name: str) -> str:
    found = _place(challenge, name)
    return challenge[found[0] : found[1]].partition("=")[2].strip().strip('"') if found else ""


def _place(challenge: str, name: str) -> tuple[int, int] | None:
    """Return where the parameter stands, from its name to the end of its value; not what quotes hold."""
    at, quoted, lower = 0, False, challenge.lower()
    while at < len(challenge):
        if challenge[at] == "\\" and quoted:
            at += 2
            continue
        if challenge[at] == '"':
            quoted = not quoted
        elif not quoted and lower.startswith(f"{name}=", at):
            return at, _end(challenge, at + len(name) + 1)
        at += 1
    return None


def _end(challenge: str, start: int) -> int:
    if challenge[start : start + 1] == '"':
        end = challenge.find('"', start + 1)
        return len(challenge) if end < 0 else end + 1
    ends = [end for end in (challenge.find(mark, start) for mark in ", \t") if end >= 0]
    return min(ends, default=len(challenge))
