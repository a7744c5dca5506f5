"""CommandInjection: values that start commands, and commands that do what nobody means, by what they run."""

from collections.abc import Callable, Iterator

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Passage
from gateway_desktop.inspection.arguments import Role, role_of
from gateway_desktop.inspection.command_meanings import MEANINGS
from gateway_desktop.inspection.everyday_commands import is_everyday
from gateway_desktop.inspection.following_commands import FOLLOWERS, following
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal, View
from gateway_desktop.inspection.patterns import PatternSet
from gateway_desktop.inspection.program_meanings import LONGEST, PROGRAMS, programs, runs_programs
from gateway_desktop.inspection.value_payloads import IN_TEXTS, LONGEST_TEXT, NO_VALUES

_LONGEST_VALUE = 4_000

_KINDS = [
    Kind(Family.COMMAND_INJECTION, name, severity, confidence, Evidence.STRUCTURE, why)
    for name, _, severity, confidence, why in MEANINGS
]
_PATTERNS = PatternSet([pattern for _, pattern, *_ in MEANINGS])
_VALUES = PatternSet([expression for _, expression in NO_VALUES])
_TEXTS = PatternSet([expression for _, expression in IN_TEXTS])


class CommandInjection:
    """Looks at arguments only: a value by what it starts, a command by what it means."""

    contexts = frozenset({Context.TOOL_ARGUMENT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what is wrong with an argument that reaches a shell."""
        role = role_of(passage)
        found: dict[str, Finding] = {}
        if "(" in passage.text and len(passage.text) <= LONGEST and runs_programs(passage.tool):
            found = {finding.kind: finding for finding in programs(passage, normal.views[0])}
        if role in (Role.TEXT, Role.QUERY):
            if len(passage.text) <= LONGEST_TEXT:
                for index, start, end in _first_places(_TEXTS, normal.views[0].data):
                    kind, view = IN_TEXTS[index][0], normal.views[0]
                    found.setdefault(kind.name, kind.found(passage, view, *view.characters(start, end)))
            return list(found.values())
        if role is not Role.COMMAND and len(passage.text) > _LONGEST_VALUE:
            return []
        for view in normal.views:
            for finding in _in_view(passage, view, role):
                found.setdefault(finding.kind, finding)
        return list(found.values())

    def warm(self) -> None:
        """Build the patterns that are looked for."""
        _PATTERNS.warm()
        _VALUES.warm()
        _TEXTS.warm()
        FOLLOWERS.warm()
        PROGRAMS.warm()


def _in_view(passage: Passage, view: View, role: Role) -> Iterator[Finding]:
    # Who searches for words about a command is judged as who writes one: by what it does.
    is_command = role in (Role.COMMAND, Role.SEARCH)
    if is_command or any(sign in view.text for sign in ";|&`$<>\n/\\("):
        for index, start, end in _first_places(_PATTERNS, view.data, _is_no_danger):
            yield _KINDS[index].found(passage, view, *view.characters(start, end))
    if not is_command:
        for index, start, end in _first_places(_VALUES, view.data):
            yield NO_VALUES[index][0].found(passage, view, *view.characters(start, end))
    if role is not Role.FORMULA:
        yield from following(passage, view, is_command=is_command)


def _is_no_danger(index: int, data: bytes, start: int, end: int) -> bool:
    return is_everyday(MEANINGS[index][0], data, start, end)


def _first_places(
    patterns: PatternSet, data: bytes, passes: Callable[[int, bytes, int, int], bool] | None = None
) -> Iterator[tuple[int, int, int]]:
    """Yield each pattern that holds with its first place, but those that pass."""
    for index in patterns.matching(data):
        for start, end in patterns.spans(index, data):
            if passes is None or not passes(index, data, start, end):
                yield index, start, end
                break
