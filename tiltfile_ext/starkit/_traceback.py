"""Turns what the interpreter says of a fault into a traceback of the file as written.

The interpreter names calls in progress by line, outermost first, and the failing piece of text by line
and column, all in the rewritten text. Each line has at most one call (see `rewrite`), so a line is
enough to find a call in the syntax tree; the column is then the one that Tilt would give.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit._errors import EvaluationError, Frame, Position, StaticError
from tiltfile_ext.starkit._nodes import Search, enclosing_function, kind, position_offset, walk
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._prelude import core_texts
from tiltfile_ext.starkit._static import static_error

if TYPE_CHECKING:
    from tiltfile_ext.starkit.rewrite import Source

_FRAME = pattern(r"^  \* (.*?)(?::(\d+))?, in (.*)$")
_SPAN = r"^ *--> (.*):(\d+):(\d+)$"
_NUMBERED = r"^ *(\d+) \|"
_UNDEFINED = r"Variable `(.+?)` not found"


#: functions of the prelude that read or write the item of ``x[k] += v``
_ITEM_HELPERS = frozenset(
    ("tilt_getitem", "tilt_setitem", "p_set_list_item", "p_env_item", "p_env_put", "p_elem")
)


class Call:
    """A call in progress."""

    def __init__(self, path: str, line: int, function: str) -> None:
        self.path = path
        self.line = line
        self.function = function

    @property
    def in_prelude(self) -> bool:
        """Whether our own text made the call."""
        return self.path.startswith("@")


class Report:
    """The parts of the interpreter's text."""

    def __init__(self, text: str) -> None:
        self.calls: list[Call] = []
        self.path = ""
        self.line = self.column = self.end_line = self.end_column = 0
        lines = text.split("\n")
        start = next((n for n, line in enumerate(lines) if line.startswith("error: ")), len(lines))
        self.calls = list(_calls(lines[:start]))
        span = next((n for n in range(len(lines) - 1, start, -1) if re.match(_SPAN, lines[n])), len(lines))
        self.message = "\n".join(lines[start:span])[len("error: ") :]
        if span < len(lines):
            self._read_span(lines[span:])

    def _read_span(self, lines: list[str]) -> None:
        self.path, line, column = re.findall(_SPAN, lines[0])[0]
        self.line, self.column = int(line), int(column)
        self.end_line, self.end_column = self.line, self.column
        for line in lines[1:]:
            numbered = re.match(_NUMBERED, line)
            if numbered:
                self.end_line = int(numbered[1])
            elif line.endswith("^"):
                self.end_column = len(line) - line.index("|") - 1
                if "_" in line:
                    self.end_column -= 2

    @property
    def in_prelude(self) -> bool:
        """Whether the fault is in our own text."""
        return self.path.startswith("@")


def _calls(lines: list[str]) -> Iterator[Call]:
    for line in lines:
        match = _FRAME.match(line)
        if match:
            yield Call(match[1], int(match[2] or 0), match[3])


class Tracebacks:
    """Locates faults in the files of one load."""

    def __init__(self, sources: Mapping[str, Source], universe: Collection[str]) -> None:
        """Args: universe: the names defined in every file."""
        self._sources = sources
        self._universe = universe

    def static(self, source: Source, text: str) -> StaticError:
        """The error for a file that cannot be parsed, or uses an undefined name."""
        exact = static_error(source, self._universe)
        if exact is not None:
            return exact
        report = Report(text)
        place = self._offset(source, report.line, report.column) if report.line else 0
        undefined = re.match(_UNDEFINED, report.message)
        message = f"undefined: {undefined[1]}" if undefined else report.message
        position = source.position(place)
        return StaticError(position, message, excerpt(source, place, place + 1))

    def error(
        self, source: Source | None, text: str, probe: Callable[[str, Any], Any] = lambda *_: None
    ) -> EvaluationError | StaticError:
        """The error for a fault of Starlark code itself; *probe* knows global variables."""
        from tiltfile_ext.starkit._wording import Fault, translate

        report = Report(text)
        if source is not None and not report.calls and re.match(_UNDEFINED, report.message):
            return self.static(source, text)
        frames, node = self._frames(report, report.message)
        place = self._sources.get(report.path)
        if place is not None:
            node = self._node(place, report)
            if not self._is_last_call(report, node):
                frames.append(self._frame_at(place, report, node))
        else:
            place = next((self._sources[c.path] for c in report.calls[::-1] if c.path in self._sources), None)
        helper = _prelude_function(report)
        caller = next((_function_name(c.function) for c in report.calls[::-1] if _says(c)), "")
        fault = Fault(
            report.message, node=node, source=place, helper=helper, find=self._find_function, probe=probe,
            caller=caller,
        )  # fmt: skip
        translate(fault)
        if fault.frame is not None:
            if helper and not helper.startswith(("p_", "tilt_")):
                frames.append(Frame(None, helper))
            frames.append(fault.frame)
        return EvaluationError(tuple(frames), fault.message, fault.builtin, self._excerpt(report, node))

    def builtin_error(self, text: str, builtin: str, message: str, marked: str = "") -> EvaluationError:
        """The error that a built-in raised."""
        report = Report(text)
        frames, node = self._frames(report, message, noted=True)
        inner = self._sources.get(report.path)
        if inner is not None:
            node = self._node(inner, report)
            if not self._is_last_call(report, node):
                frames.append(self._frame_at(inner, report, node))
        return EvaluationError(tuple(frames), message, builtin, marked or self._excerpt(report, node))

    def frames(self, text: str) -> tuple[Frame, ...]:
        """The calls in progress when a nested file failed."""
        return self.builtin_error(text, "", "").frames

    def place(self, text: str) -> str:
        """Where the innermost call was made, in words."""
        placed = [frame.position for frame in self.frames(text) if frame.position]
        return str(placed[-1]) if placed else "an unknown place"

    def innermost(self, text: str) -> Position | None:
        """Where the innermost call of a file was made; *text* lists calls in progress."""
        for call in reversed(list(_calls(text.split("\n")))):
            source = self._sources.get(call.path)
            if source is not None:
                return self._call_position(source, call)
        return None

    # ---- frames ---------------------------------------------------------------------------------

    def _frames(self, report: Report, message: str, *, noted: bool = False) -> tuple[list[Frame], Any]:
        """The calls in progress when *message* was given, and the node of the innermost one of a file."""
        frames: list[Frame] = []
        node: Any = None
        last = max((n for n, call in enumerate(report.calls) if call.path in self._sources), default=-1)
        tail = report.calls[last + 1 :]
        for call, callee in zip(report.calls[: last + 1], (*report.calls[1:], None), strict=False):
            source = self._sources.get(call.path)
            if source is not None:
                node = source.owner(call.line)
                if callee is None or not _is_when(callee):
                    frames.append(Frame(self._call_position(source, call), _function_of(source, call, node)))
            elif _is_public(call):
                frames.append(Frame(None, _function_name(call.function)))
        part = node.target if _is_item_fault(report, tail, node) else _missing_method(node, message)
        if part is not None:
            source = self._sources[report.calls[last].path]
            frames[-1] = Frame(source.position(position_offset(source, part)), frames[-1].function)
        public = [_function_name(call.function) for call in tail if _is_public(call)]
        if report.path in self._sources:
            frames += [Frame(None, name) for name in public]
        elif len(public) > 1 or (public and not noted and _prelude_function(report) not in ("", public[-1])):
            inner = _prelude_function(report)
            keep = (
                public
                if inner and not inner.startswith(("p_", "tilt_")) and inner != public[-1]
                else public[:-1]
            )
            frames += [Frame(None, name) for name in keep]
        return frames, node

    def _call_position(self, source: Source, call: Call) -> Position:
        node = source.owner(call.line)
        if node is None:
            return source.position(source.tidy_offset(source.line_start(call.line)))
        return source.position(position_offset(source, node))

    def _frame_at(self, source: Source, report: Report, node: Any) -> Frame:
        if node is None:
            offset = self._offset(source, report.line, report.column)
        else:
            offset = position_offset(source, node)
        return Frame(source.position(offset), enclosing_function(source, node))

    def _is_last_call(self, report: Report, node: Any) -> bool:
        if not report.calls or not _is_call(node):
            return False
        last = report.calls[-1]
        return last.path == report.path and last.line == report.line

    def _node(self, source: Source, report: Report) -> Any:
        start = self._offset(source, report.line, report.column)
        end = self._offset(source, report.end_line, report.end_column)
        return Search(source, start, end, report.message).node()

    @staticmethod
    def _offset(source: Source, line: int, column: int) -> int:
        return source.tidy_offset(source.line_start(line) + column - 1)

    def _find_function(self, qualified: str) -> tuple[Source, Any] | None:
        """The definition of the function that the interpreter calls *qualified*."""
        path, _, name = qualified.rpartition(".")
        source = self._sources.get(path)
        if source is None:
            return None
        for node in walk(source.tree):
            if getattr(node, "name", None) == name or (name == "lambda" and type(node).__name__ == "Lambda"):
                return source, node
        return None

    def _excerpt(self, report: Report, node: Any) -> str:
        path = report.path
        if path not in self._sources:
            path = next((call.path for call in reversed(report.calls) if call.path in self._sources), "")
        source = self._sources.get(path)
        if source is None or node is None:
            return ""
        return excerpt(source, source.places.start(node), source.places.end(node))


def excerpt(source: Source, start: int, end: int) -> str:
    """The line with *start*, and a mark under the text from *start* to *end* (offsets in ``tidy``)."""
    first, last = source.position(start), source.position(max(start, end - 1))
    return excerpt_line(source, first, last.column - first.column + 1 if last.line == first.line else 1 << 30)


def excerpt_line(source: Source, position: Position, width: int) -> str:
    """The line at *position*, with so many characters marked."""
    lines = source.original.split("\n")
    line = lines[position.line - 1].rstrip() if position.line <= len(lines) else ""
    head = line[: position.column - 1].ljust(position.column - 1)
    blank = "".join(char if char == "\t" else " " for char in head)
    number = str(position.line)
    mark = "^" * max(1, min(width, len(line) - len(head)))
    return f" {number} | {line}\n {' ' * len(number)} | {blank}{mark}"


def _is_call(node: Any) -> bool:
    return type(node).__name__ == "Call"


def _function_name(name: str) -> str:
    if name == "<module>":
        return "<toplevel>"
    name = name.rpartition(".")[2]
    return name.removeprefix("tilt_m_")


def _function_of(source: Source, call: Call, node: Any) -> str:
    """The function that made *call*, which the rewriter may have put into a lambda."""
    name = _function_name(call.function)
    return enclosing_function(source, node) if name == "lambda" and node is not None else name


def _is_when(call: Call) -> bool:
    """Whether it is the helper that evaluates the right side of ``and``."""
    return call.in_prelude and call.function.rpartition(".")[2] == "tilt_when"


def _is_item_fault(report: Report, tail: list[Call], node: Any) -> bool:
    """Whether it was the item of ``x[k] += v`` that failed, not the operator."""
    if kind(node) != "AugAssign" or kind(node.target) != "Subscript":
        return False
    names = {call.function.rpartition(".")[2] for call in tail} | {_prelude_function(report)}
    return not names.isdisjoint(_ITEM_HELPERS)


def _missing_method(node: Any, message: str) -> Any:
    """The ``x.m`` of a call ``x.m()``, if *message* says that there is no ``m``: it is looked up first."""
    name = getattr(node.func, "attr", "") if _is_call(node) else ""
    missing = (f" has no .{name} field or method", f" has no attribute `{name}`")
    return node.func if name and any(each in message for each in missing) else None


def _is_public(call: Call) -> bool:
    """Whether a frame of the prelude is one that Tilt would show."""
    if not call.in_prelude or call.path == "@prologue":
        return False
    name = call.function.rpartition(".")[2]
    return not name.startswith(("p_", "<", "native_", "tilt_"))


def _says(call: Call) -> bool:
    """Whether a frame of the prelude is of a function that messages name."""
    return _is_public(call) or call.function.rpartition(".")[2].startswith("tilt_m_")


@cache
def _definitions() -> dict[str, list[tuple[int, str]]]:
    """For each file of the prelude, the lines where functions start, and their names."""
    found: dict[str, list[tuple[int, str]]] = {}
    for path, text in core_texts():
        lines = enumerate(text.split("\n"), 1)
        matches = ((number, re.match(r" *def (\w+)", line)) for number, line in lines)
        found[path] = [(number, match[1]) for number, match in matches if match]
    return found


def _prelude_function(report: Report) -> str:
    """The function of the prelude that the fault is in."""
    best = ""
    for line, name in _definitions().get(report.path, ()):
        if line <= report.line:
            best = name
    return best
