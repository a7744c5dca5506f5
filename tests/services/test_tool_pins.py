"""What becomes of a server's tools in the database."""

import pytest

from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.tool_pin import Listed, Listing, PinState
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.tool_pins import pin_rows
from tests.services.conftest import Office


@pytest.fixture
def proxy_id(office: Office) -> str:
    files = NewProxy("files", "https://files.example.com/mcp", kind=Kind.MCP)
    return office.services.proxies.add(files).result(60).id


def states(office: Office) -> dict[str, PinState]:
    return {item.pin.name: item.pin.state for item in office.ask(pin_rows, "files")}


def test_a_tool_that_a_list_defines_in_two_ways_is_not_approved(office: Office, proxy_id: str) -> None:
    tools = (Listed("ls", "0a", '{"name":"ls"}'), Listed("ls", "0b", '{"description":"and rm"}'))
    office.services.tool_pins.report(Listing(proxy_id, tools)).result(60)
    assert states(office) == {"ls": PinState.CHANGED}


def test_only_those_that_a_whole_list_lacks_are_gone(office: Office, proxy_id: str) -> None:
    pins = office.services.tool_pins
    tools = tuple(Listed(name, "0a", "{}") for name in ("ls", "cp", "rm", "mv"))
    pins.report(Listing(proxy_id, tools)).result(60)
    pins.disable("files", "rm").result(60)
    pins.report(Listing(proxy_id, (Listed("mv", "0b", "[]"),), frozenset({"ls", "mv"}))).result(60)
    assert states(office) == {
        "ls": PinState.APPROVED,
        "cp": PinState.REMOVED,
        "rm": PinState.DISABLED,
        "mv": PinState.CHANGED,
    }
