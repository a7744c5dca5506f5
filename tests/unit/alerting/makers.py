"""Records as guardrails and others leave them."""

from typing import Any

from gateway_desktop.core.audit import AuditRecord, Outcome
from tests.makers import a_record

DAY_US = 24 * 3_600_000_000
NOON_US = 1_767_268_800_000_000  # Thursday, 2026-01-01 12:00 UTC


def a_finding_detail(**changes: Any) -> dict[str, object]:
    found: dict[str, object] = {
        "family": "secret",
        "kind": "secret.test",
        "severity": "high",
        "place": "/messages/0/content",
        "start": 3,
        "end": 9,
        "excerpt": "my <SECRET>",
        "why": "It looks like a key.",
        "tool": "",
        "direction": "request",
        "value": "v1",
        "seen": False,
    }
    return found | changes


def a_hit_detail(**changes: Any) -> dict[str, object]:
    hit: dict[str, object] = {
        "policy": "Guard",
        "version": 3,
        "rule": "secrets",
        "action": "block",
        "severity": "high",
        "message": "",
        "recommended": "",
        "tells": True,
        "findings": [0],
    }
    return hit | changes


def a_hit_record(*findings: dict[str, object], **changes: Any) -> AuditRecord:
    hit = a_hit_detail(findings=list(range(len(findings))), **changes)
    return a_record(
        outcome=Outcome.BLOCKED if hit["action"] == "block" else Outcome.SUCCESS,
        detail={"findings": list(findings), "policies": [hit]},
    )
