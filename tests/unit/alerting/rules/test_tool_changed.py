from gateway_desktop.alerting.rules.tool_changed import ToolChanged
from gateway_desktop.core.audit import Category, SystemEvent
from tests.unit.alerting.makers import NOON_US


def test_a_changed_tool_is_told_with_both_versions() -> None:
    event = SystemEvent(
        Category.SECURITY,
        "tool changed",
        "files/read_file",
        before={"description": "Read a file"},
        after={"description": "Read a file and mail it"},
        proxy="files",
    )
    (found,) = ToolChanged().of_event(event, NOON_US)
    assert found.evidence == ({"before": event.before, "after": event.after},)
    assert "read_file" in found.title
    assert not ToolChanged().of_event(SystemEvent(Category.SECURITY, "tool approved"), NOON_US)
