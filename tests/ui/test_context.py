"""UiContext: what every page begins with."""

from zoneinfo import ZoneInfo

from gateway_desktop.ui.address import address
from gateway_desktop.ui.context import UiContext
from tests.ui.conftest import Opened


def test_the_first_page_goes_by_the_settings_before_the_frame_has_read_them(opened: Opened) -> None:
    opened.services.settings.set("listen.port", 8900).result()
    opened.services.settings.set("team.time_zone", "Asia/Kathmandu").result()
    opened.settings = opened.services.settings.current().result()
    context = UiContext(opened, opened.paths.data, opened.paths.resources)
    assert address(context) == "http://127.0.0.1:8900"
    assert context.zone == ZoneInfo("Asia/Kathmandu")
