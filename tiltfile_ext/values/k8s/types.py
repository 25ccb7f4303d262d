"""The types of the fields of the Kubernetes API's own kinds, as Go decodes and writes them.

Read from ``types.txt`` when the first object is decoded; a type is taken apart when it is first met.
The table was read off the kinds registered in the scheme of k8s.io/client-go 0.36 and of
k8s.io/apiextensions-apiserver, by reflection over their Go types. Its lines:

    = apps/v1 apps/v1 Deployment …     kinds of an apiVersion, and where their types are; * is any group
    - apps/v1.DeploymentStatus …       types of which Tilt writes no field
    > core/v1.EnvVar core/v1.Pod …     types that may hold one of the first, itself too; maps are not followed
    apps/v1.DeploymentSpec replicas?:*int32 template:@core/v1.PodTemplateSpec …

A field is NAME[?][>EMBEDDED]:TYPE. With "?" Go leaves it out where it is empty; EMBEDDED are the names of
embedded structs on the way to it, which messages show. TYPE is a Go kind ("int32", "string=types.UID" where
the Go type has a name), "*" for a pointer, "[]" a list, "{}" a map (with the Go type in the brackets where it
has a name), "@" a struct ("@." in the same place), "!" a type that decodes itself, "bytes" or "any".
"""

from __future__ import annotations

import os
from functools import cache

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.k8s.fields import (
    AnyField,
    BytesField,
    Field,
    FieldType,
    ListField,
    MapField,
    PointerField,
    StructField,
    scalar_field,
)
from tiltfile_ext.values.k8s.self_decoding import self_decoding

_META = "meta/v1"


def kind_type(api_version: str, kind: str) -> StructField | None:
    """The type of *kind*; None where the Kubernetes API itself has no such kind."""
    key = _table().kinds.get((api_version, kind))
    if key is None and api_version:
        key = _table().kinds.get(("*", kind)) if api_version in _table().groups else None
    return None if key is None else struct_type(key)


def is_list(kind: StructField) -> bool:
    """Whether *kind* is List itself, whose items are objects of any kind."""
    return kind.key == "core/v1.List"


def holders(key: str) -> frozenset[str]:
    """The structs that may hold one of that *key*, and this itself. To find them out would take 6 ms."""
    return _table().holders[key]


class _Table:
    """The file, split: lines of types by key, types of kinds by apiVersion and kind."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, str] = {}
        self.kinds: dict[tuple[str, str], str] = {}
        self.groups: set[str] = set()
        self.status: set[str] = set()
        self.holders: dict[str, frozenset[str]] = {}
        for line in text.splitlines():
            key, _, rest = line.partition(" ")
            if key == "=":
                self._add_kinds(*rest.split(" "))
            elif key == "-":
                self.status.update(rest.split(" "))
            elif key == ">":
                held, *by = rest.split(" ")
                self.holders[held] = frozenset(by)
            else:
                self.lines[key] = rest

    def _add_kinds(self, api_version: str, place: str, *kinds: str) -> None:
        self.groups.add(api_version)
        for kind in kinds:
            self.kinds[api_version, kind] = f"{place}.{kind}"


@cache
def _table() -> _Table:
    path = os.path.join(os.path.dirname(__file__), "types.txt")
    with open(path, encoding="utf-8") as file:
        return _Table(file.read())


_STRUCTS: dict[str, StructField] = {}


def struct_type(key: str) -> StructField:
    """The struct of that *key*: "core/v1.Container"."""
    found = _STRUCTS.get(key)
    if found is None:
        found = _STRUCTS[key] = StructField(key, lambda: _fields(key), is_status=key in _table().status)
    return found


def _key(name: str, inside: str) -> str:
    return inside.partition(".")[0] + name if name.startswith(".") else name


def _fields(key: str) -> dict[str, Field]:
    words = filter(None, _table().lines[key].split(" "))
    fields = (_field(*word.partition(":")[::2], key) for word in words)
    return {field.name: field for field in fields}


def _field(head: str, type_word: str, key: str) -> Field:
    named, _, embedded = head.partition(">")
    path = (*filter(None, embedded.split(".")), named.removesuffix("?"))
    return Field(path[-1], ".".join(path), _type(type_word, key), optional=named.endswith("?"))


_LIST = pattern(r"\[(.*?)\](.*)")
_MAP = pattern(r"\{(.*?)\}(.*)")


def _type(word: str, key: str) -> FieldType:  # noqa: PLR0911  # one return for each form
    match word[0]:
        case "*":
            target = _type(word[1:], key)
            return PointerField(target, is_status=f"*{getattr(target, 'key', '')}" in _table().status)
        case "@":
            return struct_type(_key(word[1:], key))
        case "!":
            schema = _key(".JSONSchemaProps", key)
            return self_decoding(word[1:], lambda: struct_type(schema))
        case "[":
            name, element = _LIST.fullmatch(word).groups()  # type: ignore[union-attr]
            return ListField(_type(element, key), name)
        case "{":
            name, element = _MAP.fullmatch(word).groups()  # type: ignore[union-attr]
            return MapField(_type(element, key), name)
    if word == "any":
        return AnyField()
    return BytesField() if word == "bytes" else scalar_field(word)
