"""Every page can be used without eyes or a mouse: what takes the keyboard says its name."""

import pytest

from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.people.user_dialog import UserDialog
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.proxies.proxy_dialog import ProxyDialog
from tests.ui.panels.conftest import Hand
from tests.ui.reachable import nameless


def set_up(hand: Hand) -> None:
    services = hand.opened.services
    services.people.add_user("ana@example.org", "Ana").result()
    services.keys.create("ana@example.org", name="laptop").result()
    services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    hand.opened.write_many(3)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_everything_that_takes_the_keyboard_says_its_name(
    hand: Hand, panel: type[Panel], filled: bool
) -> None:
    if filled:
        set_up(hand)
    page = hand.open(panel)
    assert nameless(page) == []


def test_the_dialogs_say_the_names_of_their_fields(hand: Hand) -> None:
    people = hand.open(People)
    hand.press(people.add_user)
    assert nameless(hand.dialog(people, UserDialog)) == []
    proxies = hand.open(Proxies)
    proxies.open_add()
    assert nameless(hand.dialog(proxies, ProxyDialog)) == []
