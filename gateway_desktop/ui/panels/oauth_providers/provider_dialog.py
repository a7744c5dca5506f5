"""Add or change an identity provider: its kind with the steps there, who we are there, who may come in."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.oauth import Admission, IdentityProvider
from gateway_desktop.identity.provider_kinds import PROVIDER_KINDS, ProviderKind
from gateway_desktop.services.identity_providers import IdentityProviders
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.forms.secret_source import KEEP, NONE, PASTE, VARIABLE, sources
from gateway_desktop.ui.panels.oauth_providers.words import ADMISSION_HELP, ADMISSIONS, NO_RULES, OPEN_TO_ALL
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.text_label import text_label

LABELS = 112
SCOPES_HELP = "Words with spaces between, besides {}."
SECRET_AGAIN = "the stored secret is for the former issuer only; paste the new one's"


class ProviderDialog(Dialog):
    """`succeeded` with the provider when it is saved."""

    def __init__(
        self,
        providers: IdentityProviders,
        callback: str,
        taken: Sequence[str] = (),
        provider: IdentityProvider | None = None,
    ) -> None:
        title = "Add provider" if provider is None else f"Edit {provider.name}"
        super().__init__(title, "Add provider" if provider is None else "Save", width=640)
        self._providers = providers
        self._taken = {name.lower() for name in taken}
        self._provider = provider
        self._suggested = ("", "", Admission.ANYONE)  # name, issuer, admission as the kind filled them in
        self.kind = ChoiceEditor([(kind.name, kind.title) for kind in PROVIDER_KINDS])
        self.issuer = TextEditor()
        stored = provider is not None and bool(provider.secret_id) and not provider.secret_env
        self.secret_source = ChoiceEditor(sources("None: a public client", stored=stored))
        self.admits = ChoiceEditor([(each, words) for each, words in ADMISSIONS.items()])
        self.callback = CopyField("Callback URL", callback)
        self.steps = text_label("", "muted", wraps=True)
        self._arrange()
        self._fill()
        self.kind.changed.connect(self._suggest)
        self.form.changed.connect(self._show)
        self.do(self._save)

    def _arrange(self) -> None:
        self._kinds = Form(Entry("kind", "Kind", self.kind), label_width=LABELS)
        self.body.addWidget(self._kinds)
        if self._provider is not None:
            self._kinds.hide()  # another kind is another provider
        self.body.addWidget(self.steps)
        self.add_text("Callback URL, to be registered there", "small")
        self.body.addWidget(self.callback)
        self.add_form(*self._entries(), label_width=LABELS)

    def _entries(self) -> tuple[Entry, ...]:
        secret = TextEditor("of the provider", secret=True)
        return (
            Entry("name", "Name", TextEditor("Acme"), "On the button that leads there."),
            Entry("issuer", "Issuer", self.issuer, "To the character as the provider writes it."),
            Entry("client_id", "Client id", TextEditor("as the provider gave it")),
            Entry("source", "Client secret", self.secret_source),
            Entry("secret", "Secret", secret, "Sealed at once; nobody is shown it again."),
            Entry("secret_env", "Variable", TextEditor("ACME_SECRET"), "Of the gateway's environment."),
            Entry("scopes", "More scopes", TextEditor("none")),
            Entry("admits", "May sign in", self.admits),
        )

    def _fill(self) -> None:
        provider = self._provider
        if provider is None:
            self.form.set_values({"source": PASTE})
            self._suggest()
            return
        self.kind.set_value(provider.kind)
        own = self.chosen().scopes
        self.form.set_values(
            {
                "name": provider.name,
                "issuer": provider.issuer,
                "client_id": provider.client_id,
                "source": VARIABLE if provider.secret_env else KEEP if provider.secret_id else NONE,
                "secret_env": provider.secret_env,
                "scopes": " ".join(scope for scope in provider.scopes if scope not in own),
                "admits": provider.admits,
            }
        )
        self._show()

    def chosen(self) -> ProviderKind:
        return next(kind for kind in PROVIDER_KINDS if kind.name == self.kind.value())

    @Slot()
    def _suggest(self) -> None:
        """Fill in name, issuer and admission, unless a person has written their own."""
        kind = self.chosen()
        title, number = kind.title, 2
        while title.lower() in self._taken:
            title, number = f"{kind.title} {number}", number + 1
        wanted = (title, kind.issuer, kind.admits)
        for name, value, before in zip(("name", "issuer", "admits"), wanted, self._suggested, strict=True):
            if self.form.value(name) in ("", before):
                self.form.set_values({name: value})
        self._suggested = wanted
        self._show()
        self.fit()

    @Slot()
    def _show(self, _: str = "") -> None:
        kind, form = self.chosen(), self.form
        self.steps.setText("\n".join(f"{at}. {step}" for at, step in enumerate(kind.steps, 1)))
        source = form.value("source")
        form.show_entry("secret", source == PASTE)
        form.show_entry("secret_env", source == VARIABLE)
        self.issuer.line.setPlaceholderText(kind.example or kind.issuer)
        form.show_entry("issuer", kind.issuer == "" or kind.example != "" or self._changed_issuer())
        form.set_help("scopes", SCOPES_HELP.format(", ".join(kind.scopes) or "those it needs"))
        admits = Admission(form.value("admits"))
        form.set_help("admits", ADMISSION_HELP[admits])
        danger = OPEN_TO_ALL if admits is Admission.ANYONE and kind.everybody else ""
        form.set_danger("admits", danger)
        if not danger and admits is Admission.MATCHED and not (self._provider and self._provider.rules):
            form.set_note("admits", NO_RULES)

    def _changed_issuer(self) -> bool:
        return self._provider is not None and self._provider.issuer != self.chosen().issuer

    def _save(self) -> "Future[Any]":
        values = self.form.values()
        source = values["source"]
        if source == PASTE and not values["secret"]:
            raise ConfigurationError("secret", "paste the client secret, or choose another way")
        if source == VARIABLE and not values["secret_env"]:
            raise ConfigurationError("secret_env", "which variable holds it?")
        if self._provider is None:
            return self._providers.add(
                NewProvider(
                    values["name"],
                    values["client_id"],
                    self.kind.value(),
                    values.get("issuer", ""),
                    values.get("secret", ""),
                    values.get("secret_env", ""),
                    tuple(values["scopes"].split()),
                    admits=str(Admission(values["admits"])),
                )
            )
        return self._providers.update(self._provider.id, self._changes(self._provider, values))

    def _changes(self, known: IdentityProvider, values: dict[str, Any]) -> dict[str, object]:
        changes: dict[str, object] = {
            name: values[name]
            for name in ("name", "issuer", "client_id")
            if name in values and values[name] != getattr(known, name)
        }
        if Admission(values["admits"]) is not known.admits:
            changes["admits"] = str(Admission(values["admits"]))
        own = self.chosen().scopes
        scopes = tuple(dict.fromkeys((*own, *values["scopes"].split())))
        if scopes != known.scopes:
            changes["scopes"] = scopes
        source = values["source"]
        if source == KEEP and "issuer" in changes:
            raise ConfigurationError("source", SECRET_AGAIN)
        if source == PASTE:
            changes["secret"] = values["secret"]
        elif source == VARIABLE and (values["secret_env"] != known.secret_env or "issuer" in changes):
            changes["secret_env"] = values["secret_env"]
        elif source == NONE and (known.secret_id or known.secret_env):
            changes["secret"] = ""
        return changes
