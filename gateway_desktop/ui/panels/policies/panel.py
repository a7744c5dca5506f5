"""Policies: the list, and what can be done with a policy."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QMenu

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.people import Role
from gateway_desktop.core.policy import Policy, Rule, Scope
from gateway_desktop.policies.document import write
from gateway_desktop.store.queries.configuration import ProxyItem, proxy_rows
from gateway_desktop.store.queries.policies import (
    PolicyItem,
    PolicyVersion,
    caught,
    policy_rows,
    policy_versions,
)
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import menu_button, push_button
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.lists.list_panel import ListPanel
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.policies.assign_dialog import AssignDialog
from gateway_desktop.ui.panels.policies.columns import POLICY_COLUMNS, PolicyLine
from gateway_desktop.ui.panels.policies.dialogs import NEW, DocumentDialog, TryDialog, VersionsDialog
from gateway_desktop.ui.panels.policies.exceptions_dialog import ExceptionsDialog
from gateway_desktop.ui.panels.policies.import_dialog import ImportDialog
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.confirm import Confirmation

_YAML = "YAML (*.yaml *.yml);;All files (*)"
_WEEK_US = 7 * DAY_US
NOTHING = ("No policies", "Everything passes and nothing is told. Add a policy, or import one.")


class Policies(ListPanel[PolicyLine]):
    """What may pass, and what each policy caught."""

    name = "policies"
    title = "Policies"
    group = "Security"
    icon = "shield"
    throttled = (Topic.AUDIT, 5000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, POLICY_COLUMNS, lambda row: row.item.policy.id)
        self._policies = context.services.policies
        self._items: Sequence[PolicyItem] = ()
        self._caught: Mapping[str, Mapping[str, int]] = {}
        self._proxies: Sequence[str] = ()
        self.try_button = push_button("Try a text", self.open_try)
        self.exceptions = push_button("Exceptions", self.open_exceptions)
        self.file_button = menu_button("File", self._file_menu())
        self.add_button = self.adding("Add policy", self.open_new, NOTHING)
        self.put_buttons(self.exceptions, self.try_button, self.file_button, self.add_button)
        self.body.addWidget(self.page, 1)
        self.table.opened.connect(self._edit)

    def _actions(self) -> tuple[RowAction[PolicyLine], ...]:
        return (
            RowAction("Edit", self._edit, button=True),
            RowAction("Switch on", self._switch, lambda row: not row.item.policy.enabled),
            RowAction("Switch off", self._switch, lambda row: row.item.policy.enabled),
            RowAction("Assign…", self._assign, button=True),
            RowAction("Versions", self._versions, least=None),
            RowAction("Copy", self._copy),
            RowAction("Export…", lambda row: self._export(f"{row.name}.yaml", (row.name,)), least=None),
            RowAction("Show requests", self._show_requests, least=None),
            RowAction("Remove…", self._remove, danger=True),
        )

    def _file_menu(self) -> QMenu:
        self.choose_file: Callable[[], str] = self._ask_file
        self.choose_target: Callable[[str], str] = self._ask_target
        menu = QMenu(self)
        permissions().limit(menu.addAction("Import…", self.open_import), Role.ADMIN)
        menu.addAction("Export all…", lambda: self._export("policies.yaml", ()))
        return menu

    def refresh(self) -> None:
        """Read the policies, what they caught in 7 days, and the proxies a text can be tried for."""
        self.load("policies", policy_rows, ok=self._set_policies)
        self.load("caught", caught, now_us() - _WEEK_US, ok=self._set_caught)
        self.load("proxies", proxy_rows, ok=self._set_proxies)

    def open_with(self, **wanted: object) -> None:
        """Open the form with a proposed rule (`rule`), in the policy for rules of this proxy (`proxy`)."""
        rule = wanted.get("rule")
        if isinstance(rule, Rule):
            proposed = partial(self._open_rule, rule, str(wanted.get("proxy", "")))
            self.load("proposed", policy_rows, ok=proposed)

    def _open_rule(self, rule: Rule, proxy: str, rows: Sequence[PolicyItem]) -> None:
        name = f"Rules for {proxy}" if proxy else "Rules from alerts"
        known = next((item for item in rows if item.policy.name == name), None)
        if known is None:
            policy = Policy(
                name, (rule,), "Made from alerts.", scope=Scope(proxies=(proxy,) if proxy else ())
            )
            save = lambda text: self._policies.save(text, "made from an alert")  # noqa: E731 - one of two
            DocumentDialog("New policy", write(policy), save).open_over(self)
            return
        change = lambda text: self._policies.change(known.policy.id, text, "a rule from an alert")  # noqa: E731
        dialog = DocumentDialog(f"A rule for {name}", known.document, change)
        dialog.fields.add_rule(rule)
        dialog.open_over(self)

    def _set_policies(self, rows: Sequence[PolicyItem]) -> None:
        self._items = rows
        self._show()

    def _set_caught(self, found: Mapping[str, Mapping[str, int]]) -> None:
        self._caught = found
        self._show()

    def _set_proxies(self, rows: Sequence[ProxyItem]) -> None:
        self._proxies = [row.proxy.name for row in rows]

    def _show(self) -> None:
        self.page.show_rows(
            [PolicyLine(item, self._caught.get(item.policy.name, {})) for item in self._items]
        )

    @Slot()
    def open_new(self) -> None:
        DocumentDialog("New policy", NEW, lambda text: self._policies.save(text, "added")).open_over(self)

    @Slot()
    def open_try(self) -> None:
        TryDialog(self._proxies, self.context.services.policy_tester.try_out).open_over(self)

    @Slot()
    def open_exceptions(self) -> None:
        ExceptionsDialog(self.context).open_over(self)

    @Slot()
    def open_import(self) -> None:
        chosen = self.choose_file()
        if chosen:
            services = self.context.services
            ImportDialog(Path(chosen), services.policy_files, services.policies).open_over(self)

    def _export(self, name: str, policies: Sequence[str]) -> None:
        target = self.choose_target(name)
        if target:
            saved = self.context.services.policy_files.save(Path(target), policies)
            when_done(self, saved, lambda path: self.context.say(f"Saved {path}"), self.page.show_problem)

    def _ask_file(self) -> str:
        return QFileDialog.getOpenFileName(self, "Import policies", str(Path.home()), _YAML)[0]

    def _ask_target(self, name: str) -> str:
        return QFileDialog.getSaveFileName(self, "Export policies", str(Path.home() / name), _YAML)[0]

    def _edit(self, row: PolicyLine) -> None:
        policy = row.item.policy
        DocumentDialog(
            f"{policy.name}, version {policy.version}",
            row.item.document,
            lambda text: self._policies.change(policy.id, text),
        ).open_over(self)

    def _assign(self, row: PolicyLine) -> None:
        AssignDialog(row.item.policy, row.item.proxies, self._proxies, self._policies).open_over(self)

    def _switch(self, row: PolicyLine) -> None:
        """Switch a policy off that is on, or on."""
        policy = row.item.policy
        on, off = partial(self._policies.enable, policy.id), partial(self._policies.disable, policy.id)
        if policy.enabled:
            self.page.run(off, f"{policy.name} is off.", on)
        else:
            self.page.run(on, f"{policy.name} is on.", off)

    def _versions(self, row: PolicyLine) -> None:
        policy = row.item.policy

        def show(versions: Sequence[PolicyVersion]) -> None:
            restore = self._policies.restore
            VersionsDialog(policy.name, versions, lambda number: restore(policy.id, number)).open_over(self)

        self.load("versions", policy_versions, policy.id, ok=show)

    def _copy(self, row: PolicyLine) -> None:
        taken = {item.policy.name.lower() for item in self._items}
        names = (f"{row.name} {number}" for number in range(2, len(taken) + 3))
        name = next(name for name in names if name.lower() not in taken)
        self.page.run(
            lambda: self._policies.copy(row.item.policy.id, name),
            f"{name} is there, switched off.",
            lambda: self._policies.remove(name),
        )

    def _show_requests(self, row: PolicyLine) -> None:
        self.context.open_page("audit_logs", filter=f'"{row.name}@"')

    def _remove(self, row: PolicyLine) -> None:
        Confirmation(
            f"Remove {row.name}?",
            "Its rules hold no more. Rows that it decided keep its name, and its versions are kept.",
            "Remove",
            lambda: self._policies.remove(row.item.policy.id),
            typed=row.name,
        ).open_over(self)
