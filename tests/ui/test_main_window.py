from collections.abc import Iterator
from concurrent.futures import Future
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.figures import Figures, StoreFigures
from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.ui.command_palette import Command, found
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.display import UNKNOWN, size
from gateway_desktop.ui.follow_status import FollowStatus
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from gateway_desktop.ui.panels.overview.gateway_line import GatewayLine
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.people.user_dialog import UserDialog
from gateway_desktop.ui.tables.header import WIDEST
from gateway_desktop.ui.theme import ROW_HEIGHT, theme
from gateway_desktop.ui.window_place import DELIVERED, MINIMUM, TITLE, least_size
from tests.makers import a_record
from tests.ui.conftest import Opened, Until
from tests.ui.panels.conftest import PanelType
from tests.ui.reachable import stops

QT_INTERNAL = ("qt_", "Q")  # names and classes of parts that Qt makes and speaks for itself


@pytest.fixture
def window(opened: Opened, context: UiContext, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(opened.paths.data, opened.paths.resources)
    qtbot.addWidget(made)
    made.show()
    made.fill(context, PANELS)
    yield made
    theme().set_mode("light")


def shown_page(window: MainWindow, name: str, kind: type[PanelType]) -> PanelType:
    window.show_page(name)
    page = window.page(name)
    assert isinstance(page, kind)
    return page


def page_names() -> list[str]:
    return [panel.name for panel in PANELS]


@pytest.mark.parametrize("name", page_names())
def test_every_page_opens_with_nothing_in_the_database(window: MainWindow, name: str, qtbot: QtBot) -> None:
    window.show_page(name)
    qtbot.waitUntil(lambda: not window.page(name)._under_way)
    assert window.current_page() is window.page(name)


@pytest.mark.parametrize("name", page_names())
def test_every_widget_that_can_have_the_focus_has_a_name(
    window: MainWindow, opened: Opened, name: str, qtbot: QtBot
) -> None:
    opened.write(a_record())
    window.show_page(name)
    qtbot.waitUntil(lambda: not window.page(name)._under_way)
    nameless = [describe(widget) for widget in focusable(window) if not spoken(widget)]
    assert nameless == []


def test_tab_leads_through_the_sidebar_from_the_page_that_is_shown_to_the_commands(
    window: MainWindow,
) -> None:
    for name in ("people", "settings"):
        window.show_page(name)
        assert [each.accessibleName() for each in stops(window.sidebar)] == [
            window.page(name).title,
            "Commands",
        ]


def test_words_beside_each_other_stand_on_one_line(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.status_bar
    bar.show_status(GatewayStatus(state=State.RUNNING, port=8899))
    bar.show_proxies(1, 1)
    qtbot.waitUntil(bar._address.isVisible)
    beside = (bar._state, bar._address, bar._proxies, bar._rate)
    qtbot.waitUntil(lambda: len({(each.y(), each.height()) for each in beside}) == 1)
    page = shown_page(window, "people", People)
    qtbot.waitUntil(page.add_user.isVisible)
    button = page.add_user.mapTo(page, QPoint()).y()
    assert (page.heading.y(), page.heading.height()) == (button, page.add_user.height())


def focusable(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_")
    ]


def spoken(widget: QWidget) -> str:
    """Return what a screen reader says of a widget."""
    asked = QAccessible.queryAccessibleInterface(widget)
    return asked.text(QAccessible.Text.Name) if asked is not None else ""


def describe(widget: QObject) -> str:
    above = widget.parent()
    return f"{type(widget).__name__} in {type(above).__name__}"


def test_a_minimized_window_reads_nothing_and_catches_up_when_it_comes_back(
    window: MainWindow, opened: Opened, until: Until
) -> None:
    page = shown_page(window, "audit_logs", AuditLogs)
    until(lambda: page.current.empty.isVisible())
    window.showMinimized()
    opened.write(a_record(started_us=now_us()))
    until(lambda: page.stale)
    assert page.current.table.window_of_rows.rows == []
    window.showNormal()
    until(lambda: len(page.current.table.window_of_rows.rows) == 1)
    assert not page.stale


def test_pages_are_made_when_they_are_first_shown(window: MainWindow) -> None:
    assert len(window._made) == 1


def test_ctrl_and_a_number_goes_to_a_page(window: MainWindow, qtbot: QtBot) -> None:
    keys = {action.shortcut().toString(): action for action in window.menus.pages()}
    for place, digit in ((1, "2"), (9, "0")):
        with qtbot.waitSignal(window.page_shown) as shown:
            keys[f"Ctrl+{digit}"].trigger()
        assert shown.args == [PANELS[place].name]


def test_in_a_low_window_the_pages_of_the_sidebar_scroll_and_none_covers_another(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.setMinimumSize(0, 0)
    window.resize(683, 360)
    buttons = [window.sidebar._buttons[panel.name] for panel in PANELS]
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    assert window.sidebar.minimumSizeHint().height() < 300  # of a large screen at 200% there is no more
    qtbot.waitUntil(lambda: window.sidebar.isVisible())
    boxes = [QRect(each.mapTo(window, QPoint()), each.size()) for each in buttons]
    assert not any(above.intersects(below) for above, below in pairwise(boxes))
    assert min(box.height() for box in boxes) >= buttons[0].sizeHint().height()
    window.show_page(PANELS[-1].name)
    assert not buttons[-1].visibleRegion().isEmpty()
    window.show_page(PANELS[0].name)
    assert not buttons[0].visibleRegion().isEmpty()


def test_a_page_that_is_higher_than_the_window_scrolls_and_the_next_one_does_not(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.setMinimumSize(0, 0)
    window.resize(683, 384)  # of a screen of 1366x768 at 200%
    bar = window.stack.area.verticalScrollBar()
    window.show_page("observability")
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    page = window.page("observability")
    layout = page.layout()
    assert layout is not None
    needed = layout.totalMinimumHeightForWidth(page.width())
    qtbot.waitUntil(lambda: page.height() >= needed > window.height())
    window.show_page("overview")  # which scrolls by itself
    qtbot.waitUntil(lambda: bar.maximum() == 0)
    window.show_page("observability")
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: bar.maximum() == 0)


@pytest.mark.parametrize("size", [(1280, 800), (1280, 720), (1024, 640)])
def test_details_of_a_row_fit_into_the_window_without_a_second_scroll_bar(
    window: MainWindow, opened: Opened, qtbot: QtBot, size: tuple[int, int]
) -> None:
    opened.write_many(30)
    window.resize(*size)
    page = shown_page(window, "audit_logs", AuditLogs)
    tab = page.current
    qtbot.waitUntil(lambda: bool(tab.table.window_of_rows.rows) and not page._under_way)
    tab.table.step(1)
    qtbot.waitUntil(lambda: tab.detail.isVisible() and tab.splitter.orientation() is Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: tab.table.height() >= 4 * ROW_HEIGHT and tab.detail.height() >= 220)
    QApplication.processEvents()
    assert window.stack.area.verticalScrollBar().maximum() == 0


def test_every_page_is_reached_from_the_one_beside_it_with_the_keyboard(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    shown: list[str] = []
    window.page_shown.connect(shown.append)
    for _ in PANELS:
        QTest.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    names = [panel.name for panel in PANELS]
    assert shown == [*names[1:], names[0], names[-1]]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_of_a_page_is_pressed_with_enter_as_with_space(
    window: MainWindow, key: Qt.Key, qtbot: QtBot
) -> None:
    people = shown_page(window, "people", People)
    qtbot.waitUntil(people.add_user.isVisible)
    people.add_user.setFocus()
    QTest.keyClick(people.add_user, key)
    dialog = people.findChild(UserDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.reject()


def test_the_command_palette_finds_pages_by_any_word_of_their_name(window: MainWindow, qtbot: QtBot) -> None:
    window.open_commands()
    palette = window.palette_of_commands
    QTest.keyClicks(palette._line, "logs")
    with qtbot.waitSignal(window.page_shown) as shown:
        QTest.keyClick(palette._line, Qt.Key.Key_Return)
    assert shown.args == ["audit_logs"]
    assert not palette.isVisible()


def test_commands_that_begin_with_the_words_come_first() -> None:
    commands = [Command(title, "", list) for title in ("Go to Settings", "Settings", "Help")]
    assert [command.title for command in found(commands, "sett")] == ["Settings", "Go to Settings"]


def test_another_page_can_be_asked_for_with_a_filter(window: MainWindow, context: UiContext) -> None:
    context.open_page("audit_logs", tab="system", filter="severity:critical")
    page = window.page("audit_logs")
    assert window.current_page() is page
    assert page.current.filter.text() == "severity:critical"  # type: ignore[attr-defined]  # AuditLogs


def test_the_theme_is_switched_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.theme_chosen) as chosen:
        window.choose_theme("dark")
    assert chosen.args == ["dark"]
    assert theme().dark
    assert window._state.value("window/theme") == "dark"


def test_size_and_page_are_kept_from_start_to_start(
    window: MainWindow, opened: Opened, context: UiContext, qtbot: QtBot
) -> None:
    window.resize(1111, 600)  # too low for all pages of the sidebar
    window.show_page(PANELS[-1].name)
    window.close()
    again = MainWindow(opened.paths.data, opened.paths.resources)
    qtbot.addWidget(again)
    again.show()
    again.fill(context, PANELS)
    assert (again.width(), again.height()) == (1111, 600)
    page = again.current_page()
    assert page is not None and page.name == PANELS[-1].name
    button = again.sidebar._buttons[page.name]
    qtbot.waitUntil(lambda: button.visibleRegion().boundingRect() == button.rect())


def test_pages_open_whatever_stands_in_the_windows_own_file(window: MainWindow, context: UiContext) -> None:
    for key, value in (
        ("audit/body", "nothing"),
        ("audit/tab", "nothing"),
        ("user_activity/range", "99999999999d|"),
        ("tables/users/order", ["user", "name", "nothing"]),
        ("tables/users/widths", ["1000000", "9" * 30, "-1"]),
    ):
        context.state.setValue(key, value)
    for name in page_names()[1:]:
        window.show_page(name)
    people = window.page("people")
    assert isinstance(people, People)
    table = people.findChild(QTableView)
    assert isinstance(table, QTableView)
    assert all(table.columnWidth(column) <= WIDEST for column in range(table.model().columnCount()))


def test_a_data_folder_that_was_moved_away_is_not_made_again(window: MainWindow, opened: Opened) -> None:
    elsewhere = opened.paths.data.with_name("elsewhere")
    opened.paths.data.rename(elsewhere)
    window.choose_theme("dark")
    window.close()
    assert not opened.paths.data.exists()
    elsewhere.rename(opened.paths.data)  # back to where it was, not into a new one


def test_no_window_begins_larger_than_the_screen(window: MainWindow, opened: Opened, qtbot: QtBot) -> None:
    room = window.screen().availableSize()
    assert room.height() < DELIVERED.height()  # a laptop's
    assert window.height() < room.height()  # with its title above it
    window.resize(room.width() + 200, room.height() + 200)  # on another screen, yesterday
    window.close()
    again = MainWindow(opened.paths.data, opened.paths.resources)
    qtbot.addWidget(again)
    assert again.size() == room - QSize(0, TITLE)  # the status bar is seen, too


def test_about_is_a_section_of_the_settings(window: MainWindow) -> None:
    window.show_about()
    page = window.current_page()
    assert page is not None and page.name == "settings"


def test_f1_opens_the_guide_of_the_page(window: MainWindow) -> None:
    window.show_page("audit_logs")
    window.open_help()
    assert window._help is not None
    assert window._help.shown_page() == "audit-logging"
    assert len(window._help._text.toPlainText()) > 200
    window._help.close()


@pytest.mark.parametrize("panel", PANELS, ids=page_names())
def test_every_page_has_its_guide(panel: type[Panel], opened: Opened) -> None:
    assert (opened.paths.resources / "help" / f"{panel.help_page or panel.name}.md").is_file()


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_what_a_page_follows_calmly_it_does_not_follow_at_once_as_well(panel: type[Panel]) -> None:
    assert panel.throttled is None or panel.throttled[0] not in panel.topics


def test_a_taken_port_is_a_sentence_with_a_button_for_the_next_free_one(window: MainWindow) -> None:
    asked: list[int] = []
    done: Future[None] = Future()

    def use(port: int) -> "Future[None]":
        asked.append(port)
        return done

    window.notices.use_port = use
    problem = "Port 8899 is taken by another program."
    window.notices.show_status(GatewayStatus(state=State.FAILED, problem=problem, next_free_port=8900))
    assert window.notices.gateway.isVisible()
    assert window.notices.gateway.text() == problem
    assert window.notices.gateway.button.text() == "Use port 8900"
    QTest.mouseClick(window.notices.gateway.button, Qt.MouseButton.LeftButton)
    assert asked == [8900]
    window.notices.show_status(GatewayStatus(state=State.RUNNING, port=8900))
    assert not window.notices.gateway.isVisible()


def test_a_disk_that_takes_no_rows_is_told_on_every_page(window: MainWindow, qtbot: QtBot) -> None:
    full = GatewayStatus(state=State.RUNNING, storage_problem="The disk is full.")
    line = GatewayLine()
    qtbot.addWidget(line)
    for shown in (window.notices, window.status_bar, line):
        shown.show_status(full)
    assert window.notices.storage.text() == "The disk is full."
    assert window.status_bar._state.text() == "Refusing requests"
    assert line.state.text() == "Refusing"
    waiting = GatewayStatus(state=State.RUNNING, storage_notice="The database is away. 3 rows wait.")
    window.notices.show_status(waiting)
    assert window.notices.storage.text() == "The database is away. 3 rows wait."
    window.notices.show_status(GatewayStatus(state=State.RUNNING))
    assert not window.notices.storage.isVisible()


def test_the_status_bar_tells_state_address_proxies_and_copies_the_address(window: MainWindow) -> None:
    bar = window.status_bar
    bar.show_status(GatewayStatus(state=State.RUNNING, port=8899, requests_per_second=12.4))
    bar.show_proxies(3, 4)
    shown = [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]
    assert "Running" in shown and "12 requests/s" in shown and "4 proxies (1 stopped)" in shown
    bar.copy_address()
    assert QApplication.clipboard().text() == "http://127.0.0.1:8899"


def test_the_title_names_the_page_and_the_program(window: MainWindow) -> None:
    window.show_page("audit_logs")
    assert window.windowTitle() == "Audit Logs — Gateway Desktop"


def test_the_status_bar_has_the_size_of_the_database_that_the_page_shows(
    window: MainWindow, opened: Opened, context: UiContext, until: Until
) -> None:
    FollowStatus(window, context)
    window.show_page("overview")
    shown = window.page("overview").gateway.storage.value  # type: ignore[attr-defined]
    until(lambda: shown.text() != UNKNOWN)
    before = shown.text()
    opened.write(*(a_record() for _ in range(2000)))
    until(lambda: shown.text() != before)
    assert window.status_bar._size.text() == f"Database {shown.text()}"
    window.show_page("observability")
    page = window.page("observability")
    page._show_figures(Figures(store=StoreFigures(size_bytes=5 << 30)))  # type: ignore[attr-defined]
    assert window.status_bar._size.text() == f"Database {size(5 << 30)}"


def test_the_status_bar_says_which_policies_hold(
    window: MainWindow, opened: Opened, context: UiContext, until: Until
) -> None:
    follow = FollowStatus(window, context)
    follow.begin()
    said = window.status_bar._policies
    until(lambda: said.isVisible() and said.text() == "No policy is on")
    for name in ("Ours", "Theirs", "Third"):
        opened.services.policies.save(f"name: {name}\nrules: []").result()
    until(lambda: said.text() == "Policies: Ours, Theirs, Third")
    opened.services.settings.set("inspection.enabled", False).result()
    until(lambda: said.text() == "Contents are not inspected")


def test_logging_that_is_switched_off_is_told_as_long_as_it_is(
    window: MainWindow, opened: Opened, context: UiContext, until: Until
) -> None:
    follow = FollowStatus(window, context)
    follow.begin()
    opened.services.settings.set("audit.enabled", False).result()
    until(lambda: window.notices.logging.isVisible())
    opened.services.settings.set("audit.enabled", True).result()
    until(lambda: not window.notices.logging.isVisible())


def test_quitting_asks_first_while_calls_are_on_their_way(window: MainWindow) -> None:
    window.may_close = lambda: False
    window.close()
    assert window.isVisible()
    window.may_close = lambda: True
    window.close()
    assert not window.isVisible()


def test_where_the_master_key_is_is_said_until_a_person_has_read_it(
    context: UiContext, window: MainWindow
) -> None:
    context.notice = "The master key is in a file"
    FollowStatus(window, context)
    assert window.notices.key.text() == "The master key is in a file"
    QTest.mouseClick(window.notices.key.button, Qt.MouseButton.LeftButton)
    assert not window.notices.key.isVisible()
    FollowStatus(window, context)
    assert not window.notices.key.isVisible()


def test_a_window_without_pages_says_why_in_its_status_bar_too_and_offers_another_try(
    opened: Opened, qtbot: QtBot
) -> None:
    window = MainWindow(opened.paths.data, opened.paths.resources)
    qtbot.addWidget(window)
    window.show()
    window.show_problem("The database /data/gateway.sqlite is damaged.")
    assert "is damaged" in window.waiting.sentence.text()
    assert window.status_bar.accessibleDescription() == (
        "Not running The database /data/gateway.sqlite is damaged."
    )
    with qtbot.waitSignal(window.opening_wanted):
        QTest.keyClick(window.waiting.button, Qt.Key.Key_Space)
    assert window.waiting.button.isHidden()
    window.show_problem("The database does not answer.", waits=True)
    assert window.waiting.button.isHidden()  # it is tried again by itself


def test_the_window_is_never_larger_than_a_small_screen() -> None:
    assert least_size(QSize(800, 600)) == QSize(800, 560)
    assert least_size(QSize(1366, 768)) == QSize(*MINIMUM)
