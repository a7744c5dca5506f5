"""DETECTORS: what passages are searched for. One line each; they do not know each other."""

from gateway_desktop.inspection.detector import Detector
from gateway_desktop.inspection.detectors.command_injection import CommandInjection
from gateway_desktop.inspection.detectors.data_leak import DataLeak
from gateway_desktop.inspection.detectors.indirect_injection import IndirectInjection
from gateway_desktop.inspection.detectors.invisible_text import InvisibleText
from gateway_desktop.inspection.detectors.path_traversal import PathTraversal
from gateway_desktop.inspection.detectors.personal_details import PersonalDetails
from gateway_desktop.inspection.detectors.prompt_injection import PromptInjection
from gateway_desktop.inspection.detectors.secrets import Secrets
from gateway_desktop.inspection.detectors.sql_injection import SqlInjection
from gateway_desktop.inspection.detectors.ssrf import Ssrf
from gateway_desktop.inspection.detectors.tool_poisoning import ToolPoisoning

DETECTORS: tuple[Detector, ...] = (
    InvisibleText(),
    Secrets(),
    PersonalDetails(),
    DataLeak(),
    SqlInjection(),
    CommandInjection(),
    PathTraversal(),
    Ssrf(),
    PromptInjection(),
    IndirectInjection(),
    ToolPoisoning(),
)
