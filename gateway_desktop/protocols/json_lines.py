"""Lines of JSON (https://jsonlines.org), cut piece by piece."""

from gateway_desktop.protocols.sse import LARGEST_EVENT, EventTooLarge


class LineSplitter:
    """Cuts a stream into its lines."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []  # of the line that is not complete yet
        self._held = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that these bytes complete, each with its line feed.

        Raises EventTooLarge for a line that does not end within 64 MB.
        """
        *lines, rest = data.split(b"\n")
        whole = [line + b"\n" for line in lines]
        if whole:
            whole[0] = b"".join((*self._pieces, whole[0]))
            self._pieces.clear()
            self._held = 0
        if rest:
            self._pieces.append(rest)
            self._held += len(rest)
        if self._held > LARGEST_EVENT:
            raise EventTooLarge
        return whole

    def rest(self) -> bytes:
        """Return what is left when the stream has ended: nothing, or a last line without its line feed."""
        rest = b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        return rest
