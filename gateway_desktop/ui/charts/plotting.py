"""The one place that imports pyqtgraph: late and in a thread, so that the window is painted long before."""

import importlib
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from types import ModuleType


@cache
def plotting() -> "Future[ModuleType]":
    """Return the Future of pyqtgraph; asked for the first time, its import begins (0.6 s, numpy is large)."""
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="plotting")
    future = executor.submit(importlib.import_module, "pyqtgraph")
    executor.shutdown(wait=False)
    return future
