"""SINKS: the kinds of sinks there are."""

from gateway_desktop.core.sink import SinkKind
from gateway_desktop.delivery.sink import Channel
from gateway_desktop.delivery.sinks.otlp import Otlp
from gateway_desktop.delivery.sinks.slack import Slack
from gateway_desktop.delivery.sinks.syslog import Syslog
from gateway_desktop.delivery.sinks.webhook import Webhook

SINKS: dict[SinkKind, type[Channel]] = {one.kind: one for one in (Otlp, Syslog, Webhook, Slack)}
