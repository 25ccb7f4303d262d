"""The ``docker compose`` program: its version, and its word where we cannot read a project.

Facts: Tilt 0.37.6 internal/dockercompose/client.go.
"""

from __future__ import annotations

import re

from tiltfile_ext.starkit import BuiltinError, Data, Thread, quote
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.commands import Command
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.project import Project, Source, load_resolved
from tiltfile_ext.values.compose.projects import ComposeProjects
from tiltfile_ext.values.run import complete

_OVERRIDE = "TILT_DOCKER_COMPOSE_CMD"
_OUTPUT = pattern(r"^docker[ -]compose(?: version)?:? v?([^\s,]+)", re.IGNORECASE | re.MULTILINE)
_VERSION = pattern(
    r"(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?)?"
)


class Version(Data):
    """A version; one with a ``suffix`` ("-rc.1") comes before the same without."""

    numbers: tuple[int, int, int]
    suffix: str = ""

    def __str__(self) -> str:
        return "v" + ".".join(map(str, self.numbers)) + self.suffix

    def is_before(self, *numbers: int) -> bool:
        """Whether it is older than a version without a suffix."""
        return self.numbers < numbers or (self.numbers == numbers and bool(self.suffix))


class ComposeCommand(Data):
    """How Docker Compose is called; ``version`` is None where it cannot be found out."""

    argv: tuple[str, ...]
    version: Version | None


def compose_command(thread: Thread) -> ComposeCommand:
    """The program that this load uses: looked for once."""
    state = thread.state(ComposeProjects)
    if state.command is None:
        state.command = _find(thread)
    return state.command


def _find(thread: Thread) -> ComposeCommand:
    override = thread.environ.get(_OVERRIDE)
    if override:
        return ComposeCommand((override,), _version(thread, (override,)))
    plugin = ("docker", "compose")
    found = _version(thread, plugin)
    if found is not None:
        return ComposeCommand(plugin, found)
    return ComposeCommand(("docker-compose",), _version(thread, ("docker-compose",)))


def _version(thread: Thread, argv: tuple[str, ...]) -> Version | None:
    if not thread.runs_programs:
        return None
    stdout, _, failure = complete(thread, Command((*argv, "version")))
    found = None if failure else _OUTPUT.search(stdout.strip())
    parts = found and _VERSION.fullmatch(found.group(1))
    if not parts:
        return None
    major, minor, patch, suffix = parts.groups()
    return Version((int(major), int(minor or 0), int(patch or 0)), suffix or "")


def load_by_program(thread: Thread, source: Source) -> Project:
    """The project as ``docker compose config`` resolves it.

    Raises:
        BuiltinError: the program fails, or what it says cannot be read.
    """
    argv = (*compose_command(thread).argv, *_arguments(source), "config")
    stdout, stderr, failure = complete(thread, Command(argv))
    if failure:
        words = " ".join(map(quote, argv))
        message = f"command [{words}] failed.\nerror: {failure}\nstdout: {quote(stdout)}"
        ran = failure.startswith("exit status")
        raise BuiltinError(f"{message}\nstderr: '{stderr}'" if ran else message)
    try:
        return load_resolved(stdout.strip(), source)
    except ComposeError as error:
        raise BuiltinError(str(error)) from None


def _arguments(source: Source) -> list[str]:
    options = [("--project-name", source.name), ("--project-directory", source.directory)]
    options += [("--env-file", source.env_file)]
    options += [("-f", path) for path in source.files]
    options += [("--profile", profile) for profile in source.profiles]
    return [word for option, value in options if value or option == "--profile" for word in (option, value)]
