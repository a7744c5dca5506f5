"""Add or edit a proxy: provider, name, upstream, credential, what is stored; and try it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.policy import AnswerMode
from gateway_desktop.core.proxy import Kind, PayloadLevel, Proxy
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.protocols.llm.provider import Provider
from gateway_desktop.protocols.llm.providers import PROVIDERS
from gateway_desktop.services.proxies import Proxies
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.services.stdio import ProxyVariables
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor, TickEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.forms.secret_source import KEEP, NONE, PASTE, VARIABLE, sources
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.panels.proxies.presets import ADDRESS, COMMAND, PRESETS, preset_named
from gateway_desktop.ui.panels.proxies.proxy_fields import (
    COMMAND_HELP,
    OF_COMMAND,
    SEALED_HELP,
    VARIABLES_HELP,
    command_of,
    fields_of,
    sealed_of,
)
from gateway_desktop.ui.panels.proxies.words import (
    ANONYMOUS,
    ANSWER_SENTENCES,
    ANSWERS,
    KINDS,
    LEVEL_SENTENCES,
    LEVELS,
    UNVERIFIED,
    UPSTREAMS,
)
from gateway_desktop.ui.steps import in_turn
from gateway_desktop.ui.widgets.diagnosis_view import DiagnosisView
from gateway_desktop.ui.widgets.dialog import Dialog

STEMS = {Kind.LLM: "llm", Kind.MCP: "tools", Kind.A2A: "agent"}  # of names that are suggested
SAVE_FIRST = "A stored credential is sent only to the address it was stored for: save first, then test."


class ProxyDialog(Dialog):
    """`succeeded` when the proxy is saved."""

    def __init__(
        self,
        proxies: Proxies,
        variables: ProxyVariables,
        base_url: str,
        taken: Sequence[str],
        proxy: Proxy | None = None,
    ) -> None:
        super().__init__(
            "Add proxy" if proxy is None else f"Edit {proxy.name}",
            "Add proxy" if proxy is None else "Save",
            width=600,
        )
        self._proxies = proxies
        self._variables = variables
        self._base_url = base_url
        self._taken = frozenset(taken)
        self._proxy = proxy
        self._suggested = ("", "", "")  # name, upstream and command as filled in by provider or preset
        self.kind = ChoiceEditor([(kind.value, KINDS[kind]) for kind in Kind])
        self.provider = ChoiceEditor([(each.name, each.label) for each in PROVIDERS])
        self.server = ChoiceEditor([(each.key, each.label) for each in PRESETS])
        stored = proxy is not None and bool(proxy.credential_secret)
        self.source = ChoiceEditor(sources("None: the upstream asks for nothing", stored=stored))
        self.payloads = ChoiceEditor([(level.value, LEVELS[level]) for level in PayloadLevel])
        self.answers = ChoiceEditor([(mode.value, ANSWERS[mode]) for mode in AnswerMode])
        self.anonymous = TickEditor("Let requests without a key pass")
        self.unverified = TickEditor("Do not verify the upstream's certificate")
        self.fields = self.add_form(*self._entries(), label_width=112)
        self.diagnosis = DiagnosisView()
        fill(self.body, self.diagnosis, 1)
        self.test = self.add_button("Test connection", self._test)
        self._fill(proxy)
        self._begun = self.fields.values()
        self.kind.changed.connect(self._suggest)
        self.provider.changed.connect(self._suggest)
        self.server.changed.connect(self._suggest)
        self.fields.changed.connect(self._edited)
        self.do(self._save)

    def _entries(self) -> tuple[Entry, ...]:
        return (
            Entry("kind", "Kind", self.kind),
            Entry("provider", "Provider", self.provider),
            Entry("server", "Server", self.server),
            Entry("name", "Name", TextEditor("openai")),
            Entry("command", "Command", TextEditor("npx -y some-server"), COMMAND_HELP),
            Entry("cwd", "Folder", TextEditor("where the gateway was started"), "Where it runs."),
            Entry("variables", "Variables", TextEditor("LANG HTTPS_PROXY"), VARIABLES_HELP),
            Entry("sealed", "Secret", TextEditor("API_TOKEN=…", secret=True), SEALED_HELP),
            Entry("upstream", "Upstream", TextEditor("https://api.example.com")),
            Entry("source", "Credential", self.source),
            Entry("credential", "API key", TextEditor("of the provider", secret=True), "Sealed at once."),
            Entry(
                "credential_env", "Variable", TextEditor("OPENAI_API_KEY"), "Of the gateway's environment."
            ),
            Entry("payloads", "Stored texts", self.payloads),
            Entry("answers", "Answers", self.answers),
            Entry("anonymous", "Anonymous", self.anonymous),
            Entry("unverified", "TLS", self.unverified),
        )

    def _fill(self, proxy: Proxy | None) -> None:
        if proxy is None:
            self.fields.set_values(
                {
                    "kind": Kind.LLM.value,
                    "server": ADDRESS,
                    "source": PASTE,
                    "payloads": PayloadLevel.REDACTED.value,
                    "answers": AnswerMode.AUTO.value,
                }
            )
            self._suggest()
        else:
            self.fields.set_values(
                {
                    "kind": proxy.kind.value,
                    "provider": proxy.provider,
                    "name": proxy.name,
                    "upstream": proxy.upstream,
                    "source": VARIABLE if proxy.credential_env else KEEP if proxy.credential_secret else NONE,
                    "credential_env": proxy.credential_env or "",
                    "payloads": proxy.payloads.value,
                    "answers": proxy.answers.value,
                    "anonymous": proxy.anonymous,
                    "unverified": not proxy.verify_tls,
                }
            )
            self.fields.set_values({"server": COMMAND if proxy.stdio is not None else ADDRESS})
            if proxy.stdio is not None:
                self.fields.set_values(fields_of(proxy.stdio))
            self.fields.show_entry("kind", False)  # another kind is another proxy
            if proxy.sandbox:
                for name in ("provider", "upstream", "source", "unverified"):
                    self.fields.show_entry(name, False)
        self._show()

    def chosen_provider(self) -> Provider:
        return next(each for each in PROVIDERS if each.name == self.provider.value())

    def chosen_kind(self) -> Kind:
        return Kind(self.kind.value())

    @Slot()
    def _suggest(self) -> None:
        """Fill in name and upstream, unless a person has written their own."""
        provider = self.chosen_provider()
        kind = self.chosen_kind()
        preset = preset_named(self.server.value())
        stem, base, command = STEMS[kind], "", ""
        if kind is Kind.LLM:
            stem, base = provider.name, provider.base_url
        elif kind is Kind.MCP:
            stem, base, command = preset.name, preset.upstream, preset.command
        name, number = stem, 2
        while name in self._taken:
            name, number = f"{stem}-{number}", number + 1
        values = {"name": name, "upstream": base, "command": command}
        for (field, value), before in zip(values.items(), self._suggested, strict=True):
            if self.fields.value(field) in ("", before):
                self.fields.set_values({field: value})
        self._suggested = (name, base, command)
        if self._proxy is None:
            self.source.set_value(NONE if provider.local or kind is not Kind.LLM else PASTE)
        self._show()

    @Slot(str)
    def _edited(self, _: str) -> None:
        self.diagnosis.clear()
        self._show()

    def _show(self) -> None:
        fields = self.fields
        source, kind = fields.value("source"), self.chosen_kind()
        sandbox = self._proxy is not None and self._proxy.sandbox
        fields.set_help("upstream", UPSTREAMS[kind])  # first: help that is set is shown
        fields.set_help("provider", self.chosen_provider().notes)
        preset = preset_named(self.server.value())
        fields.set_help("server", preset.notes)
        runs, new = kind is Kind.MCP and preset.runs, self._proxy is None
        fields.show_entry("server", kind is Kind.MCP and new)
        for name in ("command", "cwd", "variables", "sealed"):
            fields.show_entry(name, runs)
        for name in ("upstream", "source", "unverified"):
            fields.show_entry(name, not runs and not sandbox)
        fields.show_entry("credential", source == PASTE and not sandbox and not runs)
        fields.show_entry("credential_env", source == VARIABLE and not sandbox and not runs)
        path = "/mcp" if kind is Kind.MCP else ""
        fields.set_help("name", f"Tools use {self._base_url}/{fields.value('name') or '…'}{path}")
        fields.show_entry("provider", kind is Kind.LLM and not sandbox)
        fields.set_help("payloads", LEVEL_SENTENCES[fields.value("payloads")])
        fields.set_help("answers", ANSWER_SENTENCES[fields.value("answers")])
        fields.show_entry("answers", self._proxy is not None)
        fields.set_danger("anonymous", ANONYMOUS if fields.value("anonymous") else "")
        fields.set_danger("unverified", UNVERIFIED if fields.value("unverified") else "")
        self.test.setVisible(not sandbox)

    def _new(self) -> NewProxy:
        values = self.fields.values()
        if "command" in values:
            return NewProxy(
                name=values["name"],
                upstream="",
                kind=Kind.MCP,
                payloads=values["payloads"],
                anonymous=values["anonymous"],
                stdio=command_of(values["command"], values["cwd"], values["variables"]),
            )
        if values["source"] == PASTE and not values.get("credential"):
            raise ConfigurationError("credential", "paste the provider's key, or choose another credential")
        return NewProxy(
            name=values["name"],
            upstream=values["upstream"],
            kind=self.chosen_kind(),
            provider=values.get("provider", ""),
            credential=values.get("credential", ""),
            credential_env=values.get("credential_env", ""),
            payloads=values["payloads"],
            anonymous=values["anonymous"],
            verify_tls=not values["unverified"],
        )

    def _save(self) -> "Future[Any]":
        if self._proxy is None:
            new = self._new()
            steps_of_new: list[Callable[[], Future[Any]]] = [lambda: self._proxies.add(new)]
            return in_turn([*steps_of_new, *self._sealing(new.name)])
        values, known = self.fields.values(), self._proxy
        changes: dict[str, object] = {
            name: values[name]
            for name in ("name", "upstream", "provider", "payloads", "answers", "anonymous")
            if name in values and values[name] != getattr(known, name)
        }
        if "unverified" in values and values["unverified"] == known.verify_tls:
            changes["verify_tls"] = not values["unverified"]
        changes |= self._of_command()
        steps = self._sealing(known.id)
        source = values.get("source", KEEP)
        if source == VARIABLE and values["credential_env"] != known.credential_env:
            changes["credential_env"] = values["credential_env"]
        elif source == NONE and (known.credential_env or known.credential_secret):
            changes["credential_env"] = ""
        elif source == PASTE:
            secret = self._new().credential
            steps.append(lambda: self._proxies.set_credential(known.id, secret))
        return in_turn([lambda: self._proxies.update(known.id, changes), *steps])

    def _of_command(self) -> dict[str, object]:
        """Return what of a command was changed here."""
        values = self.fields.values()
        changed = [name for name in OF_COMMAND if values.get(name) != self._begun.get(name)]
        return {OF_COMMAND[name]: values[name] for name in changed}

    def _sealing(self, proxy: str) -> "list[Callable[[], Future[Any]]]":
        """Return the step that seals the value of a variable, if one was given."""
        given = self.fields.values().get("sealed", "")
        if not given:
            return []
        variable, value = sealed_of(given)
        return [lambda: self._variables.set(proxy, variable, value)]

    @Slot()
    def _test(self) -> None:
        self.banner.clear()
        self.fields.clear_errors()
        try:
            future = self._try()
        except ConfigurationError as error:
            self.show_problem(error)
            return
        self.diagnosis.wait()
        when_done(self, future, self.diagnosis.show_diagnosis, self._not_tested, "test")

    def _try(self) -> "Future[Diagnosis]":
        if self._proxy is not None and self._proxy.stdio is not None:
            if self._of_command() or self.fields.value("sealed"):
                raise ConfigurationError("command", "Save first: what is saved is tested.")
            return self._proxies.test(self._proxy.id)
        if self._proxy is not None and self.fields.value("source") == KEEP:
            if self.fields.value("upstream") != self._proxy.upstream:
                raise ConfigurationError("upstream", SAVE_FIRST)
            return self._proxies.test(self._proxy.id)
        return self._proxies.test_new(self._new())

    def _not_tested(self, error: BaseException) -> None:
        self.diagnosis.clear()
        self.show_problem(error)
