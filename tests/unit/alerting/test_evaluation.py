import logging
from collections.abc import Iterable

import pytest

from gateway_desktop.alerting.evaluation import Evaluation
from gateway_desktop.alerting.rule import Quiet
from gateway_desktop.core.alert import Occurrence
from gateway_desktop.core.audit import AuditRecord
from tests.makers import a_record
from tests.unit.alerting.makers import NOON_US, a_finding_detail, a_hit_record


class Broken(Quiet):
    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        raise RuntimeError("broken")


def test_all_rules_are_asked() -> None:
    evaluation = Evaluation()
    assert [one.rule for one in evaluation.of_exchange(a_hit_record(a_finding_detail()), NOON_US)] == [
        "policy Guard/secrets"
    ]
    refused = a_record(block_reason="access")
    assert [one.rule for one in evaluation.of_exchange(refused, NOON_US)] == ["access refused"]
    assert {name for name, _ in evaluation.learnt()} == {"volume", "first seen"}


def test_a_broken_rule_is_logged_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        assert Evaluation([Broken]).of_exchange(a_record(), NOON_US) == []
