"""argument: what a tool is called with."""

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Context, Passage
from gateway_desktop.policies.condition import Check, ConditionType, OfText, members, spelt, wildcards
from gateway_desktop.policies.expression import MOST, Expression


def _parse(value: object) -> Check:
    given = members(value, ("tool", "name", "matches", "equals", "contains"))
    looked = [key for key in ("matches", "equals", "contains") if key in given]
    if len(looked) > 1:
        raise ConfigurationError(looked[1], f"{looked[0]} is there already, and only one of them can be")
    sought = given[looked[0]] if looked else None
    if looked and (not isinstance(sought, str) or not sought):
        raise ConfigurationError(looked[0], f"{sought!r} is not a text")
    tool, name = spelt(given.get("tool", "*")), wildcards(given.get("name", "*"))
    found = _Sought(looked[0] if looked else "", str(sought))

    def places(passage: Passage) -> list[tuple[int, int]]:
        if passage.context is not Context.TOOL_ARGUMENT:
            return []
        return found.of(passage.text) if tool(passage.tool) and name(passage.argument) else []

    return OfText(places)


class _Sought:
    """What the value must be."""

    def __init__(self, how: str, sought: str) -> None:
        self._how, self._sought = how, sought
        try:
            self._expression = Expression(sought) if how == "matches" else None
        except ConfigurationError as error:
            raise ConfigurationError("matches", error.problem) from None

    def of(self, text: str) -> list[tuple[int, int]]:
        """Return where it stands."""
        if self._expression is not None:
            return self._expression.places(text)
        if self._how == "contains":
            found: list[tuple[int, int]] = []
            at = text.find(self._sought)
            while at >= 0 and len(found) < MOST:
                found.append((at, at + len(self._sought)))
                at = text.find(self._sought, found[-1][1])
            return found
        return [(0, len(text))] if not self._how or text == self._sought else []


ARGUMENT = ConditionType(
    "argument",
    "tool: names, name: names, and one of matches: expression, equals: text, contains: text",
    _parse,
)
