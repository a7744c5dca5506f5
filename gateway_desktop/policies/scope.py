"""Where a policy holds: at which proxies, and of their exchanges for whom and what."""

from collections.abc import Sequence, Set

from gateway_desktop.core.policy import Policy, Scope
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.policies.access import matches, means
from gateway_desktop.policies.condition import Case

_EVERYWHERE = Scope()


def in_scope(policy: Policy, groups: Set[str] | None, case: Case) -> bool:
    """Return whether a policy holds for an exchange; `groups` are ids of those in its scope, None: all."""
    scope = policy.scope
    if policy.assigned and case.proxy.id not in policy.assigned:
        return False
    if groups is not None and groups.isdisjoint(case.principal.groups):
        return False
    return scope == _EVERYWHERE or (
        holds_at(policy, case.proxy)
        and fits(scope.users, case.principal.actor)
        and fits_spelt(scope.models, case.target)
        and (not scope.tools or any(fits_spelt(scope.tools, tool) for tool in case.tools))
    )


def holds_at(policy: Policy, proxy: Proxy) -> bool:
    """Return whether a policy holds for exchanges of a proxy, all or some of them."""
    assigned = not policy.assigned or proxy.id in policy.assigned
    return assigned and fits(policy.scope.proxies, proxy.name) and fits(policy.scope.kinds, proxy.kind)


def fits(patterns: Sequence[str], name: str) -> bool:
    """Return whether one of the patterns is the name's, or there is none."""
    return not patterns or any(matches(pattern, name) for pattern in patterns)


def fits_spelt(patterns: Sequence[str], name: str) -> bool:
    """Return whether one of the patterns is a tool's or model's, in any spelling, or there is none."""
    return not patterns or any(means(pattern, name) for pattern in patterns)
