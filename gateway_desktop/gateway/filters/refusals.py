"""Turn an error into an answer in the caller's own protocol."""

import logging

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.refusals.answers import answer_error

_log = logging.getLogger(__name__)


class Refusals:
    """The one place where errors are answered."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on; an error on the way becomes the answer."""
        try:
            await call_next(exchange)
        except GatewayError as error:
            await answer_error(exchange, error.bare())
        except ClientLeft:
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours must not leave the caller without an answer
            _log.exception("Exchange %s failed inside the gateway", exchange.id)
            await answer_error(
                exchange, GatewayError(f"Internal error ({type(error).__name__}); see the log", 500)
            )
