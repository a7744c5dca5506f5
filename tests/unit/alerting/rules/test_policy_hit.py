import pytest

from gateway_desktop.alerting.rules.policy_hit import PolicyHit
from gateway_desktop.core.alert import AlertType, Remedy
from gateway_desktop.core.finding import Family, Level
from tests.makers import a_record
from tests.unit.alerting.makers import NOON_US, a_finding_detail, a_hit_detail, a_hit_record


def test_a_hit_becomes_an_occurrence_with_its_evidence() -> None:
    (found,) = PolicyHit().of_exchange(a_hit_record(a_finding_detail()), NOON_US)
    assert found.type is AlertType.DATA_LEAK
    assert found.severity is Level.HIGH
    assert found.policy == "Guard@3/secrets"
    assert found.title == "Secret (blocked)"
    assert found.evidence[0]["excerpt"] == "my <SECRET>"
    assert found.remedy is Remedy.REVOKE_KEY
    assert "ana@example.com used proxy openai" in found.description


def test_what_stood_in_the_answer_is_told_apart_from_what_was_sent() -> None:
    for why in ("It looks like a key", "It looks like a key."):
        record = a_hit_record(a_finding_detail(direction="answer", why=why))
        record.detail["policies"] = [a_hit_detail(action="monitor")]
        (found,) = PolicyHit().of_exchange(record, NOON_US)
        assert found.title == "Secret in the answer (passed, watched)"
        done = "The answer met rule 'secrets' of policy 'Guard' and passed; it is watched."
        assert found.description.endswith(f" {done} It looks like a key.")


def test_repeats_share_a_fingerprint_and_other_values_do_not() -> None:
    rule = PolicyHit()
    (first,) = rule.of_exchange(a_hit_record(a_finding_detail()), NOON_US)
    (again,) = rule.of_exchange(a_hit_record(a_finding_detail()), NOON_US + 1)
    (other,) = rule.of_exchange(a_hit_record(a_finding_detail(value="v2")), NOON_US)
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_what_was_told_before_or_only_logged_is_not_told() -> None:
    assert list(PolicyHit().of_exchange(a_hit_record(a_finding_detail(), tells=False), NOON_US)) == []
    assert list(PolicyHit().of_exchange(a_record(), NOON_US)) == []


@pytest.mark.parametrize("family", Family)
def test_every_family_has_a_title_of_its_own(family: Family) -> None:
    (found,) = PolicyHit().of_exchange(a_hit_record(a_finding_detail(family=str(family))), NOON_US)
    assert found.title.endswith("(blocked)")
    assert family is Family.CUSTOM or not found.title.startswith("secrets")


def test_a_finding_that_several_rules_hold_for_is_told_once_by_the_strictest() -> None:
    record = a_hit_record(a_finding_detail())
    record.detail["policies"] = [
        a_hit_detail(),
        a_hit_detail(rule="serious", action="monitor", severity="medium"),
        a_hit_detail(policy="Watch", rule="anything", action="monitor"),
    ]
    assert [found.policy for found in PolicyHit().of_exchange(record, NOON_US)] == ["Guard@3/secrets"]


def test_what_was_refused_is_told_by_the_rule_that_refused_it() -> None:
    record = a_hit_record(a_finding_detail(), a_finding_detail(value="v2"))
    record.detail["policies"] = [
        a_hit_detail(findings=[0]),
        a_hit_detail(policy="Watch", rule="worse", action="monitor", severity="critical", findings=[0]),
        a_hit_detail(policy="Watch", rule="more", action="monitor", findings=[0, 1]),
        a_hit_detail(policy="Watch", rule="no-finding", action="monitor", findings=[]),
    ]
    told = [found.policy.split("/")[1] for found in PolicyHit().of_exchange(record, NOON_US)]
    assert told == ["secrets", "worse", "no-finding"]


def test_what_passed_is_told_again_by_a_rule_that_is_about_more() -> None:
    record = a_hit_record(a_finding_detail(), a_finding_detail(value="v2"), action="redact")
    record.detail["policies"] = [
        a_hit_detail(action="redact", findings=[0]),
        a_hit_detail(policy="Watch", rule="more", action="monitor", findings=[0, 1]),
        a_hit_detail(policy="Watch", rule="the-same", action="monitor", findings=[1]),
    ]
    told = [found.policy.split("/")[1] for found in PolicyHit().of_exchange(record, NOON_US)]
    assert told == ["secrets", "more"]


def test_a_refusal_that_was_told_is_not_told_again_for_its_risk() -> None:
    record = a_hit_record(a_finding_detail())
    record.detail["policies"] = [a_hit_detail(), a_hit_detail(rule="risk", findings=[])]
    assert [found.policy for found in PolicyHit().of_exchange(record, NOON_US)] == ["Guard@3/secrets"]


def test_one_text_is_told_once_by_rules_that_do_the_same() -> None:
    elsewhere = a_finding_detail(value="v3", place="/messages/1/content")
    record = a_hit_record(a_finding_detail(), a_finding_detail(value="v2"), elsewhere, action="monitor")
    record.detail["policies"] = [
        a_hit_detail(rule="serious", action="monitor", findings=[0]),
        a_hit_detail(rule="noticed", action="monitor", severity="medium", findings=[0, 1]),
        a_hit_detail(rule="another-text", action="monitor", findings=[1, 2]),
    ]
    told = [found.policy.split("/")[1] for found in PolicyHit().of_exchange(record, NOON_US)]
    assert told == ["serious", "another-text"]
