"""Models: the linear models of the contexts, read when they are first asked."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gateway_desktop.core.finding import Context

if TYPE_CHECKING:
    from gateway_desktop.inspection.linear_model import Judgement, LinearModel
    from gateway_desktop.inspection.normalize import View

_FEWEST = 12  # bytes that say something


class Models:
    """One model for each context that has one. Where they lie, whoever starts the program says."""

    def __init__(self) -> None:
        self._read: Callable[[str], bytes] | None = None
        self._loaded: dict[Context, LinearModel] = {}

    def lie(self, read: Callable[[str], bytes]) -> None:
        """Say how the stored model of a name ("user_prompt", ...) is read."""
        self._read = read
        self._loaded = {}

    def load(self, context: Context) -> "LinearModel":
        """Return the model of a context.

        Raises:
            LookupError: nobody said where the models lie.
        """
        model = self._loaded.get(context)
        if model is None:
            # Late: NumPy takes 17 MB and 100 ms, and a gateway that looks at nothing needs neither.
            from gateway_desktop.inspection.linear_model import LinearModel

            if self._read is None:
                raise LookupError("nobody said where the models lie")
            model = self._loaded[context] = LinearModel(self._read(f"{context}.model"))
        return model

    def judge(self, context: Context, view: "View", support: float = 0.0) -> "Judgement | None":
        """Return what the context's model says of a reading, None if it has too few words.

        `support` is how sure phrases in it make us, 0 to 1: they lift what the words weigh.
        """
        # Late for the same reason.
        from gateway_desktop.inspection.features import features

        model = self.load(context)
        found = features(view.data) if len(view.data) >= _FEWEST else None
        return None if found is None else model.judge(found, support)


MODELS = Models()
