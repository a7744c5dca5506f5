"""Help: every page and every setting that a guide names exists, and is called so."""

import re
from pathlib import Path

import pytest

from gateway_desktop.core.paths import Paths
from gateway_desktop.core.settings import entries
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.settings.sections import SECTIONS

FOLDER = Paths(Path()).resources / "help"
GUIDES = sorted(FOLDER.glob("*.md"))
LINK = re.compile(r"\[([^\]]+)\]\(([a-z]+):([^)]+)\)")


def links(kind: str) -> list[tuple[str, str, str]]:
    """Return guide, words and target of all links of a kind."""
    found = []
    for path in GUIDES:
        for words, scheme, target in LINK.findall(path.read_text(encoding="utf-8")):
            if scheme == kind:
                found.append((path.name, words, target))
    return found


def test_there_is_a_guide_for_everything_that_exists() -> None:
    names = {path.stem for path in GUIDES}
    assert names >= {"getting-started", "user-activity", "audit-logging", "proxies", "authentication"}
    assert names >= {"settings", "troubleshooting"}


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_f1_finds_a_guide_on_every_page(panel: type) -> None:
    name = panel.help_page or panel.name  # type: ignore[attr-defined]  # a Panel
    assert (FOLDER / f"{name}.md").is_file(), f"{panel} has no guide {name}.md"


def test_every_page_that_is_named_exists_under_that_name() -> None:
    titles = {panel.name: panel.title for panel in PANELS}
    named = links("page")
    assert len(named) > 10
    for guide, words, target in named:
        assert titles.get(target) == words, f"{guide}: [{words}](page:{target})"


def test_every_setting_that_is_named_exists_under_that_label() -> None:
    labels = {key: field.metadata["label"] for key, field in entries().items()}
    named = links("setting")
    assert len(named) > 10
    for guide, words, target in named:
        assert labels.get(target) == words, f"{guide}: [{words}](setting:{target})"


def test_there_are_no_other_kinds_of_links() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in GUIDES)
    assert {scheme for _, scheme, _ in LINK.findall(text)} <= {"page", "setting"}


def test_sections_of_the_settings_are_called_as_the_guide_calls_them() -> None:
    text = (FOLDER / "settings.md").read_text(encoding="utf-8")
    for heading in ("Listening", "Upstream calls"):
        assert f"## {heading}" in text
        assert any(section.title == heading for section in SECTIONS)
