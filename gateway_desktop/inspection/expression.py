"""One regular expression, in linear time; sets of them are `patterns`."""

import re2


def compiled(
    expression: str | bytes,
    *,
    ignore_case: bool = False,
    dot_nl: bool = False,
    latin: bool = False,
    memory: int | None = None,
) -> re2._Regexp:
    """Return what searches text as it was given: str or UTF-8, or bytes if `latin` (see `options`)."""
    made = options(ignore_case=ignore_case, dot_nl=dot_nl, memory=memory)
    if latin:
        made.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(expression, made)


def options(*, ignore_case: bool = False, dot_nl: bool = False, memory: int | None = None) -> re2.Options:
    """Return how RE2 is asked; it logs nothing.

    `dot_nl`: a dot is the end of a line, too. `memory`: bytes that it may take, RE2's 8 MB otherwise.
    """
    made = re2.Options()
    made.log_errors = False
    made.case_sensitive = not ignore_case
    made.dot_nl = dot_nl
    if memory is not None:
        made.max_mem = memory
    return made
