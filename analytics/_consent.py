"""Who decides whether usage is reported, and what was decided.

The order is Tilt's: the environment can only say no, and comes first; then the Tiltfile; then the
user's own choice. Whatever cannot be understood counts as a no. To decide is pure; the user's choice is
read from disk, and written there, as Tilt does it.
"""

from __future__ import annotations

import os
import stat

from analytics._app import TILT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar

    from analytics._app import App
    from analytics._system import Dirs

_SHOWN_VALUE = 40
_HOW_TO_STOP = "DO_NOT_TRACK=1 keeps it off"

_CHOICE_MODE = 0o700  # executable, for no reason; but it is what Tilt writes
_LONGEST = 4096


class Opt:
    """An answer: `Opt.DEFAULT` (nobody has chosen), `Opt.IN` or `Opt.OUT`.

    There are exactly these three objects; compare them with ``is``. ``str()`` is the word that Tilt
    writes into its choice file. Not an `enum.Enum`, whose import alone costs more than all the rest of
    what a command runs of this package.
    """

    __slots__ = ("word",)

    DEFAULT: ClassVar[Opt]
    IN: ClassVar[Opt]
    OUT: ClassVar[Opt]

    def __init__(self, word: str) -> None:
        self.word = word

    def __str__(self) -> str:
        return self.word

    def __repr__(self) -> str:
        return f"Opt.{self.word.removeprefix('opt-').upper()}"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Copy and pickle to the same object, so that ``is`` holds."""
        return (parse_opt, (self.word,))


Opt.DEFAULT = Opt("default")
Opt.IN = Opt("opt-in")
Opt.OUT = Opt("opt-out")

#: What may be typed or written for each answer; Tilt accepts the same five words, in lower case only.
WORDS = {"default": Opt.DEFAULT, "opt-in": Opt.IN, "in": Opt.IN, "opt-out": Opt.OUT, "out": Opt.OUT}


def parse_opt(word: str) -> Opt:
    """Return the answer that *word* stands for.

    Raises:
        KeyError: *word* is none of the five words.
    """
    return WORDS[word]


class TiltfileWord:
    """What a Tiltfile said, and where: ``Tiltfile:3:1`` ("" where that is not known)."""

    __slots__ = ("opt", "where")

    def __init__(self, opt: Opt, where: str = "") -> None:
        self.opt = opt
        self.where = where

    def __repr__(self) -> str:
        return f"TiltfileWord({self.opt!r}, {self.where!r})"


class UserChoice:
    """What the user chose, the file that says so, and why it could not be read ("" if it could)."""

    __slots__ = ("opt", "path", "problem")

    def __init__(self, opt: Opt, path: str = "", problem: str = "") -> None:
        self.opt = opt
        self.path = path
        self.problem = problem

    def __repr__(self) -> str:
        return f"UserChoice({self.opt!r}, {self.path!r}, {self.problem!r})"


class Decision:
    """The effective opt and the rule that decided it.

    Attributes:
        opt: `Opt.OUT`: nothing is sent. `Opt.IN`: everything. `Opt.DEFAULT`: the minimal set only.
        rule: "environment", "tiltfile", "user" or "default" (nobody has said anything).
        source: what decided: ``DO_NOT_TRACK=1``, ``Tiltfile:3:1``, the path of the choice file, or "".
        explanation: one line for people.
        notice: one line that must be shown to the user on stderr; "" almost always.
    """

    __slots__ = ("explanation", "notice", "opt", "rule", "source")

    def __init__(self, opt: Opt, rule: str, source: str, explanation: str, notice: str = "") -> None:
        self.opt = opt
        self.rule = rule
        self.source = source
        self.explanation = explanation
        self.notice = notice

    def __repr__(self) -> str:
        return f"Decision({self.opt!r}, {self.rule!r}, {self.source!r})"


def decide(
    environ: Mapping[str, str],
    tiltfile: TiltfileWord | Opt = Opt.DEFAULT,
    user: UserChoice | Opt = Opt.DEFAULT,
    app: App = TILT,
) -> Decision:
    """Return what is effective: the environment, else the Tiltfile, else the user, else undecided.

    Args:
        environ: the environment variables.
        tiltfile: what the Tiltfile said; `Opt.DEFAULT` if it said nothing.
        user: what the user chose; `Opt.DEFAULT` if nothing.
        app: the program that asks.
    """
    word = TiltfileWord(tiltfile) if isinstance(tiltfile, Opt) else tiltfile
    choice = UserChoice(user) if isinstance(user, Opt) else user
    return (
        _by_environment(environ, app)
        or _by_tiltfile(word, choice, app)
        or _by_user(choice)
        or _undecided(choice)
    )


def _by_environment(environ: Mapping[str, str], app: App) -> Decision | None:
    """As in Tilt, any value counts, "0" and "false" too: a no must not depend on spelling."""
    for name in app.switches:
        value = environ.get(name, "")
        if value:
            source = f"{name}={_shorten(value)}"
            return Decision(Opt.OUT, "environment", source, f"off because {source} is set (any value counts)")
    return None


def _by_tiltfile(word: TiltfileWord, choice: UserChoice, app: App) -> Decision | None:
    if word.opt is Opt.DEFAULT:
        return None
    where = word.where or ("the Tiltfile" if app is TILT else "the project")
    on = word.opt is Opt.IN
    explanation = f"{'on' if on else 'off'} because {where} {app.setting.format(on)}"
    return Decision(word.opt, "tiltfile", where, explanation, _override_notice(word, choice) if on else "")


def _override_notice(word: TiltfileWord, choice: UserChoice) -> str:
    """Nobody's no is overruled behind their back."""
    if choice.opt is not Opt.OUT:
        return ""
    who = word.where or "this Tiltfile"
    although = "your choice cannot be read" if choice.problem else "you opted out"
    return f"analytics: {who} turns analytics on for its loads although {although}; {_HOW_TO_STOP}"


def _by_user(choice: UserChoice) -> Decision | None:
    where = f" ({choice.path})" if choice.path else ""
    if choice.problem:
        reason = f"off because your choice cannot be read: {choice.problem}{where}"
        return Decision(Opt.OUT, "user", choice.path, reason)
    if choice.opt is Opt.DEFAULT:
        return None
    state = "on" if choice.opt is Opt.IN else "off"
    return Decision(choice.opt, "user", choice.path, f"{state} because you chose {choice.opt}{where}")


def _undecided(choice: UserChoice) -> Decision:
    reason = "undecided: nobody has chosen, so only the minimal set is sent, without any identity"
    return Decision(Opt.DEFAULT, "default", choice.path, reason)


def _shorten(value: str) -> str:
    printable = "".join(c if c.isprintable() else "?" for c in value)
    return printable if len(printable) <= _SHOWN_VALUE else printable[: _SHOWN_VALUE - 1] + "…"


def still_permits(user: UserChoice, *, level_is_minimal: bool, allowed_by: str) -> bool:
    """Return whether what was permitted when it was recorded may still be sent, now that *user* is so.

    A Tiltfile's yes stands over the user's choice, now as then. Everything else needs the choice not
    to be no, and more than the minimal set needs it to be yes.
    """
    if allowed_by == "tiltfile":
        return True
    if user.problem or user.opt is Opt.OUT:
        return False
    return level_is_minimal or user.opt is Opt.IN


def forbidden_by_environment(environ: Mapping[str, str], app: App = TILT) -> bool:
    """Return whether the environment switches analytics off."""
    return _by_environment(environ, app) is not None


def read_choice(dirs: Dirs) -> UserChoice:
    """Return the user's choice. A missing file, or a word that means nothing, is no choice.

    A file that is there but cannot be read may hold a no: it counts as one, with the reason.
    """
    if not dirs.top:
        return UserChoice(Opt.OUT, "", "no home directory: HOME is not set")
    try:
        word = _read_regular(dirs.choice).decode("utf-8").strip()
    except FileNotFoundError:
        return UserChoice(Opt.DEFAULT, dirs.choice)
    except OSError as error:
        return UserChoice(Opt.OUT, dirs.choice, error.strerror or str(error))
    except UnicodeDecodeError:
        return UserChoice(Opt.OUT, dirs.choice, "it is not UTF-8 text")
    except ValueError as error:  # a NUL byte in the path
        return UserChoice(Opt.OUT, dirs.choice, str(error))
    return UserChoice(WORDS.get(word, Opt.DEFAULT), dirs.choice)


def _read_regular(path: str) -> bytes:
    """Read a small file. O_NONBLOCK: a pipe left in its place must not stop the command."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(0, "it is not a regular file")
        return os.read(fd, _LONGEST)
    finally:
        os.close(fd)


def write_choice(dirs: Dirs, opt: Opt) -> None:
    """Keep *opt* as the user's choice; whoever reads meanwhile sees the old word or the new one.

    Raises:
        OSError: it cannot be kept.
    """
    dirs.make(dirs.user)
    temporary = f"{dirs.choice}.{os.getpid()}.tmp"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _CHOICE_MODE)
    try:
        os.write(fd, str(opt).encode())
    finally:
        os.close(fd)
    os.replace(temporary, dirs.choice)
