"""setting(): the declaration of one setting, from which window, checks and command line are made."""

from dataclasses import field
from typing import Any


def setting(  # noqa: PLR0913 - the whole declaration of a setting, by keyword
    default: object,
    label: str,
    *,
    help: str = "",
    minimum: int | None = None,
    maximum: int | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
    machine: bool = False,
    personal: bool = False,
    restart: bool = False,
    file: bool = False,
    zero: str = "",
) -> Any:
    """Declare one setting; the window, the checks and the command line are made from this.

    `zero` is what 0 means, in a word or two; `personal` is of one machine, and how its window is to whoever
    sits there: no role is needed to change it.
    """
    metadata = {
        "label": label,
        "help": help,
        "minimum": minimum,
        "maximum": maximum,
        "choices": choices,
        "unit": unit,
        "machine": machine or personal,
        "personal": personal,
        "restart": restart,
        "file": file,
        "zero": zero,
    }
    return field(default=default, metadata=metadata)


def days(default: int, label: str, help: str = "") -> Any:
    """Declare for how many days something is kept."""
    return setting(default, label, help=help, minimum=0, maximum=36_500, unit="days", zero="for ever")
