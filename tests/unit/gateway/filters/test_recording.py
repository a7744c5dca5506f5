"""Write down what happened, whatever happened, before the caller has the end of the answer."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import Disk, Failure, Reason, Refused, StorageUnavailable, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.core.record_settings import Audit
from gateway_desktop.core.settings import Settings
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.filters.recording import Recording
from tests.makers import ClientRecord, a_call, a_principal, a_proxy, a_reply, a_snapshot, an_exchange
from tests.unit.gateway.filters.runtimes import KeptRecords, a_runtime

Change = Callable[[Exchange], None]


def go(
    exchange: Exchange, recorder: KeptRecords, change: Change, audit: Audit | None = None
) -> list[AuditRecord]:
    """Take the exchange through the filter; `change` is what the filters further in do to it."""

    async def call_next(inner: Exchange) -> None:
        change(inner)

    async def main() -> None:
        settings = replace(Settings(), audit=audit or Audit())
        await Recording(a_runtime(a_snapshot(settings=settings), recorder))(exchange, call_next)

    asyncio.run(main())
    return recorder.records


def succeed(exchange: Exchange) -> None:
    exchange.principal, exchange.call, exchange.reply = a_principal(), a_call(), a_reply()


def test_a_success_is_written_with_owner_model_tokens_and_cost() -> None:
    exchange = an_exchange()
    (record,) = go(exchange, KeptRecords(), succeed)
    assert (record.outcome, record.principal.actor, record.target) == (
        Outcome.SUCCESS,
        "ana@example.com",
        "gpt-5-mini",
    )
    assert (record.tokens_in, record.tokens_out, record.cost_basis) == (12, 8, "reported")
    assert record.cost_nano is not None and record.cost_nano > 0
    assert [part.part.text for part in record.payloads] == ["Hello", "Hi!"]


def test_a_row_holds_no_more_of_what_strangers_wrote_than_how_it_begins() -> None:
    key = "gwd_" + "Ab3dE6gH9jKlMn0pQrS" + "tUvWx1yZ2aBcD4eFgH5iJkL7"

    def answered(exchange: Exchange) -> None:
        long = "x" * 1_000_000
        succeed(exchange)
        assert exchange.call is not None and exchange.reply is not None
        exchange.call.detail |= {"models": [long], "task": long, "few": ["a"]}
        exchange.reply.response_model = exchange.reply.finish = exchange.reply.service_tier = long
        exchange.reply.error = f"{'y ' * 1_985}{key} {long}"  # cut in its midst it would be known by nobody
        exchange.reply.detail["error_code"] = {"code": long}

    (record,) = go(an_exchange(), KeptRecords(), answered)
    assert record.error is not None and "<GATEWAY_KEY>" in record.error and key[:20] not in record.error
    assert len(str(record.detail)) < 20_000 and record.detail["few"] == ["a"]
    assert len(f"{record.response_model}{record.finish}{record.error}") <= 12_000


@pytest.mark.parametrize("level", [PayloadLevel.REDACTED, PayloadLevel.FULL, PayloadLevel.METADATA])
def test_a_role_is_a_word_of_a_row_and_no_place_for_texts(level: PayloadLevel) -> None:
    def asked(exchange: Exchange) -> None:
        succeed(exchange)
        assert exchange.call is not None
        exchange.call.texts = [TextPart("/messages/0/content", "secret words " * 100_000, "Hello")]

    (record,) = go(an_exchange(proxy=a_proxy(payloads=level)), KeptRecords(), asked)
    told = f"{[(part.part.role, part.part.text) for part in record.payloads]}{record.detail}"
    assert "secret words secret w" not in told and "secret words secret" in told


def test_the_answer_ends_only_after_the_commit() -> None:
    client = ClientRecord()
    seen: list[bool] = []

    class Slow(KeptRecords):
        def append(self, record: AuditRecord, done: Callable[[BaseException | None], None] | None) -> None:
            seen.append(client.finished)
            super().append(record, done)

    go(an_exchange(client=client), Slow(), succeed)
    assert seen == [False]
    assert client.finished


def test_what_cannot_be_written_down_is_refused_and_goes_no_further() -> None:
    client = ClientRecord()

    def unreached(_: Exchange) -> None:
        raise AssertionError

    assert go(an_exchange(client=client), KeptRecords(problem="the disk is full"), unreached) == []
    assert client.status == 503
    assert b"the disk is full" in client.body


def test_the_setting_for_the_opposite_lets_it_pass() -> None:
    client = ClientRecord()
    go(an_exchange(client=client), KeptRecords(problem="full"), succeed, Audit(when_unwritable="pass"))
    assert client.finished


def test_a_commit_that_fails_takes_the_answer_back(expect_log: Callable[[str], None]) -> None:
    expect_log("could not be written down: .* gone")
    for failure in (OSError("/srv/db gone"), StorageUnavailable(Disk.OTHER, "The database /srv/db is gone")):
        client = ClientRecord()
        go(an_exchange(client=client), KeptRecords(failure=failure), succeed)
        assert client.status == 503 and b"could not be written" in client.body
        assert b"/srv/db" not in client.body


def test_logging_switched_off_still_answers_and_hands_on_what_alerts_are_computed_from() -> None:
    client = ClientRecord()
    (record,) = go(an_exchange(client=client), KeptRecords(), succeed, Audit(enabled=False))
    assert client.finished and not record.kept


@pytest.mark.parametrize("error", [ClientLeft(), asyncio.CancelledError()])
def test_a_caller_who_left_is_recorded_as_abandoned(error: BaseException) -> None:
    recorder = KeptRecords()

    def leave(exchange: Exchange) -> None:
        succeed(exchange)
        raise error

    with pytest.raises(type(error)):
        go(an_exchange(), recorder, leave)
    assert [record.outcome for record in recorder.records] == [Outcome.ABANDONED]


def test_a_caller_who_leaves_while_prices_are_loaded_is_recorded_all_the_same() -> None:
    recorder = KeptRecords()

    def about_to_leave(exchange: Exchange) -> None:
        succeed(exchange)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()  # where it waits next

    with pytest.raises(asyncio.CancelledError):
        go(an_exchange(), recorder, about_to_leave)
    assert [record.outcome for record in recorder.records] == [Outcome.ABANDONED]


def test_a_refusal_is_blocked_with_its_reason() -> None:
    def refuse(exchange: Exchange) -> None:
        exchange.error = Refused(Reason.ACCESS, "not yours")

    (record,) = go(an_exchange(), KeptRecords(), refuse)
    assert (record.outcome, record.block_reason, record.error, record.http_status) == (
        "blocked",
        "access",
        "not yours",
        403,
    )


def test_an_upstream_that_broke_off_is_failed() -> None:
    def fail(exchange: Exchange) -> None:
        exchange.error = UpstreamFailed(Failure.BROKEN, "gone")

    def half(exchange: Exchange) -> None:
        succeed(exchange)
        assert exchange.reply is not None
        exchange.reply.complete = False

    assert go(an_exchange(), KeptRecords(), fail)[0].outcome is Outcome.FAILED
    (record,) = go(an_exchange(), KeptRecords(), half)
    assert (record.outcome, record.error) == (Outcome.FAILED, "The answer broke off before its end")


def test_each_payload_level_keeps_what_it_says() -> None:
    def secret(exchange: Exchange) -> None:
        succeed(exchange)
        assert exchange.call is not None
        key = "gwd_" + "a1B2c3D4" * 5 + "xyz"
        exchange.call.texts = [exchange.call.texts[0]._replace(text=f"my key is {key}, keep it")]

    def stored(level: PayloadLevel) -> AuditRecord:
        return go(an_exchange(proxy=a_proxy(payloads=level)), KeptRecords(), secret)[0]

    assert stored(PayloadLevel.NOTHING).payloads == []
    metadata = stored(PayloadLevel.METADATA)
    assert metadata.payloads == [] and metadata.detail["response_texts"] == [["assistant", 3]]
    assert "a1B2c3D4" not in stored(PayloadLevel.REDACTED).payloads[0].part.text
    assert "a1B2c3D4" in stored(PayloadLevel.FULL).payloads[0].part.text
