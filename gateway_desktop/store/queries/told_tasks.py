"""Which tasks of servers and agents, and contexts of these, rows tell of, and whose they are."""

from collections.abc import Mapping

import msgspec

from gateway_desktop.core.audit import Outcome, Recorded
from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.core.proxy import Kind
from gateway_desktop.protocols.a2a.methods import SENDS
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import stored
from gateway_desktop.store.models.event import Event

# What details hold where the answer told of the task: callers of agents name theirs in requests, too.
_TELLS = {Kind.MCP: "task", Kind.A2A: "state"}


class _Told(msgspec.Struct):
    """What details may hold of it."""

    task: object = None
    context: object = None
    state: object = None
    direction: object = None


_DECODER = msgspec.json.Decoder(_Told)  # reading whole details is three times the work


def told_tasks(_database: Database, kind: Kind, proxy: str, since_us: int) -> Mapping[str, str]:
    """Return the owner of each task and context, as the gateway names them: of the first row that tells."""
    columns = (
        *(Event.user_id, Event.actor, Event.session, Event.principal_kind),
        *(Event.method, Event.outcome, Event.detail),
    )
    query = Event.select(*columns).where(
        Event.kind == kind,
        Event.proxy == proxy,
        Event.id >= Recorded.first_id(since_us),
        Event.detail.contains(f'"{_TELLS[kind]}":') | Event.detail.contains('"context":'),
    )
    found: dict[str, str] = {}
    for user, actor, session, principal, method, outcome, text in stored(query.order_by(Event.id)):
        detail = _DECODER.decode(text)
        if detail.direction is not None:
            continue
        told = getattr(detail, _TELLS[kind]) is not None
        unnamed = "" if principal == PrincipalKind.ANONYMOUS else session
        named = [detail.task] if told else []
        if told or (outcome == Outcome.SUCCESS and method in SENDS):  # which need not repeat the context
            named.append(detail.context)
        for id in named:
            if isinstance(id, str):
                found.setdefault(id, user or actor or unnamed or "")
    return found
