"""Parts: what stands between the signs of a shell that end commands, in one pass whatever the text is."""

from collections.abc import Iterator, Sequence
from functools import partial
from operator import attrgetter

from gateway_desktop.inspection.expression import compiled

# Words behind which a command may begin.
GOES_ON = frozenset(b"if then else elif while until do ! { time coproc fi done esac } function \\".split())
# What a place may be within: a text in quotes, ${ }, a here-document; words that no sign ends; commands.
_TEXT, _PARAMETER, _BODY, _WORDS = '"', "}", "<", "="
_SUBSTITUTION, _GROUP, _BACKTICKS, _TOP = "$", "(", "`", ""
_LITERAL = frozenset({_TEXT, _PARAMETER, _BODY})
_COMMANDS = frozenset({_SUBSTITUTION, _GROUP, _BACKTICKS, _TOP})
_MARK = b"\1"
_MARKS = bytes(_MARK[0] if sign in b"\\'\"`$()};|&\n<>#" else 0 for sign in range(256))
_DEEPEST = 50  # what people write nests ten deep
_MOST = 500  # commands and what nests in them; in 6 KB of what people write it is half of that
_NEAR = 300  # bytes within which a short construct ends: searches for it cannot add up


# An expression for bytes.
of_bytes = partial(compiled, dot_nl=True, latin=True)
_ARITHMETIC = of_bytes(rb"\(\((?:[^()`$]|\$[^(])*(?:\((?:[^()`$]|\$[^(])*\)(?:[^()`$]|\$[^(])*)*\)\)")
_PATTERN = of_bytes(rb"(?:\s|#[^\n]*\n)*\(?[^()\n;&]*\)")
_HERE = of_bytes(rb"<<(-?)[ \t]*((?:'[^'\n]*'|\"[^\"\n]*\"|\\.|[^\s|&;<>()'\"\\])+)")
_ESCAPED = of_bytes(rb"\$'(?:[^'\\]|\\.)*'")


def _signs(data: bytes) -> Iterator[int]:
    """Yield where the signs are that may mean something."""
    marks = data.translate(_MARKS)
    at = marks.find(_MARK)
    while at >= 0:
        yield at
        at = marks.find(_MARK, at + 1)


class Part:
    """What stands between two signs that end commands."""

    end = -1
    text = b""  # without what stands in parentheses and backticks, which are parts of their own
    inner: Sequence[tuple[int, int]] = ()  # where that is
    feeds = False
    runs = True  # it is no pattern, no name of a function, nothing behind what is in parentheses
    closed = False  # it follows a parenthesis that closes what began before the text

    def __init__(self, start: int, substituted: bool, piped: bool, lone: bool) -> None:
        self.start = start
        self.substituted = substituted
        self.piped = piped
        self.lone = lone  # it begins a line

    def own(self, data: bytes) -> bytes:
        """Return its text."""
        start, pieces = self.start, []
        for begin, end in self.inner:
            pieces.append(data[start:begin])
            start = end
        return b"".join((*pieces, data[start : self.end]))

    def place(self, at: int) -> int:
        """Return where in the whole a place of its text is."""
        at += self.start
        for begin, end in self.inner:
            if begin > at:
                break
            at += end - begin
        return at


class Reader:
    """Goes over the signs of a text once; what nothing closes is open to its end."""

    def __init__(self, data: bytes) -> None:
        self.lost = False  # it nests so deeply, or runs so much, that it is not read on
        self._count = 0
        self._data = data
        self._parts: list[Part] = []
        self._kind = _TOP
        self._part = Part(0, False, False, True)
        self._outer: list[tuple[str, Part, int]] = []
        self._backticks = 0  # how deep the open ones are, from 1
        self._read = 0  # up to here
        self._tested = 0  # up to here a condition in [[ ]] goes
        self._bodies: list[tuple[bytes, bool, bool]] = []  # here-documents that begin with the next line
        self._body_ends = len(data) + 1  # of the one that is read for what is substituted in it
        self._body_depth = -1
        self._after_body = 0
        self._open_body = False  # nothing closes one
        self._cases = b"case " in data
        self._patterns = b";;" in data or b"esac" in data
        self._tests = b"[[ " in data

    def read(self) -> Iterator[Part]:
        """Yield the parts of the text in which something runs, by their beginnings."""
        data = self._data
        meant = {
            ord("\\"): self._escape, ord("'"): self._quote, ord('"'): self._double, ord("`"): self._backtick,
            ord("$"): self._dollar, ord("("): self._open, ord(")"): self._close, ord("}"): self._brace,
            ord(";"): self._semicolon, ord("|"): self._pipe, ord("&"): self._ampersand, ord("\n"): self._line,
            ord("<"): self._less, ord(">"): self._greater, ord("#"): self._comment,
        }  # fmt: skip
        for at in _signs(data):
            if at >= self._body_ends:
                self._leave_body()
            if at >= self._read:
                meant[data[at]](at)
                self.lost = self.lost or self._count > _MOST
                if self._parts and not self._outer and self._part.start > self._parts[-1].start:
                    yield from self._complete()
                if self.lost:
                    yield from self._complete()
                    return
        if self._body_depth >= 0:
            self._leave_body()
        while self._outer:
            self._leave(len(data))
        self._next(len(data), len(data))
        yield from self._complete()

    def _complete(self) -> list[Part]:
        """Return what was read, and begin anew: no part that is still open begins before these."""
        parts, self._parts = self._parts, []
        if len(parts) > 1:
            parts.sort(key=attrgetter("start"))
        return parts

    def _enter(self, kind: str, at: int, *, substituted: bool = False) -> None:
        self.lost = self.lost or len(self._outer) == _DEEPEST
        self._outer.append((self._kind, self._part, at))
        self._kind = kind
        if kind in _COMMANDS:
            self._count += 1
            self._part = Part(at, substituted or self._part.substituted, False, False)
        self._read = at

    def _leave(self, at: int) -> None:
        inner = self._kind in _COMMANDS
        if inner:
            self._next(at, at)
        self._kind, self._part, start = self._outer.pop()
        if inner:
            self._part.inner = [*self._part.inner, (start, at)]

    def _next(
        self, at: int, start: int, *, feeds: bool = False, piped: bool = False, lone: bool = False
    ) -> None:
        """End the part at a place and begin the next one."""
        part, self._read, self._tested = self._part, start, 0
        if part.end < 0:
            part.end = at
        part.text = text = part.own(self._data) if part.inner else self._data[part.start : part.end]
        if not text or text.isspace():
            # A pipe needs a beginning, and goes on behind the end of a line.
            piped = (piped and part.closed) or (lone and part.piped)
        elif part.runs:
            part.feeds = feeds
            self._parts.append(part)
            self._count += 1
        self._part = Part(start, part.substituted, piped, lone)

    def _opens(self, at: int) -> bytes:
        """Return the word with which the part begins."""
        start = self._part.start
        return next(
            (word for word in self._data[start : min(at, start + 60)].split() if word not in GOES_ON), b""
        )

    def _in_case(self, at: int) -> bool:
        return self._cases and self._opens(at) == b"case"

    def _is_word(self, at: int) -> bool:
        """Return whether a sign is a letter like others here."""
        if self._kind in _LITERAL or self._kind == _WORDS or at < self._tested:
            return True
        if not self._tests or self._opens(at) != b"[[":
            return False
        self._tested = self._data.find(b" ]]", self._part.start, self._part.start + 4 * _NEAR)
        return at < self._tested

    def _escape(self, at: int) -> None:
        self._read = at + 2

    def _quote(self, at: int) -> None:
        if self._kind in (_TEXT, _BODY) or (self._kind == _PARAMETER and self._outer[-1][0] in _LITERAL):
            return
        end = self._data.find(b"'", at + 1)
        self._read = max(end, at) + 1

    def _double(self, at: int) -> None:
        if self._kind == _TEXT:
            self._leave(at)
        elif self._kind != _BODY and self._data.find(b'"', at + 1) >= 0:
            self._enter(_TEXT, at + 1)

    def _backtick(self, at: int) -> None:
        if self._backticks:
            while len(self._outer) >= self._backticks:
                self._leave(at)
            if len(self._outer) <= self._body_depth:
                self._body_depth, self._body_ends = -1, len(self._data) + 1
            self._backticks = 0
            self._read = at + 1
        elif self._data.find(b"`", at + 1) >= 0:
            self._enter(_BACKTICKS, at + 1, substituted=True)
            self._backticks = len(self._outer)

    def _dollar(self, at: int) -> None:
        data, sign = self._data, self._data[at + 1 : at + 2]
        if sign == b"(":
            self._read = self._arithmetic(at + 1)
            if not self._read:
                self._enter(_SUBSTITUTION, at + 2, substituted=True)
        elif sign == b"{" and data.find(b"}", at) >= 0:
            self._enter(_PARAMETER, at + 2)
        elif sign == b"'" and self._kind not in _LITERAL:
            match = _ESCAPED.match(data, at, at + 2000)
            self._read = match.end() if match is not None else at + 1
        elif sign == b"[":  # arithmetic as it was written before POSIX
            self._read = max(data.find(b"]", at, at + _NEAR), at) + 1
        else:
            self._read = at + 1 + (sign == b"#")

    def _arithmetic(self, at: int) -> int:
        """Return where `((...))` ends, 0 if there is none."""
        data = self._data
        if data[at + 1 : at + 2] != b"(" or data[at - 1 : at] == b"(" or data.find(b"))", at, at + _NEAR) < 0:
            return 0
        match = _ARITHMETIC.match(data, at, at + _NEAR)
        return match.end() if match is not None else 0

    def _open(self, at: int) -> None:
        data, part = self._data, self._part
        if self._kind == _WORDS:
            self._enter(_WORDS, at + 1)
        elif self._is_word(at) or self._in_case(at):
            return
        elif end := self._arithmetic(at):
            self._read = end
        elif not data[part.start : at].strip() or not self._opens(at):
            self._enter(_GROUP, at + 1)
            part.runs = False
        elif data[at - 1] in b"=?*+@!":
            self._enter(_WORDS, at + 1)
        elif body := self._defined(at):
            part.runs = False
            self._next(at, body)
        else:
            self._enter(_GROUP, at + 1)
            self._part.runs = False

    def _defined(self, at: int) -> int:
        """Return where the body of the function begins whose name stands before `()`, 0 if there is none."""
        data, start, end = self._data, self._part.start, min(at + _NEAR, len(self._data))
        body = data[at + 1 : end].lstrip()
        if body[:1] != b")" or at - start > _NEAR or len(data[start:at].split()) != 1:
            return 0
        body = body[1:].lstrip()
        return end - len(body) if body[:1] in (b"{", b"(") else 0

    def _close(self, at: int) -> None:
        if self._kind == _WORDS:
            self._leave(at)
        elif self._is_word(at):
            return
        elif self._in_case(at):
            self._part.runs = False
            self._next(at, at + 1)
        elif self._kind in (_GROUP, _SUBSTITUTION):
            self._leave(at)
            self._read = at + 1
        else:  # of `case`, if it can be, and no command goes before it in its line
            self._part.runs = self._part.runs and not (self._part.lone and self._patterns)
            self._next(at, at + 1)
            self._part.closed = True

    def _brace(self, at: int) -> None:
        if self._kind == _PARAMETER:
            self._leave(at)

    def _semicolon(self, at: int) -> None:
        while self._kind == _WORDS:
            self._leave(at)
        if self._kind in _LITERAL:
            return
        if self._data[at + 1 : at + 2] == b";":
            self._next(at, at + 2)
            self._pattern(at + 2)
        else:
            self._next(at, at + 1)

    def _pattern(self, at: int) -> None:
        """Step over a pattern of `case`."""
        if self._data.find(b")", at, at + _NEAR) < 0:
            return
        match = _PATTERN.match(self._data, at, at + _NEAR)
        if match is not None and not match.group().lstrip().startswith(b"esac"):
            self._part.start = self._read = match.end()

    def _pipe(self, at: int) -> None:
        if self._is_word(at) or self._in_case(at) or self._data[at - 1 : at] == b">":
            return
        following = self._data[at + 1 : at + 2]
        if following == b"|":
            self._next(at, at + 2)
        else:
            self._next(at, at + 1 + (following == b"&"), feeds=True, piped=True)

    def _ampersand(self, at: int) -> None:
        while self._kind == _WORDS:
            self._leave(at)
        if self._is_word(at) or self._data[at - 1 : at] in (b"<", b">"):
            return
        following = self._data[at + 1 : at + 2]
        if following == b">":
            self._read = at + 2
        else:
            self._next(at, at + 1 + (following == b"&"))

    def _line(self, at: int) -> None:
        if self._kind in _LITERAL or self._kind == _WORDS:
            return
        header = self._in_case(at)
        self._next(at, at + 1, lone=True)
        if header:
            self._pattern(at + 1)
        if self._bodies:
            self._enter_bodies(at + 1)

    def _less(self, at: int) -> None:
        data = self._data
        if self._is_word(at):
            return
        if data.startswith(b"<(", at):
            self._enter(_SUBSTITUTION, at + 2, substituted=True)
        elif data.startswith(b"<<<", at):
            self._read = at + 3
        elif (
            data.startswith(b"<<", at)
            and not (self._open_body or self._body_depth >= 0 or self._calculates())
            and (match := _HERE.match(data, at, at + _NEAR))
        ):
            tabs, word = match.groups()
            bare = word.translate(None, b"\\'\"")
            self._bodies.append((bare, bool(tabs), bare != word))
            self._read = match.end()

    def _calculates(self) -> bool:
        """Return whether it may be arithmetic, in which `<<` moves bits."""
        return any(self._data[start - 2 : start] == b"((" for _, _, start in self._outer)

    def _enter_bodies(self, at: int) -> None:
        """Go on behind the here-documents that begin here, or within one where something is substituted."""
        while self._bodies:
            word, tabs, quoted = self._bodies.pop(0)
            end, line = self._body(at, word, tabs=tabs)
            if not quoted and any(self._data.find(sign, at, end) >= 0 for sign in (b"$(", b"`")):
                self._body_depth, self._body_ends, self._after_body = len(self._outer), end, line
                self._enter(_BODY, at)
                return
            at = line
        self._part.start = self._read = at

    def _body(self, at: int, word: bytes, *, tabs: bool) -> tuple[int, int]:
        """Return where a here-document ends and the line after it begins; one that nothing closes is none."""
        line = at
        while line < len(self._data):
            end = line
            line = self._data.find(b"\n", end) + 1 or len(self._data)
            text = self._data[end:line].rstrip(b"\r\n")
            if (text.lstrip(b"\t") if tabs else text) == word:
                return end, line
        self._bodies.clear()
        self._open_body = True
        return at, at

    def _leave_body(self) -> None:
        line, self._body_ends = self._after_body, len(self._data) + 1
        while len(self._outer) > self._body_depth:
            self._leave(line)
        if self._backticks > self._body_depth:
            self._backticks = 0
        self._body_depth = -1
        self._part.inner = ()
        self._enter_bodies(line)

    def _greater(self, at: int) -> None:
        if self._data.startswith(b">(", at) and not self._is_word(at):
            self._enter(_SUBSTITUTION, at + 2, substituted=True)

    def _comment(self, at: int) -> None:
        if self._kind in _COMMANDS and (not at or self._data[at - 1] in b" \t\n;|&("):
            ends = [self._data.find(sign, at) for sign in (b"\n", b"`")[: 1 + bool(self._backticks)]]
            self._part.end = at
            self._read = min((end for end in ends if end >= 0), default=len(self._data))
