"""Proxies: add, edit, start, stop, limit, warn, remove; the credential is sealed and never seen again."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gateway_desktop.core.policy import AnswerMode
from gateway_desktop.core.proxy import Access, Kind, PayloadLevel, Proxy
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.configuration import proxy_rows
from gateway_desktop.ui.dialogs.connect import ConnectDialog
from gateway_desktop.ui.forms.secret_source import KEEP, NONE, VARIABLE
from gateway_desktop.ui.panels.proxies.access_dialog import AccessDialog
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.proxies.proxy_dialog import ProxyDialog
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.ui.panels.conftest import Hand
from tests.ui.panels.listed_tools import lists, server

SECRET = "sk-a-credential-that-must-not-be-seen"


def stored(hand: Hand) -> dict[str, Proxy]:
    return {item.proxy.name: item.proxy for item in hand.opened.reader.submit(proxy_rows).result()}


def add_openai(hand: Hand, **changes: str) -> Proxy:
    values = {"name": "openai", "upstream": "https://api.openai.com", "credential": SECRET} | changes
    return hand.opened.services.proxies.add(NewProxy(**values)).result()  # type: ignore[arg-type]  # all text


def with_openai(hand: Hand) -> Proxies:
    """Return the page, on which the one proxy is chosen."""
    add_openai(hand)
    page = hand.open(Proxies)
    page.table.selectRow(0)
    return page


def test_the_first_proxy_is_added_from_a_preset_with_its_credential_sealed(hand: Hand) -> None:
    page = hand.open(Proxies)
    assert page.page.empty.title.text() == "No proxies yet"
    dialog = hand.opens(page.page.empty.button, page, ProxyDialog)
    dialog.provider.choose("anthropic")
    assert dialog.form.value("name") == "anthropic"
    assert dialog.form.value("upstream") == "https://api.anthropic.com"
    hand.fill(dialog.form, credential=SECRET)
    hand.press(dialog.action)
    hand.until(lambda: [row.proxy.name for row in page.table.rows()] == ["anthropic"])
    proxy = stored(hand)["anthropic"]
    assert proxy.credential_secret is not None
    assert page.detail.said("Credential") == "Sealed"
    assert page.detail.address.text().endswith("/anthropic")
    files = [path.read_bytes() for path in hand.opened.paths.data.iterdir() if path.is_file()]
    assert not any(SECRET.encode() in content for content in files)


def test_an_agent_is_added_without_a_provider_and_its_skills_are_named(hand: Hand) -> None:
    page = hand.open(Proxies)
    dialog = hand.opens(page.add, page, ProxyDialog)
    dialog.kind.choose("a2a")
    assert dialog.form.value("name") == "agent"
    assert not dialog.form.shown("provider")
    assert dialog.source.value() == NONE
    hand.fill(dialog.form, upstream="https://agents.example.com/weather")
    found = Diagnosis(True, "The agent answers", ("left out: gRPC",), ("Weather report",), "skills")
    dialog.diagnosis.show_diagnosis(found)
    assert dialog.diagnosis.steps.text() == "left out: gRPC\nSkills: Weather report"
    hand.press(dialog.action)
    hand.until(lambda: "agent" in stored(hand))
    assert stored(hand)["agent"].kind is Kind.A2A


def test_what_a_person_wrote_is_not_overwritten_by_the_next_preset(hand: Hand) -> None:
    page = hand.open(Proxies)
    dialog = hand.opens(page.add, page, ProxyDialog)
    hand.fill(dialog.form, name="mine")
    dialog.provider.choose("google")
    assert dialog.form.value("name") == "mine"
    assert "googleapis" in dialog.form.value("upstream")


def test_a_local_provider_asks_for_no_credential(hand: Hand) -> None:
    page = hand.open(Proxies)
    dialog = hand.opens(page.add, page, ProxyDialog)
    dialog.provider.choose("ollama")
    assert dialog.source.value() == NONE
    assert not dialog.form.shown("credential")
    hand.press(dialog.action)
    hand.until(lambda: "ollama" in stored(hand))
    assert stored(hand)["ollama"].upstream == "http://127.0.0.1:11434"


def test_problems_are_said_at_their_fields(hand: Hand) -> None:
    add_openai(hand)
    page = hand.open(Proxies)
    dialog = hand.opens(page.add, page, ProxyDialog)
    assert dialog.form.value("name") == "openai-2"
    hand.press(dialog.action)
    assert "paste" in dialog.form.error("credential").lower()
    hand.fill(dialog.form, credential=SECRET, upstream="api.openai.com")
    hand.press(dialog.action)
    hand.until(lambda: "not an address" in dialog.form.error("upstream"))
    hand.fill(dialog.form, upstream="https://api.openai.com", name="openai")
    hand.press(dialog.action)
    hand.until(lambda: "already a proxy" in dialog.form.error("name"))
    assert list(stored(hand)) == ["openai"]


def test_editing_keeps_the_credential_unless_another_is_given(hand: Hand) -> None:
    before = add_openai(hand)
    page = hand.open(Proxies)
    page.table.selectRow(0)
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, ProxyDialog)
    assert dialog.source.value() == KEEP
    assert SECRET not in str(dialog.form.values())
    hand.fill(dialog.form, name="gpt")
    dialog.payloads.choose(PayloadLevel.NOTHING.value)
    dialog.answers.choose(AnswerMode.HOLD.value)
    hand.press(dialog.action)
    hand.until(lambda: "gpt" in stored(hand))
    after = stored(hand)["gpt"]
    assert after.credential_secret == before.credential_secret
    assert after.payloads is PayloadLevel.NOTHING and after.answers is AnswerMode.HOLD


def test_a_credential_can_come_from_a_variable_instead(hand: Hand) -> None:
    page = with_openai(hand)
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, ProxyDialog)
    dialog.source.choose(VARIABLE)
    hand.fill(dialog.form, credential_env="OPENAI_API_KEY")
    hand.press(dialog.action)
    hand.until(lambda: stored(hand)["openai"].credential_env == "OPENAI_API_KEY")
    assert stored(hand)["openai"].credential_secret is None


def test_dangerous_switches_warn_loudly_before_and_after(hand: Hand) -> None:
    page = with_openai(hand)
    assert not page.detail.warning.isVisible()
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, ProxyDialog)
    for switch in (dialog.anonymous.tick, dialog.unverified.tick):
        hand.press(switch)
    assert "nobody can be named" in dialog.form.note("anonymous")
    assert "can read and change everything" in dialog.form.note("unverified")
    hand.press(dialog.action)
    hand.until(page.detail.warning.isVisible)
    assert "without a key" in page.detail.warning.text()
    assert "certificate" in page.detail.warning.text()
    proxy = stored(hand)["openai"]
    assert proxy.anonymous
    assert not proxy.verify_tls


def test_stopping_can_be_taken_back_for_a_moment(hand: Hand) -> None:
    page = with_openai(hand)
    hand.press(page.row_actions.buttons["Stop"])
    hand.until(page.page.undo.isVisible)
    assert not stored(hand)["openai"].running
    hand.until(lambda: page.row_actions.buttons["Start"].isVisible())
    hand.press(page.page.undo.button)
    hand.until(lambda: page.table.rows()[0].proxy.running)
    assert hand.events()[:2] == ["started", "stopped"]


def test_removing_waits_for_the_name(hand: Hand) -> None:
    page = with_openai(hand)
    page.row_actions.run(page.row_actions.named("Remove…"))
    dialog = hand.dialog(page, Confirmation)
    assert not dialog.action.isEnabled()
    hand.write(dialog.line, "openai")
    hand.press(dialog.action)
    hand.until(page.page.is_empty)
    assert stored(hand) == {}
    hand.until(lambda: not page.detail.isVisible())


def test_a_group_with_a_long_name_leaves_room_for_what_it_may_use(hand: Hand) -> None:
    groups = ["R&D", "r" * 63]
    ids = [hand.opened.services.people.add_group(name).result().id for name in groups]
    page = with_openai(hand)
    dialog = hand.opens(page.detail.access, page, AccessDialog)
    ampersand, long = (dialog.ticks[one] for one in ids)
    assert ampersand.text() == "R&&D" and ampersand.accessibleName() == "R&D"
    assert len(long.text()) == 40 and long.toolTip() == long.accessibleName() == groups[1]


def test_access_is_limited_to_groups_and_models_and_opened_again(hand: Hand) -> None:
    dev = hand.opened.services.people.add_group("dev").result()
    page = with_openai(hand)
    assert page.detail.said("May use it") == "Everyone with a key"
    dialog = hand.opens(page.detail.access, page, AccessDialog)
    dialog.only.click()
    hand.press(dialog.action)
    assert "tick at least one group" in dialog.banner.text().lower()
    hand.press(dialog.ticks[dev.id])
    hand.write(dialog.models[dev.id], "gpt-5* o4-mini")
    hand.press(dialog.action)
    hand.until(lambda: page.detail.said("May use it") == "dev (gpt-5* o4-mini)")
    assert stored(hand)["openai"].access == (Access(dev.id, ("gpt-5*", "o4-mini")),)
    assert stored(hand)["openai"].restricted

    hand.wait_closed(page, AccessDialog)
    again = hand.opens(page.detail.access, page, AccessDialog)
    again.everyone.click()
    hand.press(again.action)
    hand.until(lambda: page.detail.said("May use it") == "Everyone with a key")
    assert not stored(hand)["openai"].restricted


def test_of_many_groups_those_with_access_stand_first_and_one_is_found(hand: Hand) -> None:
    groups = [hand.opened.services.people.add_group(f"group-{number:02}").result() for number in range(30)]
    add_openai(hand)
    hand.opened.services.proxies.allow("openai", groups[20].name).result()
    page = hand.open(Proxies)
    page.table.selectRow(0)
    dialog = hand.opens(page.detail.access, page, AccessDialog)
    ticked = dialog.ticks[groups[20].id]
    assert ticked.y() == min(tick.y() for tick in dialog.ticks.values())
    hand.write(dialog.search, "P-07")
    seen = [tick.text() for tick in dialog.ticks.values() if tick.isVisible()]
    assert seen == ["group-07"]
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible() and dialog.focusWidget() is dialog.ticks[groups[7].id]
    QTest.keyClick(dialog.ticks[groups[7].id], Qt.Key.Key_Space)
    hand.closes(dialog.action, page, AccessDialog)
    assert {one.group_id for one in stored(hand)["openai"].access} == {groups[7].id, groups[20].id}


def test_tools_that_a_server_lists_are_chosen_and_not_typed(hand: Hand) -> None:
    dev = hand.opened.services.people.add_group("dev").result()
    lists(hand, server(hand), read_file="Reads", write_file="Writes", **{"two words": "Cannot be named"})
    page = hand.open(Proxies)
    page.table.selectRow(0)
    hand.press(page.detail.access)
    dialog = hand.dialog(page, AccessDialog)
    dialog.only.click()
    hand.press(dialog.ticks[dev.id])
    chooser, line = dialog.choosers[dev.id], dialog.models[dev.id]
    assert chooser.accessibleName() == "Choose Tools that dev may use"
    for name, then in (
        ("read_file", "read_file"),
        ("write_file", "read_file write_file"),
        ("read_file", "write_file"),
    ):
        chooser.menu().aboutToShow.emit()
        actions = {action.text(): action for action in chooser.menu().actions()}
        assert [*actions] == ["read_file", "write_file"]
        actions[name].trigger()
        assert line.text() == then
    assert dialog.written()
    hand.press(dialog.action)
    hand.until(lambda: page.detail.said("May use it") == "dev (write_file)")


def test_an_mcp_server_is_limited_to_tools_and_connected_with_lines_of_its_own(hand: Hand) -> None:
    dev = hand.opened.services.people.add_group("dev").result()
    new = NewProxy("files", "http://127.0.0.1:9/mcp", kind=Kind.MCP)
    hand.opened.services.proxies.add(new).result()
    page = hand.open(Proxies)
    page.table.selectRow(0)
    assert page.detail.address.text().endswith("/files/mcp")
    dialog = hand.opens(page.detail.access, page, AccessDialog)
    dialog.only.click()
    hand.press(dialog.ticks[dev.id])
    assert dialog.models[dev.id].accessibleName() == "Tools that dev may use"
    hand.write(dialog.models[dev.id], "* !delete_*")
    hand.press(dialog.action)
    hand.until(lambda: page.detail.said("May use it") == "dev (* !delete_*)")
    hand.wait_closed(page, AccessDialog)
    hand.press(page.detail.connect_tool)
    lines = hand.dialog(page, ConnectDialog).lines
    lines.choose("Claude Desktop")
    assert '"connect",' in lines.text() and "/v1" not in lines.text()
    page.row_actions.run(page.row_actions.named("Show requests"))
    assert hand.went_to == [("audit_logs", {"tab": "mcp", "filter": "proxy:files"})]


def test_the_address_is_copied_and_the_lines_hold_it(hand: Hand) -> None:
    page = with_openai(hand)
    hand.press(page.detail.address.button)
    address = QGuiApplication.clipboard().text()
    assert address.endswith("/openai")
    assert page.detail.address.button.text() == "Copied"
    dialog = hand.opens(page.detail.connect_tool, page, ConnectDialog)
    for tool in ("Codex", "OpenAI SDK", "curl"):
        dialog.lines.choose(tool)
        assert address in dialog.lines.text(), tool


def test_who_has_no_key_yet_comes_from_connect_a_tool_to_where_one_is_made(hand: Hand) -> None:
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    page = hand.open(Proxies)
    page.table.selectRow(0)
    hand.press(page.detail.connect_tool)
    hand.closes(hand.dialog(page, ConnectDialog).make_key, page, ConnectDialog)
    assert hand.went_to[-1] == ("api_keys", {"create": True})


def test_connect_a_tool_says_the_truth_about_cursor(hand: Hand) -> None:
    page = with_openai(hand)
    dialog = hand.opens(page.detail.connect_tool, page, ConnectDialog)
    dialog.lines.choose("Cursor")
    assert dialog.lines.text() == ""
    assert "servers call" in dialog.lines.truth.text()


def test_a_proxy_leads_to_its_requests(hand: Hand) -> None:
    page = with_openai(hand)
    page.row_actions.run(page.row_actions.named("Show requests"))
    assert hand.went_to == [("audit_logs", {"tab": "llm", "filter": "proxy:openai"})]


def test_a_try_that_cannot_be_made_says_why(hand: Hand) -> None:
    page = with_openai(hand)
    hand.press(page.detail.test)
    hand.until(lambda: "no gateway here" in page.detail.diagnosis.summary.text())


def test_a_command_is_added_from_a_preset_with_a_sealed_variable(hand: Hand) -> None:
    page = hand.open(Proxies)
    dialog = hand.opens(page.add, page, ProxyDialog)
    dialog.kind.choose(Kind.MCP.value)
    assert dialog.fields.shown("upstream") and not dialog.fields.shown("command")
    dialog.server.choose("files")
    assert dialog.fields.value("name") == "files" and not dialog.fields.shown("upstream")
    assert dialog.fields.value("command").startswith("npx -y @modelcontextprotocol/server-filesystem")
    hand.fill(dialog.fields, command="python3 -m 'my server' ~/work", variables="LANG", sealed="TOKEN")
    hand.press(dialog.action)
    hand.until(lambda: "NAME=value" in dialog.fields.error("sealed"))
    hand.fill(dialog.fields, sealed="API_TOKEN=abc=def")
    hand.closes(dialog.action, page, ProxyDialog)
    [item] = hand.opened.reader.submit(proxy_rows).result()
    command = item.proxy.stdio
    assert command is not None and command.arguments[:3] == ("python3", "-m", "my server")
    assert command.arguments[3].endswith("/work") and "~" not in command.arguments[3]
    assert command.variables == ("LANG",) and command.sealed == ("API_TOKEN",)
    hand.until(lambda: len(page.table.rows()) == 1)
    assert "my server" in page.detail.said("Upstream")


def test_a_command_is_changed_and_given_a_sealed_variable(hand: Hand) -> None:
    command = StdioCommand(("server", "it's", "a b", "--token", SECRET), variables=("LANG",))
    hand.opened.services.proxies.add(NewProxy("tools", "", kind=Kind.MCP, stdio=command)).result()
    page = hand.open(Proxies)
    hand.until(lambda: len(page.table.rows()) == 1)
    page.table.selectRow(0)
    assert page.detail.said("Upstream").endswith("--token '***'")
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, ProxyDialog)
    assert not dialog.fields.shown("server") and not dialog.fields.shown("upstream")
    hand.fill(dialog.fields, variables="LANG TZ", sealed="API_TOKEN=abc")
    hand.press(dialog.test)
    assert "Save first" in dialog.fields.error("command")
    hand.closes(dialog.action, page, ProxyDialog)
    [item] = hand.opened.reader.submit(proxy_rows).result()
    changed = replace(command, variables=("LANG", "TZ"), sealed=("API_TOKEN",))
    assert item.proxy.stdio == changed
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, ProxyDialog)
    hand.fill(dialog.fields, command="other 'one'", name="more")
    hand.closes(dialog.action, page, ProxyDialog)
    [item] = hand.opened.reader.submit(proxy_rows).result()
    assert item.proxy.stdio == replace(changed, arguments=("other", "one")) and item.proxy.name == "more"


def test_quotes_that_do_not_pair_are_said_at_the_command(hand: Hand) -> None:
    page = hand.open(Proxies)
    dialog = hand.opens(page.add, page, ProxyDialog)
    dialog.kind.choose(Kind.MCP.value)
    dialog.server.choose("command")
    hand.fill(dialog.fields, name="tools", command="server 'one")
    hand.press(dialog.action)
    hand.until(lambda: "quotes" in dialog.fields.error("command"))


def test_a_proxy_says_which_policies_look_at_its_calls(hand: Hand) -> None:
    services = hand.opened.services
    add_openai(hand)
    services.proxies.add(NewProxy("files", "https://files.example.com", kind=Kind.MCP)).result()
    for document in (
        "name: Everywhere\nrules: []",
        "name: Models\nscope: {kinds: [llm]}\nrules: []",
        "name: Assigned\nrules: []",
        "name: Off\nenabled: false\nrules: []",
    ):
        services.policies.save(document).result()
    services.policies.assign("Assigned", ["files"]).result()
    page = hand.open(Proxies)
    column = next(each for each in page.table.columns if each.name == "policies")

    def told() -> dict[str, str]:
        return {row.proxy.name: column.text(row) for row in page.table.rows()}

    hand.until(lambda: told() == {"files": "Assigned, Everywhere", "openai": "Everywhere, Models"})
    assert page.detail.said("Policies") == "Assigned, Everywhere"
