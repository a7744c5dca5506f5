"""QueuedStep: what a call tells of an answer that is made in the background (a response, a batch, ...)."""

from dataclasses import dataclass
from typing import NamedTuple

QUEUED = "queued"  # in details of a reply, and so of its row: the id of an answer that is not there yet,
# or of a list of batches, by their ids, of the files that have their results
ASIDE = "set_aside"  # there, too: an `Aside`


class Aside(NamedTuple):
    """What budgets were charged for an answer whose cost is not known yet."""

    nano: int
    terms: tuple[tuple[str, int, int], ...]  # id of the budget, start and end


@dataclass(frozen=True, slots=True)
class QueuedStep:
    """One call, as it was answered or as it stands in the audit."""

    proxy: str  # its name
    endpoint: str  # "GET /v1/batches/batch_1"
    operation: str
    model: str
    queued: str | dict[str, str]  # as `QUEUED`; "": nothing is
    counted: bool  # whether a usage was told
    aside: Aside | None = None
