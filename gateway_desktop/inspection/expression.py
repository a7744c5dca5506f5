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
    """Return an expression that is searched for in text as it was given: str or UTF-8, or bytes if `latin`.

    `dot_nl`: a dot is the end of a line, too. `memory`: bytes that it may take, RE2's 8 MB otherwise.
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    options.dot_nl = dot_nl
    if latin:
        options.encoding = re2.Options.Encoding.LATIN1
    if memory is not None:
        options.max_mem = memory
    return re2.compile(expression, options)
