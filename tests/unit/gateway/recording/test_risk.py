"""The record says what was found, how bad it is, and which rule of which version decided."""

import time

import pytest

from gateway_desktop.core.finding import Contribution, Evidence, Family, Finding, Level, Scan
from gateway_desktop.core.policy import Action, Direction
from gateway_desktop.core.verdict import Hit, Noted, Verdict
from gateway_desktop.gateway.recording.risk import MOST_FINDINGS, add_risk
from tests.makers import a_call, a_finding, a_record


def a_hit(action: Action, *findings: Finding, fresh: bool = True) -> Hit:
    noted = tuple(Noted(finding, Direction.REQUEST) for finding in findings)
    return Hit("Guard", 3, f"{action}-it", action, Level.HIGH, noted=noted, fresh=fresh)


def test_the_strictest_rule_is_named_with_its_version_and_points_to_its_findings() -> None:
    finding = a_finding()
    record = a_record()
    call = a_call(
        scan=Scan((finding,), 62, (Contribution(62, "secret.openai_key"),)),
        verdict=Verdict((a_hit(Action.BLOCK, finding), a_hit(Action.MONITOR, finding, fresh=False))),
        noted=(Noted(finding, Direction.REQUEST, "abc"),),
    )
    add_risk(record, call, texts=True)
    assert (record.risk, record.policy_action, record.policy) == (62, "blocked", "Guard@3/block-it")
    found = record.detail["findings"]
    assert isinstance(found, list) and len(found) == 1
    assert found[0]["family"] == "secret" and found[0]["excerpt"] == "key <OPENAI_KEY>"
    assert found[0]["value"] == "abc"
    policies = record.detail["policies"]
    assert isinstance(policies, list)
    assert [(hit["findings"], hit["tells"]) for hit in policies] == [([0], True), ([0], False)]
    assert record.detail["risk"] == [{"points": 62, "why": "secret.openai_key"}]


def test_what_was_not_scanned_has_no_score_and_says_why() -> None:
    record = a_record()
    add_risk(record, a_call(scan=Scan(not_scanned="no text to look at")), texts=True)
    assert record.risk is None and record.detail["not_scanned"] == "no text to look at"
    assert record.policy_action == "none" and record.policy is None


def test_a_thousand_findings_do_not_fill_the_record_and_the_worst_are_kept() -> None:
    noted = [Noted(a_finding(start=at, severity=Level.LOW), Direction.REQUEST) for at in range(1000)]
    noted.append(Noted(a_finding(severity=Level.CRITICAL), Direction.REQUEST))
    record = a_record()
    add_risk(record, a_call(scan=Scan((), 90), noted=tuple(noted)), texts=True)
    found = record.detail["findings"]
    assert isinstance(found, list) and len(found) == MOST_FINDINGS and found[0]["severity"] == "critical"
    assert record.detail["findings_left_out"] == 1001 - MOST_FINDINGS


def test_where_no_texts_are_stored_the_findings_quote_none() -> None:
    record = a_record()
    add_risk(record, a_call(scan=Scan((), 90), noted=(Noted(a_finding(), Direction.REQUEST),)), texts=False)
    found = record.detail["findings"]
    assert isinstance(found, list) and found[0]["excerpt"] == ""


@pytest.mark.parametrize(("start", "quoted"), [(20, False), (500, True)])
def test_what_a_rule_of_ones_own_looks_for_is_not_quoted_by_another_finding(start: int, quoted: bool) -> None:
    own = a_finding(family=Family.CUSTOM, start=start, end=start + 5)
    words = a_finding(start=0, end=30, evidence=Evidence.STATISTICAL, why="Reads like orders: raven")
    record = a_record()
    noted = tuple(Noted(one, Direction.REQUEST) for one in (own, words))
    add_risk(record, a_call(scan=Scan((), 90), noted=noted), texts=True)
    found = record.detail["findings"]
    assert isinstance(found, list)
    shown = next(one for one in found if one["evidence"] == "statistical")
    assert (shown["excerpt"] != "") is quoted
    assert (shown["why"] == "Reads like orders: raven") is quoted


@pytest.mark.usefixtures("no_collector")
def test_of_a_hundred_thousand_findings_those_that_are_told_are_found_soon() -> None:
    """A mail of ten megabytes held the loop for a third of a second."""
    many = [a_finding(start=at, end=at + 9) for at in range(100_000)]
    call = a_call(
        scan=Scan((), 62),
        verdict=Verdict((a_hit(Action.BLOCK, *many),) * 6),
        noted=tuple(Noted(finding, Direction.REQUEST) for finding in many[:50]),
    )
    record, began = a_record(), time.thread_time()
    add_risk(record, call, texts=True)
    took = time.thread_time() - began
    policies = record.detail["policies"]
    assert isinstance(policies, list) and policies[0]["findings"] == list(range(50))
    assert took < 0.13
