"""Reads one YAML document as Tilt does: YAML 1.1, made into values that JSON can hold.

Facts: Tilt 0.37.6 (sigs.k8s.io/yaml over go.yaml.in/yaml/v2). PyYAML only finds the events; it is
imported by the first call for a document that is not simple (`_yaml_simple`).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._types import format_float, quote
from tiltfile_ext.values._yaml_simple import NOT_SIMPLE, read_simple
from tiltfile_ext.values.go.json import INT64_MAX, INT64_MIN, float_text, unsupported_float
from tiltfile_ext.values.yaml import scalars

if TYPE_CHECKING:
    import yaml


class YAMLError(ValueError):
    """The document cannot be read; ``str()`` is Tilt's "error converting YAML to JSON: …"."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"error converting YAML to JSON: {detail}")


def read_document(text: str) -> Any:
    """The value of the first document of *text*: None, bool, int of 64 bits, float, str, list, dict.

    Raises:
        YAMLError: "error converting YAML to JSON: yaml: line 2: …".
    """
    value = read_simple(text)
    if value is not NOT_SIMPLE:
        return value
    for _ in range(_ATTEMPTS):
        try:
            return _read(text)
        except _ReadAs as changed:
            text = changed.text
    raise YAMLError("yaml: found unexpected ':'")


#: how many words of a document may need to be put otherwise for libyaml; each one reads it again
_ATTEMPTS = 100


class _ReadAs(Exception):  # noqa: N818  # not an error: read this text instead
    """libyaml reads a flow collection otherwise than go-yaml; *text* means to it what was meant."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _read(text: str) -> Any:
    import yaml  # late: see the module docstring

    reader = _Reader(text)
    try:
        value = reader.read()
    except yaml.YAMLError as error:
        if _PARSE not in reader.failures:
            _quote_colon(text, error)
            raise YAMLError(f"yaml: {_syntax_error(text, error)}") from None
    except RecursionError:
        raise YAMLError(f"yaml: {_TOO_DEEP}") from None
    if reader.failures:
        raise YAMLError(reader.failures[min(reader.failures)])
    return value


def _quote_colon(text: str, error: yaml.YAMLError) -> None:
    """In "[a:, b]" go-yaml reads the word "a:"; libyaml gives up, so give it that word in quotes."""
    if getattr(error, "problem", "") == "found unexpected ':'":
        start, end = error.context_mark.index, error.problem_mark.index + 1  # type: ignore[attr-defined]
        word = text[start:end].replace("'", "''")
        raise _ReadAs(f"{text[:start]}'{word}'{text[end:]}") from None


def _parser(data: bytes) -> Any:
    """The parser of libyaml; PyYAML's own, with words of its own, where PyYAML was built without libyaml."""
    import yaml

    if yaml.__with_libyaml__:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]  # not in its __all__

        return CParser(data)
    return yaml.SafeLoader(data)


_DIRECTIVE = pattern(r"(?:[ \t]*(?:#.*)?\n|%.*\n)*?%YAML[ \t]+(?!1\.1\s)[0-9]+\.[0-9]+")


def _syntax_error(text: str, error: yaml.YAMLError) -> str:
    """The problem with its line as go-yaml counts it: from 0, but from 1 where the scanner failed."""
    if found := _DIRECTIVE.match(text):
        return _at(found.group().count("\n"), "found incompatible YAML document")
    problem_mark = getattr(error, "problem_mark", None)
    context_mark = getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unknown problem"
    if problem == "exceeded maximum nesting depth":
        return _TOO_DEEP
    if problem_mark is not None and problem_mark.line:
        return _at(problem_mark.line + (type(error).__name__ == "ScannerError"), problem)
    return _at(0 if context_mark is None else context_mark.line, problem)


def _at(line: int, problem: str) -> str:
    return f"line {line}: {problem}" if line else problem


#: failures by the step of Go's conversion that meets them; an earlier step hides a later one
_PARSE, _DECODE, _CONVERT, _MARSHAL = range(4)

#: Go goes as deep as 10000, libyaml and Python less
_TOO_DEEP = "exceeded max depth of 10000"
_WANT_MAP = "yaml: map merge requires map or sequence of maps as the value"
_OPEN = object()


class _Reader:
    """Builds the value of a document from events.

    Failures are kept, not raised, so that a syntax error further down is found first, as in Go.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.has_question_mark = "?" in text
        self.next = _parser(text.encode("utf-8", "surrogateescape")).get_event
        self.failures: dict[int, str] = {}
        #: name to value and number of nodes; `_OPEN` while the node is being read
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0
        self.alias_count = 0

    def read(self) -> Any:
        self.next()  # the start of the stream
        if type(self.next()).__name__ == "StreamEndEvent":
            return None
        self.count += 1
        value = self._json(self._node(self.next()))
        self.next()  # the end of the document; what follows is not read
        return value

    def _fail(self, step: int, detail: str) -> None:
        self.failures.setdefault(step, detail)

    def _node(self, event: Any) -> Any:
        """The value that starts with *event*: a scalar as YAML has it, a container with JSON in it."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            return self._scalar(event)
        if kind == "AliasEvent":
            return self._alias(event.anchor)
        start = self.count
        self.count += 1
        anchor = event.anchor
        if anchor is not None:
            self.anchors[anchor] = (_OPEN, kind == "MappingStartEvent")
        close = (
            ("}" if kind == "MappingStartEvent" else "]")
            if event.flow_style and self.has_question_mark
            else ""
        )
        value = self._mapping(close) if kind == "MappingStartEvent" else self._sequence(close)
        if anchor is not None:
            self.anchors[anchor] = (value, self.count - start)
        return value

    def _scalar(self, event: Any) -> Any:
        self.count += 1
        value = self._typed(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        return value

    def _typed(self, event: Any) -> Any:
        if event.tag is None:
            return scalars.plain(event.value) if event.implicit[0] else event.value
        try:
            return scalars.tagged(event.tag, event.value)
        except scalars.ScalarError as error:
            self._fail(_DECODE, f"yaml: {error}")
            return None

    def _alias(self, name: str) -> Any:
        self.count += 1
        if name not in self.anchors:
            self._fail(_PARSE, f"yaml: unknown anchor '{name}' referenced")
            return None
        value, size = self.anchors[name]
        if value is _OPEN:
            self._fail(_DECODE, f"yaml: anchor '{name}' value contains itself")
            return {} if size else []
        self.count += size
        self.alias_count += size
        if self._too_many_aliases():
            self._fail(_DECODE, "yaml: document contains excessive aliasing")
            return None
        return _copy(value)

    def _too_many_aliases(self) -> bool:
        """The bound of go-yaml: 99 % of the nodes may come from aliases, of 4 million only 10 %."""
        if self.alias_count <= 100 or self.count <= 1000:  # noqa: PLR2004
            return False
        beyond = min(max(self.count - 400_000, 0) / 3_600_000, 1)
        return self.alias_count / self.count > 0.99 - 0.89 * beyond

    def _sequence(self, close: str) -> list[Any]:
        values: list[Any] = []
        while type(event := self.next()).__name__ != "SequenceEndEvent":
            if close:
                self._question_mark(event, close)
            value = self._node(event)
            values.append(value if type(value) is str else self._json(value))
        return values

    def _mapping(self, close: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while type(event := self.next()).__name__ != "MappingEndEvent":
            if close:
                self._question_mark(event, close)
            if _is_merge(event):
                self._merge(result)
                continue
            key = self._node(event)
            event = self.next()
            if close:
                self._question_mark(event, close)
            value = self._node(event)
            name = key if type(key) is str else self._key(key, value)
            result[name] = value if type(value) is str else self._json(value)
        return result

    def _merge(self, result: dict[str, Any]) -> None:
        """``<<: *a`` or ``<<: [*a, *b]``: set the keys now, so that only later ones replace them."""
        event = self.next()
        if type(event).__name__ == "ScalarEvent":
            self._fail(_DECODE, _WANT_MAP)
        value = self._node(event)
        parts = value if type(event).__name__ == "SequenceStartEvent" else [value]
        for part in reversed(parts):
            if not isinstance(part, dict):
                self._fail(_DECODE, _WANT_MAP)
                return
            result.update(part)

    def _question_mark(self, event: Any, close: str) -> None:
        """In a flow collection go-yaml ends a plain word at "?", which starts a key. libyaml does not."""
        if type(event).__name__ != "ScalarEvent" or not event.implicit[0] or "?" not in event.value:
            return
        start = event.start_mark
        if event.value[0] == "?" and self.text[start.index] == "?":
            raise _ReadAs(f"{self.text[: start.index]}? {self.text[start.index + 1 :]}")
        self._fail(_PARSE, "yaml: " + _at(start.line, f"did not find expected ',' or '{close}'"))

    def _key(self, key: Any, value: Any) -> str:
        """A key that is no string, as text."""
        match key:
            case bool():
                return "true" if key else "false"
            case int() if key <= INT64_MAX:
                return str(key)
            case float():
                return _float_key(key)
            case list() | dict():
                self._fail(_DECODE, f"yaml: invalid map key: {_go_syntax(key)}")
            case _:
                self._fail(_CONVERT, _unsupported_key(key, value))
        return ""

    def _json(self, value: Any) -> Any:
        """*value* after Go wrote it as JSON and read it back: whole floats are ints, big ints floats."""
        match value:
            case bool():
                return value
            case int():
                return value if value <= INT64_MAX else float(value)
            case float():
                return self._float(value)
        return value

    def _float(self, value: float) -> int | float:
        if problem := unsupported_float(value):
            self._fail(_MARSHAL, problem)
            return 0
        text = float_text(value)
        if "." in text or "e" in text or not INT64_MIN <= int(text) <= INT64_MAX:
            return value
        return int(text)


def _is_merge(event: Any) -> bool:
    return (
        type(event).__name__ == "ScalarEvent"
        and event.value == "<<"
        and (event.implicit[0] or event.tag == scalars.MERGE_TAG)
    )


def _copy(value: Any) -> Any:
    if isinstance(value, list):
        return [_copy(element) for element in value]
    if isinstance(value, dict):
        return {key: _copy(element) for key, element in value.items()}
    return value


def _float_key(key: float) -> str:
    """A float as a key, in the precision of 32 bits."""
    try:
        (single,) = struct.unpack("f", struct.pack("f", key))
    except OverflowError:
        single = float("inf") if key > 0 else float("-inf")
    if single != single or single in (float("inf"), float("-inf")):  # noqa: PLR0124  # nan
        return {"inf": ".inf", "-inf": "-.inf"}.get(str(single), ".nan")
    return format_float(_shortest_single(single)).removesuffix(".0")


_LARGEST_SINGLE = 3.4028235677973366e38


def _shortest_single(single: float) -> float:
    """The float with the fewest digits that is *single* in 32 bits."""
    packed = struct.pack("f", single)
    candidates = (float(f"{single:.{precision}g}") for precision in range(1, 10))
    return next(c for c in candidates if abs(c) < _LARGEST_SINGLE and struct.pack("f", c) == packed)


def _unsupported_key(key: Any, value: Any) -> str:
    kind = "%!s(<nil>)" if key is None else "uint64"
    shown = "<nil>" if key is None else hex(key)
    return f"unsupported map key of type: {kind}, key: {shown}, value: {_go_syntax(value, nil='<nil>')}"


def _go_syntax(value: Any, nil: str = "interface {}(nil)") -> str:  # noqa: PLR0911
    """*value* as Go's ``%#v`` shows it."""
    match value:
        case None:
            return nil
        case bool():
            return "true" if value else "false"
        case str():
            return quote(value)
        case int() if value > INT64_MAX:
            return hex(value)
        case float():
            return {"nan": "NaN", "+inf": "+Inf", "-inf": "-Inf"}.get(
                text := format_float(value), text.removesuffix(".0")
            )
        case list():
            return "[]interface {}{" + ", ".join(map(_go_syntax, value)) + "}"
        case dict():
            pairs = (f"{quote(k)}:{_go_syntax(v)}" for k, v in sorted(value.items()))
            return "map[interface {}]interface {}{" + ", ".join(pairs) + "}"
    return str(value)
