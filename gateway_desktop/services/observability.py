"""Observability: how gateway, store and machine do, for the window and the command line."""

from concurrent.futures import Future, ThreadPoolExecutor

from gateway_desktop.core.figures import Figures, Machine
from gateway_desktop.core.paths import Paths
from gateway_desktop.logs import log_file
from gateway_desktop.services.administration import resolved
from gateway_desktop.services.log_lines import LogLine, log_lines
from gateway_desktop.services.machine import MachineWatch
from gateway_desktop.services.ports import Gateway


class Observability:
    """What has to be looked up is looked up in a thread of its own, made when first asked."""

    def __init__(self, paths: Paths, gateway: Gateway | None) -> None:
        self._paths = paths
        self._gateway = gateway
        self._watch: MachineWatch | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="observability")

    def figures(self) -> Future[Figures]:
        """Return what the gateway of this process counts; nothing, if it runs none."""
        return resolved(Figures()) if self._gateway is None else self._gateway.figures()

    def machine(self) -> Future[Machine]:
        """Return what this process takes, and what the machine has left."""
        return self._worker.submit(self._look)

    def log(self, least: str, most: int = 500) -> Future[tuple[LogLine, ...]]:
        """Return the newest entries of the log of at least this level, the newest first."""
        return self._worker.submit(log_lines, log_file(self._paths.logs), least, most)

    def _look(self) -> Machine:
        if self._watch is None:
            self._watch = MachineWatch(self._paths.data)
        return self._watch.look()
