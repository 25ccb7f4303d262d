"""``analytics``: what is effective, who decided it, and where everything is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analytics import _identity, _outbox
from analytics._consent import Opt, decide, read_choice
from analytics._health import examine, problems
from analytics._ledger import without_credentials

if TYPE_CHECKING:
    import argparse

    from analytics._app import App
    from analytics.cli._console import Console

_NONE_YET = "none yet"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``analytics`` without a verb."""
    parser.add_argument("--json", action="store_true", help="print the state as JSON")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the state. Creates nothing."""
    state = gather(console)
    if arguments.json:
        console.put(json.dumps(state, indent=2))
        return 0
    for line in _lines(state, console.app):
        console.put(line)
    return 0


def gather(console: Console) -> dict[str, Any]:
    """Return the whole state, as ``--json`` prints it."""
    choice = read_choice(console.dirs)
    decision = decide(console.environ, Opt.DEFAULT, choice, console.app)
    return {
        "opt": str(decision.opt),
        "rule": decision.rule,
        "source": decision.source,
        "explanation": decision.explanation,
        "choice": {"opt": str(choice.opt), "problem": choice.problem},
        "identities": {"scheme": _identity.scheme(console.environ, console.app), **_identities(console)},
        "endpoint": without_credentials(console.app.endpoint(console.environ)),
        "waiting": _waiting(console),
        "paths": {
            "choice": console.dirs.choice,
            "secret": console.dirs.secret,
            "spool": console.dirs.spool,
            "ledger": console.dirs.ledger,
        },
        "problems": problems(examine(console.dirs, console.environ, console.app)),
    }


def _lines(state: dict[str, Any], app: App) -> list[str]:
    """The first two lines are Tilt's."""
    ids, paths = state["identities"], state["paths"]
    rows = [
        ("analytics status ", state["opt"]),
        ("analytics user id", ids["user"] or _NONE_YET),
        ("decided          ", state["explanation"]),
        ("machine          ", ids["machine"] or _NONE_YET),
        *([("git.origin       ", ids["git.origin"] or _no_origin(ids))] if app.sends_origin else []),
        ("identities       ", _SCHEMES[ids["scheme"]].format(app)),
        ("sent to          ", state["endpoint"]),
        ("waiting          ", f"{state['waiting']} in {paths['spool']}"),
        ("choice           ", paths["choice"]),
        ("log              ", paths["ledger"]),
        *(("problem          ", problem) for problem in state["problems"]),
    ]
    return [f"{name}: {value}" for name, value in rows]


_SCHEMES = {
    _identity.LOCAL: "keyed with a random secret that stays on this machine",
    _identity.TEAM: "keyed with your team's {0.hash_key_variable}",
    _identity.TILT: "as Tilt makes them ({0.scheme_variable}=tilt)",
}


def _no_origin(ids: dict[str, Any]) -> str:
    return _NONE_YET if not ids["user"] else "none: the working directory has no git remote called origin"


def _identities(console: Console) -> dict[str, str]:
    """Zeros stand for what the first permitted event will make."""
    tags = _identity.Identities(console.dirs, console.environ, None, app=console.app).tags(create=False)
    if tags.get("user") == _identity.NOT_YET:
        tags = {}
    return {name: tags.get(name, "") for name in ("user", "machine", "git.origin")}


def _waiting(console: Console) -> int:
    try:
        return len(_outbox.waiting(console.dirs))
    except OSError:  # said under problems
        return 0
