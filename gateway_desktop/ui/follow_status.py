"""FollowStatus: keeps the frame of the window (status bar, sidebar, notices) at what is true now."""

from PySide6.QtCore import QObject, QTimer, Slot

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.settings import Settings
from gateway_desktop.store.queries.configuration import KeyItem, ProxyItem, key_rows, proxy_rows
from gateway_desktop.store.queries.overview import StorageSize, storage_size
from gateway_desktop.store.queries.policies import PolicyItem, policy_rows
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.theme import theme

EVERY_MS = 1000
NOTICE_READ = "window/notice"  # what a person has read is not shown again
STORAGE_EVERY = 30  # looks


class FollowStatus(QObject):
    """Looks once a second at what the gateway says of itself; asks the database when that changed."""

    def __init__(self, window: MainWindow, context: UiContext) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._looks = 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)
        context.bridge.topic.connect(self._changed)
        control = context.services.gateway_control
        window.notices.use_port = lambda port: control.restart(port=port)
        window.notices.start = control.start
        window.notices.logging.chosen.connect(lambda: context.open_page("settings", section="audit"))
        window.theme_chosen.connect(self._keep_theme)
        context.size_read.connect(window.status_bar.show_storage)
        window.notices.key.chosen.connect(self._understood)
        if context.notice and context.state.value(NOTICE_READ) != context.notice:
            window.notices.show_key_notice(context.notice)

    def begin(self) -> None:
        """Look now, and from now on."""
        self._look()
        self._ask()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        status = self._context.status()
        self._window.status_bar.show_status(status)
        self._window.sidebar.dot.show_status(status)
        self._window.notices.show_status(status)
        self._looks += 1
        if self._looks % STORAGE_EVERY == 0 and self._window.isVisible():
            self._ask()

    @Slot(object)
    def _changed(self, topic: Topic) -> None:
        if topic is Topic.STATUS:
            self._look()
        elif topic in (Topic.CONFIGURATION, Topic.SETTINGS):
            self._ask()

    def _ask(self) -> None:
        ask = self._context.ask
        when_done(self, ask(proxy_rows), self._show_proxies, _ignore, slot="proxies")
        when_done(self, ask(key_rows), self._show_keys, _ignore, slot="keys")
        when_done(self, ask(storage_size), self._show_storage, _ignore, slot="storage")
        settings = self._context.services.settings.current()
        when_done(self, settings, self._show_settings, _ignore, slot="settings")

    def _show_proxies(self, items: tuple[ProxyItem, ...]) -> None:
        proxies = [item.proxy for item in items]
        self._window.status_bar.show_proxies(sum(proxy.running for proxy in proxies), len(proxies))
        self._window.status_bar.show_payloads(frozenset(proxy.payloads for proxy in proxies))

    def _show_policies(self, items: tuple[PolicyItem, ...]) -> None:
        names = [item.policy.name for item in items if item.policy.enabled]
        inspected = self._context.settings.inspection.enabled
        self._window.status_bar.show_policies(names, inspected=inspected)

    def _show_keys(self, items: tuple[KeyItem, ...]) -> None:
        keys = [item.key for item in items]
        self._context.key_labels = {key.id: f"{key.prefix}… {key.name}".strip() for key in keys}

    def _show_storage(self, storage: StorageSize) -> None:
        self._window.status_bar.show_storage(storage.total)

    def _show_settings(self, settings: Settings) -> None:
        self._context.follow(settings)
        self._window.notices.show_logging(settings.audit.enabled)
        policies = self._context.ask(policy_rows)
        when_done(self, policies, self._show_policies, _ignore, slot="policies")
        if settings.window.theme != theme().mode:
            self._window.show_theme(settings.window.theme)

    @Slot()
    def _understood(self) -> None:
        self._context.state.setValue(NOTICE_READ, self._context.notice)
        self._window.notices.show_key_notice("")

    @Slot(str)
    def _keep_theme(self, mode: str) -> None:
        when_done(self, self._context.services.settings.set("window.theme", mode))


def _ignore(error: BaseException) -> None:
    """The frame keeps what it shows: the page in it says what is wrong."""
