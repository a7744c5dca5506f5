"""Slack: an incoming webhook; a line for each record."""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from gateway_desktop.core.sink import OutboxRecord, Records, SinkKind
from gateway_desktop.delivery.http import checked_url, post
from gateway_desktop.delivery.sink import Channel

_SIGNS = {"info": ":information_source:", "warning": ":warning:", "critical": ":rotating_light:"}


class Slack(Channel):
    """A channel of Slack, or of what takes the same messages."""

    kind = SinkKind.SLACK
    title = "Slack"
    address_help = "taken from the secret"
    secret_help = "The address of the incoming webhook, https://hooks.slack.com/services/..."
    secret_needed = True
    usual = frozenset({Records.ALERTS})
    at_once = 20

    @staticmethod
    def checked(address: str, secret: str) -> str:  # noqa: ARG004 - who knows the address may write there
        """Return the host: the rest of the address is the secret."""
        return urlsplit(checked_url("secret", secret)).netloc

    def send(self, records: Sequence[OutboxRecord]) -> None:
        """POST one message."""
        text = "\n".join(
            f"{_SIGNS.get(record.severity, '')} {_escaped(record.summary)}" for record in records
        )
        body = json.dumps({"text": text}, ensure_ascii=False).encode()
        post(str(self._sink.secret or ""), body, {"Content-Type": "application/json"}, self._sink.ca_file)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
