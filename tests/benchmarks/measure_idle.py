"""What the application takes while nobody asks anything: `python -m tests.benchmarks.measure_idle FOLDER`.

FOLDER holds a file of make_rows.py. The desktop as people have it (offscreen), its gateway listening, the
window on each page for 30 seconds; in per cent of one processor, all threads together, as the operating
system counts them.
"""

import base64
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer

from gateway_desktop.core.paths import Paths
from gateway_desktop.desktop import behind_the_window
from gateway_desktop.services.rescue import Rescue
from gateway_desktop.ui.application import Desktop, make_application
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.single_instance import SingleInstance
from tests.end_to_end.program import free_port

SETTLE_MS, MEASURE_MS = 6_000, 30_000


class Idle:
    """Goes from page to page and prints what each took."""

    def __init__(self, folder: Path) -> None:
        paths = Paths(folder)
        paths.master_key.write_bytes(base64.b64encode(b"m" * 32))
        self._application = make_application(paths.resources)
        given = {"listen.port": free_port()}
        self.program = Desktop(
            self._application,
            folder,
            paths.resources,
            lambda ask: behind_the_window(paths, given, ask),
            SingleInstance(folder),
            Rescue(paths, given),
        )
        self._left = [panel.name for panel in PANELS]
        self._began = self._taken = 0.0
        self.program.window.painted.connect(lambda: QTimer.singleShot(3 * SETTLE_MS, self._next))

    def _next(self) -> None:
        self.program.window.show_page(self._left[0])
        QTimer.singleShot(SETTLE_MS, self._begin)

    def _begin(self) -> None:
        self._began, self._taken = time.monotonic(), time.process_time()
        QTimer.singleShot(MEASURE_MS, self._end)

    def _end(self) -> None:
        taken = (time.process_time() - self._taken) / (time.monotonic() - self._began)
        sys.stdout.write(f"{self._left.pop(0):18}{taken * 100:6.2f} %\n")
        sys.stdout.flush()
        self._next() if self._left else self._application.quit()


if __name__ == "__main__":
    sys.exit(Idle(Path(sys.argv[1])).program.run())
