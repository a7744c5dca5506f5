"""The small style sheet on top of Fusion, filled with the theme's colours."""

from collections.abc import Mapping
from string import Template

from gateway_desktop.ui.icons import folder

SHEET = Template("""
* { outline: none; }
QToolTip { background: $surface; color: $text; border: 1px solid $line; padding: 4px 6px; }
QMainWindow, QDialog { background: $background; }

#side { background: $side; border: none; border-right: 1px solid $line; }
#side QLabel, #side QScrollArea, #side QScrollArea > QWidget > QWidget { background: transparent; }
#brand { font-weight: 600; }
#side QLabel[role="group"] { color: $muted; font-size: 11px; padding: 0 8px; }
#side QPushButton { background: transparent; border: 1px solid transparent; border-radius: 6px; text-align:
    left;
    padding: 0 9px; min-height: 26px; max-height: 26px; color: $text; }
#side QPushButton:hover { background: $grid; }
#side QPushButton:checked { background: $accent_background; color: $accent; font-weight: 600; }
#side QPushButton:focus { border-color: $accent; }

QStatusBar { background: $side; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; font-size: 12px; background: transparent; padding: 0 6px; }
QStatusBar QPushButton { color: $muted; font-size: 12px; background: transparent; border: 1px solid
    transparent;
    border-radius: 4px; padding: 0 5px; min-height: 19px; font-weight: 400; }
QStatusBar QPushButton:hover { color: $text; background: $grid; }
QStatusBar QPushButton:focus { border-color: $accent; }
QMenuBar { background: $side; border-bottom: 1px solid $line; }
QMenuBar::item { padding: 4px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $grid; }
QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $accent_background; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QLabel, QToolTip { qproperty-textFormat: PlainText; }
QLabel[role="rich"] { qproperty-textFormat: RichText; }
QLabel[role="title"] { font-size: 18px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: 11px; }
QLabel[role="error"] { color: $critical; }
QLabel[badge] { border-radius: 4px; padding: 1px 6px; font-size: 11px; font-weight: 600; }
QLabel[badge="accent"] { color: $accent; background: $accent_background; }
QLabel[badge="success"] { color: $success; background: $success_background; }
QLabel[badge="low"] { color: $low; background: $low_background; }
QLabel[badge="medium"] { color: $medium; background: $medium_background; }
QLabel[badge="high"] { color: $high; background: $high_background; }
QLabel[badge="critical"] { color: $critical; background: $critical_background; }

QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[role="card"] QLabel { background: transparent; }
QFrame[role="line"] { background: $line; border: none; min-height: 1px; max-height: 1px; }
QFrame[banner] { border: none; border-bottom: 1px solid $line; }
QFrame[banner="accent"] { background: $accent_background; }
QFrame[banner="success"] { background: $success_background; }
QFrame[banner="medium"] { background: $medium_background; }
QFrame[banner="critical"] { background: $critical_background; }
QFrame[banner] QLabel { background: transparent; }

QPushButton, QToolButton { background: $surface; border: 1px solid $line; border-radius: 6px; padding: 0
    10px; min-height: 26px;
    color: $text; font-weight: 500; }
QPushButton:hover, QToolButton:hover { background: $grid; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $background; }
QPushButton:checked, QToolButton:checked { background: $accent_background; color: $accent; border-color:
    $accent_background; }
QPushButton:checked:focus, QToolButton:checked:focus { border-color: $accent; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $line; color: $muted; border-color: $line; }
QPushButton[kind="danger"] { color: $critical; }
QPushButton[kind="danger"]:hover { background: $critical_background; border-color: $critical; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: $accent; padding:
    0 4px; }
QPushButton[kind="link"]:hover { background: $accent_background; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent; border: 1px solid
    transparent; padding: 0 6px; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $grid; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[active="true"] { color: $accent; border-color: $accent; }
QPushButton[active="true"]:focus { background: $accent_background; border: 2px solid $accent; padding: 0 9px;
    min-height: 24px; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox { background: $surface; border: 1px solid
    $line;
    border-radius: 6px; padding: 0 8px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QComboBox, QAbstractSpinBox { min-height: 26px; }
QLineEdit > QToolButton { background: transparent; border: none; padding: 0; min-height: 0; }
QPlainTextEdit, QTextEdit { padding: 6px; }
QTextEdit[role="plain"] { background: transparent; border: 1px solid transparent; padding: 3px 0; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border:
    1px solid $accent; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: $muted; background: $background; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] { border: 1px solid
    $critical; }
QComboBox { padding-right: 4px; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: 22px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url($arrow); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; selection-background-color:
    $accent_background;
    selection-color: $text; padding: 4px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: 16px; }
QSpinBox::up-arrow { image: url($arrow_up); width: 8px; height: 8px; }
QSpinBox::down-arrow { image: url($arrow); width: 8px; height: 8px; }

QTabBar { background: transparent; border: none; qproperty-drawBase: false; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 6px 0;
    margin-right: 20px; min-height: 18px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabBar::scroller { width: 44px; }
QTabBar QToolButton { background: $background; border-color: transparent; min-height: 0; padding: 0; }
QTabBar QToolButton::left-arrow { image: url($arrow_left); width: 10px; height: 10px; }
QTabBar QToolButton::right-arrow { image: url($arrow_right); width: 10px; height: 10px; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }

QTableView, QTreeView, QListView { background: transparent; border: none; selection-background-color:
    $selection;
    selection-color: $text; gridline-color: $grid; alternate-background-color: $side; }
QTableView::item { border-bottom: 1px solid $grid; padding: 0 5px; }
QTableView::item:selected { background: $selection; }
QTableView[keyboard="true"]::item:selected { background: $accent_background; border-bottom-color: $accent; }
QListView[framed="true"] { background: $surface; border: 1px solid $line; border-radius: 6px; padding: 3px; }
QListView[framed="true"]:focus { border: 1px solid $accent; }
QTreeView::item, QListView::item { min-height: 24px; padding: 0 4px; border-radius: 4px; }
QListView::item { min-height: 22px; border: 1px solid transparent; }
QTreeView::item:selected, QListView::item:selected { background: $accent_background; color: $text; }
QTreeView:focus, QListView:focus, QTableView:focus { border: none; }
QListView::item:focus { border: 1px solid $accent; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: $background; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 0 8px;
    font-size: 11px; font-weight: 500; min-height: 26px; }
QHeaderView::section:hover { color: $text; }

QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator { width: 14px; height: 14px; border: 1px
    solid $muted; background: $surface; }
QCheckBox::indicator, QListView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QListView::indicator:checked { background: $accent; border-color: $accent;
    image: url($tick); }
QRadioButton::indicator:checked { background: $on_accent; border: 5px solid $accent; width: 6px; height:
    6px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background:
    $background; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; width: 12px; height:
    12px; }
QRadioButton::indicator:checked:focus { border: 5px solid $accent; background: $text; width: 6px;
    height: 6px; }

QScrollArea { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="page"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QProgressBar { background: $grid; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QGroupBox { border: none; margin-top: 24px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
""")


def style_sheet(colors: Mapping[str, str], *, dark: bool) -> str:
    """Return the sheet with these colours."""
    names = {token.replace(" ", "_"): value for token, value in colors.items()}
    shade = "dark" if dark else "light"
    icons = folder().as_posix()
    return SHEET.substitute(
        names,
        accent_hover="#93ADFF" if dark else "#2449C4",
        scroll="#3A424E" if dark else "#C9CED6",
        tick=f"{icons}/tick-{shade}.svg",
        arrow=f"{icons}/arrow-down-{shade}.svg",
        arrow_up=f"{icons}/arrow-up-{shade}.svg",
        arrow_left=f"{icons}/arrow-left-{shade}.svg",
        arrow_right=f"{icons}/arrow-right-{shade}.svg",
    )
