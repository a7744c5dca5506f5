"""Slack gets a line for each record, and nobody sees the address again."""

import json

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.sink import SinkKind
from gateway_desktop.delivery.sink import Undelivered
from gateway_desktop.delivery.sinks.slack import Slack
from tests.fakes.receiver import receiver
from tests.makers import a_sink, an_outbox_record


def test_a_message_has_a_line_for_each_record_and_marks_up_nothing() -> None:
    with receiver() as there:
        sink = a_sink(kind=SinkKind.SLACK, secret=Secret(f"{there.url}/services/T0/B0/x"))
        Slack(sink).send(
            (an_outbox_record(summary="<!channel> & co", severity="critical"), an_outbox_record())
        )
    (post,) = there.posts
    first, second = json.loads(post.body)["text"].splitlines()
    assert post.path == "/services/T0/B0/x"
    assert first == ":rotating_light: &lt;!channel&gt; &amp; co"
    assert second.startswith(":information_source: success")


def test_the_address_is_the_secret_and_stands_in_no_sentence() -> None:
    secret = "https://hooks.slack.com/services/T0/B0/" + "private"
    assert Slack.checked("", secret) == "hooks.slack.com"
    for wrong in ("http://hooks.slack.com/{}", "https://h:{}/x", "https://h/{} x", "https://h/é{}"):
        with pytest.raises(ConfigurationError) as caught:
            Slack.checked("", wrong.format("private"))
        assert caught.value.place == "secret" and "private" not in str(caught.value)
    for bad in ("127.0.0.1:9/{}", "127.0.0.1:9/{} x", "127.0.0.1:9/é{}", "127..1/{}"):
        with pytest.raises(Undelivered) as undelivered:
            Slack(a_sink(secret=Secret(f"http://{bad.format('private')}"))).send((an_outbox_record(),))
        assert "private" not in str(undelivered.value)
