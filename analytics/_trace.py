"""Every rule of consent, in order: what it says on this machine, and which one decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analytics import _notice
from analytics._app import TILT
from analytics._consent import Opt, decide, read_choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App
    from analytics._consent import UserChoice
    from analytics._system import Dirs

_SHOWN = 3


class Rule(NamedTuple):
    """A rule: its name as in `Decision.rule`, a title, what it says, and whether it decides."""

    name: str
    title: str
    says: str
    decides: bool


def trace(dirs: Dirs, environ: Mapping[str, str], app: App) -> list[Rule]:
    """Return the rules, the strongest first. A project's word is known in its own loads only."""
    choice = read_choice(dirs)
    decision = decide(environ, user=choice, app=app)
    said = (
        ("environment", "The environment", _environment(environ, app)),
        ("tiltfile", "The Tiltfile" if app is TILT else "The project", _projects(dirs, app)),
        ("user", "You", _user(choice)),
        ("default", "Nobody", "Then only the minimal set is sent, without any identity."),
    )
    return [Rule(name, title, says, name == decision.rule) for name, title, says in said]


def _environment(environ: Mapping[str, str], app: App) -> str:
    for name in app.switches:
        if environ.get(name):
            return f"{name} is set, which says no, whatever its value."
    return f"Says nothing: none of {', '.join(app.switches)} is set."


def _projects(dirs: Dirs, app: App) -> str:
    word = "analytics_settings(enable=…)" if app is TILT else "Its own setting"
    rule = f"{word} decides for the loads of one project, before you."
    told = _notice.shown(dirs)
    if not told:
        return f"{rule} No project has turned reporting on here so far."
    names = ", ".join(f"{who} ({day})" for who, day in told[:_SHOWN])
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return f"{rule} Turned on here by {names}{more}."


def _user(choice: UserChoice) -> str:
    if choice.problem:
        return f"Your choice cannot be read, which counts as no: {choice.problem} ({choice.path})."
    if choice.opt is Opt.DEFAULT:
        return "You have not chosen."
    return f"You chose {choice.opt} ({choice.path})."
