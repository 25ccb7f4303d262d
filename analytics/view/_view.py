"""What the pages show, gathered anew for each page, and the one thing that they can do: choose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from analytics import _health, _ledger, _outbox
from analytics._choosing import carry_out
from analytics._consent import WORDS, Opt, decide, read_choice, write_choice
from analytics._describe import describe, meaning, meanings
from analytics._trace import trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App
    from analytics._consent import Decision
    from analytics._health import Finding
    from analytics._ledger import Ledger
    from analytics._system import Dirs
    from analytics._trace import Rule


class Event(NamedTuple):
    """A body: exactly as on the wire, and taken apart into rows of key, value, and what the key is for."""

    name: str
    body: str
    rows: list[tuple[str, str, str]]


class View:
    """One user's analytics, as they are at the moment of asking."""

    def __init__(self, dirs: Dirs, environ: Mapping[str, str], app: App, *, version: str, prog: str) -> None:
        self.dirs = dirs
        self.app = app
        self.prog = prog
        self._environ = environ
        self._version = version

    @property
    def endpoint(self) -> str:
        """Where events go."""
        return _ledger.without_credentials(self.app.endpoint(self._environ))

    def decision(self) -> Decision:
        """What is effective outside a load."""
        return decide(self._environ, user=read_choice(self.dirs), app=self.app)

    def choice(self) -> Opt:
        """What the user chose."""
        return read_choice(self.dirs).opt

    def rules(self) -> list[Rule]:
        """Every rule, and which one decides."""
        return trace(self.dirs, self._environ, self.app)

    def findings(self) -> list[Finding]:
        """What ``doctor`` finds."""
        return _health.examine(self.dirs, self._environ, self.app)

    def schema(self) -> dict[str, Any]:
        """Every event and key that may be sent."""
        return describe(self.app)

    def ledger(self) -> Ledger:
        """Everything that was sent; nothing where it cannot be read, which is among the findings."""
        try:
            return _ledger.read(self.dirs)
        except OSError:
            return _ledger.Ledger([], 0, 0)

    def waiting(self) -> list[dict[str, Any]]:
        """What waits, oldest first; nothing where it cannot be read, which is among the findings."""
        try:
            records = _outbox.waiting(self.dirs)
        except OSError:
            return []
        return [
            {"time": record.time, "url": _ledger.without_credentials(record.url), "body": record.body}
            for record in records
        ]

    def events(self, body: str) -> list[Event]:
        """Take the body of a post apart: a batch has one event a line."""
        return [self._event(line) for line in body.splitlines() if line.strip()]

    def choose(self, word: str) -> str:
        """Make the choice that *word* stands for, and return what to tell the user.

        Raises:
            KeyError: it stands for none.
        """
        opt, before = WORDS[word], self.choice()
        try:
            write_choice(self.dirs, opt)
            carry_out(self.dirs, self._environ, self.app, opt, before, version=self._version)
        except OSError as error:
            return f"That did not work: {error.filename or self.dirs.top}: {error.strerror or error}"
        return _SAID[opt]

    def _event(self, body: str) -> Event:
        try:
            values = json.loads(body)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            return Event("(not JSON)", body, [])
        name = str(values.get("name"))
        known = meanings(self.app, name)
        kind = self.app.registry.find(name.removeprefix(self.app.prefix))
        # the one event with free keys may be called anything
        free = kind.free_keys if kind else not name.startswith(self.app.prefix)
        return Event(
            name,
            body,
            [(key, _shown(value), meaning(key, known, free=free)) for key, value in values.items()],
        )


_SAID = {
    Opt.IN: "You opted in.",
    Opt.OUT: "You opted out. What was not sent has been thrown away.",
    Opt.DEFAULT: "Your choice was taken back.",
}


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
