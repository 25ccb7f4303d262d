"""A survey as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from tiltfile_ext.usage._shown import Shown, plural
from tiltfile_ext.usage._survey import NameUse, Survey

_WIDTH = 100


def table(survey: Survey, shown: Shown, *, places: bool) -> str:
    """The text; *places*: with a line for each place where a built-in is called."""
    parts = [_headline(survey), *_failures(survey, shown), "", *_rows(survey, shown, places=places)]
    return "\n".join([*parts, *_never(survey)]) + "\n"


def _headline(survey: Survey) -> str:
    used = f"{survey.used} of {survey.declared} built-ins used"
    return f"{plural(survey.loaded, 'Tiltfile')}: {used}, {plural(survey.calls, 'call')}"


def _failures(survey: Survey, shown: Shown) -> Iterator[str]:
    if survey.failures:
        yield f"{len(survey.failures)} failed to load; what ran before is counted:"
    for failure in survey.failures:
        yield f"  {shown.path(failure.path)}: {failure.reason}"
    if survey.partial:
        yield f"{len(survey.partial)} are partial: programs were not run"


def _rows(survey: Survey, shown: Shown, *, places: bool) -> Iterator[str]:
    if not survey.builtins:
        yield "no built-in was called"
        return
    wide = max(len("built-in"), *map(len, survey.builtins))
    yield f"{'built-in':<{wide}}  Tiltfiles  calls  arguments"
    for name, use in survey.builtins.items():
        yield from _row(name.ljust(wide), use, survey.never_given(name))
        if places:
            yield from (
                f"  {shown.path(path)}:{line}:{column}  {plural(site.calls, 'call')}"
                for (path, line, column), site in use.sites.items()
            )


def _row(name: str, use: NameUse, never: list[str]) -> Iterator[str]:
    given = ", ".join(f"{argument} {each.calls}" for argument, each in use.arguments.items())
    lead = f"{name}  {use.tiltfiles:>9}  {use.calls:>5}  "
    yield textwrap.fill(given or "-", _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))
    if never:
        text = f"never: {', '.join(never)}"
        yield textwrap.fill(text, _WIDTH, initial_indent=" " * len(lead), subsequent_indent=" " * len(lead))


def _never(survey: Survey) -> list[str]:
    never = survey.never_called()
    if not never:
        return []
    listed = textwrap.fill(", ".join(never), _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return ["", f"never called ({len(never)}):", listed]
