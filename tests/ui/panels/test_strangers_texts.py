"""What strangers wrote is text wherever it is shown: mark-up could hide, pretend, or fetch a picture."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QTextBrowser, QToolTip

from gateway_desktop.core.audit import Outcome, Payload
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.clock import now_us
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from tests.makers import a_principal, a_record
from tests.ui.panels.conftest import Hand

STRANGE = "<img src='//evil.example/x.png'><u>strange</u>"


def set_up(hand: Hand) -> None:
    people = hand.opened.services.people
    people.add_user("ana@example.org", STRANGE).result()
    hand.opened.services.keys.create("ana@example.org", name=STRANGE).result()
    part = TextPart(f"/messages/0/{STRANGE}", STRANGE, STRANGE)
    record = a_record(
        started_us=now_us(),
        principal=a_principal(display_name=STRANGE, actor="ana@example.org"),
        outcome=Outcome.FAILED,
        payloads=[Payload("request", part), Payload("response", part)],
        **dict.fromkeys(("app", "target", "error", "claimed_user", "finish", "response_model"), STRANGE),
    )
    hand.opened.write(record)


def shown_as_mark_up(page: Panel) -> list[str]:
    """Return where a stranger's text would be read as mark-up."""
    plain = Qt.TextFormat.PlainText
    labels = [label.text() for label in page.findChildren(QLabel) if label.textFormat() is not plain]
    pages = [browser.toHtml() for browser in page.findChildren(QTextBrowser)]
    return [text for text in (*labels, *pages) if "<img" in text or "<u>" in text]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
def test_no_page_reads_mark_up_in_what_strangers_wrote(hand: Hand, panel: type[Panel]) -> None:
    set_up(hand)
    page = hand.open(panel)
    assert shown_as_mark_up(page) == []


def test_the_details_of_a_request_read_none_either(hand: Hand) -> None:
    set_up(hand)
    page = hand.open(AuditLogs)
    tab = page.current
    hand.until(lambda: bool(tab.table.window_of_rows.rows))
    tab.table.step(1)
    hand.until(lambda: "strange" in tab.detail._request._pretty.toPlainText())
    assert tab.detail._request._pretty.toPlainText().count("<u>strange</u>") == 3
    assert shown_as_mark_up(page) == []


def test_a_tooltip_is_text(hand: Hand) -> None:
    page = hand.open(AuditLogs)
    QToolTip.showText(QPoint(5, 5), STRANGE, page)
    hand.until(lambda: QToolTip.isVisible())
    tips = [one for one in QApplication.topLevelWidgets() if isinstance(one, QLabel) and one.isVisible()]
    assert [(tip.text(), tip.textFormat()) for tip in tips] == [(STRANGE, Qt.TextFormat.PlainText)]
    QToolTip.hideText()
