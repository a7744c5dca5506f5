"""Rows of proxies and of who may use them as the words of `core.proxy`."""

import json
from collections.abc import Iterable

from gateway_desktop.core.policy import AnswerMode
from gateway_desktop.core.proxy import Access, Kind, PayloadLevel, Proxy
from gateway_desktop.core.stdio_command import StdioCommand
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
    return Proxy(
        id=row.id,
        name=row.name,
        kind=Kind(row.kind),
        upstream=row.upstream,
        provider=row.provider,
        credential_env=row.credential_env,
        credential_secret=row.credential_secret,
        running=bool(row.running),
        anonymous=bool(row.anonymous),
        restricted=bool(row.restricted),
        access=tuple(map(access_of, access)),
        payloads=PayloadLevel(row.payloads),
        verify_tls=bool(row.verify_tls),
        sandbox=bool(row.sandbox),
        oauth=proxy_oauth_of(oauth) if oauth is not None else None,
        answers=AnswerMode(row.answers),
        stdio=stdio,
    )
