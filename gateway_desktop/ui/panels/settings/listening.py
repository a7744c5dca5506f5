"""Listening beyond this machine: what it means, and the fingerprint to compare."""

from gateway_desktop.core.status import State
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.panels.settings.section_page import SectionPart
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.text_label import text_label

TLS = (
    "Answers are encrypted with your certificate, or with one the gateway makes; its fingerprint is shown "
    "here once it listens. Tools must trust that certificate."
)
PLAIN = (
    "You said that TLS ends in front of the gateway, so it will speak plain HTTP: without such a forwarder, "
    "keys and texts can be read by anybody on the network."
)


def warning(host: str, tls_ends_in_front: bool) -> str:
    """Say what listening on an address beyond this machine means."""
    everywhere = host in ("0.0.0.0", "::")
    where = "on every network this machine is in" if everywhere else f"under {host}"
    return f"Other machines will reach the gateway {where}. {PLAIN if tls_ends_in_front else TLS}"


class ListeningNote(SectionPart):
    """Where the gateway listens now, and with which certificate."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.banner = Banner()
        self.title = text_label("Now", "heading")
        self.address = CopyField("address of the gateway")
        self.certificate = text_label("SHA-256 fingerprint of the certificate in use", "muted")
        self.fingerprint = CopyField("fingerprint of the certificate")
        in_column(
            self.title,
            self.banner,
            self.address,
            self.certificate,
            self.fingerprint,
            of=self,
            margins=(0, 8, 0, 0),
            gap=8,
        )

    def refresh(self) -> None:
        status = self._context.status()
        running = status.state is State.RUNNING
        self.title.setText("Listening now at" if running else "Not listening now")
        self.address.setVisible(running)
        self.address.set_text(status.base_url)
        self.certificate.setVisible(bool(status.fingerprint))
        self.fingerprint.setVisible(bool(status.fingerprint))
        self.fingerprint.set_text(status.fingerprint)
        self.banner.say(status.problem, "critical") if status.problem else self.banner.clear()
