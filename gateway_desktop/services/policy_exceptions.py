"""Exceptions from rules: with an owner, a reason and an end, as narrow as one tool and one value."""

from concurrent.futures import Future
from dataclasses import dataclass

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.policy import PolicyException
from gateway_desktop.policies.document import read
from gateway_desktop.policies.values import hashed_value
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.policies import the_policy
from gateway_desktop.store.models.policy import PolicyExceptionRow, PolicyRow, PolicyVersionRow
from gateway_desktop.store.queries.policies import exception_rows

LONGEST_DAYS = 366
VALUE_KEY = "values of findings"  # what the key of their hashes derives from


@dataclass(frozen=True, slots=True)
class NewException:
    """An exception that does not exist yet; without tool and value it is as wide as the rule."""

    policy: str
    rule: str
    reason: str
    days: float
    tool: str = ""
    value_hash: str = ""  # as findings in the audit show it
    value: str = ""  # or the value itself, which is not kept
    owner: str = ""  # none: who makes it


class PolicyExceptions(Service):
    """What rules leave alone for a time."""

    def add(self, new: NewException) -> Future[PolicyException]:
        """Add an exception; raise ConfigurationError for one without a reason, an end, or a rule it is of."""
        if not new.reason.strip():
            raise ConfigurationError("reason", "say why, for those who find it later")
        if not 0 < new.days <= LONGEST_DAYS:
            raise ConfigurationError("days", f"more than 0 and at most {LONGEST_DAYS}")
        if new.value and new.value_hash:
            raise ConfigurationError("value", "either the value or its hash, not both")
        value = new.value_hash
        if new.value:
            value = hashed_value(self._sealer().derive(VALUE_KEY), new.value)

        def work(change: Change) -> PolicyException:
            policy = the_policy(new.policy)
            _require_rule(policy, new.rule)
            row = PolicyExceptionRow.create(
                id=new_id(),
                policy_id=policy.id,
                rule=new.rule,
                tool=new.tool,
                value=value,
                owner=new.owner or self._author,
                reason=new.reason.strip(),
                created_us=change.now_us,
                expires_us=change.now_us + int(new.days * 86_400e6),
            )
            return _recorded(change, row.id, "exception created")

        return self._administration.change(work)

    @transaction()
    def revoke(self, change: Change, exception_id: str) -> PolicyException:
        """End an exception now."""
        row = _the_exception(exception_id)
        if row.revoked_us is None:
            row.revoked_us = change.now_us
            row.save()
        return _recorded(change, row.id, "exception revoked")


def _require_rule(policy: PolicyRow, rule: str) -> None:
    mine = (PolicyVersionRow.policy_id == policy.id) & (PolicyVersionRow.version == policy.version)
    names = [known.name for known in read(PolicyVersionRow.get(mine).document).rules]
    if rule not in names:
        raise ConfigurationError("rule", f"'{policy.name}' has the rules {', '.join(names)}")


def _the_exception(named: str) -> PolicyExceptionRow:
    found = [row for row in PolicyExceptionRow.select() if named and row.id.endswith(named.strip())]
    if len(found) != 1:
        raise ConfigurationError("exception", f"{len(found) or 'no'} exceptions end with '{named}'")
    row: PolicyExceptionRow = found[0]
    return row


def _recorded(change: Change, exception_id: str, event: str) -> PolicyException:
    every = exception_rows(change.database, ended=True)
    found = next(one for one in every if one.id == exception_id)
    after: dict[str, object] = {
        "rule": found.rule,
        "tool": found.tool or "any",
        "value": found.value or "any",
        "owner": found.owner,
        "reason": found.reason,
        "expires_us": found.expires_us,
    }
    change.record(
        SystemEvent(
            Category.SECURITY,
            event,
            f"{found.policy}/{found.rule}",
            severity=Severity.WARNING if event == "exception created" else Severity.INFO,
            after=after,
        )
    )
    return found
