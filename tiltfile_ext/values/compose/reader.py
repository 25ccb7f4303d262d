"""Reads compose files as YAML, with the tags ``!reset`` and ``!override``.

PyYAML only finds the events. Facts: compose-go's reset.go, go.yaml.in/yaml/v4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tiltfile_ext.values.compose import scalars
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.rules import Path, matches

_RESET, _OVERRIDE = "!reset", "!override"
_MERGE = "<<"


class YAMLError(ComposeError):
    """A file is no YAML that a compose file may be."""


class Document:
    """One YAML document: its value, and the places that it takes away from what came before.

    Attributes:
        value: None, bool, int, float, str, `Timestamp`, list, dict with str keys.
    """

    __slots__ = ("_places", "value")

    def __init__(self, value: Any, places: list[Path]) -> None:
        self.value = value
        self._places = places

    def reset(self, tree: Any, path: Path = ()) -> None:
        """Delete from *tree* whatever stands at a place marked ``!reset`` or ``!override``."""
        if not self._places:
            return
        if isinstance(tree, dict):
            for key in [key for key in tree if self._is_marked((*path, key))]:
                del tree[key]
            for key, value in tree.items():
                self.reset(value, (*path, key))

    def _is_marked(self, path: Path) -> bool:
        return any(matches(path, place) for place in self._places)


def read_documents(text: str) -> Iterator[Document]:
    """The documents of *text*.

    Raises:
        YAMLError: no YAML, a key twice or no string, an alias that contains itself.
    """
    import yaml

    try:
        for root in _Composer(text).roots():
            places: list[Path] = []
            root_left = _without_resets(root, (), places, ())
            if root_left is None:
                raise ComposeError("top-level object must be a mapping")
            yield Document(_value(root_left), places)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unknown problem"
        raise YAMLError(f"yaml: {problem}") from None
    except RecursionError:
        raise YAMLError("yaml: exceeded max depth of 10000") from None


class _Node:
    """A node of a document: ``content`` is a str, a list of nodes, or a list of pairs of nodes."""

    __slots__ = ("content", "plain", "tag")

    def __init__(self, content: Any, tag: str | None, *, plain: bool = False) -> None:
        self.content = content
        self.tag = tag
        self.plain = plain


class _Pairs(list[tuple[_Node, _Node]]):
    """The content of a mapping, to tell it from a sequence's."""


class _Composer:
    """Makes nodes of PyYAML's events. An alias is the very node that it names."""

    def __init__(self, text: str) -> None:
        self._next: Callable[[], Any] = _parser(text).get_event
        self._anchors: dict[str, _Node] = {}

    def roots(self) -> Iterator[_Node]:
        self._next()  # the start of the stream
        while type(self._next()).__name__ != "StreamEndEvent":
            self._anchors = {}
            yield self._node(self._next())
            self._next()  # the end of the document

    def _node(self, event: Any) -> _Node:
        kind = type(event).__name__
        if kind == "AliasEvent":
            if event.anchor not in self._anchors:
                raise YAMLError(f"yaml: unknown anchor '{event.anchor}' referenced")
            return self._anchors[event.anchor]
        if kind == "ScalarEvent":
            node = _Node(event.value, event.tag, plain=event.implicit[0])
        else:
            node = _Node(_Pairs() if kind == "MappingStartEvent" else [], event.tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if kind != "ScalarEvent":
            self._fill(node)
        return node

    def _fill(self, node: _Node) -> None:
        while not type(event := self._next()).__name__.endswith("EndEvent"):
            first = self._node(event)
            node.content.append((first, self._node(self._next())) if type(node.content) is _Pairs else first)


def _parser(text: str) -> Any:
    """The parser of libyaml; PyYAML's own where it was built without libyaml."""
    import yaml

    if yaml.__with_libyaml__:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]  # not in its __all__

        return CParser(text.encode("utf-8", "surrogateescape"))
    return yaml.SafeLoader(text)


def _without_resets(node: _Node, path: Path, places: list[Path], above: tuple[_Node, ...]) -> _Node | None:
    """*node* without what is marked ``!reset`` in it; None if it is marked itself. Notes the *places*."""
    if node in above:
        raise YAMLError("cycle detected: a node contains itself")
    if node.tag in (_RESET, _OVERRIDE):
        places.append(path)
        return node if node.tag == _OVERRIDE else None
    if type(node.content) is _Pairs:
        _check_unique(node.content)
        kept = [
            (key, left)
            for key, value in node.content
            if (left := _without_resets(value, _below(path, key), places, (*above, node))) is not None
        ]
        node.content[:] = kept
    elif isinstance(node.content, list):
        parts = (
            _without_resets(part, (*path, str(index)), places, (*above, node))
            for index, part in enumerate(node.content)
        )
        node.content = [part for part in parts if part is not None]
    return node


def _below(path: Path, key: _Node) -> Path:
    """The path of a value; what is merged by ``<<`` counts as written there."""
    return path if path and key.content == _MERGE else (*path, str(key.content))


def _check_unique(pairs: _Pairs) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if isinstance(key.content, str):
            if key.content in seen:
                raise YAMLError(f'mapping key "{key.content}" already defined')
            seen.add(key.content)


def _value(node: _Node) -> Any:
    if type(node.content) is _Pairs:
        return _mapping(node.content)
    if isinstance(node.content, list):
        return [_value(part) for part in node.content]
    return _scalar(node)


def _scalar(node: _Node) -> Any:
    if node.tag == "!" or (node.tag is None and node.plain):
        return scalars.plain(node.content)
    if node.tag is None:
        return node.content
    return scalars.tagged(node.tag, node.content)


def _mapping(pairs: _Pairs) -> dict[str, Any]:
    result: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    _check_unique(pairs)
    for key, value in pairs:
        if _is_merge(key):
            merged |= _merged(value)
        else:
            result[_key(key)] = _value(value)
    return {**result, **{name: value for name, value in merged.items() if name not in result}}


def _is_merge(key: _Node) -> bool:
    return key.content == _MERGE and (key.tag == scalars.MERGE_TAG or (key.tag is None and key.plain))


def _merged(node: _Node) -> dict[str, Any]:
    """The keys that ``<<`` brings in; of several mappings the first that has a key wins."""
    parts: list[_Node] = [node] if type(node.content) is _Pairs else node.content
    if isinstance(parts, str) or not all(type(part.content) is _Pairs for part in parts):
        raise YAMLError("yaml: map merge requires map or sequence of maps as the value")
    found: dict[str, Any] = {}
    for part in reversed(parts):
        found |= _mapping(part.content)
    return found


def _key(node: _Node) -> str:
    key = _value(node)
    if type(key) is not str:
        raise YAMLError(f"non-string key: {scalars.go_text(key)}")
    return key
