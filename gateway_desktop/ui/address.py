"""The address that tools are given."""

from dataclasses import replace

from gateway_desktop.ui.context import UiContext


def address(context: UiContext) -> str:
    """Return the public URL if there is one, else where the gateway listens, or would listen."""
    settings = context.settings
    if settings.public_url:
        return settings.public_url.rstrip("/")
    status = context.status()
    if not status.port:
        status = replace(status, host=settings.listen.host, port=settings.listen.port)
    return status.base_url
