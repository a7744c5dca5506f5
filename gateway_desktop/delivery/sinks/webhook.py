"""A webhook: POST as JSON, signed as Standard Webhooks 1.0 says, so that receivers find a library for it."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.sink import OutboxRecord, Records, SinkKind
from gateway_desktop.delivery.document import document
from gateway_desktop.delivery.http import checked_url, post
from gateway_desktop.delivery.sink import Channel

MARK = "whsec_"
_KEY_BYTES = 32


def new_secret() -> str:
    """Return a key to sign with, in the form that the libraries of receivers take."""
    return MARK + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return what stands in `webhook-signature`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(MARK), validate=True)


class Webhook(Channel):
    """Anything that takes JSON."""

    kind = SinkKind.WEBHOOK
    title = "Webhook"
    address_help = "https://example.com/hook"
    secret_help = "The key that signs, whsec_...; one is made, and shown once, if none is given"
    secret_needed = True
    usual = frozenset({Records.ALERTS, Records.SYSTEM})
    at_once = 100

    @staticmethod
    def checked(address: str, secret: str) -> str:
        """Return the address; the secret must be one that receivers can use."""
        try:
            fits = 24 <= len(_key(secret)) <= 64
        except ValueError:
            fits = False
        if not fits:
            raise ConfigurationError("secret", f"{MARK} and the base64 of 24 to 64 bytes")
        return checked_url("address", address)

    def send(self, records: Sequence[OutboxRecord]) -> None:
        """POST the records as one message; it has the same id when it is sent again."""
        first, last = records[0], records[-1]
        body = json.dumps(
            {
                "type": "gateway.records",
                "timestamp": document(last)["time"],
                "data": [document(record) for record in records],
            },
            ensure_ascii=False,
        ).encode()
        message_id, timestamp = f"msg_{first.id}_{last.id}", int(time.time())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._sink.secret or "", message_id, timestamp, body),
        }
        post(self._sink.address, body, headers, self._sink.ca_file)
