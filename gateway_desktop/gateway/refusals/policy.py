"""A policy's refusal, in words that say which rule it was and what can be done."""

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.policy import Action
from gateway_desktop.core.verdict import Verdict

_OTHERWISE = "Change what is sent, or ask whoever looks after the policies for an exception"


def refused_by(verdict: Verdict) -> Refused:
    """Return the error (403) of the strictest rule."""
    hit = verdict.first
    assert hit is not None
    message = hit.message.strip().rstrip(".")
    said = f": {message}" if message else ""
    advice = (hit.recommended if hit.action is Action.BLOCK else "").strip().rstrip(".") or _OTHERWISE
    return Refused(
        Reason.POLICY,
        f"The policy '{hit.policy}' (version {hit.version}, rule '{hit.rule}') does not let this pass{said}. "
        f"{advice}",
    )
