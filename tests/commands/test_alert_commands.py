"""`alert`."""

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.paths import Paths
from gateway_desktop.services.vault import open_vault
from gateway_desktop.store.store import Store
from tests.commands.conftest import Terminal
from tests.unit.alerting.makers import a_finding_detail, a_hit_record


def test_alerts_are_listed_shown_and_closed(terminal: Terminal) -> None:
    paths = Paths(terminal.data)
    with Store.open(paths.database, ChangeFeed()) as store:
        open_vault(paths, store)
        store.writer.append(a_hit_record(a_finding_detail()))
    (alert,) = terminal.json("alert", "list", "--severity", "high")
    assert (alert["title"], alert["state"], alert["times"]) == ("Secret (blocked)", "new", 1)
    assert "my <SECRET>" in terminal.run("alert", "show", alert["id"])
    terminal.run("alert", "review", alert["id"], "--note", "looking")
    assert terminal.run("alert", "assign", alert["id"], "--to", "bob").startswith("assign: ")
    terminal.run("alert", "note", alert["id"], "--text", "a test key")
    assert "it cannot become" not in terminal.run(
        "alert", "dismiss", alert["id"], "--reason", "false_positive"
    )
    assert terminal.json("alert", "list") == []
    shown = terminal.json("alert", "show", alert["id"])
    assert (shown["state"], shown["dismissal"], shown["assignee"]) == ("dismissed", "false_positive", "bob")
    assert [line["what"] for line in shown["history"]][-1] == "false_positive"
    said = terminal.run("alert", "show", alert["id"])
    assert ": assigned to bob\n" in said and ": dismissed (false_positive)\n" in said
    assert [row["id"] for row in terminal.json("alert", "list", "--all")] == [alert["id"]]
    assert "it cannot become resolved" in terminal.fail("alert", "resolve", alert["id"])
    assert "there is none" in terminal.fail("alert", "show", "nonsense")
