"""The models that ship."""

from pathlib import Path

import pytest

from gateway_desktop.core.paths import Paths
from gateway_desktop.inspection.models import MODELS


@pytest.fixture(autouse=True)
def _shipped_models() -> None:
    folder = Paths(Path()).resources / "models"
    MODELS.lie(lambda name: (folder / name).read_bytes())
