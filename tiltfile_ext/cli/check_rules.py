"""``tiltfile check --rules`` and ``--explain``: what there is to find."""

from __future__ import annotations

import sys

from tiltfile_ext.check._run import known_rules
from tiltfile_ext.check._selection import SelectionError, check_codes
from tiltfile_ext.check._settings import Settings
from tiltfile_ext.check.rules import EVERY_RULE
from tiltfile_ext.cli import DONE

_NEEDS = {rule.code: rule.needs for rule in EVERY_RULE}


def list_rules(settings: Settings) -> int:
    """Print a line for each rule; returns the exit code."""
    rules, _ = known_rules(settings)
    for rule in rules:
        notes = [_NEEDS.get(rule.code, ""), "" if rule.origin == "tiltfile" else f"plugin {rule.origin}"]
        note = ", ".join(filter(None, notes))
        sys.stdout.write(f"{rule.code:<8} {rule.summary}" + (f"  ({note})" if note else "") + "\n")
    return DONE


def explain(code: str, settings: Settings) -> int:
    """Print what is told of one rule; returns the exit code.

    Raises:
        SelectionError: there is no such rule.
    """
    rules, _ = known_rules(settings)
    rule = next((rule for rule in rules if rule.code == code.upper()), None)
    if rule is None:
        check_codes([code], rules, closed=True)
        raise SelectionError(f"{code!r} is the beginning of several codes; give one of them")
    needs = _NEEDS.get(rule.code, "")
    sys.stdout.write(f"{rule.code}: {rule.summary}\n")
    sys.stdout.write(f"\n{rule.explanation}\n" if rule.explanation else "")
    sys.stdout.write(f"\nIt takes part with {needs}.\n" if needs else "")
    return DONE
