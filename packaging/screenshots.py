"""Pictures of every page, light and dark, of a team that is made up: `screenshots.py --out DIR`."""

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault(  # on Qt's own screen, of 800 pixels, dialogs are narrower
    "QT_QPA_PLATFORM", f"offscreen:configfile={Path(__file__).resolve().with_name('screen.json')}"
)
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # never the person's own
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from sample_team import Looked, guard, list_tools, set_budgets, set_up, traffic, write
from sign_ins import sign_in

from gateway_desktop.app import Application, open_application
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.paths import Paths
from gateway_desktop.ui.alert_watch import AlertWatch
from gateway_desktop.ui.application import make_application
from gateway_desktop.ui.charts.plotting import plotting
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.follow_status import FollowStatus
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.theme import theme
from gateway_desktop.ui.tray import Tray
from gateway_desktop.ui.widgets.dialog import Dialog

ROWS = {"0": 0, "few": 3, "many": 24_000}


def wait(until: Callable[[], bool], seconds: float = 20) -> None:
    """Run the window until something is so."""
    deadline = QDeadlineTimer(round(seconds * 1000))
    while not until() and not deadline.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
        QApplication.sendPostedEvents()


def settle(milliseconds: int = 700) -> None:
    """Let questions be answered and charts be drawn."""
    tops = QApplication.topLevelWidgets()
    wait(
        lambda: not any(getattr(one, "_under_way", None) for top in tops for one in top.findChildren(QObject))
    )
    begun = time.monotonic()
    wait(lambda: time.monotonic() - begun > milliseconds / 1000)


def photograph(opened: Application, paths: Paths, arguments: argparse.Namespace) -> list[Path]:
    """Open every page and keep its picture, light and dark."""
    application = make_application(paths.resources)
    window = MainWindow(paths.data, paths.resources)
    width, height = (int(side) for side in arguments.size.split("x"))
    window.resize(width, height)
    window.show()
    context = UiContext(opened, paths.data, paths.resources, window)
    follow = FollowStatus(window, context)
    window.fill(context, PANELS)
    follow.begin()
    watch = AlertWatch(context, window)
    Tray(window, context, watch)
    watch.look()
    taken = []
    wait(plotting().done)
    for mode in ("light", "dark"):
        opened.services.settings.set("window.theme", mode).result()  # else the window goes back to its own
        theme().set_mode(mode)
        for panel in PANELS:
            if arguments.page and panel.name not in arguments.page:
                continue
            window.show_page(panel.name)
            wait(lambda name=panel.name: not window.page(name)._under_way)
            settle()
            taken.append(keep(window, arguments, panel.name, mode))
            if panel.name == "audit_logs" and arguments.rows != "0":
                taken += photograph_details(window, arguments, mode)
            if arguments.rows != "0":
                taken += photograph_tabs(window, panel.name, arguments, mode)
            if panel.name == "settings":
                taken += photograph_settings(window, arguments, mode)
            if panel.name in DIALOGS and arguments.rows != "0":
                taken += DIALOGS[panel.name](window, arguments, mode)
    window.close()
    application.processEvents()
    return taken


def photograph_tabs(window: MainWindow, name: str, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Show the costs of User Activity, or the access review of Users & Groups; other pages have none."""
    if name not in ("user_activity", "people"):
        return []
    page = window.page(name)
    tabs, tab, shown = (page.chart.what, 2, "cost") if name == "user_activity" else (page.tabs, 2, "access")
    tabs.setCurrentIndex(tab)
    settle()
    taken = [keep(window, arguments, f"{name}_{shown}", mode)]
    tabs.setCurrentIndex(0)
    return taken


def photograph_details(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Choose a row of the Audit Logs, then show the System tab."""
    page = window.page("audit_logs")
    page.current.table.step(1)
    page.current.table.step(1)
    settle()
    taken = [keep(window, arguments, "audit_logs_details", mode)]
    page.current.detail.closed.emit()
    for tab in ("mcp", "a2a", "system"):
        page.open_with(tab=tab)
        settle()
        taken.append(keep(window, arguments, f"audit_logs_{tab}", mode))
        if tab != "system":
            page.current.table.step(1)
            settle()
            taken.append(keep(window, arguments, f"audit_logs_{tab}_details", mode))
            page.current.detail.closed.emit()
    page.bar.setCurrentIndex(0)
    return taken


def photograph_dialogs(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Open the dialogs of OAuth Proxy for the first proxy, one after the other."""
    page = window.page("oauth_proxy")
    taken = []
    for label, name in (("View Clients", "clients"), ("Edit", "change")):
        page.row_actions.run(page.row_actions.named(label))
        settle()
        dialog = next(each for each in page.findChildren(Dialog) if each.isVisible())
        if label == "View Clients":
            rows = dialog.clients.rows()
            dialog.clients.selectRow(next(n for n, row in enumerate(rows) if row.status == "active"))
            dialog.sessions.selectRow(0)
            settle()
        taken.append(keep(dialog, arguments, f"oauth_proxy_{name}", mode))
        if label == "Edit":
            dialog.submit()
            settle()
            taken.append(keep(dialog, arguments, "oauth_proxy_address", mode))
        dialog.accept()
    return taken


def photograph_proxies(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Add an MCP server at an address, one that is a command, and an agent; then who may use which tools."""
    page = window.page("proxies")
    taken = []
    for kind, server, name in (("mcp", "github", "mcp"), ("mcp", "files", "command"), ("a2a", "", "agent")):
        page.open_add()
        dialog = next(each for each in page.findChildren(Dialog) if each.isVisible())
        dialog.kind.set_value(kind)
        dialog.kind.changed.emit()
        if server:
            dialog.server.set_value(server)
            dialog.server.changed.emit()
        settle()
        taken.append(keep(dialog, arguments, f"proxies_add_{name}", mode))
        dialog.accept()
        settle()
    row = next(row for row in page.table.rows() if row.proxy.kind == "mcp")
    page.table.select(row.proxy.id)
    for label, name in (("Access", "access"), ("Connect a tool", "connect")):
        page.row_actions.run(page.row_actions.named(label))
        settle()
        dialog = next(each for each in page.findChildren(Dialog) if each.isVisible())
        if label == "Access":
            dialog.only.click()
            settle()
        taken.append(keep(dialog, arguments, f"proxies_{name}", mode))
        dialog.reject()
        settle()
    taken.append(keep(window, arguments, "proxies_mcp", mode))
    return taken


def photograph_providers(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Open the dialogs of OAuth Providers: a new one, the first one, its rules with somebody tried."""
    page = window.page("oauth_providers")
    page.table.select(next(row.provider.id for row in page.table.rows() if row.provider.kind == "keycloak"))
    taken = []
    page.open_add()
    for label in ("add", "Edit", "Rules"):
        if label != "add":
            page.row_actions.run(page.row_actions.named(label))
        settle()
        dialog = next(each for each in page.findChildren(Dialog) if each.isVisible())
        if label == "Rules":
            dialog.trial.editor("email").set_value("ana@example.org")
            dialog.trial.editor("groups").set_value("engineering")
            dialog.trial.changed.emit("email")
            settle()
        taken.append(keep(dialog, arguments, f"oauth_providers_{label.lower()}", mode))
        dialog.accept()
        settle()
    return taken


def photograph_alerts(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Choose the newest alert of what policies found, of each kind one."""
    page, taken, known = window.page("alerts"), [], set()
    for row in page.table.rows():
        name = re.split(" in | \\(", row.title)[0].lower().replace(" ", "_")
        if not row.policy or name in known or len(known) == MOST_ALERTS:
            continue
        known.add(name)
        page.table.select(row.id)
        settle()
        taken.append(keep(window, arguments, f"alert_{name}", mode))
    return taken


def photograph_policies(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Open a policy, as a form and as its document."""
    page = window.page("policies")
    page.table.selectRow(0)
    page.row_actions.run(page.row_actions.named("Edit"))
    settle()
    dialog = next(each for each in page.findChildren(Dialog) if each.isVisible())
    taken = [keep(dialog, arguments, "policies_form", mode)]
    dialog.tabs.setCurrentWidget(dialog.text)
    settle()
    taken.append(keep(dialog, arguments, "policies_yaml", mode))
    dialog.reject()
    settle()
    return taken


def photograph_budgets(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Change the first budget."""
    page = window.page("budgets")
    page.row_actions.run(page.row_actions.named("Edit"))
    settle()
    dialog = next(each for each in page.findChildren(Dialog) if each.isVisible())
    taken = [keep(dialog, arguments, "budgets_change", mode)]
    dialog.reject()
    settle()
    return taken


def photograph_settings(window: MainWindow, arguments: argparse.Namespace, mode: str) -> list[Path]:
    """Open what is kept how long, and do once what is done every hour."""
    page = window.page("settings")
    page.open_with(section="Retention")
    settle()
    taken = [keep(window, arguments, "settings_retention", mode)]
    page.open_with(section="General")
    return taken


MOST_ALERTS = 4
DIALOGS = {
    "budgets": photograph_budgets,
    "alerts": photograph_alerts,
    "policies": photograph_policies,
    "oauth_proxy": photograph_dialogs,
    "proxies": photograph_proxies,
    "oauth_providers": photograph_providers,
}


def keep(window: QWidget, arguments: argparse.Namespace, name: str, mode: str) -> Path:
    """Write one picture."""
    picture = window.grab()
    if arguments.scale != 1:
        size = picture.size() * arguments.scale
        picture = picture.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    path = arguments.out / f"{name.replace('_', '-')}-{mode}.png"
    picture.save(str(path))
    return path


def main() -> int:
    """Read the arguments, write the data, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--size", default="1280x800", help="of the window, for example 1920x1080")
    parser.add_argument("--rows", choices=ROWS, default="many")
    parser.add_argument("--page", action="append", help="only this page (repeatable)")
    parser.add_argument("--data", type=Path, help="an existing data folder, instead of a made-up team")
    parser.add_argument("--scale", type=float, default=1, help="of the pictures, to make small ones")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(arguments.data or Path(folder))
        if arguments.rows != "0" and not arguments.data:
            with open_application(paths) as opened:
                callers = set_up(opened)
                sign_in(opened, paths, callers, arguments.rows == "few")
                list_tools(opened)
                guard(opened)
                set_budgets(opened)
                looked = Looked(opened, random.Random(11))
            write(paths, list(traffic(callers, ROWS[arguments.rows], now_us(), looked)))
        with open_application(paths) as opened:
            opened.services.gateway_control.start().result()
            for path in photograph(opened, paths, arguments):
                print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
