"""Enable OAuth at a proxy, or change how people sign in; it ends with the address to give to applications."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.oauth import LOCAL, OAuthMode, ProxyOAuth, Registration
from gateway_desktop.core.people import Group
from gateway_desktop.core.proxy import Kind
from gateway_desktop.services.oauth_proxies import OAuthProxies
from gateway_desktop.ui.forms.editors import (
    ChoiceEditor,
    NumberEditor,
    TextAreaEditor,
    TextEditor,
    TickEditor,
)
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.forms.tick_list import TickListEditor
from gateway_desktop.ui.panels.oauth_proxy.columns import OAuthRow
from gateway_desktop.ui.panels.oauth_proxy.words import MODES, REGISTRATIONS, provider_name
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.dialog import Dialog

ROWS = 3  # of a list at once: all of it has to fit on a small screen
MINUTE, DAY = 60, 24 * 3600  # seconds
MODE_HELP = "Who signs people in: this gateway, or an authorization server that the upstream brings along."
GROUPS_HELP = "None ticked: everyone who may use the proxy."
UNITS = {"access_seconds": MINUTE, "refresh_seconds": DAY}
OF_OURS = ("providers", "scopes", "access_seconds", "refresh_seconds", "registration", "keys")
OF_UPSTREAM = ("unattributed", "introspection_url", "introspection_client", "introspection_env")
CLAUDE_HELP = "JSON that Claude Code obeys once its person has signed in here. Empty: nothing."
STRANGERS = {True: "Pass, and say why they have no user", False: "Are refused"}
INTROSPECTION_HELP = "Only where tokens are opaque: who says whose one is (RFC 7662)."
NO_PASSWORDS = (
    "Nobody has a password yet, so nobody can sign in. Set one: Users & Groups, More, Set password."
)
NO_PUBLIC_URL = (
    "It works on this machine. For applications elsewhere, set the public URL: Settings, Listening."
)


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen, and what is said beside the address at the end."""

    groups: Sequence[Group] = ()
    providers: Sequence[str] = ()  # besides the local directory
    remarks: Sequence[str] = ()


class EnableOAuthDialog(Dialog):
    """How people sign in at one proxy."""

    def __init__(self, oauth_proxies: OAuthProxies, row: OAuthRow, offered: Offered) -> None:
        proxy, oauth = row.name, row.item.proxy.oauth
        known = oauth is not None and oauth.enabled
        title = f"Sign-in at {proxy}" if known else f"Enable OAuth at {proxy}"
        super().__init__(title, "Save" if known else "Enable OAuth", width=560)
        self._oauth_proxies = oauth_proxies
        self._proxy, self._kind = proxy, row.item.proxy.kind
        self._remarks = offered.remarks
        self._standing = oauth or ProxyOAuth()
        self._ways = row.item.providers or self._standing.providers
        ways = dict.fromkeys((LOCAL, *offered.providers, *self._ways))
        self.mode = ChoiceEditor([(mode, words) for mode, words in MODES.items()])
        self.providers = TickListEditor([(each, provider_name(each)) for each in ways], rows=ROWS)
        self.groups = TickListEditor([(group.id, group.name) for group in offered.groups], rows=ROWS)
        self.address = CopyField("Address for applications", row.url)
        self.address.hide()
        self.add_form(*self._entries(), label_width=136)
        self.form.set_values(self._shown())
        self._begun = self.form.values()
        self.mode.changed.connect(self._show_mode)
        self._show_mode()
        self.do(self._save)

    def _entries(self) -> tuple[Entry, ...]:
        registration = ChoiceEditor([(each, words) for each, words in REGISTRATIONS.items()])
        access, refresh = NumberEditor(1, 1440, "min"), NumberEditor(1, 365, "days")
        return (
            Entry("mode", "Signed in by", self.mode, MODE_HELP),
            Entry("providers", "People sign in with", self.providers),
            Entry("groups", "Groups", self.groups, GROUPS_HELP),
            Entry("registration", "Applications", registration, "Which ones may become clients here."),
            Entry("scopes", "Scopes", TextEditor("use"), "Words that an application may ask for."),
            Entry("access_seconds", "A token is good for", access),
            Entry("refresh_seconds", "Unused sessions end", refresh, "After so many days without a call."),
            Entry("keys", "API keys", TickEditor("API keys are good here too")),
            Entry("claude_settings", "Claude Code", TextAreaEditor('{"permissions": {}}'), CLAUDE_HELP),
            *self._of_upstream(),
        )

    def _of_upstream(self) -> tuple[Entry, ...]:
        strangers = ChoiceEditor(list(STRANGERS.items()))
        url, variable = TextEditor("https://auth.example.org/introspect"), TextEditor("INTROSPECTION_SECRET")
        return (
            Entry("unattributed", "Tokens of strangers", strangers, "Those that tell no user of yours."),
            Entry("introspection_url", "Introspection", url, INTROSPECTION_HELP),
            Entry("introspection_client", "Our client id there", TextEditor()),
            Entry("introspection_env", "Its secret", variable, "The environment variable that holds it."),
        )

    def _shown(self) -> dict[str, Any]:
        standing = self._standing
        return {
            "mode": standing.mode,
            "providers": self._ways,
            "groups": standing.groups,
            "scopes": " ".join(standing.scopes),
            "access_seconds": max(1, standing.access_seconds // MINUTE),
            "refresh_seconds": max(1, standing.refresh_seconds // DAY),
            "registration": standing.registration,
            **{name: getattr(standing, name) for name in ("keys", "claude_settings", *OF_UPSTREAM)},
        }

    @Slot()
    def _show_mode(self) -> None:
        ours = OAuthMode(self.mode.value()) is OAuthMode.GATEWAY
        for name in OF_OURS:
            self.form.show_entry(name, ours)
        for name in OF_UPSTREAM:
            self.form.show_entry(name, not ours)
        self.form.show_entry("claude_settings", ours and self._kind is Kind.LLM)

    def _save(self) -> "Future[Any]":
        changes = {}
        for name, value in self.form.values().items():
            if value == self._begun[name]:
                continue  # a length that is no whole day, set elsewhere, stays as it is
            unit = UNITS.get(name)
            changes[name] = value * unit if unit else value
        if "scopes" in changes:
            changes["scopes"] = changes["scopes"].split()
        if "providers" in changes:
            changes["providers"] = self._in_order(changes["providers"])
        for name, kind in (("mode", OAuthMode), ("registration", Registration)):
            if name in changes:
                changes[name] = str(kind(changes[name]))
        return self._oauth_proxies.enable(self._proxy, changes)

    def _in_order(self, ticked: Sequence[str]) -> tuple[str, ...]:
        standing = [each for each in self._ways if each in ticked]
        return (*standing, *(each for each in ticked if each not in standing))

    def finished_with(self, result: Any) -> None:  # noqa: ARG002 - the address does not depend on it
        """Show the address that applications are given."""
        self.heading.setText(f"People can sign in at {self._proxy}")
        said = [
            self.add_text("Applications need nothing but this address: they find the rest by themselves.")
        ]
        self.body.addWidget(self.address)
        self.address.show()
        needless = () if LOCAL in self.providers.value() else (NO_PASSWORDS,)
        said += [self.add_text(remark, "muted") for remark in self._remarks if remark not in needless]
        for label in said:
            label.show()  # now, so that the dialog takes their height
        self.conclude(self.address.button)
