"""SaveView: under which name a filter is kept."""

from PySide6.QtCore import Slot

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.panels.audit_logs.views import Views
from gateway_desktop.ui.widgets.dialog import Dialog


class SaveView(Dialog):
    """Asks for a name, and once more where another filter has it."""

    least = None

    def __init__(self, views: Views, text: str) -> None:
        super().__init__("Save filter", "Save", width=440)
        self._views, self._text = views, text
        self._replaces = ""  # a view that a person wants to lose
        self.add_text(text or "No filter: all rows.", "muted")
        form = self.add_form(Entry("name", "Name", TextEditor("Failed calls of Ana")), label_width=80)
        form.changed.connect(self._another_name)

    @Slot(str)
    def _another_name(self, _field: str = "") -> None:
        self._replaces = ""
        self.form.set_note("name", "")
        self.action.setText("Save")

    @Slot()
    def submit(self) -> None:
        name = self.form.value("name")
        if not name:
            self.show_problem(ConfigurationError("name", "A view needs a name"))
            return
        taken = self._views.taken(name)
        if taken != self._replaces:
            self._replaces = taken
            self.form.set_note("name", f"{taken} is there already.")
            self.action.setText("Replace it")
            return
        self._views.save(name, self._text)
        self.accept()
