"""Rows of proxies and of who may use them as the words of `core.proxy`."""

import json
from collections.abc import Iterable

from gateway_desktop.core.proxy import Access, Proxy
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.store.models.base import of_row
from gateway_desktop.store.models.oauth import ProxyOAuthRow
from gateway_desktop.store.models.proxy import ProxyAccessRow, ProxyRow
from gateway_desktop.store.oauth_rows import proxy_oauth_of


def access_of(row: ProxyAccessRow) -> Access:
    """Return which models a group may use."""
    return Access(row.group_id, tuple(json.loads(row.models)))


def proxy_of(
    row: ProxyRow, access: Iterable[ProxyAccessRow], oauth: ProxyOAuthRow | None, stdio: StdioCommand | None
) -> Proxy:
    """Return the proxy of all its rows; `access` in the order of the groups' ids."""
    signing_in = proxy_oauth_of(oauth) if oauth is not None else None
    return of_row(Proxy, row, access=tuple(map(access_of, access)), oauth=signing_in, stdio=stdio)
