"""SqlInjection: values that break out of their place in a statement, statements that do what none should."""

from gateway_desktop.core.finding import Context, Finding, Passage
from gateway_desktop.inspection.arguments import Role, role_of
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.sql import IN_CODE, QUERIES, RAN_AS_CODE, VALUES, met
from gateway_desktop.inspection.sql_strings import broken

_ELSEWHERE = frozenset({Role.TEXT, Role.COMMAND, Role.PATH, Role.URL, Role.FORMULA})  # in no statement
_OF_CODE = ("/$where", "/$function/body")  # where MongoDB is given code to run
_LONGEST_VALUE = 4_000  # characters: what is longer is a text, not a value


class SqlInjection:
    """Looks at arguments only, each by its role; never at prose."""

    contexts = frozenset({Context.TOOL_ARGUMENT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what is wrong with an argument that reaches a database."""
        found: dict[str, Finding] = {}
        if passage.place.endswith(_OF_CODE):
            found = _in_code(passage, normal)
        role = role_of(passage)
        if role in _ELSEWHERE or (role is not Role.QUERY and len(passage.text) > _LONGEST_VALUE):
            return list(found.values())
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
        IN_CODE.warm()


def _in_code(passage: Passage, normal: Normal) -> dict[str, Finding]:
    """Return whether code that a database is to run does more than to compare a record's fields."""
    view = normal.views[0]
    place = next(IN_CODE.spans(0, view.data), None) if IN_CODE.matching(view.data) else None
    return {RAN_AS_CODE.name: RAN_AS_CODE.found(passage, view, *view.characters(*place))} if place else {}
