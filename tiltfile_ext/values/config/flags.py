"""The command line of ``config.parse()``: flags in the manner of Go's pflag, and its usage text.

Widths count bytes, as there; facts: Tilt 0.37.6, github.com/spf13/pflag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tiltfile_ext.starkit import BuiltinError, quote
from tiltfile_ext.values.config.settings import ConfigSettings, Setting, SettingError

WIDTH = 80
_NO_POSITIONALS = (
    "positional CLI args ({words}) were specified, but none were expected.\n"
    "See https://docs.tilt.dev/tiltfile_config.html#positional-arguments for examples."
)


class FlagError(ValueError):
    """The command line does not fit the flags; ``help`` tells a call for help from a mistake."""

    def __init__(self, message: str, *, help: bool = False) -> None:
        super().__init__(message)
        self.help = help


class ArgsError(BuiltinError):
    """The arguments do not fit the settings; ``output`` is to be shown before the error."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(f"invalid Tiltfile config args: {message}")
        self.output = output


def parse_args(config: ConfigSettings, args: Sequence[str]) -> dict[str, Setting]:
    """Every declared setting by name, with the values that *args* give.

    Raises:
        ArgsError: *args* do not fit, or ask for help.
    """
    settings = {name: definition.make() for name, definition in config.definitions.items()}
    flags = {name: setting for name, setting in settings.items() if name != config.positional}
    try:
        words = parse_flags(flags, args)
    except FlagError as error:
        raise _with_usage(config, error) from None
    _take_words(config.positional, settings, words)
    return settings


def _with_usage(config: ConfigSettings, error: FlagError) -> ArgsError:
    shown = usage_text(config, WIDTH)
    output = f"Usage of :\n{usage_text(config)}" if error.help else ""
    return ArgsError(f"{error}\nUsage:\n{shown}" if shown.strip() else str(error), output)


def _take_words(positional: str, settings: Mapping[str, Setting], words: Sequence[str]) -> None:
    if words and not positional:
        raise ArgsError(_NO_POSITIONALS.format(words=quote(" ".join(words))))
    for word in words:
        try:
            settings[positional].set_text(word)
        except SettingError as error:
            raise ArgsError(f"invalid positional args ({positional}): {error}") from None


# ---- flags


def parse_flags(flags: Mapping[str, Setting], args: Sequence[str]) -> list[str]:
    """Set *flags* from *args*; returns the words that are none.

    Raises:
        FlagError: an unknown flag, a missing or a wrong value, or a call for help.
    """
    words: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            return [*words, *rest]
        if arg.startswith("--"):
            _long_flag(flags, arg, rest)
        elif arg.startswith("-") and arg != "-":
            _short_flag(arg)
        else:
            words.append(arg)
    return words


def _long_flag(flags: Mapping[str, Setting], arg: str, rest: Iterator[str]) -> None:
    name, equals, value = arg[2:].partition("=")
    if not name or name.startswith("-"):
        raise FlagError(f"bad flag syntax: {arg}")
    setting = flags.get(name)
    if setting is None:
        if name == "help":
            raise FlagError("pflag: help requested", help=True)
        raise FlagError(f"unknown flag: --{name}")
    if not equals:
        given = setting.flag_alone or next(rest, None)
        if given is None:
            raise FlagError(f"flag needs an argument: --{name}")
        value = given
    _set_flag(name, setting, value)


def _set_flag(name: str, setting: Setting, value: str) -> None:
    try:
        setting.set_text(value)
    except SettingError as error:
        raise FlagError(f"invalid argument {quote(value)} for {quote('--' + name)} flag: {error}") from None


def _short_flag(arg: str) -> None:
    """There are no short flags: ``-h…`` asks for help, what looks like a flag of go test is passed over."""
    if arg.startswith("-test."):
        return
    if arg.startswith("-h"):
        raise FlagError("pflag: help requested", help=True)
    raise FlagError(f"unknown shorthand flag: {_rune(_first_byte(arg[1:]))} in {arg}")


def _first_byte(text: str) -> str:
    """What pflag shows of *text*: the first byte of the character that its first byte would be."""
    byte = text.encode("utf-8", "surrogateescape")[0]
    return chr(chr(byte).encode()[0])


def _rune(char: str) -> str:
    """One character in single quotes, as Go's %q writes it."""
    if char == "'":
        return r"'\''"
    return "'\"'" if char == '"' else f"'{quote(char)[1:-1]}'"


# ---- usage


def usage_text(config: ConfigSettings, width: int = 0) -> str:
    """One line for each flag, sorted by name, wrapped at *width* columns (0: not at all)."""
    names = sorted(config.definitions, key=lambda name: name.encode("utf-8", "surrogateescape"))
    lines = [_flag_line(config, name) for name in names if name != config.positional]
    longest = max((len(left) for left, _ in lines), default=0) + 1
    texts = (
        f"{left} {' ' * (longest - len(left))} {wrapped(right, longest + 2, width)}\n"
        for left, right in lines
    )
    return "".join(texts).encode("latin-1").decode("utf-8", "surrogateescape")


def _flag_line(config: ConfigSettings, name: str) -> tuple[str, str]:
    """A flag with its type, and its description; both as bytes, one character for each."""
    definition = config.definitions[name]
    kind = definition.make()
    type_name, description = _named_value(kind, definition.usage)
    left = f"      --{name}" + (f" {type_name}" if type_name else "")
    if kind.default_text:
        description += f" (default {kind.default_text})"
    return _as_bytes(left), _as_bytes(description)


def _as_bytes(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _named_value(kind: Setting, usage: str) -> tuple[str, str]:
    """What to call the flag's value: the word in back quotes in *usage*, else the type."""
    before, opened, rest = usage.partition("`")
    name, closed, after = rest.partition("`")
    if opened and closed:
        return name, before + name + after
    return ("" if kind.type_name == "bool" else kind.type_name), usage


_NARROWEST = 24
_BLOCK_INDENT = 16
#: the last line may be so much longer, rather than leave a short word alone
_SLOP = 5


def wrapped(text: str, indent: int, width: int) -> str:
    """*text* in lines of *width* columns, all but the first indented."""
    if not width:
        return text.replace("\n", "\n" + " " * indent)
    start = ""
    if width - indent < _NARROWEST:
        indent = _BLOCK_INDENT
        start = "\n" + " " * indent
    margin = "\n" + " " * indent
    lines = [line.replace("\n", margin) for line in _broken(text, width - indent - _SLOP)]
    return start + margin.join(lines)


def _broken(text: str, room: int) -> Iterator[str]:
    """*text* broken at white space, or at a line end, in pieces of *room* characters."""
    piece, text = _break_once(text, room)
    yield piece
    while text:
        piece, text = _break_once(text, room)
        yield piece


def _break_once(text: str, room: int) -> tuple[str, str]:
    if room + _SLOP > len(text):
        return text, ""
    head = text[:room]
    space = max(head.rfind(char) for char in " \t\n")
    if space <= 0:
        return text, ""
    line_end = head.rfind("\n")
    at = line_end if 0 < line_end < space else space
    return text[:at], text[at + 1 :]
