"""Named views: filters that a person gave a name, per tab."""

from PySide6.QtCore import QSettings


class Views:
    """Kept in DIR/window.ini."""

    def __init__(self, state: QSettings, tab: str) -> None:
        self._state = state
        self._key = f"audit/{tab}/views"

    def all(self) -> dict[str, str]:
        self._state.beginGroup(self._key)
        found = {name: str(self._state.value(name)) for name in self._state.childKeys()}
        self._state.endGroup()
        return dict(sorted(found.items(), key=lambda item: item[0].casefold()))

    def save(self, name: str, text: str) -> None:
        """Keep a filter under a name; slashes would be folders in the file."""
        self._state.setValue(f"{self._key}/{name.strip().replace('/', '-')}", text)

    def remove(self, name: str) -> None:
        self._state.remove(f"{self._key}/{name}")
