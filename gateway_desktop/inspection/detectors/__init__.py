"""DETECTORS: what passages are searched for. One line each; they do not know each other."""

from gateway_desktop.inspection.detector import Detector
from gateway_desktop.inspection.detectors.invisible_text import InvisibleText

DETECTORS: tuple[Detector, ...] = (InvisibleText(),)
