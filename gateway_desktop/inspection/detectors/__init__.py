"""DETECTORS: what texts are searched for."""

from gateway_desktop.inspection.detector import Detector
from gateway_desktop.inspection.detectors.secrets import Secrets

DETECTORS: tuple[Detector, ...] = (Secrets(),)
