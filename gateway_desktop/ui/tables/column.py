"""Column: what a column of a table is called, what it shows, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from gateway_desktop.ui.theme import Tone

Row = TypeVar("Row")


class Badge(NamedTuple):
    """A word on a coloured ground."""

    text: str
    tone: Tone


class Bar(NamedTuple):
    """How much of something is used, 1.0 being all, in a colour."""

    share: float
    tone: Tone
    width: int = 96


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column, for a row of one kind."""

    name: str  # under which its width and place are kept
    title: str
    value: Callable[[Row], Any] | None = None  # None: the attribute of its name
    display: Callable[[Row], str] | None = None
    width: int = 120
    numeric: bool = False  # right-aligned
    muted: bool = False
    strong: bool = False
    link: bool = False  # drawn in the accent colour; a click opens the row
    hidden: bool = False  # until somebody chooses it
    stretch: bool = False  # takes the room that is left
    least: int = 128  # pixels that a column which stretches keeps before others give way, if it is wider
    spare: int = 0  # in a narrow window the most spare column gives way first; 0 never does
    # Drawn instead of the text, which screen readers still get.
    badge: Callable[[Row], Badge | None] | None = None
    bar: Callable[[Row], Bar] | None = None  # drawn before the text
    tooltip: Callable[[Row], str] | None = None
    filter: str = ""  # its name in the filter language, for Include and Exclude

    def value_of(self, row: Row) -> Any:
        """Return what it is sorted by, and what is shown if there is no `display`."""
        return getattr(row, self.name) if self.value is None else self.value(row)

    def text(self, row: Row) -> str:
        if self.display is not None:
            return self.display(row)
        value = self.value_of(row)
        return "" if value is None else str(value)
