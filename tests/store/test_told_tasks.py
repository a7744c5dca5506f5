"""Whose tasks are is known from the rows, by whichever gateway they were written."""

from collections.abc import Callable

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.principal import ANONYMOUS
from gateway_desktop.core.proxy import Kind
from gateway_desktop.store.queries.told_tasks import told_tasks
from gateway_desktop.store.store import Store
from tests.makers import NOON_US, a_principal, a_record

BO = a_principal(user_id="user-2", actor="bo@example.org")


def test_the_first_row_in_which_an_answer_tells_of_a_task_says_whose_it_is(
    store: Store, append: Callable[..., None]
) -> None:
    mcp, a2a = {"kind": "mcp", "proxy": "tools"}, {"kind": "a2a", "proxy": "weather"}
    stranger = a_principal(user_id=None, actor="", session="upstream:1")
    working = {"state": "working"}
    append(
        a_record(**a2a, principal=BO, outcome=Outcome.FAILED, detail={"task": "1"}),  # he asked, in vain
        a_record(**a2a, outcome=Outcome.ABANDONED, detail={"task": "1", "context": "c", **working}),
        a_record(**a2a, principal=BO, detail={"task": "1", **working}),
        a_record(**a2a, principal=BO, detail={"task": "2", "direction": "from server", **working}),
        a_record(**a2a, principal=ANONYMOUS, session="context-1", detail={"task": "3", **working}),
        a_record(**a2a, principal=stranger, session="upstream:1", detail={"task": "4", **working}),
        a_record(**a2a, principal=BO, method="ListTasks", detail={"context": "said"}),
        a_record(**a2a, method="SendMessage", detail={"context": "said", "task": "unknown"}),
        a_record(**a2a | {"proxy": "other"}, detail={"task": "5", **working}),
        a_record(**mcp, detail={"task": "6"}),
        a_record(**mcp, detail={"task": 7}),
        a_record(**mcp, detail={"parameters": '{"task":"8"}'}),
    )
    ask = store.reader.submit
    told = ask(told_tasks, Kind.A2A, "weather", 0).result(60)
    assert told == {"1": "user-1", "c": "user-1", "said": "user-1", "3": "", "4": "upstream:1"}
    assert ask(told_tasks, Kind.MCP, "tools", 0).result(60) == {"6": "user-1"}
    assert ask(told_tasks, Kind.MCP, "tools", NOON_US + 10**15).result(60) == {}
