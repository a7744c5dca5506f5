"""upstream: which host the proxy forwards to."""

from urllib.parse import urlsplit

from gateway_desktop.policies.condition import Case, Check, ConditionType, OfCase, members, wildcards


def _parse(value: object) -> Check:
    given = members(value, ("in", "not_in"))
    inside = wildcards(given["in"]) if "in" in given else None
    outside = wildcards(given["not_in"]) if "not_in" in given else None

    def holds(case: Case) -> bool:
        host = _host(case)
        return (inside is None or inside(host)) and not (outside is not None and outside(host))

    return OfCase(holds)


def _host(case: Case) -> str:
    if case.proxy.sandbox:
        return "sandbox"
    return urlsplit(case.proxy.upstream).hostname or "local"


UPSTREAM = ConditionType("upstream", "in: hosts, or not_in: hosts, with * and ?", _parse)
