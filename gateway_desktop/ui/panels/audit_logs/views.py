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

    def taken(self, name: str) -> str:
        """Return the view that a filter of this name would replace, or nothing."""
        wanted = _key(name).casefold()
        return next((one for one in self.all() if one.casefold() == wanted), "")

    def save(self, name: str, text: str) -> None:
        """Keep a filter under a name, in the place of one that has it."""
        self.remove(self.taken(name))
        self._state.setValue(f"{self._key}/{_key(name)}", text)

    def remove(self, name: str) -> None:
        if name:
            self._state.remove(f"{self._key}/{name}")


def _key(name: str) -> str:
    """Return the name as the file has it, where slashes would be folders."""
    return name.strip().replace("/", "-").replace("\\", "-")
