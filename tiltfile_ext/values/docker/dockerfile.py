"""Dockerfiles: the images that one names, and what is wrong with it.

Unknown instructions and wrong arguments are let pass here, as Docker itself will tell of them; only what
cannot be read at all is an error. Facts: github.com/moby/buildkit frontend/dockerfile, and how Tilt 0.37.6
uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiltfile_ext.starkit import Data, evolve
from tiltfile_ext.values.docker.dockerfile_lines import Instruction, heredoc_of, read_instructions
from tiltfile_ext.values.docker.image_ref import ImageRef, ImageRefError, parse_image_ref
from tiltfile_ext.values.docker.shell_words import WordError, expand

_COPY_FLAGS = {"chown": False, "from": False, "chmod": False, "link": True, "exclude": False, "parents": True}
_REPEATABLE = ("exclude",)
_STAGE_START = "abcdefghijklmnopqrstuvwxyz"
_STAGE_REST = f"{_STAGE_START}0123456789-_."

#: names and values that one ARG sets; None where it has no default
_Args = list[tuple[str, "str | None"]]


class _ArgumentError(Exception):
    """An instruction has wrong arguments, so it names no image."""


class _Variables(Data):
    """What ``$NAME`` means in FROM.

    ``sets`` are ARGs, the last one first, then the build arguments. Each sees those before it in this
    order, and the later wins: so an ARG cannot use an earlier one, and build arguments win over all.
    """

    sets: tuple[_Args, ...]
    escape: str

    def before(self, args: _Args) -> _Variables:
        return evolve(self, sets=(args, *self.sets))

    def values(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for args in self.sets:
            value = ""
            for name, default in args:
                if default is not None:
                    value = _expanded(default, found, self.escape, otherwise="")
                found[name] = value
        return found


def image_refs(text: str, build_args: Iterable[str] = ()) -> tuple[ImageRef, ...]:
    """The images that FROM and COPY --from name, in order; names of stages are among them.

    Args:
        text: the Dockerfile.
        build_args: "NAME=value", or "NAME" for one without a value.

    Raises:
        ValueError: *text* cannot be read: "file with no instructions", "unterminated heredoc".
    """
    instructions, escape = read_instructions(text)
    given = [(name, value if equals else None) for name, equals, value in _cut(build_args)]
    variables = _Variables(tuple([pair] for pair in given), escape)
    return tuple(_refs(instructions, variables))


def _cut(args: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    return (arg.partition("=") for arg in args)


def _refs(instructions: Iterable[Instruction], variables: _Variables) -> Iterator[ImageRef]:
    for instruction in instructions:
        name = ""
        if instruction.keyword == "arg":
            variables = variables.before(_args(instruction))
        elif instruction.keyword == "from":
            name = _base_image(instruction, variables)
        elif instruction.keyword == "copy":
            name = _copied_image(instruction)
        try:
            ref = parse_image_ref(name) if name else None
        except ImageRefError:
            ref = None
        if ref is not None:
            yield ref


def _args(instruction: Instruction) -> _Args:
    pairs = [(name, value if equals else None) for name, equals, value in _cut(instruction.args)]
    blank = any(not name and value is not None for name, value in pairs)
    return [] if blank else pairs


def _base_image(instruction: Instruction, variables: _Variables) -> str:
    if not instruction.args:
        return ""
    name = instruction.args[0]
    try:
        _check_stage(instruction.args)
        _flags(instruction.flags, {"platform": False})
    except _ArgumentError:
        return name
    return _expanded(name, variables.values(), variables.escape, otherwise=name)


def _expanded(text: str, variables: dict[str, str], escape: str, *, otherwise: str) -> str:
    try:
        return expand(text, variables, escape)
    except WordError:
        return otherwise


def _check_stage(args: tuple[str, ...]) -> None:
    """FROM has one argument, or three: "image AS stage"."""
    match args:
        case (_,):
            return
        case (_, word, stage) if word.lower() == "as":
            name = stage.lower()
            if name and name[0] in _STAGE_START and not name.strip(_STAGE_REST):
                return
    raise _ArgumentError


def _copied_image(instruction: Instruction) -> str:
    try:
        _check_target(instruction.args)
        return _flags(instruction.flags, _COPY_FLAGS).get("from", "")
    except (_ArgumentError, WordError):
        return ""


def _check_target(args: tuple[str, ...]) -> None:
    """COPY has sources, and a target that is no heredoc."""
    match args:
        case (_, *_, target) if not heredoc_of(target):
            return
    raise _ArgumentError


def _flags(flags: tuple[str, ...], known: dict[str, bool]) -> dict[str, str]:
    """The values of *flags*; *known*: name to whether the flag is a switch."""
    found: dict[str, str] = {}
    for flag in flags:
        name, equals, value = flag.removeprefix("--").partition("=")
        if name not in known or not flag.startswith("--") or (name in found and name not in _REPEATABLE):
            raise _ArgumentError
        switch = known[name]
        if (equals and switch and value.lower() not in ("true", "false")) or not (equals or switch):
            raise _ArgumentError
        found[name] = value
    return found
