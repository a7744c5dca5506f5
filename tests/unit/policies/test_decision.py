"""The strictest rule wins, scopes and exceptions hold, and what could not be checked does not pass."""

from dataclasses import replace

import pytest

from gateway_desktop.core.finding import Family, Level
from gateway_desktop.core.people import TEAM
from gateway_desktop.core.policy import (
    Action,
    Condition,
    Direction,
    OnError,
    Policy,
    PolicyException,
    Rule,
    Scope,
)
from gateway_desktop.core.verdict import ALLOWED, Noted
from gateway_desktop.policies.conditions import CONDITIONS
from gateway_desktop.policies.decision import ON_ERROR, decide, deciding, rule_book
from tests.makers import a_finding, a_policy, a_principal, a_proxy
from tests.unit.policies.cases import a_case

SECRET = Condition("finding", "secret")
NOTED = [Noted(a_finding(), Direction.REQUEST, "hash")]


def a_rule(action: Action, name: str = "it", **changes: object) -> Rule:
    return replace(Rule(name, action, (SECRET,)), **changes)  # type: ignore[arg-type]  # fields of a rule


def test_the_strictest_of_all_policies_wins_and_all_that_held_are_kept() -> None:
    mild = a_policy(name="A", rules=(a_rule(Action.MONITOR), a_rule(Action.REDACT, "mask", restore=True)))
    strict = a_policy(name="B", version=4, rules=(a_rule(Action.LOG), a_rule(Action.BLOCK, "stop")))
    verdict = decide(rule_book([mild, strict]), a_case(), NOTED)
    assert verdict.first is not None and verdict.first.named == "B@4/stop"
    assert [hit.action for hit in verdict.hits] == [Action.BLOCK, Action.REDACT, Action.MONITOR, Action.LOG]
    assert verdict.masks == {NOTED[0].finding: True} and verdict.noted == tuple(NOTED)


def test_what_is_masked_by_two_rules_comes_back_only_if_both_say_so() -> None:
    rules = (a_rule(Action.REDACT, "a", restore=True), a_rule(Action.REDACT, "b"))
    assert decide(rule_book([a_policy(rules=rules)]), a_case(), NOTED).masks == {NOTED[0].finding: False}


def test_of_equally_strict_rules_the_first_is_named() -> None:
    rules = (a_rule(Action.BLOCK, "one"), a_rule(Action.BLOCK, "two"))
    first = decide(rule_book([a_policy(rules=rules)]), a_case(), NOTED).first
    assert first is not None and first.rule == "one"


def test_nothing_found_is_allowed_and_a_policy_that_is_off_says_nothing() -> None:
    assert decide(rule_book([a_policy(rules=(a_rule(Action.BLOCK),))]), a_case(), []) is ALLOWED
    assert decide(rule_book([a_policy(enabled=False)]), a_case(), NOTED) is ALLOWED
    assert decide(rule_book([]), a_case(), NOTED) is ALLOWED


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(proxies=("open*",)), True),
        (Scope(proxies=("anthropic",)), False),
        (Scope(kinds=("llm",)), True),
        (Scope(kinds=("mcp",)), False),
        (Scope(groups=("team",)), True),
        (Scope(groups=("night",)), False),
        (Scope(users=("*@example.com",)), True),
        (Scope(users=("bo@example.com",)), False),
        (Scope(models=("gpt-5*",)), True),
        (Scope(models=("gpt-4*",)), False),
        (Scope(models=("GPT-5*",)), True),
        (Scope(tools=("shell",)), False),
    ],
)
def test_a_policy_holds_within_its_scope(scope: Scope, expected: bool) -> None:
    book = rule_book([a_policy(scope=scope)], {TEAM: "team", "g2": "night"})
    assert bool(decide(book, a_case(), NOTED).hits) is expected


def test_a_policy_that_is_assigned_holds_for_those_proxies_only() -> None:
    book = rule_book([a_policy(assigned=frozenset({"proxy-2"}))])
    assert not decide(book, a_case(), NOTED).hits
    assert decide(book, a_case(proxy=a_proxy(id="proxy-2")), NOTED).hits


def test_a_rule_looks_its_way_only() -> None:
    book = rule_book([a_policy(rules=(a_rule(Action.BLOCK, direction=Direction.ANSWER),))])
    assert not decide(book, a_case(), NOTED).hits
    assert decide(book, a_case(direction=Direction.ANSWER), NOTED).hits
    assert book.may_stop_answers(a_case())
    assert not rule_book([a_policy(direction=Direction.REQUEST)]).may_stop_answers(a_case())


def test_seen_findings_are_masked_and_refused_again_but_not_told_again() -> None:
    rules = (a_rule(Action.REDACT, "mask"), a_rule(Action.MONITOR, "tell"), a_rule(Action.BLOCK, "stop"))
    seen = [NOTED[0]._replace(seen=True)]
    told = {hit.rule: hit.tells for hit in decide(rule_book([a_policy(rules=rules)]), a_case(), seen).hits}
    assert told == {"stop": True, "mask": False, "tell": False}
    both = [*seen, Noted(a_finding(start=99), Direction.REQUEST)]
    assert all(hit.tells for hit in decide(rule_book([a_policy(rules=rules)]), a_case(), both).hits)


def an_exception(**changes: object) -> PolicyException:
    whole = PolicyException("e", "policy-1", "Closed", "it", "", "hash", 2**60, "ana", "a test key")
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields of an exception


def test_an_exception_is_as_narrow_as_its_rule_tool_and_value_and_ends() -> None:
    def blocked(exception: PolicyException, noted: Noted = NOTED[0]) -> bool:
        policy = a_policy(rules=(a_rule(Action.BLOCK),))
        return bool(decide(rule_book([policy], exceptions=[exception]), a_case(), [noted]).hits)

    assert not blocked(an_exception())
    assert not blocked(an_exception(value=""))
    assert blocked(an_exception(value="other"))
    assert blocked(an_exception(rule="another"))
    assert blocked(an_exception(policy_id="another"))
    assert blocked(an_exception(tool="shell"))
    assert not blocked(an_exception(tool="shell"), NOTED[0]._replace(finding=a_finding(tool="shell")))
    assert blocked(an_exception(expires_us=a_case().now_us))
    assert blocked(an_exception(revoked_us=1))


@pytest.mark.parametrize("on_error", list(OnError))
def test_a_check_that_could_not_run_is_refused_unless_the_policy_allows_it(on_error: OnError) -> None:
    failed = Noted(a_finding(family=Family.CHECK_FAILED, kind="check_failed.Secrets"), Direction.REQUEST)
    policy = a_policy(rules=(a_rule(Action.BLOCK),), on_error=on_error)
    first = decide(rule_book([policy]), a_case(), [failed]).first
    assert first is not None and first.rule == ON_ERROR and first.severity is Level.HIGH
    assert first.action is (Action.BLOCK if on_error is OnError.REFUSE else Action.MONITOR)


def test_a_condition_that_fails_is_a_check_that_could_not_run() -> None:
    assert any(known.name == "time" for known in CONDITIONS)
    policy = a_policy(rules=(Rule("late", Action.LOG, (Condition("time", {"from": "20:00"}),)),))
    first = decide(rule_book([policy]), a_case(now_us=2**70), []).first
    assert first is not None and first.rule == ON_ERROR and first.action is Action.BLOCK
    assert "OverflowError" in first.findings[0].why or "ValueError" in first.findings[0].why


def test_a_rule_without_conditions_is_about_everything_in_scope() -> None:
    closed = decide(rule_book([a_policy()]), a_case(principal=a_principal()), [])
    assert closed.action is Action.BLOCK and closed.hits[0].tells and not closed.hits[0].findings


def test_a_scope_of_tools_leaves_other_tools_findings_alone() -> None:
    policy = Policy("Tools", (a_rule(Action.BLOCK),), scope=Scope(tools=("sh*",)))
    case = a_case(tools=frozenset({"shell", "search"}))
    noted = [Noted(a_finding(tool="search"), Direction.REQUEST)]
    assert not decide(rule_book([policy]), case, noted).hits
    assert decide(rule_book([policy]), case, [Noted(a_finding(tool="shell"), Direction.REQUEST)]).hits
    case = a_case(tools=frozenset({"Shell"}))
    assert decide(rule_book([policy]), case, [Noted(a_finding(tool="Shell"), Direction.REQUEST)]).hits


def test_very_many_findings_are_decided_on_in_slices() -> None:
    """70,000 kept everybody waiting for two seconds."""
    rules = (a_rule(Action.MONITOR, "one"), a_rule(Action.REDACT, "two"))
    pauses = list(deciding(rule_book([a_policy(rules=rules)]), a_case(), NOTED * 5_000))
    assert len(pauses) > 10
