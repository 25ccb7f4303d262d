"""Dockerfiles as lines: directives, comments, continuations and heredocs, down to instructions.

Facts: github.com/moby/buildkit frontend/dockerfile/parser, at Tilt 0.37.6.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tiltfile_ext.starkit import Data, quote
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.docker.shell_words import WordError, split

_BOM = "\ufeff"
#: the longest line in bytes, its end not counted
_LONGEST_LINE = 65535
_BLANKS = pattern(r"[\t\v\f\r ]+")
_DIRECTIVE = pattern(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*")
_DIRECTIVES = ("syntax", "escape", "check")
_HEREDOC = pattern(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)")
_HEREDOC_KEYWORDS = ("add", "copy", "run")
_JSON_OR_LIST = ("add", "copy", "volume")
_JSON_OR_LINE = ("cmd", "entrypoint", "run", "shell")
_LIST = ("expose", "from")
_LINE = ("maintainer", "stopsignal", "user", "workdir")


class DockerfileError(ValueError):
    """A Dockerfile cannot be read."""


class Instruction(Data):
    """One instruction: its keyword in lower case, its ``--flags`` and its arguments.

    ``exec_form`` tells arguments written as a JSON array; ``trigger`` is the instruction after ONBUILD.
    """

    keyword: str
    flags: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    exec_form: bool = False
    trigger: Instruction | None = None

    @property
    def takes_heredocs(self) -> bool:
        """Whether ``<<WORD`` in its line begins a heredoc."""
        inner = self.trigger if self.keyword == "onbuild" and self.trigger else self
        return inner.keyword in _HEREDOC_KEYWORDS and not inner.exec_form


def read_instructions(text: str) -> tuple[list[Instruction], str]:
    """The instructions of a Dockerfile, and its escape character.

    Raises:
        DockerfileError: it cannot be read.
    """
    lines = _Lines(text)
    instructions = list(_instructions(lines))
    if not instructions:
        raise DockerfileError("file with no instructions")
    if lines.cut:
        raise DockerfileError(f"dockerfile line greater than max allowed size of {_LONGEST_LINE}")
    return instructions, lines.escape


class _Lines:
    """The lines of a Dockerfile, one after the other, and what its directives say.

    ``cut`` tells that a line is too long: it and those after it are left out.
    """

    def __init__(self, text: str) -> None:
        lines = re.findall(r"[^\n]*\n|[^\n]+", text.removeprefix(_BOM))
        sizes = (len(line.rstrip("\n").encode("utf-8", "surrogateescape")) for line in lines)
        end = next((index for index, size in enumerate(sizes) if size > _LONGEST_LINE), None)
        self.cut = end is not None
        self._rest = iter(lines[:end])
        self._directives: set[str] = set()
        self._in_directives = True
        self.escape = "\\"

    def next(self) -> str | None:
        """The next line with its end, None after the last."""
        return next(self._rest, None)

    def content(self, line: str) -> str:
        """What *line* says: nothing if it is a comment. A directive takes effect."""
        line = line.rstrip("\r\n")
        self._look_for_directive(line)
        return "" if _is_comment(line) else line

    def _look_for_directive(self, line: str) -> None:
        if not self._in_directives:
            return
        found = _DIRECTIVE.fullmatch(line[1:].lstrip()) if line.startswith("#") else None
        name = found[1].lower() if found else ""
        if not found or name not in _DIRECTIVES:
            self._in_directives = False
            return
        if name in self._directives:
            raise DockerfileError(f"only one {name} parser directive can be used")
        self._directives.add(name)
        if name == "escape":
            self._set_escape(found[2])

    def _set_escape(self, value: str) -> None:
        if value not in ("`", "\\"):
            raise DockerfileError(f"invalid escape token '{value}' does not match ` or \\")
        self.escape = value

    def continued(self, line: str) -> tuple[str, bool]:
        """*line* without an escape character at its end, and whether there was one."""
        end = line.rstrip(" \t")
        if not end.endswith(self.escape) or end.endswith(self.escape * 2):
            return line, False
        return end[:-1], True


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _instructions(lines: _Lines) -> Iterator[Instruction]:
    while (first := lines.next()) is not None:
        line, more = lines.continued(lines.content(first.lstrip()))
        if not line and not more:
            continue
        while more and (following := lines.next()) is not None:
            content = lines.content(following)
            if _is_comment(following) or not content.strip():
                continue
            content, more = lines.continued(content)
            line += content
        instruction = _instruction(line, lines.escape)
        if instruction.takes_heredocs and "<<" in line:
            _skip_heredocs(lines, line)
        yield instruction


def _skip_heredocs(lines: _Lines, line: str) -> None:
    try:
        words = split(line, raw=True)
    except WordError:
        return
    for word in words:
        heredoc = heredoc_of(word)
        if heredoc:
            _skip_heredoc(lines, *heredoc)


def _skip_heredoc(lines: _Lines, name: str, chomp: bool) -> None:
    while (line := lines.next()) is not None:
        content = line.rstrip("\r\n")
        if (content.lstrip("\t") if chomp else content) == name:
            return
    raise DockerfileError("unterminated heredoc")


def heredoc_of(word: str) -> tuple[str, bool] | None:
    """The end mark of the heredoc that *word* begins, and whether tabs before it are dropped; None for none.

    Raises:
        WordError: quotes in it have no end.
    """
    found = _HEREDOC.fullmatch(word)
    if not found or not found[2]:
        return None
    names = split(found[2])
    return (names[0], bool(found[1])) if len(names) == 1 else None


def _instruction(line: str, escape: str) -> Instruction:
    """The instruction that a whole *line* is.

    Raises:
        DockerfileError: its arguments cannot be read.
    """
    keyword, *rest = _BLANKS.split(line.strip(), maxsplit=1)
    keyword = keyword.lower()
    text, flags = _cut_flags(rest[0], escape) if rest else ("", ())
    text = text.strip()
    if keyword in _JSON_OR_LIST:
        words = _json_words(text)
        args = _words_between_blanks(text) if words is None else words
        return Instruction(keyword, flags, args, exec_form=words is not None)
    if keyword in _JSON_OR_LINE:
        words = _json_words(text)
        return Instruction(keyword, flags, words or (), exec_form=words is not None)
    if keyword in _LIST:
        return Instruction(keyword, flags, _words_between_blanks(text))
    if keyword == "arg":
        return Instruction(keyword, flags, tuple(_words(text, escape)))
    if keyword in ("env", "label"):
        _check_pairs(keyword.upper(), text, escape)
    elif keyword == "healthcheck":
        _json_words("".join(text.split(maxsplit=1)[1:]))
    elif keyword == "onbuild" and text:
        return Instruction(keyword, flags, trigger=_instruction(text, escape))
    return Instruction(keyword, flags)


def _words_between_blanks(text: str) -> tuple[str, ...]:
    return tuple(_BLANKS.split(text)) if text else ()


def _json_words(text: str) -> tuple[str, ...] | None:
    """The strings of a JSON array; None if *text* is none.

    Raises:
        DockerfileError: it holds something else than strings.
    """
    if not text.lstrip().startswith("["):
        return None
    try:
        values = json.loads(text.lstrip(), parse_constant=_no_constant)
    except ValueError:
        return None
    if any(type(value) is not str for value in values):
        raise DockerfileError("when using JSON array syntax, arrays must be comprised of strings only")
    return tuple(values)


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _check_pairs(keyword: str, text: str, escape: str) -> None:
    """ENV and LABEL take "NAME value" or "NAME=value …"."""
    words = _words(text, escape)
    if not words:
        return
    if "=" not in words[0]:
        if not _BLANKS.search(text):
            raise DockerfileError(f"{keyword} must have two arguments")
        return
    for word in words:
        if "=" not in word:
            raise DockerfileError(
                f"Syntax error - can't find = in {quote(word)}. Must be of the form: name=value"
            )


def _words(text: str, escape: str) -> list[str]:
    """The words of *text*, their quotes and escapes kept; one escape at the very end is dropped."""
    words: list[str] = []
    word, quoted, seen_quote = "", "", False
    chars = iter(text)
    for char in chars:
        if not quoted and char.isspace():
            if word or seen_quote:
                words.append(word)
            word, seen_quote = "", False
            continue
        if quoted:
            quoted = "" if char == quoted else quoted
        elif char in "'\"":
            quoted, seen_quote = char, True
        if char == escape and quoted != "'":
            following = next(chars, "")
            word += char + following if following else ""
            continue
        word += char
    if word or seen_quote:
        words.append(word)
    return words


def _cut_flags(text: str, escape: str) -> tuple[str, tuple[str, ...]]:
    """What follows the ``--flags`` at the start of *text*, and these, without quotes and escapes."""
    flags: list[str] = []
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith("--", at):
            return text[at:], tuple(flags)
        flag, at = _flag(text, at, escape)
        if flag == "--":
            return text[at:], tuple(flags)
        flags.append(flag)


def _flag(text: str, at: int, escape: str) -> tuple[str, int]:
    """The flag that begins at *at*, and where it ends."""
    flag, quoted = "", ""
    while at < len(text):
        char = text[at]
        if not quoted and char.isspace():
            break
        at += 1
        if quoted and char == quoted:
            quoted = ""
        elif not quoted and char in "'\"":
            quoted = char
        elif char == escape:
            flag += text[at : at + 1]
            at += 1
        else:
            flag += char
    return flag, at
