"""What the help texts say besides the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from analytics._help import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App
    from analytics._system import Dirs

_DONE, _FAILED, _WRONG_USAGE, _INTERRUPTED = 0, 1, 2, 130
_DESCRIPTION = """
Say whether usage is reported, who decided that, and what is sent.

Without a verb: the effective state, the rule that decided it, identities, address and files. Each verb has a
help text of its own.
"""


class Verb(Protocol):
    """What the help says comes from a verb's module."""

    SUMMARY: str
    EXAMPLES: Mapping[str, str]
    FAILURE: str


def main_page(app: App, dirs: Dirs) -> Page:
    """The page of the command itself."""
    return Page(
        usage=["[--json]", "VERB [OPTIONS]"],
        description=_DESCRIPTION,
        examples={
            "": "the effective state",
            "opt out": "report nothing",
            "log": "everything that was ever sent",
            "--json": "the state, for a program",
        },
        files=_files(dirs),
        environment=_environment(app),
        exit_codes=_exit_codes("failure, or something found"),
    )


def verb_page(name: str, verb: Verb, app: App, dirs: Dirs) -> Page:
    """The page of one verb."""
    return Page(
        usage=["in|out|default" if name == "opt" else "[OPTIONS]"],
        description=f"{verb.SUMMARY[0].upper()}{verb.SUMMARY[1:]}.",
        # the program's name has the verb in it already
        examples={words.removeprefix(name).strip(): purpose for words, purpose in verb.EXAMPLES.items()},
        files=_files(dirs),
        environment=_environment(app),
        exit_codes=_exit_codes(verb.FAILURE),
    )


def _files(dirs: Dirs) -> dict[str, str]:
    if not dirs.top:
        return {}
    return {
        dirs.choice: "the choice",
        dirs.secret: "the random secret that identities are made with",
        dirs.spool: "what waits to be sent",
        dirs.ledger: "what was sent",
    }


def _environment(app: App) -> dict[str, str]:
    scheme = {app.scheme_variable: '"tilt": identities as Tilt makes them'} if app.scheme_variable else {}
    return {
        ", ".join(app.switches): "set to anything: nothing is reported, whatever else is set",
        app.url_variable: "where events go",
        app.hash_key_variable: "your team's key for identities",
        **scheme,
        app.limit_variable: "how many bytes may wait to be sent",
        ", ".join(app.directory_variables): "the directory that everything is kept below",
    }


def _exit_codes(failure: str) -> dict[int, str]:
    codes = {_DONE: "done", _FAILED: failure, _WRONG_USAGE: "wrong usage", _INTERRUPTED: "interrupted (^C)"}
    return {code: meaning for code, meaning in codes.items() if meaning}
