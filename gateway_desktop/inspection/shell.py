"""Shell: the commands that a text runs, by the grammar of POSIX (XCU 2) and Bash."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway_desktop.core.once import once
from gateway_desktop.inspection.shell_parts import GOES_ON, Reader, of_bytes

_RUNS_NOTHING = frozenset(
    b"for select case [ [[ declare typeset export readonly local unset unsetenv".split()
)
# Letters of a word that is simply the name of a command.
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.~+,:@%^*?[]{}!-"
_PLAIN_WORDS = _PLAIN + b" \t\r\n"
_REDIRECTS = frozenset(b"<>&0123456789")
_WORD = of_bytes(
    rb"(?:[=<>]\([^()]*\)|[^\s\\\"'`$]|\\[^\n]|\"(?:[^\"\\]|\\.)*\"|'[^']*'|\$\([^()]*\)|\$\{[^{}]*\}|`[^`]*`|[\"'`$])+"
)
_REDIRECTION = of_bytes(rb"(?:\d*|&)(?:<<<|[<>]{1,2}[&|]?)")


class TooIntricate(Exception):
    """What a text runs was not found out: it nests more deeply, or runs more, than what people write."""


@dataclass(eq=False)
class Command:
    """One command of a text."""

    name: str  # without its folder, in small letters
    start: int  # bytes
    end: int
    first: bool  # nothing runs before it
    substituted: bool  # its output becomes part of another command
    piped: bool  # it reads what another writes
    feeds: bool  # another reads what it writes
    text: bytes
    named: int  # where in it its name ends

    @once
    def arguments(self) -> tuple[str, ...]:
        """What it is given, without quotes."""
        rest = self.text[self.named :]
        if not rest.translate(None, _PLAIN_WORDS):
            return tuple(rest.decode("ascii").split())
        words = _words(self.text, self.named)
        return tuple(word.decode("utf-8", "replace").strip("\"'") for word, _, _ in words)


def commands(data: bytes) -> Iterator[Command]:
    """Yield the commands of a text given as UTF-8, in their order. Takes linear time, whatever the text is.

    Raises:
        TooIntricate: it goes on beyond 500 commands, or nests 50 deep; what comes before is yielded.
    """
    first = True
    reader = Reader(data)
    for part in reader.read():
        word, begin, named, within = _named(part.text)
        if not word:
            continue
        name = word.decode("utf-8", "replace").lower()
        if not name.isalnum():
            name = name.replace("\\", "/").rpartition("/")[2]
        at = part.place(begin) if part.inner else part.start + begin
        first = first and not data[:at].strip(b" \t\"'(")
        piped, feeds = part.piped and not within, part.feeds and not within
        yield Command(name, at, part.end, first, part.substituted, piped, feeds, part.text, named)
        first = False
    if reader.lost:
        raise TooIntricate


def _named(text: bytes) -> tuple[bytes, int, int, bool]:
    """Return a command's name ("": nothing runs), beginning, end of its name; whether a compound holds it."""
    word = text.split(None, 1)[0]
    if not word.translate(None, _PLAIN) and word not in GOES_ON:
        start = text.index(word)
        return b"" if word in _RUNS_NOTHING else word, start, start + len(word), False
    begin, within = -1, False
    words = _words(text)
    for word, start, end in words:
        if word in GOES_ON:
            begin, within = -1, True
            if word == b"function":
                next(words, None)  # its name
            continue
        begin = start if begin < 0 else begin
        if not _is_assignment(word):
            word = word.partition(b"(")[0].strip(b"\"'`")  # a call of code, too
            return b"" if word in _RUNS_NOTHING else word, begin, end, within
    return b"", 0, 0, False


def _is_assignment(word: bytes) -> bool:
    name, equals, _ = word.partition(b"=")
    name = name.partition(b"[")[0].rstrip(b"+")
    return bool(equals) and name.replace(b"_", b"a").isalnum() and not name[:1].isdigit()


def _words(text: bytes, start: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Yield the words of a command and where they stand, without redirections."""
    target = False
    for match in _WORD.finditer(text, start):
        start, end = match.span()
        word = text[start:end]
        if target:
            target = False
        elif word[0] in _REDIRECTS and (redirection := _REDIRECTION.match(word)) is not None:
            target = redirection.end() == len(word)
        else:
            yield word, start, end
