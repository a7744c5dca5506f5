"""Every page fits into the smallest window, with long names too, and opens no window of its own."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from gateway_desktop.core.figures import Figures, ProxyFigures
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.alerts.panel import Alerts
from gateway_desktop.ui.panels.api_keys.panel import ApiKeys
from gateway_desktop.ui.panels.oauth_providers.panel import OAuthProviders
from gateway_desktop.ui.panels.observability.panel import Observability
from gateway_desktop.ui.panels.overview.panel import Overview
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.user_activity.panel import UserActivity
from gateway_desktop.ui.sidebar import WIDTH
from gateway_desktop.ui.tables.cells import is_cut
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.window_place import MINIMUM
from tests.makers import a_principal
from tests.ui.panels.conftest import Hand
from tests.unit.alerting.makers import a_finding_detail, a_hit_record

MANY = 18  # rows; from eight on a list can be searched, and these need a scroll bar
AROUND = 96  # pixels of menu bar, status bar and a notice
LONG = "maximiliane.alexandra.von.hohenlohe-waldenburg@a-very-long-subdomain.example.org"


def cut(page: QWidget) -> list[str]:
    """Return what of a row of buttons or choices stands where nobody sees it."""
    rows = [row for row in page.findChildren(Flow) if row.isVisible()]
    return [
        f"{each.accessibleName()}: {each.geometry().getRect()} in {row.rect().getRect()}"
        for row in rows
        for each in row.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if not each.isHidden() and not row.rect().contains(each.geometry())
    ]


def whole(widget: QWidget) -> bool:
    """Say whether all of a widget is seen."""
    return widget.visibleRegion().boundingRect().size() == widget.size()


def fill(hand: Hand) -> None:
    services = hand.opened.services
    for number in range(MANY):
        services.people.add_user(f"{number}{LONG}", "محمد بن عبد الله" * 3).result()
        services.people.add_group(f"{number}" + "группа" * 9).result()
        services.keys.create(f"{number}{LONG}", name="鍵" * 60).result()
        services.proxies.add(
            NewProxy("a" * 60 + str(number), "https://" + "b" * 50 + ".example.org")
        ).result()
        record = a_hit_record(a_finding_detail(value=f"v{number}"))
        record.target, record.principal = "model-" * 20, a_principal(actor=LONG, user_id=f"u{number}")
        hand.opened.write(record)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_a_page_fits_into_the_smallest_window(hand: Hand, panel: type[Panel]) -> None:
    fill(hand)
    page = hand.open(panel)
    assert page.minimumSizeHint().width() <= MINIMUM[0] - WIDTH
    page.resize(MINIMUM[0] - WIDTH, MINIMUM[1] - AROUND)
    hand.until(lambda: cut(page) == [])
    QApplication.processEvents()  # tables have their new size, and their scroll bars
    wide = [each for each in page.findChildren(QTableView) if each.horizontalScrollBar().maximum()]
    assert [each.accessibleName() for each in wide if each.isVisible()] == []
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [page]


class Windows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched)
        return super().eventFilter(watched, event)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_a_page_is_made_without_a_window_that_takes_the_keyboard_away(
    hand: Hand, panel: type[Panel], qapp: QApplication
) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    page = hand.open(panel)
    qapp.removeEventFilter(windows)
    assert windows.shown == [page]


def test_the_address_of_a_chosen_row_can_be_copied_on_a_screen_of_800_pixels(hand: Hand) -> None:
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    proxies, providers = hand.open(Proxies), hand.open(OAuthProviders)
    for page in (proxies, providers):
        page.resize(800 - WIDTH, 600 - AROUND)
    hand.until(lambda: max(proxies.page.width(), providers.page.width()) < 800 - WIDTH)
    proxies.table.selectRow(0)
    providers.detail.show_facts("Ours", "https://gateway.example.com/oauth/callback", {"Rules": "None"})
    for detail in (proxies.detail, providers.detail):
        hand.until(detail.address.button.isVisible)
        hand.until(partial(whole, detail.address.button))


def test_only_the_list_that_is_shown_can_be_searched(hand: Hand) -> None:
    fill(hand)
    people = hand.open(People)
    for tab, page in enumerate(people._pages()):
        people.tabs.setCurrentIndex(tab)
        hand.until(page.search.isVisible)
        hand.wait_for_answers(people)
        assert [each.search.isVisible() for each in people._pages()] == [n == tab for n in range(3)]
    seen = hand.open(Observability)
    seen._timer.stop()
    hand.until(lambda: seen.cards.disk.number != "–")
    seen._show_figures(Figures(proxies=tuple(ProxyFigures(f"proxy-{n}", "llm") for n in range(MANY))))
    assert seen.proxies.search.isVisible()
    seen.tabs.setCurrentIndex(1)
    assert not any(each.search.isVisible() for each in seen.lists)


def test_alerts_are_looked_for_by_their_filters_only(hand: Hand) -> None:
    fill(hand)
    page = hand.open(Alerts)
    hand.until(lambda: len(page.table.rows()) == MANY)
    assert not page.page.search.isVisible() and page.filters.text.isVisible()


def test_an_owner_of_a_key_can_be_read_in_the_smallest_window(hand: Hand) -> None:
    services = hand.opened.services
    services.people.add_user("maria@research.example").result()
    services.keys.create("maria@research.example", name="laptop").result()
    page = hand.open(ApiKeys)
    page.resize(MINIMUM[0] - WIDTH, MINIMUM[1] - AROUND)
    table = page.table
    owner = [column.name for column in table.columns].index("owner")
    hand.until(lambda: len(table.rows()) == 1)
    hand.until(lambda: not is_cut(table, table.model().index(0, owner)))


def test_an_address_of_a_proxy_can_be_read_before_what_went_wrong(hand: Hand) -> None:
    services = hand.opened.services
    for name in ("anthropic", "research-models"):
        services.proxies.add(NewProxy(name, "https://api.example.com")).result()
    page = hand.open(Proxies)
    table = page.table
    names = [column.name for column in table.columns]
    hand.until(lambda: len(table.rows()) == 2)
    assert table.isColumnHidden(names.index("last_error"))
    address = names.index("address")
    assert not any(is_cut(table, table.model().index(row, address)) for row in range(2))


def test_the_title_of_an_alert_keeps_room_before_other_columns(hand: Hand) -> None:
    fill(hand)
    page = hand.open(Alerts)
    page.resize(MINIMUM[0] - WIDTH, MINIMUM[1] - AROUND)
    title = [column.name for column in page.table.columns].index("title")
    hand.until(lambda: page.table.columnWidth(title) >= 220)


def test_the_requests_of_a_user_are_read_without_going_sideways_in_the_smallest_window(hand: Hand) -> None:
    hand.opened.write_many(3)
    page = hand.open(UserActivity)
    page.resize(MINIMUM[0] - WIDTH, MINIMUM[1] - AROUND)
    hand.until(lambda: bool(page.table.rows()))
    page.table.opened.emit(page.table.rows()[0])
    recent = page.user_page.recent
    hand.until(lambda: recent.isVisible() and len(recent.rows()) == 3)
    hand.until(lambda: recent.horizontalScrollBar().maximum() == 0)
    names = [column.name for column in recent.columns]
    assert not any(recent.isColumnHidden(names.index(name)) for name in ("time", "model", "status"))


def test_how_a_request_ended_is_seen_on_a_screen_of_1366_pixels_with_large_text(hand: Hand) -> None:
    fill(hand)
    page = hand.open(Overview)
    page.resize(1366 * 2 // 3 - WIDTH, 800 * 2 // 3)
    hand.until(lambda: page.latest.width() < 1366 * 2 // 3 - WIDTH)
    hand.until(lambda: page.latest.horizontalScrollBar().maximum() == 0)
    names = [column.name for column in page.latest.columns]
    assert not page.latest.isColumnHidden(names.index("status"))
