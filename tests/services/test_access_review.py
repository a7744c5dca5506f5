"""Access review: what it says is what the gateway decides, and what was used is not marked."""

from typing import Any

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.people import User
from gateway_desktop.core.tool_pin import Listed, Listing
from gateway_desktop.services.access_review import AccessLine, access_review
from gateway_desktop.services.proxy_values import NewProxy
from tests.makers import a_principal, a_record
from tests.services.conftest import Office


def review(office: Office, later_days: int = 0, **named: Any) -> tuple[AccessLine, ...]:
    return office.store.reader.submit(access_review, now_us() + later_days * DAY_US, **named).result()


def use(office: Office, user: User, outcome: Outcome = Outcome.SUCCESS) -> None:
    principal = a_principal(user_id=user.id, actor=user.shown)
    office.store.writer.append(a_record(principal=principal, proxy="open", outcome=outcome))
    office.store.writer.submit(lambda _database: None).result()


def test_use_counts_for_thirty_days_and_a_refusal_is_no_use(office: Office) -> None:
    ana = office.services.people.add_user("ana@example.com", "Ana").result()
    bo = office.services.people.add_user("bo@example.com", "Bo").result()
    office.services.proxies.add(NewProxy("open", "https://api.example.com")).result()
    use(office, ana)
    use(office, bo, Outcome.BLOCKED)
    first, second = review(office)
    assert (first.user, first.unused, first.through) == ("ana@example.com", False, "everybody")
    assert first.last_used_us is not None
    assert (second.user, second.unused, second.last_used_us) == ("bo@example.com", True, None)
    assert all(line.unused for line in review(office, later_days=31))
    assert [line.user for line in review(office, unused_only=True)] == ["bo@example.com"]


def test_a_forbidden_model_and_a_second_group_are_told(office: Office) -> None:
    people = office.services.people
    people.add_user("ana@example.com", "Ana").result()
    people.add_group("lab").result()
    people.add_member("lab", "ana@example.com").result()
    proxies = office.services.proxies
    proxies.add(NewProxy("secret", "https://api.example.com")).result()
    proxies.allow("secret", "lab", ("gpt-*", "!gpt-4*")).result()
    proxies.allow("secret", "team", ("o3",)).result()
    (line,) = review(office)
    assert set(line.groups) == {"lab", "team"}
    assert line.models == ("!gpt-4*", "gpt-*", "o3")


def test_tools_are_listed_one_by_one_and_not_those_that_nobody_may_call(office: Office) -> None:
    services = office.services
    services.people.add_user("ana@example.com", "Ana").result()
    services.proxies.add(NewProxy("files", "https://files.example.com/mcp", kind="mcp")).result()
    services.proxies.allow("files", "team", ("re*", "write")).result()
    proxy = office.snapshot().proxies["files"]
    tools = tuple(Listed(name, "0a", "{}") for name in ("read", "remove", "write", "drop"))
    services.tool_pins.report(Listing(proxy.id, tools)).result()
    services.tool_pins.disable("files", "remove").result()
    services.tool_pins.report(
        Listing(proxy.id, (), frozenset({"read", "drop"}))
    ).result()  # no write any more
    assert [(line.tool, line.through) for line in review(office, user="ANA")] == [
        ("", "team"),
        ("read", "team"),
    ]
