"""The steps of a JSON Pointer (RFC 6901 section 3), which says where in a document a value stands."""


def escaped(name: str) -> str:
    """Return a member's name as a step of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """Return the member's name that a step means."""
    return step.replace("~1", "/").replace("~0", "~")
