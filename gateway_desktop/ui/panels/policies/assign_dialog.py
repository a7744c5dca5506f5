"""AssignDialog: the proxies that a policy holds for."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from gateway_desktop.core.policy import Policy
from gateway_desktop.services.futures import follow
from gateway_desktop.services.policies import Policies
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.forms.tick_list import TickListEditor
from gateway_desktop.ui.widgets.dialog import Dialog


class AssignDialog(Dialog):
    """Ticked is assigned: there the policy holds, and it is on."""

    def __init__(
        self, policy: Policy, assigned: Sequence[str], proxies: Sequence[str], policies: Policies
    ) -> None:
        super().__init__(f"Assign {policy.name}", "Assign")
        self._policy, self._assigned, self._policies = policy, assigned, policies
        self.proxies = TickListEditor([(name, name) for name in proxies])
        self.proxies.set_value(assigned)
        self.add_text("It is on for these proxies and holds nowhere else. Without any it goes off.", "muted")
        self.add_form(Entry("proxies", "Proxies", self.proxies))
        self.do(self._assign)

    def _assign(self) -> Future[Any]:
        wanted, named = self.proxies.value(), self._policy.id
        added = [name for name in wanted if name not in self._assigned]
        gone = [name for name in self._assigned if name not in wanted]
        if not added:
            return self._policies.unassign(named, gone)
        return follow(self._policies.assign(named, added), lambda _: self._policies.unassign(named, gone))
