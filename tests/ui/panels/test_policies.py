"""Policies: switched, edited with mistakes marked, tried, and gone back from."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gateway_desktop.core.finding import Level
from gateway_desktop.core.policy import Action, Condition, Policy, Rule
from gateway_desktop.inspection.scan import warm_detectors
from gateway_desktop.services.policy_exceptions import NewException
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.policies import PolicyItem, policy_rows
from gateway_desktop.ui.forms.editors import ChoiceEditor
from gateway_desktop.ui.panels.policies.assign_dialog import AssignDialog
from gateway_desktop.ui.panels.policies.dialogs import DocumentDialog, TryDialog, VersionsDialog
from gateway_desktop.ui.panels.policies.exceptions_dialog import ExceptionsDialog, state
from gateway_desktop.ui.panels.policies.import_dialog import ImportDialog
from gateway_desktop.ui.panels.policies.panel import Policies
from gateway_desktop.ui.panels.policies.policy_form import PolicyForm
from gateway_desktop.ui.panels.policies.rule_form import FAMILIES
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog
from tests.makers import a_record
from tests.ui.panels.conftest import Hand


def stored(hand: Hand) -> dict[str, PolicyItem]:
    return {item.policy.name: item for item in hand.opened.reader.submit(policy_rows).result()}


def opened(hand: Hand) -> Policies:
    """Open the page with the policies that ship."""
    hand.opened.services.policies.ship().result()
    page = hand.open(Policies)
    hand.until(lambda: len(page.table.rows()) == 3)
    return page


def choose(page: Policies, name: str) -> None:
    page.table.selectRow(next(at for at, row in enumerate(page.table.rows()) if row.name == name))


def shown(page: Policies, name: str) -> str:
    row = next(row for row in page.table.rows() if row.name == name)
    return " | ".join(column.text(row) for column in page.table.columns)


def holds_for(page: Policies, name: str, where: str) -> bool:
    return shown(page, name).split(" | ")[2] == where


def test_the_page_says_what_is_on_where_it_holds_and_what_it_caught(hand: Hand) -> None:
    hand.opened.store.writer.append(a_record(policy="Watch@1/serious", policy_action="monitored"))
    page = opened(hand)
    hand.until(lambda: "1 monitored" in shown(page, "Watch"))
    assert "On | all proxies" in shown(page, "Watch") and "Off" in shown(page, "Strict")
    assert "nothing" in shown(page, "Strict")


def test_the_buttons_stand_in_one_line_in_the_narrowest_window(hand: Hand) -> None:
    page = opened(hand)
    page.resize(712, 560)
    for chosen in (False, True):
        if chosen:
            choose(page, "Guard")
        shown = [each for each in page.buttons.findChildren(QPushButton) if each.isVisible()]
        assert page.add_button in shown
        assert {each.y() for each in shown} == {page.add_button.y()}


def test_the_form_of_a_policy_puts_the_rule_below_the_list_where_it_is_narrow(qtbot: QtBot) -> None:
    form = PolicyForm()
    qtbot.addWidget(form)
    form.show()
    form.resize(900, 900)
    qtbot.waitUntil(lambda: form.rule.mapTo(form, QPoint()).x() > 400)
    form.resize(482, 900)
    qtbot.waitUntil(lambda: form.rule.mapTo(form, QPoint()).x() == 0)
    qtbot.waitUntil(lambda: form.rule.width() > 400 and form.head.width() > 400)


def test_a_rule_with_a_long_name_ends_in_dots_in_the_list_and_says_it_all_in_its_tooltip(
    qtbot: QtBot,
) -> None:
    form = PolicyForm()
    qtbot.addWidget(form)
    form.resize(660, 700)
    form.show()
    form.show_policy(Policy("Ours", (Rule("r" * 80, Action.MONITOR),)))
    item, rules = form.rules.item(0), form.rules
    whole = rules.fontMetrics().horizontalAdvance(item.text())
    qtbot.waitUntil(lambda: 0 < rules.visualItemRect(item).width() < whole)
    assert item.toolTip() == item.text() == f"{'r' * 80}  ·  monitor"
    form.rule.set_values({"name": "short"})
    form.rule.changed.emit("name")
    assert item.toolTip() == "short  ·  monitor"


@pytest.mark.parametrize("name", ["Guard", "Strict", "Watch"])
def test_a_policy_that_was_only_looked_at_is_left_without_a_question(hand: Hand, name: str) -> None:
    page = opened(hand)
    choose(page, name)
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, DocumentDialog)
    for at in range(dialog.fields.rules.count()):
        dialog.fields.rules.setCurrentRow(at)
    hand.closes(dialog.cancel, page, DocumentDialog)


def test_the_form_writes_only_conditions_that_a_person_changed(qtbot: QtBot) -> None:
    form = PolicyForm()
    qtbot.addWidget(form)
    given = {"upstream": "*.example.com", "confidence": 0.855, "finding": ["secret"], "context": "answer"}
    conditions = tuple(Condition(kind, value) for kind, value in given.items())
    rule = Rule("sure", Action.MONITOR, conditions)
    form.show_policy(Policy("Ours", (rule,)))
    assert form.policy().rules == (rule,)
    form.rule.set_values({"finding": (), "severity": "high", "context": ("answer", "tool_result")})
    changed = {"upstream": "*.example.com", "confidence": 0.855, "context": ["tool_result", "answer"]}
    wanted = {condition.kind: condition.value for condition in form.policy().rules[0].conditions}
    assert wanted == {**changed, "severity": "high"}


def test_a_policy_is_switched_on_and_off_again(hand: Hand) -> None:
    page = opened(hand)
    choose(page, "Guard")
    page.row_actions.run(page.row_actions.named("Switch on"))
    hand.until(lambda: "On" in shown(page, "Guard"))
    assert stored(hand)["Guard"].policy.enabled
    hand.press(page.page.undo.button)
    hand.until(lambda: not stored(hand)["Guard"].policy.enabled)


def test_a_policy_is_assigned_to_proxies_and_goes_off_with_the_last(hand: Hand) -> None:
    for name in ("one", "two"):
        hand.opened.services.proxies.add(NewProxy(name=name, upstream="http://127.0.0.1:9")).result()
    page = opened(hand)
    for ticked in (("one", "two"), ("two",), ()):
        hand.wait_for_answers(page)
        choose(page, "Strict")
        dialog = hand.opens(page.row_actions.buttons["Assign…"], page, AssignDialog)
        for name in ("one", "two"):
            dialog.proxies.tick(name, name in ticked)
        hand.closes(dialog.action, page, AssignDialog)
        hand.until(partial(holds_for, page, "Strict", ", ".join(ticked) or "all proxies"))
        assert stored(hand)["Strict"].policy.enabled is bool(ticked)


def test_a_mistake_in_a_document_is_said_and_its_line_marked_until_it_is_right(hand: Hand) -> None:
    page = opened(hand)
    dialog = hand.opens(page.add_button, page, DocumentDialog)
    assert dialog.fields.head.value("description") == ""  # nobody's words but a person's
    dialog.tabs.setCurrentWidget(dialog.text)
    dialog.text.setPlainText("name: Ours\nrules:\n- name: one\n  action: ask\n")
    hand.press(dialog.action)
    hand.until(lambda: "ine 4 column 11" in dialog.banner.text())
    assert dialog.text.textCursor().blockNumber() == 3 and dialog.text.extraSelections()
    dialog.text.setPlainText("name: Ours\nrules:\n- name: one\n  action: block\n")
    hand.closes(dialog.action, page, DocumentDialog)
    hand.until(lambda: len(page.table.rows()) == 4)
    assert hand.events()[0] == "policy created"


def test_the_form_and_the_document_say_the_same_and_the_form_keeps_what_it_has_no_field_for(
    hand: Hand,
) -> None:
    page = opened(hand)
    choose(page, "Watch")
    before = stored(hand)["Watch"].policy
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, DocumentDialog)
    fields = dialog.fields
    assert fields.rules.count() == len(before.rules)
    assert "upstream" in fields.rule.note("name")  # its list of hosts stands in the document only
    hand.press(fields.add)
    fields.rule.set_values({"name": "no bluebird", "pattern": "bluebird", "finding": (), "confidence": 0})
    editor = fields.rule.editor("action")
    assert isinstance(editor, ChoiceEditor)
    editor.choose(Action.BLOCK)
    hand.write(fields.rule.editor("message").control, "Not in here.")  # type: ignore[arg-type]
    hand.press(fields.up)
    dialog.tabs.setCurrentWidget(dialog.text)
    assert "pattern: bluebird" in dialog.text.toPlainText()
    dialog.text.setPlainText(dialog.text.toPlainText().replace("Not in here.", "Nowhere."))
    dialog.tabs.setCurrentWidget(fields)
    hand.closes(dialog.action, page, DocumentDialog)
    after = stored(hand)["Watch"].policy
    added = Rule(
        "no bluebird",
        Action.BLOCK,
        (Condition("pattern", "bluebird"),),
        severity=Level.HIGH,
        message="Nowhere.",
    )
    assert after.rules == (*before.rules[:-1], added, before.rules[-1])
    assert (after.description, after.scope, after.version) == (before.description, before.scope, 2)


def test_a_mistake_in_the_form_is_said_and_a_document_that_is_none_does_not_become_a_form(hand: Hand) -> None:
    page = opened(hand)
    dialog = hand.opens(page.add_button, page, DocumentDialog)
    hand.write(dialog.fields.rule.editor("pattern").control, "(?=look)")  # type: ignore[arg-type]
    hand.press(dialog.action)
    hand.until(lambda: "(rules[0].when.pattern)" in dialog.banner.text())
    assert dialog.tabs.currentWidget() is dialog.text  # where the line is marked
    dialog.text.setPlainText("name: [")
    dialog.tabs.setCurrentWidget(dialog.fields)
    assert dialog.tabs.currentWidget() is dialog.text and "no YAML" in dialog.banner.text()


def test_what_was_written_into_a_policy_is_not_lost_unasked(hand: Hand) -> None:
    page = opened(hand)
    hand.press(page.add_button)
    hand.press(hand.dialog(page, DocumentDialog).cancel)
    hand.wait_closed(page, DocumentDialog)  # nothing was written
    dialog = hand.opens(page.add_button, page, DocumentDialog)
    hand.fill(dialog.fields.head, name="Mine")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    hand.press(hand.dialog(dialog, Dialog).cancel)
    assert dialog.isVisible() and dialog.fields.head.value("name") == "Mine"
    dialog.close()
    hand.closes(hand.dialog(dialog, Dialog).action, page, DocumentDialog)


def test_a_rule_that_an_alert_proposes_goes_into_the_policy_of_its_proxy(hand: Hand) -> None:
    page = opened(hand)
    for tool in ("fetch", "search"):
        proposed = Rule(
            tool,
            Action.BLOCK,
            (Condition("finding", "indirect_injection.override"), Condition("tool", [tool])),
        )
        page.open_with(rule=proposed, proxy="web")
        dialog = hand.dialog(page, DocumentDialog)
        hand.closes(dialog.action, page, DocumentDialog)
    policy = stored(hand)["Rules for web"].policy
    assert [rule.name for rule in policy.rules] == ["fetch", "search"] and policy.scope.proxies == ("web",)


def test_one_click_goes_back_to_a_former_version(hand: Hand) -> None:
    page = opened(hand)
    softer = stored(hand)["Strict"].document.replace("action: block", "action: log")
    hand.opened.services.policies.change("Strict", softer).result()
    choose(page, "Strict")
    page.row_actions.run(page.row_actions.named("Versions"))
    dialog = hand.dialog(page, VersionsDialog)
    assert "+  action: log" in dialog.changes.toPlainText() and not dialog.action.isEnabled()
    newest = dialog.list.visualItemRect(dialog.list.item(0))
    framed = newest.height() - 2  # within the mark of the keyboard's focus
    assert framed >= 2 * dialog.list.fontMetrics().lineSpacing()  # else the author is cut
    dialog.list.setCurrentRow(1)
    hand.closes(dialog.action, page, VersionsDialog)
    item = stored(hand)["Strict"]
    assert item.policy.version == 3 and "action: block" in item.document


OURS = """name: Ours
rules:
- {name: bird, when: {pattern: bluebird}, action: redact}
"""


def brought(hand: Hand, page: Policies, file: Path, text: str) -> ImportDialog:
    """Choose a file to import, as a person does."""
    file.write_text(text, encoding="utf-8")
    page.choose_file = lambda: str(file)
    chosen(page.file_button, "Import…").trigger()
    dialog = hand.dialog(page, ImportDialog)
    hand.until(lambda: dialog.summary.text() != "Reading…")
    return dialog


def chosen(button: QPushButton, words: str) -> QAction:
    return next(action for action in button.menu().actions() if action.text() == words)


def test_an_import_shows_what_it_changes_before_it_does(hand: Hand, tmp_path: Path) -> None:
    page = opened(hand)
    strict = stored(hand)["Strict"].document
    softer = strict.replace("action: block", "action: log")
    dialog = brought(hand, page, tmp_path / "ours.yaml", "---\n".join((OURS, softer)))
    assert dialog.summary.text() == "Ours is new. Strict gets version 2."
    assert "+  action: log" in dialog.text.toPlainText() and "bluebird" in dialog.text.toPlainText()
    assert "Ours" not in stored(hand) and stored(hand)["Strict"].document == strict
    hand.closes(dialog.action, page, ImportDialog)
    assert stored(hand)["Ours"].policy.version == 1
    assert stored(hand)["Strict"].policy.version == 2 and "action: log" in stored(hand)["Strict"].document


def test_an_import_says_which_proxies_and_groups_its_scopes_name_in_vain(hand: Hand, tmp_path: Path) -> None:
    page = opened(hand)
    dialog = brought(
        hand, page, tmp_path / "ours.yaml", f"{OURS}scope: {{proxies: [nowhere], groups: [team]}}\n"
    )
    hand.until(lambda: bool(dialog.banner.text()))
    assert dialog.banner.text() == "Ours: its scope names the proxy 'nowhere', and there is none."
    assert dialog.action.isEnabled()


def test_a_file_with_a_mistake_is_shown_with_its_line_and_changes_nothing(hand: Hand, tmp_path: Path) -> None:
    page = opened(hand)
    dialog = brought(hand, page, tmp_path / "ours.yaml", OURS.replace("redact", "explode"))
    assert dialog.banner.text().startswith("Line 3 column") and "explode" in dialog.banner.text()
    assert dialog.text.textCursor().blockNumber() == 2 and not dialog.action.isEnabled()
    hand.press(dialog.cancel)
    missing = brought(hand, page, tmp_path / "again.yaml", "rules: [")
    assert missing.banner.text() and not missing.action.isEnabled()
    assert "Ours" not in stored(hand)


def test_what_was_exported_imports_as_no_change(hand: Hand, tmp_path: Path) -> None:
    page = opened(hand)
    file = tmp_path / "all.yaml"
    page.choose_target = lambda _: str(file)
    chosen(page.file_button, "Export all…").trigger()
    hand.until(lambda: file.exists() and "name: Watch" in file.read_text(encoding="utf-8"))
    dialog = brought(hand, page, tmp_path / "same.yaml", file.read_text(encoding="utf-8"))
    assert dialog.summary.text().count("stays at version 1") == 3 and not dialog.action.isEnabled()


def test_one_policy_is_exported_and_a_place_that_cannot_be_written_is_told(
    hand: Hand, tmp_path: Path
) -> None:
    page = opened(hand)
    choose(page, "Guard")
    proposed: list[str] = []
    page.choose_target = lambda name: proposed.append(name) or str(tmp_path / "guard.yaml")  # type: ignore[func-returns-value]
    page.row_actions.run(page.row_actions.named("Export…"))
    hand.until(lambda: (tmp_path / "guard.yaml").exists())
    assert proposed == ["Guard.yaml"]
    hand.until(lambda: (tmp_path / "guard.yaml").read_text("utf-8") == stored(hand)["Guard"].document)
    page.choose_target = lambda _: str(tmp_path / "nowhere" / "guard.yaml")
    page.row_actions.run(page.row_actions.named("Export…"))
    hand.until(lambda: "cannot be written" in page.page.banner.text())


def test_a_text_is_tried_without_anything_being_stored(hand: Hand) -> None:
    hand.opened.services.policies.save(
        "name: Birds\nrules:\n- {name: bird, when: {pattern: bluebird}, action: redact}\n"
    ).result()
    page = hand.open(Policies)
    warm_detectors()  # as the program does when it starts
    dialog = hand.opens(page.try_button, page, TryDialog)
    QTest.keyClicks(dialog.text, "a bluebird")
    hand.press(dialog.action)
    hand.until(lambda: "a <BIRD_1>" in dialog.outcome.toPlainText())
    assert dialog.outcome.toPlainText().startswith("Redacted by Birds@1/bird")
    hand.press(dialog.cancel)


def test_a_policy_is_copied_and_removed(hand: Hand) -> None:
    page = opened(hand)
    choose(page, "Guard")
    page.row_actions.run(page.row_actions.named("Copy"))
    hand.until(lambda: "Guard 2" in stored(hand))
    hand.until(lambda: len(page.table.rows()) == 4)
    choose(page, "Guard 2")
    page.row_actions.run(page.row_actions.named("Remove…"))
    dialog = hand.dialog(page, Confirmation)
    hand.write(dialog.line, "Guard 2")
    hand.press(dialog.action)
    hand.until(lambda: "Guard 2" not in stored(hand))


def test_an_exception_is_listed_with_its_reason_and_revoked(hand: Hand) -> None:
    page = opened(hand)
    new = NewException("Guard", "break-out", "migrations", 30, tool="sql")
    hand.opened.services.policy_exceptions.add(new).result()
    dialog = hand.opens(page.exceptions, page, ExceptionsDialog)
    hand.until(lambda: len(dialog.table.rows()) == 1)
    dialog.setMinimumWidth(1024)
    dialog.resize(1024, dialog.height())  # all of a small screen
    hand.until(lambda: dialog.table.horizontalScrollBar().maximum() == 0)
    assert dialog.width() == 1024
    shown_row = " | ".join(column.text(dialog.table.rows()[0]) for column in dialog.table.columns)
    assert "Guard/break-out | sql | any | migrations" in shown_row
    dialog.table.selectRow(0)
    hand.press(dialog.row_actions.buttons["Revoke"])
    hand.press(hand.dialog(dialog, Confirmation).action)
    hand.until(dialog.page.is_empty)
    dialog.ended.setChecked(True)
    assert [state(row) for row in dialog.table.rows()] == ["revoked"]
    hand.press(dialog.cancel)


def test_what_a_rule_looks_for_is_called_as_alerts_call_it() -> None:
    words = dict(FAMILIES)
    assert words["ssrf"] == "Request to an internal address"
    assert words["sql_injection"] == "SQL injection"
    assert len(set(words.values())) == len(words)
