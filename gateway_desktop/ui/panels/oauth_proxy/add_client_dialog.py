"""Add a client by hand; its id, and its secret if it has one, are shown at the end."""

from gateway_desktop.services.oauth_sessions import AddedClient, OAuthSessions
from gateway_desktop.ui.forms.editors import TextEditor, TickEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.dialog import Dialog

REDIRECT_HELP = "Where the application takes the answer; several with spaces between. None: device code only."
ONCE = "Copy the secret now. Only its fingerprint is kept, so nobody can show it again."


class AddClientDialog(Dialog):
    """An application that does not register itself."""

    def __init__(self, sessions: OAuthSessions, proxy: str) -> None:
        super().__init__(f"Add a client at {proxy}", "Add client")
        secret = TickEditor("It has to show a secret")
        form = self.add_form(
            Entry("name", "Name", TextEditor("Review board")),
            Entry("redirect", "Redirect URIs", TextEditor("https://app.example.org/cb"), REDIRECT_HELP),
            Entry("client", "Client id", TextEditor("made up"), "Only if the application comes with one."),
            Entry("secret", "Secret", secret, "For programs on a server, not on people's machines."),
        )
        self.id = CopyField("Client id")
        self.secret = CopyField("Client secret")
        for field in (self.id, self.secret):
            field.hide()
        self.do(
            lambda: sessions.add_client(
                proxy,
                form.value("name"),
                form.value("redirect").split(),
                form.value("client"),
                form.value("secret"),
            )
        )

    def finished_with(self, result: AddedClient) -> None:
        """Show what the application is given."""
        self.add_text("The application is given this client id, and the address of the proxy.").show()
        self._add_field("Client id", self.id, result.client.id)
        if result.secret is not None:
            self._add_field("Client secret", self.secret, str(result.secret))
            self.add_text(ONCE, "muted").show()
        self.conclude(self.id.button)

    def _add_field(self, caption: str, field: CopyField, text: str) -> None:
        self.add_text(caption, "small").show()
        field.set_text(text)
        self.body.addWidget(field)
        field.show()
