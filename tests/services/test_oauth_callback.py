"""What moves the callback of sign-ins says so."""

from gateway_desktop.services.proxy_values import NewProxy
from tests.services.conftest import Office


def test_another_port_with_oauth_on_names_the_callback_to_register_again(office: Office) -> None:
    office.services.proxies.add(NewProxy("tools", "https://tools.example")).result()
    office.services.oauth_proxies.enable("tools").result()
    notice = office.services.settings.set("listen.port", 9911).result()
    assert "tools" in notice and "http://127.0.0.1:9911/oauth/callback" in notice
    event = office.last_event()
    assert event.row.method == "OAuth callback changed"
    assert office.services.settings.set("listen.port", 9911).result() == ""


def test_where_nothing_moves_nothing_is_said(office: Office) -> None:
    office.services.proxies.add(NewProxy("tools", "https://tools.example")).result()
    assert office.services.settings.set("listen.port", 9911).result() == ""
    office.services.oauth_proxies.enable("tools").result()
    office.services.settings.set("public_url", "https://gateway.example").result()
    assert office.services.settings.set("listen.port", 9912).result() == ""
