"""Secret: a credential in memory."""


class Secret(str):
    """Text that never shows itself in logs, exceptions or a debugger's listing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)"
