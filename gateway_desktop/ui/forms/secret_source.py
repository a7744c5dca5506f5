"""Where the secret of a form comes from: the stored one, a pasted one, a variable, or there is none."""

KEEP, PASTE, VARIABLE, NONE = "keep", "paste", "variable", "none"


def sources(none: str, *, stored: bool) -> list[tuple[str, str]]:
    """Return the choices with their words; what is stored can be kept."""
    kept = [(KEEP, "Keep the stored one")] if stored else []
    return [*kept, (PASTE, "Paste it here (sealed)"), (VARIABLE, "An environment variable"), (NONE, none)]
