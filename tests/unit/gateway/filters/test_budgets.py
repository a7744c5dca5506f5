"""What a call may cost is set aside before the upstream hears of it, and what it cost is paid after."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from gateway_desktop.core.budget import Budget, Mode, Period
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.control_settings import Budgets as BudgetSettings
from gateway_desktop.core.errors import Failure, GatewayError, Reason, Refused, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.people import TEAM
from gateway_desktop.core.queued import Aside, QueuedStep
from gateway_desktop.core.record_settings import Audit
from gateway_desktop.core.scope import Scope
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.window_settings import Team
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.filters.budgets import Budgets
from tests.makers import a_call, a_head, a_principal, a_reply, a_snapshot, a_usage, an_exchange
from tests.unit.gateway.filters.runtimes import a_runtime

Answer = Callable[[Exchange], Awaitable[None]]
COST = 100 * 250 + 50 * 2_000  # of gpt-5-mini: 0.25 and 2 dollars a million


async def answered(exchange: Exchange) -> None:
    exchange.sent = True
    exchange.reply = a_reply(usage=a_usage(input=100, output=50))


def a_budget(limit: int, scope: Scope = Scope.USER, subject: str = "user-1", **changes: object) -> Budget:
    return replace(Budget("b", scope, subject, "lab", Period.MONTH, limit), **changes)  # type: ignore[arg-type]


def go(
    budget: Budget, *answers: Answer, settings: Settings | None = None, **changes: object
) -> list[Exchange]:
    """Send one exchange after the other through the filter."""

    async def main() -> list[Exchange]:
        wanted = settings or Settings(team=Team(time_zone="UTC"))
        budgets = {(budget.scope, budget.subject_id): (budget,)}
        gate, done = Budgets(a_runtime(a_snapshot(budgets=budgets, settings=wanted))), []
        for answer in answers:
            values: dict[str, object] = {
                "principal": a_principal(),
                "call": a_call(most_output=50),
                **changes,
            }
            done.append(an_exchange(**values))
            await gate(done[-1], answer)
        return done

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("scope", "subject", "named"),
    [
        (Scope.GROUP, TEAM, "group lab, month"),
        (Scope.USER, "user-1", "user lab, month"),
        (Scope.KEY, "key-1", "key lab, month"),
        (Scope.PROXY, "proxy-1", "proxy lab, month"),
        (Scope.GATEWAY, "", "whole gateway, month"),
    ],
)
def test_each_scope_binds_and_is_named(scope: Scope, subject: str, named: str) -> None:
    with pytest.raises(Refused, match=f"The budget of {named} is spent: \\$0.000125 used, of") as caught:
        go(a_budget(COST, scope, subject), answered, answered)
    headers = dict(caught.value.headers)
    assert (caught.value.reason, caught.value.status) == (Reason.BUDGET, 402)
    assert headers["X-Budget-Limit"] == headers["X-Budget-Used"] == "0.000125"
    assert headers["X-Budget-Reset"] == "2026-02-01T00:00:00+00:00"
    assert "starts anew at 2026-02-01" in caught.value.message


def test_what_it_cost_is_charged_to_the_billionth() -> None:
    done = go(a_budget(10**9), answered)[0]
    assert (done.charged_nano, [term.budget.id for term in done.charges]) == (COST, ["b"])


def test_who_is_only_warned_goes_on() -> None:
    assert len(go(a_budget(1, mode=Mode.WARN), answered, answered)) == 2


def test_a_budget_of_somebody_else_and_calls_without_a_price_of_their_own_do_not_count() -> None:
    assert go(a_budget(1, subject="user-2"), answered, answered)[1].charges == ()
    fetched = a_call(body=b"")
    assert go(a_budget(1), answered, answered, call=fetched, request=a_head(method="GET"))[1].charges == ()
    counting = a_call(operation="count_tokens")
    assert go(a_budget(1), answered, answered, call=counting)[1].charges == ()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/files",
        "/v1/uploads",
        "/v1/vector_stores",
        "/v1/vector_stores/vs_1/file_batches",
        "/v1/skills/skill_1/versions",
        "/v1/memory_stores/memstore_1/memories",
        "/v1/vaults/vault_1/credentials",
        "/v1beta/fileSearchStores",
        "/v1beta/batches/1:cancel",
        "/v1/realtime/calls/call_1/hangup",
        "/v1/realtime/calls/call_1/reject",
        "/v1/fine_tuning/jobs/job_1/pause",
        "/v1/uploads/upload_1/parts",
        "/v1/uploads/upload_1/complete",
        "/v1/responses/input_tokens",
        "/v1/responses/resp_1/cancel",
        "/v1/moderations",
        "/v1/conversations/conv_1/items",
        "/v1/evals",
        "/v1/evals/eval_1",
        "/v1/agents/agent_1",
        "/v1/agents/ag_1",
        "/v1/chat/completions/chatcmpl-1",
        "/v1/environments",
        "/v1/libraries",
        "/v1/tokenize",
        "/v1/tokenize-text",
        "/v1/check-api-key",
        "/v1beta/cachedContents/1",
        "/v1beta/files:register",
        "/v1beta/webhooks",
    ],
)
def test_what_nobody_takes_money_for_passes_and_costs_nothing(path: str) -> None:
    call, head = a_call(operation="other", target=""), a_head(path=path)
    assert go(a_budget(1), answered, answered, call=call, request=head)[1].charges == ()


def test_a_conversation_is_free_where_it_is_only_kept_and_not_where_a_model_answers_in_it() -> None:
    """OpenAI's holds what it is given (`items`); Mistral's asks a model or an agent (`inputs`)."""
    given, asked = TextPart("/items/0/content", "user", "Hello"), TextPart("/inputs", "user", "Hello")
    agent = TextPart("/agent_id", "user", "ag_1")
    head = a_head(path="/v1/conversations")
    kept = a_call(operation="other", target="", texts=[given])
    assert go(a_budget(1), answered, answered, call=kept, request=head)[1].charges == ()
    named = a_call(operation="other", target="", texts=[TextPart("/metadata/topic", "user", "Trips")])
    later = a_head(path="/v1/conversations/conv_1")
    assert go(a_budget(1), answered, answered, call=named, request=later)[1].charges == ()
    with pytest.raises(Refused, match="is not known"):
        go(a_budget(1), answered, call=a_call(operation="other", target="", texts=[agent]), request=head)
    with pytest.raises(Refused, match="is spent"):
        go(a_budget(1), answered, answered, call=a_call(operation="other", texts=[asked]), request=head)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/complete",
        "/v1/images/generations",
        "/v1/batches",
        "/v1/vector_stores/vs_1/search",
        "/v1/evals/eval_1/runs",
        "/v1/agents/completions",
        "/v1/agents/sessions",
        "/v1/agents/agent_1/runs",
        "/v1/libraries/1/documents",
        "/v1beta/cachedContents",
        "/v1beta/fileSearchStores/1:importFile",
    ],
)
def test_other_calls_without_a_known_price_do_not(path: str) -> None:
    with pytest.raises(Refused, match="is not known"):
        go(a_budget(1), answered, call=a_call(operation="other", target=""), request=a_head(path=path))


def test_a_call_with_a_body_is_charged_by_whatever_method_it_comes() -> None:
    with pytest.raises(Refused, match="is spent"):
        go(a_budget(1), answered, answered, request=a_head(method="GET"))


def test_an_unknown_price_is_refused_naming_the_model_or_flagged_if_the_setting_says_so() -> None:
    call = a_call(target="nobody-9")
    with pytest.raises(Refused, match="What 'nobody-9' costs is not known"):
        go(a_budget(10**9), answered, call=call)
    flag = Settings(budgets=BudgetSettings(unknown_prices="flag"))
    assert len(go(a_budget(10**9), answered, call=call, settings=flag)[0].charges) == 1
    assert len(go(a_budget(10**9, mode=Mode.WARN), answered, call=call)[0].charges) == 1


def test_who_leaves_pays_for_what_the_upstream_had() -> None:
    paid: list[int] = []

    def left(error: BaseException, *, reply: bool) -> int:
        exchange = an_exchange(principal=a_principal(), call=a_call(most_output=50))

        async def leaves(there: Exchange) -> None:
            there.sent = True
            if reply:
                await answered(there)
            raise error

        async def main() -> None:
            budget = a_budget(10**9)
            gate = Budgets(a_runtime(a_snapshot(budgets={(budget.scope, budget.subject_id): (budget,)})))
            with pytest.raises(type(error)):
                await gate(exchange, leaves)

        asyncio.run(main())
        return exchange.charged_nano

    paid = [left(asyncio.CancelledError(), reply=True), left(ClientLeft(), reply=False)]
    assert paid == [COST, 2 * 250]  # "Hello" is two tokens at four characters each
    assert left(UpstreamFailed(Failure.TIMEOUT, "late"), reply=False) == 0
    assert left(GatewayError("no", 403), reply=False) == 0


def test_fifty_calls_at_once_exceed_the_limit_by_less_than_one_estimate() -> None:
    budget = a_budget(3_000_000)  # each sets aside a little more than 1,000,000
    waiting: list[Exchange] = []
    refused: list[Refused] = []

    async def main() -> None:
        runtime = a_runtime(a_snapshot(budgets={(budget.scope, budget.subject_id): (budget,)}))
        gate, all_in = Budgets(runtime), asyncio.Event()

        def look() -> None:
            if len(waiting) + len(refused) == 50:
                all_in.set()

        async def slow(exchange: Exchange) -> None:
            waiting.append(exchange)
            look()
            await all_in.wait()
            exchange.reply = a_reply(usage=a_usage(input=20, output=500))

        async def one() -> None:
            try:
                call = a_call(most_output=500)
                await gate(an_exchange(principal=a_principal(), call=call), slow)
            except Refused as error:
                refused.append(error)
                look()

        await asyncio.gather(*(one() for _ in range(50)))

    asyncio.run(main())
    assert (len(waiting), len(refused)) == (3, 47)
    assert sum(exchange.charged_nano for exchange in waiting) <= budget.limit_nano + 1_010_000
    assert "set aside for calls on their way" in refused[0].message


@pytest.mark.parametrize(
    ("audit", "told", "settled"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_what_was_made_in_the_background_is_settled_by_what_its_end_tells_where_that_leaves_a_row(
    audit: bool, told: bool, settled: bool
) -> None:
    aside = Aside(3 * COST, (("b", 1, 2), ("gone", 1, 2)))
    names = ("openai", "POST /v1/responses", "responses", "gpt-5-mini", "resp_1")
    fetch = an_exchange(
        principal=a_principal(),
        call=a_call(operation="other", body=b""),
        request=a_head(method="GET", path="/v1/responses/resp_1"),
    )

    async def main() -> None:
        budget, settings = a_budget(10**9), Settings(audit=Audit(enabled=audit))
        budgets = {(budget.scope, budget.subject_id): (budget,)}
        runtime = a_runtime(a_snapshot(budgets=budgets, settings=settings))
        runtime.queued.know([QueuedStep(*names, counted=False, aside=aside)])

        async def end(exchange: Exchange) -> None:
            runtime.queued.recognise(exchange)
            await answered(exchange)
            if not told:
                exchange.reply = a_reply(usage=None)

        await Budgets(runtime)(fetch, end)

    asyncio.run(main())
    wanted = ([("b", 1)], -2 * COST, True) if settled else ([], 0, False)
    assert ([term.key for term in fetch.charges], fetch.charged_nano, fetch.settles) == wanted
