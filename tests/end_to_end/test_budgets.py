"""Budgets with the official SDKs: their own errors, fifty calls at once, and after a restart."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import errors, types

from tests.end_to_end.conftest import Setting, prepared
from tests.end_to_end.program import eventually
from tests.fakes.llm import Connection

pytestmark = pytest.mark.slow  # many commands, each a process of its own

MODEL, CLAUDE, GEMINI = "gpt-4o-mini", "claude-sonnet-5", "gemini-2.5-flash"
HELLO: Any = [{"role": "user", "content": "Hello"}]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """Start a gateway whose days are those of Berlin."""
    with prepared(tmp_path_factory.mktemp("budgets")) as setting:
        setting.program.run("settings", "set", "team.time_zone", "Europe/Berlin")
        with setting.program.serving():
            yield setting


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Close what SDKs keep open."""
    with ExitStack() as stack:
        yield stack


def openai_client(setting: Setting, key: str, closing: ExitStack, **options: Any) -> openai.OpenAI:
    return closing.enter_context(openai.OpenAI(base_url=f"{setting.url}/v1", api_key=key, **options))


def spent(setting: Setting, name: str) -> Decimal:
    rows = setting.program.json("budget", "list")
    return next(Decimal(row["used"][1:]) for row in rows if name in row["budget"])


def with_budget(setting: Setting, name: str, limit: str) -> str:
    """Return the key of somebody with so much to spend a day, once the gateway knows."""
    setting.program.run("user", "add", name)
    setting.program.run("budget", "set", "user", name, "--limit", limit, "--period", "day")
    key = str(setting.program.json("key", "create", "--user", name)["key"])
    headers = {"Authorization": f"Bearer {key}"}
    eventually(lambda: setting.program.get("/llm/v1/models", **headers) == 200)
    return key


def refused(call: Callable[[], object], kind: type[Exception]) -> Any:
    """Call until the budget refuses: the first call finds something left."""
    for _ in range(5):
        try:
            call()
        except kind as error:
            return error
    raise AssertionError("no budget refused")


def test_openai_gets_402_with_limit_used_and_when_it_starts_anew(
    setting: Setting, closing: ExitStack
) -> None:
    key = with_budget(setting, "bo@example.org", "0.0001")
    client = openai_client(setting, key, closing)
    ask = lambda: client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=9)  # noqa: E731
    error = refused(ask, openai.APIStatusError)
    headers = error.response.headers
    assert (error.status_code, error.code) == (402, "insufficient_quota")
    assert (headers["x-budget-limit"], headers["x-budget-name"]) == ("0.0001", "user bo@example.org, day")
    assert headers["x-budget-used"] == str(spent(setting, "bo@example.org"))
    assert headers["x-budget-reset"][10:] in ("T00:00:00+01:00", "T00:00:00+02:00")
    assert "user bo@example.org, day is spent" in error.message
    row = setting.program.row(headers["x-gateway-request-id"])
    assert (row["outcome"], row["block_reason"], row["http_status"]) == ("blocked", "budget", 402)
    assert "user bo@example.org, day" in row["error"]
    titles = [alert["title"] for alert in setting.program.json("alert", "list")]
    assert "Budget at 100%: user bo@example.org, day" in titles


def test_what_a_budget_says_is_spent_is_the_sum_of_its_rows(setting: Setting, closing: ExitStack) -> None:
    key = with_budget(setting, "di@example.org", "9")
    client = openai_client(setting, key, closing)
    for stream in (False, True):
        answered = client.chat.completions.create(model=MODEL, messages=HELLO, stream=stream)
        list(answered)
    rows = setting.program.rows("--filter", "user:di@example.org")
    total = sum(int(row["cost_nano"]) for row in rows if row["cost_nano"])
    assert total > 0
    assert spent(setting, "di@example.org") * 10**9 == total


def test_anthropic_and_google_get_their_own_402(setting: Setting, closing: ExitStack) -> None:
    key = with_budget(setting, "cy@example.org", "0.00001")
    claude = closing.enter_context(anthropic.Anthropic(base_url=setting.url, api_key=key))
    ask = lambda: claude.messages.create(model=CLAUDE, max_tokens=9, messages=HELLO)  # noqa: E731
    error = refused(ask, anthropic.APIStatusError)
    assert error.status_code == 402
    assert error.body["error"]["type"] == "billing_error"
    assert error.response.headers["x-should-retry"] == "false"
    google = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=setting.url))
    closing.callback(google.close)
    with pytest.raises(errors.ClientError) as caught:
        google.models.generate_content(model=GEMINI, contents="Hello")
    assert (caught.value.code, caught.value.status) == (402, "FAILED_PRECONDITION")


def test_a_price_nobody_knows_is_refused_unless_the_setting_flags_it(
    setting: Setting, closing: ExitStack
) -> None:
    key = with_budget(setting, "eve@example.org", "5")
    client = openai_client(setting, key, closing)
    with pytest.raises(openai.APIStatusError, match="What 'nobody-9' costs is not known"):
        client.chat.completions.create(model="nobody-9", messages=HELLO)
    setting.program.run("settings", "set", "budgets.unknown_prices", "flag")

    def passes() -> bool:
        try:
            return bool(client.chat.completions.create(model="nobody-9", messages=HELLO))
        except openai.APIStatusError:
            return False

    assert eventually(passes)
    setting.program.run("settings", "set", "budgets.unknown_prices", "block")


def test_a_price_of_ones_own_holds_from_the_next_call_on_and_older_rows_keep_their_cost(
    setting: Setting, closing: ExitStack
) -> None:
    key = with_budget(setting, "gus@example.org", "50")
    client = openai_client(setting, key, closing)

    def cost() -> int:
        client.chat.completions.create(model="gpt-4.1-nano", messages=HELLO)
        rows = setting.program.rows("--filter", "user:gus@example.org model:gpt-4.1-nano")
        return int(rows[-1]["cost_nano"])

    first = cost()
    setting.program.run("price", "set", "gpt-4.1-nano", "--input", "1000", "--output", "2000")
    own = 1041 * 1_000_000 + 28 * 2_000_000  # what the upstream reports, at a thousandth of a dollar a token
    assert eventually(lambda: cost() == own)
    rows = setting.program.rows("--filter", "user:gus@example.org model:gpt-4.1-nano")
    costs = [int(row["cost_nano"]) for row in rows]
    assert costs[0] == first < own
    assert spent(setting, "gus@example.org") * 10**9 == sum(costs)


def test_who_leaves_in_the_middle_of_an_answer_pays_for_what_came(
    setting: Setting, closing: ExitStack
) -> None:
    key = with_budget(setting, "hal@example.org", "5")

    async def endless(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        delta = {"choices": [{"index": 0, "delta": {"content": "word " * 100}}], "model": MODEL}
        await connection.chunk(f"data: {json.dumps(delta)}\n\n".encode())
        await connection.gone()

    setting.script(endless)
    client = openai_client(setting, key, closing)
    stream = client.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    next(iter(stream))
    stream.close()

    def row() -> dict[str, Any] | None:
        rows = setting.program.rows("--filter", "user:hal@example.org status:abandoned")
        return rows[0] if rows else None

    left = eventually(row)
    assert left["cost_basis"] == "partial"
    assert int(left["cost_nano"]) > 0
    assert spent(setting, "hal@example.org") * 10**9 == int(left["cost_nano"])


def test_fifty_calls_at_once_and_a_killed_gateway_do_not_spend_more(
    setting: Setting, closing: ExitStack
) -> None:
    key = with_budget(setting, "fay@example.org", "0.002")
    client = openai_client(setting, key, closing, max_retries=0)

    def one(_: int) -> int:
        try:
            client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=500)
        except openai.APIStatusError as error:
            return error.status_code
        return 200

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(one, range(50)))
    assert set(statuses) == {200, 402}
    estimate = Decimal("0.000301") + Decimal("0.000010")  # 500 tokens of output, a few of input
    assert spent(setting, "fay@example.org") <= Decimal("0.002") + estimate
    while one(0) == 200:
        pass
    before = spent(setting, "fay@example.org")
    assert before <= Decimal("0.002") + estimate
    setting.program.kill()
    setting.program.start()
    assert one(0) == 402
    assert spent(setting, "fay@example.org") == before
