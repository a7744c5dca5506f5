"""Server-Sent Events (WHATWG HTML, section 9.2), parsed piece by piece."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from gateway_desktop.core.errors import Failure, UpstreamFailed

_MARK = b"\xef\xbb\xbf"  # byte order mark
_LONGEST_RETRY = 20  # bytes of the line
_AT_ONCE = 64 << 10  # bytes that are cut into lines at once
LARGEST_EVENT = 64 << 20  # bytes that are held for the end of an event


class EventTooLarge(UpstreamFailed):
    """An event that cannot be held until its end, and so cannot be looked at."""

    def __init__(self) -> None:
        super().__init__(
            Failure.BROKEN,
            f"An event of the answer is larger than {LARGEST_EVENT >> 20} MB; it is not passed on",
        )


class EventSplitter:
    """Cuts a stream into its blocks (all lines of an event, with the blank line that ends it)."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []  # of the block that is not complete yet
        self._held = 0
        self._tail = b""  # the last bytes held: a blank line may begin there

    def feed(self, data: bytes) -> list[bytes]:
        """Return the blocks that these bytes complete; joined, all blocks and the rest are the stream.

        Raises EventTooLarge for a block that does not end within 64 MB; `rest()` is what was held of it.
        """
        if not data:
            return []
        pieces = self._pieces
        if pieces:
            pieces.append(data)
            seen = self._tail + data
            if b"\n\n" not in seen and b"\n\r" not in seen and b"\r\r" not in seen:
                self._hold(self._held + len(data), seen)
                return []
            data = b"".join(pieces)
            pieces.clear()
        blocks = _plain_blocks(data) if b"\r" not in data else _blocks(data)
        rest = blocks.pop()
        if rest:
            pieces.append(rest)
        self._hold(len(rest), rest)
        return blocks

    def plain(self, data: bytes) -> list[bytes]:
        """Return the data of the events, if these bytes are whole ones of one line each; else nothing.

        So most pieces of most streams are. They need not be fed then.
        """
        if self._pieces or not data.startswith(b"data: ") or not data.endswith(b"\n\n") or b"\r" in data:
            return []
        events = data[6:-2].split(b"\n\ndata: ")
        return events if data.count(b"\n") == 2 * len(events) else []

    def _hold(self, size: int, end: bytes) -> None:
        self._held, self._tail = size, end[-3:]
        if size > LARGEST_EVENT:
            raise EventTooLarge

    def rest(self) -> bytes:
        """Return what is left when the stream has ended: nothing, or a last block without its blank line."""
        rest = b"".join(self._pieces)
        self._pieces.clear()
        return rest


def data_of(block: bytes) -> bytes | None:
    """Return the data of an event, or None if it has none."""
    if block.startswith(b"data: ") and block.find(b"\n") == len(block) - 2 and b"\r" not in block:
        return block[6:-2]  # how OpenAI and Google write: one line of data and nothing else
    named = block.startswith(b"event: ") and block.endswith(b"\n\n")
    if named and block.count(b"\n") == 3 and b"\r" not in block:
        start = block.find(b"\ndata: ")
        if start > 0:  # how Anthropic writes: the event's name and one line of data
            return block[start + 7 : -2]
    return _data_of_lines(block)


def event(data: bytes, name: str = "") -> bytes:
    """Return an event; `data` is one line."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + data + b"\n\n"


def lines_of(data: bytes, *, keepends: bool = False) -> Iterable[bytes]:
    """Return what `splitlines` does, of much data few at a time: millions of lines would be gigabytes."""
    return data.splitlines(keepends) if len(data) <= _AT_ONCE else _few_at_a_time(data, keepends=keepends)


def _few_at_a_time(data: bytes, *, keepends: bool) -> Iterator[bytes]:
    start, size = 0, _AT_ONCE
    while start < len(data):
        lines = data[start : start + size].splitlines(keepends=True)
        if start + size < len(data):
            lines.pop()  # it may go on
        size = _AT_ONCE if lines else 2 * size
        for line in lines:
            start += len(line)
            yield line if keepends else line.rstrip(b"\r\n")


def _data_of_lines(block: bytes) -> bytes | None:
    found = bytearray()
    for line in lines_of(block.removeprefix(_MARK)):
        name, _, value = line.partition(b":")
        if name == b"data":
            found += b"\n" + value.removeprefix(b" ")
    return bytes(found[1:]) if found else None


def beside_data(block: bytes) -> bytes:
    """Return all lines of an event but its data."""
    found = bytearray()
    for line in lines_of(block.removeprefix(_MARK)):
        if line and not (line.startswith(b"data:") or _is_retry(line)):
            found += b"\n" + line
    return bytes(found[1:])


def without_remarks(block: bytes) -> bytes:
    """Return an event without what no client reads: the words of comments, and fields that say nothing.

    The same object where it holds none; a comment stays as an empty one, which keeps a connection alive.
    """
    kept = bytearray()
    for line in lines_of(block, keepends=True):
        kept += _unremarked(line)
    return block if kept == block else bytes(kept)


def _unremarked(line: bytes) -> bytes:
    words = line.rstrip(b"\r\n")
    if words.startswith(b":"):
        return b":" + line[len(words) :]
    read = words.removeprefix(_MARK).partition(b":")[0] in (b"data", b"event", b"id") or _is_retry(words)
    return line if read or not words else b""


def _is_retry(line: bytes) -> bool:
    return line.startswith(b"retry:") and line[6:].removeprefix(b" ").isdigit() and len(line) < _LONGEST_RETRY


def _plain_blocks(data: bytes) -> list[bytes]:
    """Return the blocks and the rest where every line ends with LF."""
    blocks = []
    start = 0
    while (end := data.find(b"\n\n", start)) >= 0:
        end += 2
        while data[end : end + 1] == b"\n":  # blank lines end nothing more
            end += 1
        blocks.append(data[start:end])
        start = end
    blocks.append(data[start:])
    return blocks


def _blocks(data: bytes) -> list[bytes]:
    """Return the blocks and the rest where lines end with CRLF, CR or LF, mixed as they like."""
    ends = [0]  # of blocks, each with the blank lines that follow
    line = 0  # where it begins
    for whole in lines_of(data, keepends=True):
        end = line + len(whole)
        if end == len(data) and whole.endswith(b"\r"):
            break  # its LF may follow
        if whole in (b"\n", b"\r\n", b"\r"):
            if line == ends[-1] and line:
                ends.pop()
            ends.append(end)
        line = end
    return [data[start:end] for start, end in pairwise((*ends, len(data)))]


def id_of(block: bytes) -> str | None:
    """Return the id of an event, or None if it has none."""
    return _field(block, b"id") if b"id:" in block else None


def name_of(block: bytes) -> str:
    """Return what kind of event it is."""
    name = _field(block, b"event")
    return "message" if name is None else name


def _field(block: bytes, wanted: bytes) -> str | None:
    """Return the value of the first field of this name."""
    for line in lines_of(block.removeprefix(_MARK)):
        name, _, value = line.partition(b":")
        if name == wanted:
            return value.removeprefix(b" ").decode("utf-8", "replace")
    return None


def with_data(block: bytes, data: bytes) -> bytes:
    """Return the event with other data, of one line; all its other lines stay."""
    lines = [line for line in lines_of(block.removeprefix(_MARK)) if line and not line.startswith(b"data")]
    return b"\n".join([*lines, b"data: " + data, b"", b""])
