"""A survey as JSON and as CSV, for programs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tiltfile_ext.usage._shown import Shown
from tiltfile_ext.usage._survey import NameUse, SiteUse, Survey


def as_json(survey: Survey, shown: Shown) -> str:
    """One object: totals, built-ins with arguments and places, what is never used, what failed."""
    data = {
        "tiltfiles": survey.loaded,
        "files": survey.files,
        "calls": survey.calls,
        "builtins": [_builtin(name, use, survey, shown) for name, use in survey.builtins.items()],
        "never_called": survey.never_called(),
        "failures": [
            {"path": shown.path(each.path), "reason": each.reason, "counted": each.counted}
            for each in survey.failures
        ],
        "partial": [
            {"path": shown.path(path), "not_run": list(programs)} for path, programs in survey.partial.items()
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def _builtin(name: str, use: NameUse, survey: Survey, shown: Shown) -> dict[str, Any]:
    return {
        "name": name,
        "tiltfiles": use.tiltfiles,
        "calls": use.calls,
        "arguments": [
            {"name": argument, "tiltfiles": each.tiltfiles, "calls": each.calls}
            for argument, each in use.arguments.items()
        ],
        "never_given": survey.never_given(name),
        "places": [_place(place, site, shown) for place, site in use.sites.items()],
    }


def _place(place: tuple[str, int, int], site: SiteUse, shown: Shown) -> dict[str, Any]:
    path, line, column = place
    return {
        "path": shown.path(path),
        "line": line,
        "column": column,
        "calls": site.calls,
        "tiltfiles": site.tiltfiles,
        "arguments": {argument: each.calls for argument, each in site.arguments.items()},
    }


_HEAD = ("built-in", "argument", "path", "line", "column", "calls", "tiltfiles")


def as_csv(survey: Survey, shown: Shown) -> str:
    """A row for each built-in and argument at each place; one without a place for what is never used.

    The rows without an argument count calls, the others how often the argument was given.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_HEAD)
    for name, use in survey.builtins.items():
        for (path, line, column), site in use.sites.items():
            where = (shown.path(path), line, column)
            rows.writerow((name, "", *where, site.calls, site.tiltfiles))
            rows.writerows(
                (name, argument, *where, each.calls, each.tiltfiles)
                for argument, each in site.arguments.items()
            )
        rows.writerows((name, argument, "", "", "", 0, 0) for argument in survey.never_given(name))
    rows.writerows((name, "", "", "", "", 0, 0) for name in survey.never_called())
    return text.getvalue()
