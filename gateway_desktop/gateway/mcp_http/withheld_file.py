"""WithheldFile: what was left out of servers' lists, in a file: a restart forgets none of it."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import msgspec

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.files import write_atomically
from gateway_desktop.gateway.background import in_background

Entries = OrderedDict[tuple[str, str], list[TextPart]]  # by list and name
_NAME = "withheld.msgpack"
_Stored = dict[str, list[tuple[tuple[str, str], list[TextPart]]]]

logger = logging.getLogger(__name__)


class WithheldFile:
    """Readable by this user only; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / _NAME if folder is not None else None
        self._one_at_a_time = asyncio.Lock()

    def read(self) -> dict[str, Entries]:
        """Return what was kept, by proxy id. Raises Unavailable where the file cannot be read."""
        if self._path is None or not self._path.exists():
            return {}
        try:
            stored = msgspec.msgpack.decode(self._path.read_bytes(), type=_Stored)
        except (OSError, msgspec.MsgspecError) as error:
            raise Unavailable(
                f"{self._path} cannot be read, so what was left out of servers' lists is not known: "
                f"{in_words(error)}"
            ) from error
        return {proxy_id: OrderedDict(entries) for proxy_id, entries in stored.items()}

    async def write(self, every: Callable[[], dict[str, Entries]]) -> None:
        """Replace the file by what there is once it is our turn; what fails is logged, memory holds it."""
        path = self._path
        if path is None:
            return
        async with self._one_at_a_time:
            stored = {proxy_id: list(entries.items()) for proxy_id, entries in every().items()}
            try:
                await in_background(
                    asyncio.get_running_loop(), lambda: write_atomically(path, msgspec.msgpack.encode(stored))
                )
            except OSError as error:
                logger.warning("What was left out of lists could not be written down: %s", error)
