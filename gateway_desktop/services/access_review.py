"""Access review: who may use which proxy and tool, through which group, and when they last did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.core.people import Group
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.tool_pin import PinState
from gateway_desktop.policies.access import allowed
from gateway_desktop.store.database import Database
from gateway_desktop.store.last_uses import Use, last_uses
from gateway_desktop.store.queries.configuration import UserItem, group_rows, proxy_rows, user_rows
from gateway_desktop.store.queries.tool_pins import pin_rows

UNUSED_DAYS = 30
_HIDDEN = (PinState.DISABLED, PinState.REMOVED)


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One proxy, or one tool of it, that one user may use. Times in microseconds since 1970 UTC."""

    user_id: str
    user: str  # e-mail, or the service account's name; "" is anybody without a credential
    proxy: str
    kind: str
    tool: str  # "": the proxy itself
    groups: tuple[str, ...]  # that let them; none: the proxy is open to everybody with a credential
    models: tuple[str, ...]  # wildcards of those groups for models or tools; none: all
    last_used_us: int | None
    unused: bool  # not used for 30 days, or never

    @property
    def through(self) -> str:
        """Return what lets them, in words."""
        if not self.user_id:
            return "no credential needed"
        return ", ".join(self.groups) or "everybody"


def access_review(
    database: Database, now_us: int, user: str = "", proxy: str = "", *, unused_only: bool = False
) -> tuple[AccessLine, ...]:
    """Return what active users may use, by user, proxy and tool.

    `user` is a part of the e-mail or name, `proxy` a name; "" is all. A tool is listed once it was seen in
    a server's list, unless it is disabled or was removed.
    """
    groups = {item.group.id: item.group for item in group_rows(database)}
    tools: dict[str, list[str]] = {}
    for pin in pin_rows(database):
        if pin.pin.state not in _HIDDEN:
            tools.setdefault(pin.proxy, []).append(pin.pin.name)
    used = last_uses(database)
    proxies = [item.proxy for item in proxy_rows(database) if proxy in ("", item.proxy.name)]
    sought = user.casefold()
    people = [
        item
        for item in user_rows(database)
        if item.user.active and sought in f"{item.user.shown} {item.user.display_name}".casefold()
    ]
    found = [
        _dated(line, used, now_us)
        for one in sorted(people, key=lambda item: item.user.shown.casefold())
        for each in proxies
        for line in _lines(one, each, tools.get(each.name, ()), groups)
    ]
    if not sought:
        found += [_anybody(each) for each in proxies if each.anonymous]
    return tuple(line for line in found if line.unused or not unused_only)


def _lines(
    item: UserItem, proxy: Proxy, tools: Sequence[str], groups: dict[str, Group]
) -> Iterator[AccessLine]:
    """Yield the proxy, and its tools, if the user may use them; not yet when."""
    for tool in ("", *(tools if proxy.kind is Kind.MCP else ())):
        through = [group for group in item.user.groups if _lets(proxy, group, tool)]
        if through or not proxy.restricted:
            entries = [access for access in proxy.access if access.group_id in through]
            models = {pattern for access in entries for pattern in access.models}
            yield AccessLine(
                user_id=item.user.id,
                user=item.user.shown,
                proxy=proxy.name,
                kind=proxy.kind,
                tool=tool,
                groups=tuple(groups[group].name for group in through if group in groups),
                models=() if tool or "*" in models else tuple(sorted(models)),
                last_used_us=None,
                unused=True,
            )


def _dated(line: AccessLine, used: Mapping[Use, int], now_us: int) -> AccessLine:
    last = used.get((line.user_id, line.proxy, line.tool))
    at = Recorded.time_us(last) if last is not None else None
    return replace(line, last_used_us=at, unused=at is None or at < now_us - UNUSED_DAYS * DAY_US)


def _lets(proxy: Proxy, group: str, tool: str) -> bool:
    """Return whether this group alone lets a user of it in; nobody needs a group for an open proxy."""
    asker = Principal(PrincipalKind.API_KEY, groups=frozenset((group,)))
    return proxy.restricted and allowed(proxy, asker, tool or None) is None


def _anybody(proxy: Proxy) -> AccessLine:
    return AccessLine("", "", proxy.name, proxy.kind, "", (), (), None, unused=False)
