"""Webhooks are signed so that receivers can tell that a message is ours, whole and new."""

import base64
import hashlib
import hmac
import json

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.secret import Secret
from gateway_desktop.delivery.sink import Undelivered
from gateway_desktop.delivery.sinks.webhook import Webhook, new_secret, signature
from tests.fakes.receiver import Post, receiver
from tests.makers import a_sink, an_outbox_record

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()  # in names of tests: the same in every process


def genuine(post: Post, secret: str) -> bool:
    """Verify as the specification tells receivers to."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(
        hmac.compare_digest(expected, each.removeprefix("v1,"))
        for each in post.headers["webhook-signature"].split()
    )


def test_the_receiver_verifies_the_signature_and_reads_ids_to_the_last_digit() -> None:
    secret = new_secret()
    with receiver() as there:
        sink = a_sink(address=f"{there.url}/hook", secret=Secret(secret))
        Webhook(sink).send((an_outbox_record(), an_outbox_record(id=9_007_199_254_740_995, seq=8)))
    (post,) = there.posts
    assert post.path == "/hook" and genuine(post, secret) and not genuine(post, new_secret())
    message = json.loads(post.body)
    assert [record["id"] for record in message["data"]] == ["9007199254740993", "9007199254740995"]
    assert message["data"][0]["time"] == "2026-01-01T12:00:00.000000Z"


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of Standard Webhooks 1.0.
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    body = b'{"test": 2432232314}'
    assert signature(secret, message, 1614265330, body) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_anything_but_success_is_undelivered_with_the_time_to_come_again() -> None:
    with receiver() as there:
        there.answers[:] = [429, 302, 500]
        there.further = {"Retry-After": "17", "Location": there.url}
        channel = Webhook(a_sink(address=there.url, secret=Secret(new_secret())))
        for status in (429, 302, 500):
            with pytest.raises(Undelivered, match=f"answered {status}") as caught:
                channel.send((an_outbox_record(),))
            assert caught.value.retry_after == 17
    assert len(there.posts) == 3  # a redirect is not followed
    with pytest.raises(Undelivered, match=r"cannot be reached: Connection refused$"):
        channel.send((an_outbox_record(),))


@pytest.mark.parametrize(
    ("address", "secret", "place"),
    [
        ("http://example.com/hook", SECRET, "address"),
        ("ftp://example.com", SECRET, "address"),
        ("https://ana:pw@example.com", SECRET, "address"),
        ("https://[::1", SECRET, "address"),
        ("https://example.com", "whsec_short", "secret"),
        ("https://example.com", "not base64 !", "secret"),
    ],
)
def test_what_would_not_work_or_not_be_safe_is_refused_by_name(address: str, secret: str, place: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Webhook.checked(address, secret)
    assert caught.value.place == place
