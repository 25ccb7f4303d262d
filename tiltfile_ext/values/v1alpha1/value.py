"""A v1alpha1 value in a Tiltfile: the dict of the arguments given, which cannot be changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tiltfile_ext.starkit import FrozenDict

_ABBREVIATIONS = {"http": "HTTP", "tcp": "TCP", "ui": "UI"}


class ApiValue(FrozenDict):
    """What a function such as ``v1alpha1.probe`` returns.

    Attributes:
        elements: the arguments, as they were given.
        kind: name of the function.
        fields: field name -> what it means, see `reading`.
    """

    __slots__ = ("fields", "kind")

    def __init__(self, kind: str, given: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        super().__init__(given)
        self.kind = kind
        self.fields = fields

    @property
    def go_type(self) -> str:  # type: ignore[override]
        """The Go type that messages print: "*v1alpha1.HTTPHeader"."""
        return f"*v1alpha1.{_camel(self.kind)}"


def _camel(kind: str) -> str:
    return "".join(_ABBREVIATIONS.get(word, word.capitalize()) for word in kind.split("_"))


@cache
def class_of(kind: str) -> type[ApiValue]:
    """A class that stands for the values of one kind in annotations; the values are no instances of it."""
    body = {"__doc__": f"What ``v1alpha1.{kind}`` returns.", "__slots__": ()}
    return type(f"V1alpha1{_camel(kind)}", (ApiValue,), body)
