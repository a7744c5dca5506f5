"""What System events say of proxies: made, changed, and how they were before and after; never a secret."""

import re
from dataclasses import replace

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.services.administration import Change
from gateway_desktop.services.memberships import group_names
from gateway_desktop.services.stdio import described_command

_LONG_RUN = re.compile(r"[A-Za-z0-9]{16,}")


def described(proxy: Proxy) -> dict[str, object]:
    """Return what is told of a proxy before or after a change; `proxy_event` hides what its address holds."""
    access: object = "everybody with a key"
    if proxy.restricted:
        names = group_names([entry.group_id for entry in proxy.access])
        access = {name: list(entry.models) for name, entry in zip(names, proxy.access, strict=True)}
    return {
        "name": proxy.name,
        "kind": str(proxy.kind),
        "upstream": proxy.upstream,
        "provider": proxy.provider,
        "credential": credential_kept(proxy),
        "access": access,
        "anonymous": proxy.anonymous,
        "payloads": str(proxy.payloads),
        "verify_tls": proxy.verify_tls,
        "answers": str(proxy.answers),
    } | described_command(proxy.stdio)


def _shown(fields: dict[str, object] | None) -> dict[str, object] | None:
    """Return the fields, of the address not what its query says, nor what is random in its path: keys do."""
    if fields is None or "upstream" not in fields:
        return fields
    address, mark, query = str(fields["upstream"]).partition("?")
    origin, parts = address.split("/")[:3], address.split("/")[3:]
    path = "/".join(origin + ["***" if _may_let_in(part) else part for part in parts])
    values = "&".join(f"{field.partition('=')[0]}=***" for field in query.split("&") if field)
    return {**fields, "upstream": path + mark + values}


def _may_let_in(part: str) -> bool:
    """Return whether part of a path may be a token: so many letters and digits in a row are no name."""
    return any(any(map(str.isdigit, run)) and any(map(str.isalpha, run)) for run in _LONG_RUN.findall(part))


def record_created(change: Change, proxy: Proxy) -> None:
    """Record that there is a proxy now."""
    event = proxy_event("created", proxy.name, after=described(proxy))
    change.record(replace(event, severity=_severity(proxy)))


def record_update(change: Change, proxy: Proxy, before: dict[str, object]) -> None:
    """Record what of a proxy is other than before, if anything is."""
    after = described(proxy)
    if before != after:
        changed = [key for key in after if before[key] != after[key]]
        event = proxy_event(
            "updated", proxy.name, {key: before[key] for key in changed}, {key: after[key] for key in changed}
        )
        change.record(replace(event, severity=_severity(proxy)))


def _severity(proxy: Proxy) -> Severity:
    return Severity.WARNING if proxy.anonymous or not proxy.verify_tls else Severity.INFO


def credential_kept(proxy: Proxy) -> str:
    """Return where a proxy's credential is kept, never what it is."""
    sealed = "sealed" if proxy.credential_secret else "none"
    if not proxy.credential_env:
        return sealed
    return f"environment variable {proxy.credential_env}" + (
        ", else sealed" if proxy.credential_secret else ""
    )


def proxy_event(
    event: str, name: str, before: dict[str, object] | None = None, after: dict[str, object] | None = None
) -> SystemEvent:
    """Return an event of Proxy Management."""
    return SystemEvent(Category.PROXIES, event, name, before=_shown(before), after=_shown(after), proxy=name)
