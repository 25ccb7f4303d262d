"""A load in words: what was loaded, what it used, what is reported and why."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from analytics import Opt
from tiltfile_ext.values.resources import Resources

if TYPE_CHECKING:
    from analytics import Client
    from tiltfile_ext.result import LoadResult
    from tiltfile_ext.starkit import BuiltinUse


def summary(result: LoadResult, client: Client) -> str:
    """The text that ``tiltfile load`` prints."""
    parts = [headline(result), *_table(result), "", *_analytics(client)]
    return "\n".join(parts) + "\n"


def headline(result: LoadResult) -> str:
    """What was loaded, in one line."""
    resources = len(result.get(Resources, Resources()).kinds)
    counted = f"{_plural(len(result.sources), 'file')}, {_plural(resources, 'resource')}"
    return f"{result.path}: {counted}, {result.duration_ns / 1e6:.0f} ms"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _table(result: LoadResult) -> list[str]:
    if not result.uses:
        return ["", "no built-in was called"]
    rows = [("built-in", "calls", "arguments"), *(_row(name, use) for name, use in result.uses.items())]
    wide = max(len(row[0]) for row in rows)
    return ["", *(f"{name:<{wide}}  {calls:>5}  {arguments}".rstrip() for name, calls, arguments in rows)]


def _row(name: str, use: BuiltinUse) -> tuple[str, str, str]:
    arguments = ", ".join(f"{argument} {times}" for argument, times in use.arguments.items())
    return name, str(use.calls), arguments


def _analytics(client: Client) -> list[str]:
    decision = client.decision
    lines = [f"analytics: {decision.explanation}"]
    if decision.opt is Opt.OUT:
        return [*lines, "nothing is sent; tiltfile load --show-events shows what would be"]
    names = Counter(json.loads(body)["name"] for body in client.preview(as_if_on=False))
    sent = ", ".join(name if times == 1 else f"{name} ({times})" for name, times in names.items())
    return [*lines, f"sent: {sent}"]
