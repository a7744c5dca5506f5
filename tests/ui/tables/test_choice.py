from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.tables.choice import ChoiceButton, Option

OPTIONS = tuple(
    Option(f"={name}", name) for name in ("ana", "bea", "cai", "dora", "emi", "fay", "gus", "hal", "ivo")
)


def choice(qtbot: QtBot, *, multiple: bool) -> ChoiceButton:
    button = ChoiceButton("user", "User", multiple=multiple)
    qtbot.addWidget(button)
    button.offer(OPTIONS)
    button.show()
    return button


def test_one_value_is_searched_and_picked_by_keyboard(qtbot: QtBot) -> None:
    button = choice(qtbot, multiple=False)
    button.open_popup()
    QTest.keyClicks(button._popup._line, "dor")
    with qtbot.waitSignal(button.picked) as picked:
        QTest.keyClick(button._popup._line, Qt.Key.Key_Return)
    assert picked.args == ["user", ("=dora",)]
    assert button.text() == "dora"
    assert not button._popup.isVisible()


def test_several_values_are_ticked_one_after_another_and_taken_back(qtbot: QtBot) -> None:
    button = choice(qtbot, multiple=True)
    button.open_popup()
    for row in (1, 2, 3, 2):
        button._popup._toggle(button._popup._model.index(row, 0))
    assert list(button.values) == ["=ana", "=cai"]
    assert button.text() == "ana, cai"
    button._popup._toggle(button._popup._model.index(0, 0))
    assert not button.values
    assert button.text() == "User"


def test_the_list_of_few_is_as_high_as_they_are(qtbot: QtBot) -> None:
    button = ChoiceButton("status", "Status", multiple=True)
    qtbot.addWidget(button)
    button.offer(OPTIONS[:4])
    button.show()
    button.open_popup()
    shown = button._popup._list
    assert shown.verticalScrollBar().maximum() == 0
    last = shown.visualRect(button._popup._model.index(4, 0))
    assert shown.viewport().height() - last.bottom() < last.height() / 2


def test_a_name_with_an_ampersand_is_shown_with_it(qtbot: QtBot) -> None:
    button = choice(qtbot, multiple=False)
    button.show_values(["R&D"])
    assert button.text() == "R&&D"  # a single one underlines what follows


def test_a_value_that_is_not_offered_is_shown_as_it_is(qtbot: QtBot) -> None:
    button = choice(qtbot, multiple=False)
    button.show_values(["ana@example"])
    assert button.text() == "ana@example"
    assert button.accessibleName() == "User: ana@example"
