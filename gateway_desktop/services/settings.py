"""Settings: read with where each comes from; changed in the file or the table, whichever it belongs to."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.files import write_atomically
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.people import Role
from gateway_desktop.core.settings import Settings, entries
from gateway_desktop.services.administration import Administration, Change, Service, resolved
from gateway_desktop.services.autostart import start_at_login
from gateway_desktop.services.futures import follow
from gateway_desktop.services.oauth_callback import moved_callback
from gateway_desktop.services.setting_layers import Layers, Source, build
from gateway_desktop.services.setting_values import entered
from gateway_desktop.services.settings_file import changed_texts, known_key
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.meta import SettingRow
from gateway_desktop.store.queries.configuration import setting_rows

Found = dict[str, tuple[Any, Source]]
_LOGGING = "audit.enabled"
_AT_LOGIN = "window.at_login"
_PERSONAL = frozenset(key for key, declared in entries().items() if declared.metadata["personal"])
_WEAKENING = {
    "audit.enabled": False,
    "audit.wait_for_commit": False,
    "audit.when_unwritable": "pass",
    "listen.tls_ends_in_front": True,
}


class SettingsService(Service):
    """Every setting of `core.settings`, by its dotted key."""

    def __init__(self, administration: Administration, layers: Layers) -> None:
        super().__init__(administration)
        self._layers = layers

    def all(self) -> Future[Found]:
        """Return every setting's value and where it comes from, in the order of the page."""
        return self._reader.submit(self.found)

    def get(self, key: str) -> Future[tuple[Any, Source]]:
        """Return one setting's value and where it comes from."""
        return self._reader.submit(lambda database: self.found(database)[known_key(key, key)])

    def current(self) -> Future[Settings]:
        """Return all settings as they hold now."""
        return self._reader.submit(lambda database: self._layers.settings(setting_rows(database)))

    def set(self, key: str, value: object) -> Future[str]:
        """Change one setting; text is read as its type. Returns what `change` does."""
        return self.change({key: value})

    def change(self, changes: Mapping[str, object]) -> Future[str]:
        """Change several settings in one transaction; None goes back to the default.

        Returns what a person has to do elsewhere because of it, in sentences, or nothing.
        """

        def work(change: Change) -> str:
            before = self.found(change.database)
            checked = {
                known_key(key, key): None if value is None else entered(key, value, key)
                for key, value in changes.items()
            }
            machine = {key: value for key, value in checked.items() if entries()[key].metadata["machine"]}
            for key in checked.keys() - machine.keys():
                _store(key, checked[key])
            for key, value in checked.items():
                _record(change, key, before[key], value)
            notice = moved_callback(*_both(before, checked))
            if notice:
                change.record(
                    SystemEvent(
                        Category.SYSTEM, "OAuth callback changed", severity=Severity.WARNING, details=notice
                    )
                )
            if _AT_LOGIN in checked:
                start_at_login(self._layers.path.parent, on=bool(checked[_AT_LOGIN]))
            if machine:  # last: what comes before it may still fail
                write_atomically(self._layers.path, changed_texts(self._layers.path, machine))
            return notice

        return self._administration.change(work, Topic.SETTINGS, least=least_of(changes))

    def change_now(self, key: str, value: object) -> Future[str]:
        """Change a setting at once, also where the command line or the environment gave another value."""

        def saved(notice: str) -> Future[str]:
            self._layers.overrule(key)
            return resolved(notice)

        return follow(self.change({key: value}), saved)

    def found(self, database: Database) -> Found:
        """Return every setting's value and where it comes from, in a transaction that runs already."""
        return self._layers.found(setting_rows(database))


def least_of(keys: Iterable[str]) -> Role:
    """Return whom it takes to change these settings."""
    return Role.VIEWER if all(key in _PERSONAL for key in keys) else Role.ADMIN


def _both(before: Found, changes: Mapping[str, object]) -> tuple[Settings, Settings]:
    """Return the settings before and after; the command line and the environment go first in both."""
    old = {key: value for key, (value, _) in before.items()}
    new = {
        key: entries()[key].default if value is None else value
        for key, value in changes.items()
        if before[key][1] not in (Source.COMMAND_LINE, Source.ENVIRONMENT)
    }
    return build(old), build({**old, **new})


def _store(key: str, value: object) -> None:
    if value is None:
        SettingRow.delete().where(SettingRow.key == key).execute()
    else:
        SettingRow.insert(key=key, value=json.dumps(value, ensure_ascii=False)).on_conflict(
            conflict_target=[SettingRow.key], preserve=[SettingRow.value]
        ).execute()


def _record(change: Change, key: str, found: tuple[Any, Source], value: object) -> None:
    before, source = found
    after = entries()[key].default if value is None else value
    if before == after and source not in (Source.COMMAND_LINE, Source.ENVIRONMENT):
        return
    weaker = _WEAKENING.get(key) == after or (key == "listen.host" and not is_loopback(str(after)))
    severity = Severity.WARNING if weaker else Severity.INFO
    event = "logging switched" if key == _LOGGING else "settings changed"
    change.record(
        SystemEvent(Category.SYSTEM, event, key, severity, before={"value": before}, after={"value": after})
    )
