"""What System events say of proxies: made, changed, and how they were before and after; never a secret."""

from dataclasses import replace

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.services.administration import Change
from gateway_desktop.services.memberships import group_names
from gateway_desktop.services.stdio import described_command


def described(proxy: Proxy) -> dict[str, object]:
    """Return what a System event says of a proxy before or after a change; never a secret."""
    access: object = "everybody with a key"
    if proxy.restricted:
        names = group_names([entry.group_id for entry in proxy.access])
        access = {name: list(entry.models) for name, entry in zip(names, proxy.access, strict=True)}
    return {
        "name": proxy.name,
        "kind": str(proxy.kind),
        "upstream": _without_values(proxy.upstream),
        "provider": proxy.provider,
        "credential": credential_kept(proxy),
        "access": access,
        "anonymous": proxy.anonymous,
        "payloads": str(proxy.payloads),
        "verify_tls": proxy.verify_tls,
        "answers": str(proxy.answers),
    } | described_command(proxy.stdio)


def _without_values(upstream: str) -> str:
    """Return an address without what its query says: keys stand there."""
    address, mark, query = upstream.partition("?")
    return address + mark + "&".join(f"{field.partition('=')[0]}=***" for field in query.split("&") if field)


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
    return SystemEvent(Category.PROXIES, event, name, before=before, after=after, proxy=name)
