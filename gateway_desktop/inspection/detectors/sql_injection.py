"""SqlInjection: values that break out of their place in a statement, statements that do what none should."""

from gateway_desktop.core.finding import Context, Finding, Passage
from gateway_desktop.inspection.arguments import Role, role_of
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.sql import QUERIES, VALUES, met
from gateway_desktop.inspection.sql_strings import broken

_LONGEST_VALUE = 4_000  # characters: what is longer is a text, not a value


class SqlInjection:
    """Looks at arguments only, each by its role; never at prose."""

    contexts = frozenset({Context.TOOL_ARGUMENT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what is wrong with an argument that reaches a database."""
        role = role_of(passage)
        if role in (Role.TEXT, Role.COMMAND, Role.PATH, Role.URL):
            return []
        if role is not Role.QUERY and len(passage.text) > _LONGEST_VALUE:
            return []
        found: dict[str, Finding] = {}
        for view in normal.views:
            for rule, start, end in met(view.data, query=role is Role.QUERY, known=found):
                found[rule.kind.name] = rule.kind.found(passage, view, *view.characters(start, end))
        if role is Role.QUERY and not found:
            view = normal.views[0]
            kind = broken(view.data)
            if kind is not None:
                return [kind.found(passage, view, 0, len(view.text))]
        return list(found.values())

    def warm(self) -> None:
        """Build the patterns."""
        VALUES.warm()
        QUERIES.warm()
