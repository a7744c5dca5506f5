"""DETECTORS: what passages are searched for. One line each; they do not know each other."""

from gateway_desktop.inspection.detector import Detector
from gateway_desktop.inspection.detectors.indirect_injection import IndirectInjection
from gateway_desktop.inspection.detectors.invisible_text import InvisibleText
from gateway_desktop.inspection.detectors.prompt_injection import PromptInjection
from gateway_desktop.inspection.detectors.tool_poisoning import ToolPoisoning

DETECTORS: tuple[Detector, ...] = (
    InvisibleText(),
    PromptInjection(),
    IndirectInjection(),
    ToolPoisoning(),
)
