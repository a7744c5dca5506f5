"""size: how large a body is at least."""

from gateway_desktop.policies.condition import Check, OfCase, number

_MOST = 1 << 40


class Size:
    """Bytes of the request's or the answer's body."""

    name = "size"
    summary = "at least: a number of bytes"

    def parse(self, value: object) -> Check:
        """Read a number."""
        least = number(value, 0, _MOST)
        return OfCase(lambda case: case.size >= least)
