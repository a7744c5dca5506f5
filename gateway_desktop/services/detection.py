"""What detection is started with: where its models lie."""

from gateway_desktop.core.paths import Paths
from gateway_desktop.inspection.models import MODELS


def find_models(paths: Paths) -> None:
    """Say where the models lie; each is read when a text is first shown to it."""
    folder = paths.resources / "models"
    MODELS.lie(lambda name: (folder / name).read_bytes())
