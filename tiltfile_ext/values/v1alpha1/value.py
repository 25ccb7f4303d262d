"""A v1alpha1 value in a Tiltfile: the dict of the arguments given, which cannot be changed."""

from __future__ import annotations

from collections.abc import Mapping
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
        words = (_ABBREVIATIONS.get(word, word.capitalize()) for word in self.kind.split("_"))
        return "*v1alpha1." + "".join(words)
