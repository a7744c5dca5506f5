"""Calls that cannot be counted, because the team's database with the counters is away."""

from gateway_desktop.core.errors import Reason, Refused, StorageUnavailable
from gateway_desktop.core.snapshot import Snapshot


def check_may_pass_uncounted(snapshot: Snapshot, problem: StorageUnavailable) -> None:
    """Raise Refused (503), unless the setting `audit.when_unwritable` lets such calls pass."""
    if snapshot.settings.audit.when_unwritable == "refuse":
        what = "Rate limits and budgets cannot be counted"
        raise Refused(Reason.AUDIT, f"{what}: {problem.told}", 503) from problem
