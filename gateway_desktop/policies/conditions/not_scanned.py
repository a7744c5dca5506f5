"""not_scanned: whether something was too large to be looked at, or could not be read."""

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.policies.condition import Check, OfCase


class NotScanned:
    """Texts beyond what is looked at per request, and answers that cannot be read."""

    name = "not_scanned"
    summary = "true: not all of it was looked at (it is too large, or cannot be read); false: all of it was"

    def parse(self, value: object) -> Check:
        """Read yes or no."""
        if not isinstance(value, bool):
            raise ConfigurationError("", f"{value!r} is neither true nor false")
        return OfCase(lambda case: case.unscanned is value)
