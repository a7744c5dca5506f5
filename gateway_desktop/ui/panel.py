"""Panel: one page of the window; refreshed when it is visible and something it shows has changed."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, ClassVar, TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.ui.boxes import fill, in_column, in_row
from gateway_desktop.ui.command_palette import Command
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.theme import GAP, ROW_HEIGHT
from gateway_desktop.ui.throttle import Throttle
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.text_label import text_label

Answer = TypeVar("Answer")


class Panel(QWidget):
    """A page: title and buttons on top, `self.body` below.

    A subclass says name, title, group and icon, adds its widgets to `self.body` and `self.buttons`,
    and reads what it shows in `refresh`. Changes reach a visible panel at most four times a second; a hidden
    one is marked stale and refreshes when it is shown. Questions asked by `self.load` are not asked again
    while one is under way, so a slow answer is never starved by changes.
    """

    name: ClassVar[str] = ""  # of the module; also of the help page
    title: ClassVar[str] = ""
    # "", Access & Identity, Security, Infrastructure; the sidebar keeps the order of PANELS.
    group: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    help_page: ClassVar[str] = ""  # resources/help/<help_page>.md; empty: the name
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.CONFIGURATION})  # whose changes it shows
    throttled: ClassVar[tuple[Topic, int] | None] = None  # one more, followed at most once in so many ms

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self.stale = True
        self._under_way: dict[str, Future[Any]] = {}
        self._load_failed = text_label("", "error", wraps=True)
        self._load_failed.hide()
        self.setAccessibleName(self.title)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        layout = in_column(of=self, margins=(20, 14, 20, 0), gap=GAP)
        head = in_row(gap=GAP)
        self.heading = text_label(self.title, "title")
        self.heading.setMinimumHeight(ROW_HEIGHT)  # as high as the buttons beside it
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignTop)
        self.buttons = Flow(right=True)
        head.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignTop)
        self.body = in_column(gap=GAP)
        fill(layout, head, self._load_failed, (self.body, 1))
        context.bridge.topic.connect(self._topic_changed)
        if self.throttled is not None:
            topic, every_ms = self.throttled
            Throttle(context.bridge, every_ms, self, topic).due.connect(self.reload)

    def refresh(self) -> None:
        """Read again what is shown; called on the main thread, asks by `self.load`."""

    def open_with(self, **wanted: object) -> None:
        """Show what another page asked for."""

    def focus_filter(self) -> None:
        """Put the cursor where rows are filtered (Ctrl+F)."""

    def export(self) -> bool:
        """Offer to export what is shown; return False if this page has no rows to export."""
        return False

    def commands(self) -> Sequence[Command]:
        """Return what the command palette offers on this page."""
        return ()

    def page_keys(self) -> tuple[tuple[str, str], ...]:
        """Return this page's own keys and what they do, for the sheet of shortcuts."""
        return ()

    def load(
        self,
        slot: str,
        query: Callable[..., Answer],
        *arguments: Any,
        ok: Callable[[Answer], object],
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Ask the database; the answer of an older question of the same slot is dropped."""
        older = self._under_way.get(slot)
        if older is not None:
            self.context.give_up(older)
        future = self.context.ask(query, *arguments)
        self._under_way[slot] = future

        def arrived(answer: Answer) -> None:
            self._under_way.pop(slot, None)
            self._load_failed.hide()
            ok(answer)
            self.refresh_if_due()  # after it is shown: what is read again is what is shown

        def broke(error: BaseException) -> None:
            self._under_way.pop(slot, None)
            if failed is not None:
                failed(error)
            else:
                self._load_failed.setText(words(error))
                self._load_failed.show()
            self.refresh_if_due()

        when_done(self, future, arrived, broke, slot)

    def reload(self) -> None:
        """Refresh now if visible, else when shown."""
        self.stale = True
        self.refresh_if_due()

    @Slot(object)
    def _topic_changed(self, topic: Topic) -> None:
        if topic in self.topics:
            self.stale = True
            self.refresh_if_due()

    def refresh_if_due(self) -> None:
        """Refresh if something changed and a person can see it: also called when a window comes back."""
        seen = self.isVisible() and not self.window().isMinimized()
        if self.stale and seen and not self._under_way:
            self.stale = False
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Refresh when shown, if something changed meanwhile."""
        super().showEvent(event)
        self.refresh_if_due()
