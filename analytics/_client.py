"""The one object that a command talks to.

An event takes three steps. *Recorded*: it waits in memory, because the Tiltfile, which comes before the
user in the order of consent, has not been read yet. *Settled*: the Tiltfile's word is known; what is not
permitted is dropped for good. *Flushed*: what is permitted goes to the spool, and a detached process is
started that posts it. A command that never learns the Tiltfile's word sends nothing. A host that loads
again and again records, settles and flushes once per load, so that each load obeys its own Tiltfile.

When analytics is off, none of this touches a file, starts a process or makes an identity.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock

from analytics import _event, _registry
from analytics._app import TILT, locate
from analytics._consent import Opt, TiltfileWord, decide, read_choice
from analytics._system import SYSTEM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from analytics._app import App
    from analytics._consent import Decision, UserChoice
    from analytics._drops import Claim
    from analytics._event import Event
    from analytics._identity import Identities
    from analytics._protocol import Clock
    from analytics._spool import Record
    from analytics._system import Dirs

_NO_TAGS: Mapping[str, str] = {}
_MOST_EVENTS = 1000
_TOO_MANY = "(too many events in one run)"
_GO_NAMES = {"win32": "windows", "cygwin": "windows", "sunos": "solaris"}


def go_os() -> str:
    """Return this operating system's name in Go, which is what Tilt sends."""
    name = sys.platform.rstrip("0123456789") if sys.platform != "win32" else sys.platform
    return _GO_NAMES.get(name, name)


class Client:
    """Records events and sends those that are permitted. Implements `Analytics`.

    No method raises, waits for the network, or prints. Whatever goes wrong is kept in ``problems``. Threads
    may share a client; a forked child may go on using it, and sends only what it records itself.

    Attributes:
        decision: what is effective, as far as is known: until `settle`, without the Tiltfile's word.
        problems: what could not be done, one line each, for ``analytics`` and for tests.
        refused: names and keys that are not in the registry, with how often they were left out.
    """

    __slots__ = (
        "_app",
        "_clock",
        "_cwd",
        "_dirs",
        "_environ",
        "_events",
        "_flushing",
        "_identities",
        "_kept",
        "_lock",
        "_overflow",
        "_pid",
        "_sender",
        "_settled",
        "_tags",
        "_to_spool",
        "_user",
        "_version",
        "decision",
        "problems",
        "refused",
    )

    def __init__(
        self,
        *,
        tags: Mapping[str, str],
        environ: Mapping[str, str],
        dirs: Dirs,
        user: UserChoice,
        cwd: str | None,
        clock: Clock,
        app: App = TILT,
    ) -> None:
        self._app = app
        self.refused: dict[str, int] = {}
        self._tags = self._declared(tags)
        self._version = tags["version"]
        self._environ = environ
        self._dirs = dirs
        self._user = user
        self._cwd = cwd
        self._clock = clock
        self._settled = False
        self._kept = False
        self._events: list[Event] = []
        self._overflow = 0
        self._begin()
        self.decision = decide(environ, Opt.DEFAULT, user, app)
        self.problems: list[str] = [user.problem] if user.problem else []
        if self.decision.opt is not Opt.OUT:
            self._guard(self._load_the_rest)

    @classmethod
    def open(
        cls,
        *,
        version: str,
        subcommand: str,
        app: App = TILT,
        environ: Mapping[str, str] | None = None,
        cwd: str | None = None,
        clock: Clock = SYSTEM,
    ) -> Client:
        """Return the client of this run.

        Args:
            version: the program's version, for the key ``version``.
            subcommand: the command that was run, for the key ``subcommand``.
            app: the program, if it is another than Tilt: its name, its events, and where they go.
            environ: the environment variables; those of this process if None.
            cwd: where the git remote is looked up; the working directory if None.
            clock: tells the time.
        """
        variables = dict(os.environ if environ is None else environ)
        dirs = locate(variables, app)
        tags = {"os": go_os(), "version": version, "subcommand": subcommand}
        user = read_choice(dirs)
        return cls(tags=tags, environ=variables, dirs=dirs, user=user, cwd=cwd, clock=clock, app=app)

    def incr(self, name: str, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record that something happened once."""
        self._record(name, tags)

    def count(self, name: str, n: int, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record that something happened *n* times, in the key ``count``, a string like every count."""
        self._record(name, tags, (_event.COUNT, str(n)))

    def timer(self, name: str, duration_ns: int, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record how long something took, in nanoseconds."""
        self._record(name, tags, (_event.DURATION, duration_ns))

    def without_global_tags(self) -> BareClient:
        """Return a recorder into this client whose events carry their own tags and nothing else."""
        return BareClient(self)

    def refresh(self) -> None:
        """Read the user's choice again. For a host that runs for long, before each load."""
        self._guard(self._read_choice)

    def settle(self, tiltfile: Opt = Opt.DEFAULT, where: str = "") -> Decision:
        """Take the Tiltfile's word, and decide about everything that was recorded.

        Args:
            tiltfile: what the Tiltfile said last; `Opt.DEFAULT` if it said nothing, or if the command
                loads none. What it said before it failed counts.
            where: the position of the call that said so, such as ``Tiltfile:3:1``.
        """
        self.decision = decide(self._environ, TiltfileWord(tiltfile, where), self._user, self._app)
        self._guard(self._apply_verdict)
        return self.decision

    def surface_nudge(self, *, is_terminal: bool, command: str = "python -m analytics") -> str:
        """Return the question to put to a user who has not chosen, or "" if now is not the time.

        To be called after `settle`. The question is put on a terminal only, at most once a day; the
        caller prints it, on stderr. If it cannot be remembered that it was put, it is not put: better
        never than at every run.

        Args:
            is_terminal: whether stderr is a terminal.
            command: how this program's user runs the ``analytics`` command line.
        """
        question: list[str] = []
        if is_terminal and self._settled and self.decision.opt is Opt.DEFAULT:
            self._guard(lambda: question.append(self._put_question(command)))
        return "".join(question)

    def notice(self, *, is_terminal: bool, command: str = "python -m analytics") -> str:
        """Return what the user should be told now, or "", as nearly always.

        To be called after `flush`; the caller prints it, on stderr, and flushes again. It is one thing at
        most: to those who have not chosen, the question (see `surface_nudge`); the first time that events
        with an identity are on their way, that they are, by whose word, how to see them, and how to
        stop that. Nothing, if `Decision.notice` has said as much already.

        Args:
            is_terminal: whether stderr is a terminal.
            command: how this program's user runs the ``analytics`` command line.
        """
        if self.decision.opt is not Opt.IN:
            return self.surface_nudge(is_terminal=is_terminal, command=command)
        due: list[bool] = []
        if self._kept and not self.decision.notice and (is_terminal or self.decision.rule != "user"):
            self._guard(lambda: due.append(self._claim_notice(is_terminal=is_terminal)))
        return self._notice_text(command) if any(due) else ""

    def record_opt_in(self) -> None:
        """Record that the user has just opted in. For the command that takes the answer."""
        self._record_minimal("analytics.opt.in")

    def preview(self, *, as_if_on: bool = True) -> list[str]:
        """Return the bodies of what was recorded, byte for byte as they are or would be posted.

        Nothing is created for it unless sending is permitted: as long as this user has no local
        secret, identities show as zeros.

        Args:
            as_if_on: what would be sent if analytics were on; if False, what the decision permits.
        """
        opt = Opt.IN if as_if_on else self.decision.opt
        chosen = [event for event in self._events if _permits(opt, event)]
        bodies: list[str] = []
        if self._settled and self.decision.opt is Opt.IN:
            self._guard(lambda: bodies.extend(self._bodies(chosen, create=True)))
        if not bodies:
            self._guard(lambda: bodies.extend(self._bodies(chosen, create=False)))
        return bodies

    def flush(self) -> None:
        """Put what is permitted on the spool and start the process that posts it. Does not wait.

        Before `settle` nothing is permitted: a command whose Tiltfile was not heard sends nothing.
        """
        self._guard(self._flush)

    def _load_the_rest(self) -> None:
        """What the flush needs is loaded at the start, not at the end, when somebody waits for the prompt."""
        from analytics import _handover, _identity, _system  # noqa: F401  # loading them is the point

        _system.has_locks()
        if os.path.exists(self._dirs.servers):
            from analytics import _servers  # noqa: F401

    def _read_choice(self) -> None:
        self._user = read_choice(self._dirs)
        if self._user.problem and self._user.problem not in self.problems:
            self.problems.append(self._user.problem)

    def _claim_notice(self, *, is_terminal: bool) -> bool:
        from analytics import _notice

        try:
            return _notice.claim(
                self._dirs, _notice.named(self.decision), self._clock.now(), is_terminal=is_terminal
            )
        except OSError as error:  # events do leave: to say so each time is better than never
            self._note(error)
            return True

    def _notice_text(self, command: str) -> str:
        from analytics import _notice

        return _notice.text(self.decision, command, self._app.switches[0])

    def _put_question(self, command: str) -> str:
        from analytics import _nudge

        if not _nudge.claim(self._dirs, self._clock.now()):
            return ""
        self._record_minimal("analytics.nudge.surfaced")
        return _nudge.text(command)

    def _record(
        self,
        name: str,
        tags: Mapping[str, str],
        measure: tuple[str, str | int] | None = None,
        *,
        bare: bool = False,
    ) -> None:
        try:
            self._keep(name, {**tags, measure[0]: measure[1]} if measure else tags, bare=bare)
        except Exception as error:  # noqa: BLE001  # as in _guard, without the cost of a function more
            self._note(error)

    def _record_minimal(self, name: str) -> None:
        self._record(name, {"version": self._version})

    def _keep(self, name: str, tags: Mapping[str, str | int], *, bare: bool) -> None:
        event, refused = _event.make(name, tags, self._clock.now(), bare=bare, app=self._app)
        if self._pid != os.getpid():
            self._begin()
        with self._lock:
            for what in refused:
                self.refused[what] = self.refused.get(what, 0) + 1
            if event is None:
                return
            if len(self._events) < _MOST_EVENTS:
                self._events.append(event)
            if len(self._to_spool) < _MOST_EVENTS:
                self._to_spool.append(event)
            else:
                self._overflow += 1
                self.refused[_TOO_MANY] = self.refused.get(_TOO_MANY, 0) + 1

    def _begin(self) -> None:
        """Start afresh, in a new client or in a fork of its process.

        What a fork inherited is the parent's to send, and so are the parent's children to wait for; a
        lock may be held by a thread that exists in the parent only.
        """
        self._pid = os.getpid()
        self._lock, self._flushing = RLock(), RLock()
        self._to_spool: list[Event] = []
        self._identities: Identities | None = None
        self._sender = 0

    def _declared(self, tags: Mapping[str, str]) -> dict[str, str]:
        """Global tags obey the registry like any other."""
        declared = {key.name: key for key in self._app.registry.global_keys}
        fine = {name: value for name, value in tags.items() if declared[name].admits(value)}
        self.refused.update((name, 1) for name in tags if name not in fine)
        return fine

    def _apply_verdict(self) -> None:
        with self._lock:
            first, self._settled = not self._settled, True
            self._drop_forbidden()
        if self.decision.opt is Opt.DEFAULT and first:
            self._record_minimal("analytics.up.optdefault")
        if self.decision.opt is Opt.IN and not all(map(_is_anonymous, self._to_spool)):
            self._start_identities()

    def _drop_forbidden(self) -> None:
        self._to_spool = [event for event in self._to_spool if _permits(self.decision.opt, event)]

    def _flush(self) -> None:
        with self._flushing:
            events = self._permitted()
            if not events:
                return
            from analytics import _handover

            claim = self._claim_losses()
            if claim is not None and (event := self._event_of(claim)):
                events.append(event)
            _handover.keep(self._dirs, self._records(events))
            self._kept = True
            if claim is not None:
                claim.settle()
            self._guard(self._reap)
            self._guard(self._send)

    def _permitted(self) -> list[Event]:
        """Take what may be sent. What may not, and is not waiting for a verdict, is dropped."""
        with self._lock:
            if not self._settled:
                return []
            self._drop_forbidden()
            events, self._to_spool = self._to_spool, []
            return events

    def _claim_losses(self) -> Claim | None:
        """Say how many events were lost on this side, if any were, to those who may be told."""
        from analytics import _handover

        if self.decision.opt is not Opt.IN:
            return None
        overflow, self._overflow = self._overflow, 0
        return _handover.losses(self._dirs, overflow, self._now_ms())

    def _event_of(self, claim: Claim) -> Event | None:
        counts = {reason: str(count) for reason, count in claim.counts.items()}
        event, _ = _event.make("analytics.dropped", counts, self._clock.now(), bare=False, app=self._app)
        if event is not None:
            event.id = claim.id
            self._events.append(event)
        return event

    def _send(self) -> None:
        from analytics import _handover

        url = self._app.endpoint(self._environ)
        self._sender = _handover.send(self._dirs, self._environ, url, self._now_ms())

    def _now_ms(self) -> int:
        return int(self._clock.now() * 1000)

    def _records(self, events: list[Event]) -> list[Record]:
        from analytics._spool import Record, new_id

        url = self._app.endpoint(self._environ)
        records = []
        for event, body in zip(events, self._bodies(events, create=True), strict=True):
            ms = int(event.time * 1000)
            level = event.type.level
            record = Record(
                id=event.id or new_id(ms),
                time=ms,
                url=url,
                level=level,
                allowed_by=self.decision.rule,
                body=body,
            )
            records.append(record)
        return records

    def _bodies(self, events: Iterable[Event], *, create: bool) -> list[str]:
        events = list(events)
        anonymous = all(map(_is_anonymous, events))
        tags = self._tags if anonymous else {**self._tags, **self._identity_tags(create=create)}
        return [event.body(tags, self._app.prefix) for event in events]

    def _identity_tags(self, *, create: bool) -> dict[str, str]:
        self._start_identities()
        assert self._identities is not None  # noqa: S101  # just started
        return self._identities.tags(create=create)

    def _start_identities(self) -> None:
        """Ask the machine for what identities are made of; the answers are fetched at the flush."""
        from analytics._identity import Identities

        if self._identities is None:
            self._identities = Identities(self._dirs, self._environ, self._cwd, self._clock, self._app)

    def _reap(self) -> None:
        """A host that lives long collects the sender that it started before."""
        sender, self._sender = self._sender, 0
        if sender:
            os.waitpid(sender, os.WNOHANG)

    def _guard(self, action: Callable[[], None]) -> None:
        """Analytics never fails a command: whatever goes wrong is written down and forgotten."""
        try:
            if self._pid != os.getpid():
                self._begin()
            action()
        except Exception as error:  # noqa: BLE001  # see above
            self._note(error)

    def _note(self, error: Exception) -> None:
        problem = str(error) or type(error).__name__
        if problem not in self.problems:
            self.problems.append(problem)


class BareClient:
    """A client whose events carry their own tags only. Implements `Analytics`."""

    __slots__ = ("_client",)

    def __init__(self, client: Client) -> None:
        self._client = client

    def incr(self, name: str, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record that something happened once."""
        self._client._record(name, tags, bare=True)  # noqa: SLF001  # two halves of one class

    def count(self, name: str, n: int, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record that something happened *n* times."""
        self._client._record(name, tags, (_event.COUNT, str(n)), bare=True)  # noqa: SLF001

    def timer(self, name: str, duration_ns: int, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record how long something took, in nanoseconds."""
        self._client._record(name, tags, (_event.DURATION, duration_ns), bare=True)  # noqa: SLF001

    def without_global_tags(self) -> BareClient:
        """Return this recorder."""
        return self

    def flush(self) -> None:
        """Flush the client."""
        self._client.flush()


def _is_anonymous(event: Event) -> bool:
    return event.minimal or event.bare


def _permits(opt: Opt, event: Event) -> bool:
    """Return whether *event* may be sent under *opt*.

    Two of the minimal events count the undecided, and are not sent of anybody who has decided; the
    third says that somebody just has.
    """
    if opt is Opt.IN:
        return not event.minimal or event.name == "analytics.opt.in"
    return opt is Opt.DEFAULT and event.type.level == _registry.MINIMAL
