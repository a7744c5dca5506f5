"""What was begun in the background, and which of it told its usage since."""

import json

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.queued import ASIDE, QUEUED, Aside, QueuedStep
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event

_OPERATIONS = ("batch", "responses", "other")  # that may be made in the background


def queued_steps(_database: Database, since_us: int, gateway: int) -> list[QueuedStep]:
    """Return them in the order of their rows, which were recorded since then (microseconds since 1970).

    What was set aside is settled by the gateway that did: others could not know whether it has been.
    """
    began = Event.detail.contains(f'"{QUEUED}"')
    told = Event.endpoint.startswith("GET ") & (Event.tokens_in.is_null(False) | (Event.cost_nano > 0))
    columns = (
        *(Event.proxy, Event.endpoint, Event.method, Event.target, Event.detail),
        *(told, Event.gw == gateway),
    )
    query = Event.select(*columns).where(
        Event.kind == "llm",
        Event.id >= Recorded.first_id(since_us),
        Event.method.in_(_OPERATIONS),
        began | told,
    )
    return [_step(*row) for row in tuples(query.order_by(Event.id))]


def _step(  # noqa: PLR0913 - the columns
    proxy: str,
    endpoint: str | None,
    operation: str | None,
    model: str | None,
    detail: str | None,
    counted: bool,
    own: bool,
) -> QueuedStep:
    told = json.loads(detail or "{}")
    queued = told.get(QUEUED)
    aside = Aside(told[ASIDE][0], tuple(map(tuple, told[ASIDE][1]))) if own and ASIDE in told else None
    return QueuedStep(
        *(proxy, endpoint or "", operation or "", model or ""),
        queued=queued if isinstance(queued, str | dict) else "",
        counted=bool(counted),
        aside=aside,
    )
