"""Docker's patterns of paths, as ``.tiltignore`` and ``watch_settings(ignore=…)`` hold them.

Facts: Tilt 0.37.6, github.com/tilt-dev/dockerignore. A pattern matches a path and all below it; the last
pattern that matches decides, "!" in front lets a path in again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tiltfile_ext.values.go import paths as go_paths

#: what the wildcards stand for; "**" stands for whole directories, also for none
_WILD = {"**/": "(.*/)?", "**": "(.*/)?", "*": "[^/]*", "?": "[^/]"}
#: one character of a set, such as "[a-c\\]]"
_MEMBER = r"(?:\\.|[^\\\]-])"
_TOKEN = re.compile(rf"\*\*/|\*\*|\*|\?|\\.|\[\^?(?:{_MEMBER}(?:-{_MEMBER})?)+\]|.", re.DOTALL)


class Patterns:
    """The patterns of one source, relative to *directory*.

    Raises:
        ValueError: one of them is malformed, such as "[a"; Tilt then ignores the whole source.
    """

    def __init__(self, directory: str, patterns: Iterable[str]) -> None:
        self._rules = tuple(_rules(directory, patterns))
        self._excepts = any(excepted for _, excepted in self._rules)

    def match(self, path: str) -> bool:
        """Whether the absolute *path* is ignored."""
        ignored = False
        for rule, excepted in self._rules:
            if rule.match(path):
                ignored = not excepted
        return ignored

    def match_all_below(self, directory: str) -> bool:
        """Whether nothing below *directory* can count. With exceptions that is not known: False."""
        return not self._excepts and self.match(directory)


def _rules(directory: str, patterns: Iterable[str]) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Each pattern as a regular expression for absolute paths, and whether it lets paths in again."""
    for text in filter(None, map(str.strip, patterns)):
        excepted = text.startswith("!")
        path = go_paths.clean(text).removeprefix("!")
        absolute = path if path.startswith("/") else go_paths.join(directory, path)
        try:
            yield re.compile(f"{_translated(absolute)}(/.*)?\\Z", re.DOTALL), excepted
        except re.error as error:
            raise ValueError(f"the pattern {text!r} is malformed: {error}") from None


def _translated(pattern: str) -> str:
    *tokens, last = _TOKEN.findall(pattern)
    return "".join(map(_token, tokens)) + (".*" if last == "**" else _token(last))


def _token(token: str) -> str:
    """One token as part of a regular expression.

    Raises:
        re.error: the token begins something that does not end.
    """
    if token in _WILD:
        return _WILD[token]
    if token in ("[", "\\"):
        raise re.error(f"{token} begins something that does not end")
    if token[0] == "[":
        return "[" + re.sub(r"([\[&~|])", r"\\\1", token[1:])
    return re.escape(token[-1])
