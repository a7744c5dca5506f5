"""Models: the linear models of the contexts, read when they are first asked."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from gateway_desktop.core.finding import Context
from gateway_desktop.inspection.machine_code import Unavailable
from gateway_desktop.inspection.weigher import Weigher

if TYPE_CHECKING:
    from gateway_desktop.inspection.judgement import Judgement
    from gateway_desktop.inspection.normalize import View

_FEWEST = 12  # bytes that say something
_FEWEST_OF_DESCRIPTION = 36  # shorter ones name a field: "First number", "Choose your favorite friend"


class Model(Protocol):
    """Weights of features."""

    def judge(self, data: bytes, support: float = 0.0) -> "Judgement | None":
        """Return what they say of a text in UTF-8, None if it has no words."""


def _model(stored: bytes) -> Model:
    """Return the model, in machine code where there is a wheel of Wasmtime for this platform."""
    try:
        return Weigher(stored)
    except Unavailable:
        # Late: it takes 17 MB and 100 ms.
        from gateway_desktop.inspection.linear_model import LinearModel

        return LinearModel(stored)


class Models:
    """One model for each context that has one. Where they lie, whoever starts the program says."""

    def __init__(self) -> None:
        self._read: Callable[[str], bytes] | None = None
        self._loaded: dict[Context, Model] = {}

    def lie(self, read: Callable[[str], bytes]) -> None:
        """Say how the stored model of a name ("user_prompt", ...) is read."""
        self._read = read
        self._loaded = {}

    def load(self, context: Context) -> Model:
        """Return the model of a context.

        Raises:
            LookupError: nobody said where the models lie.
        """
        model = self._loaded.get(context)
        if model is None:
            if self._read is None:
                raise LookupError("nobody said where the models lie")
            model = self._loaded[context] = _model(self._read(f"{context}.model"))
        return model

    def judge(self, context: Context, view: "View", support: float = 0.0) -> "Judgement | None":
        """Return what the context's model says of a reading, None if it has too few words.

        `support` is how sure phrases in it make us, 0 to 1: they lift what the words weigh.
        """
        model = self.load(context)
        fewest = _FEWEST_OF_DESCRIPTION if context is Context.TOOL_DESCRIPTION else _FEWEST
        return model.judge(view.data, support) if len(view.data) >= fewest else None


MODELS = Models()
