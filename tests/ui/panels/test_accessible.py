"""Every page can be used without eyes or a mouse: what takes the keyboard says its name."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListWidget

from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.people.user_dialog import UserDialog
from gateway_desktop.ui.panels.policies.dialogs import DocumentDialog
from gateway_desktop.ui.panels.policies.panel import Policies
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.proxies.proxy_dialog import ProxyDialog
from tests.ui.panels.conftest import Hand
from tests.ui.reachable import nameless, stops


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


def test_the_fields_of_a_policy_and_of_its_rule_have_names_of_their_own(hand: Hand) -> None:
    page = hand.open(Policies)
    page.open_new()
    form = hand.dialog(page, DocumentDialog).fields
    form.add.click()
    fields = [each for each in stops(form) if isinstance(each, (QLineEdit, QListWidget, QAbstractButton))]
    names = [QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name) for each in fields]
    assert {"Name", "Name of the rule", "Tools", "Tools of the rule", "Models of the rule"} < set(names)
    assert sorted(names) == sorted(set(names))
