"""model: which model, tool or agent is asked."""

from gateway_desktop.policies.condition import Check, OfCase, spelt


class Model:
    """The model that a request names; of an agent's proxy, the agent."""

    name = "model"
    summary = "one or more names, with * and ?"

    def parse(self, value: object) -> Check:
        """Read names."""
        fits = spelt(value)
        return OfCase(lambda case: fits(case.target))
