"""tool: which tool is called, described or answered."""

from gateway_desktop.policies.condition import Check, OfTool, spelt


class Tool:
    """One of the tools concerned; of findings, those that belong to it."""

    name = "tool"
    summary = "one or more names, with * and ?"

    def parse(self, value: object) -> Check:
        """Read names."""
        return OfTool(spelt(value))
