"""What was begun in the background is known from the rows, by whichever gateway they were written."""

from collections.abc import Callable

from gateway_desktop.core.queued import Aside, QueuedStep
from gateway_desktop.store.queries.queued import queued_steps
from gateway_desktop.store.store import Store
from tests.makers import NOON_US, a_principal, a_record

MADE = "POST /v1/batches"


def test_what_waits_and_what_told_its_usage_is_found_in_order(
    store: Store, append: Callable[..., None]
) -> None:
    nobody = a_principal(user_id=None)
    unknown = {"tokens_in": None, "tokens_out": None, "cost_nano": None}
    set_aside = Aside(7, (("budget-1", 1, 2), ("budget-2", 1, 3)))
    aside = {"set_aside": set_aside}
    listed = {"batch_2": "file-of-batch_2"}
    append(
        a_record(),
        a_record(method="batch", target="", endpoint=MADE, detail={"queued": "batch_1"} | aside, **unknown),
        a_record(method="batch", endpoint="GET /v1/batches/batch_1", detail={"queued": "batch_1"}, **unknown),
        a_record(method="batch", endpoint="GET /v1/batches/batch_1"),
        a_record(method="other", endpoint="GET /v1/batches/batch_1", **unknown),
        a_record(method="batch", endpoint=MADE, principal=nobody, detail={"queued": 7}, **unknown),
        a_record(method="other", endpoint="GET /v1/batches", detail={"queued": listed}, **unknown),
        a_record(method="chat", detail={"said": "queued"}),
    )
    steps = store.reader.submit(queued_steps, 0, store.gateway).result(60)
    fetched = "GET /v1/batches/batch_1"
    assert steps == [
        QueuedStep("openai", MADE, "batch", "", "batch_1", counted=False, aside=set_aside),
        QueuedStep("openai", fetched, "batch", "gpt-5-mini", "batch_1", counted=False),
        QueuedStep("openai", fetched, "batch", "gpt-5-mini", "", counted=True),
        QueuedStep("openai", MADE, "batch", "gpt-5-mini", "", counted=False),
        QueuedStep("openai", "GET /v1/batches", "other", "gpt-5-mini", listed, counted=False),
    ]
    assert store.reader.submit(queued_steps, NOON_US + 10**15, store.gateway).result(60) == []
    of_others = store.reader.submit(queued_steps, 0, store.gateway + 1).result(60)
    assert [step.queued for step in of_others] == [step.queued for step in steps]
    assert not any(step.aside for step in of_others)
