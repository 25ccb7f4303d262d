"""Selectors of Kubernetes objects: by apiVersion, kind, name and namespace.

Facts: Tilt 0.37.6, internal/k8s/object_selector.go. Patterns are Go's, searched for anywhere, upper and lower
case alike; an empty one fits all.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from tiltfile_ext.starkit import BuiltinError, Data

if TYPE_CHECKING:
    from tiltfile_ext.values.go.regexp import Regexp
    from tiltfile_ext.values.k8s.object import K8sObject

_ANY_CASE = "(?i)"
_MOST_PARTS = 3


class Selector(Data):
    """Four patterns, in the order in which Tilt reads them; see `selector` and `fragment_selector`."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""

    def matches(self, found: K8sObject) -> bool:
        """Whether all four fit."""
        api_version, kind, name, namespace = self._patterns
        return bool(
            api_version.search(found.api_version)
            and kind.search(found.kind)
            and name.search(found.name)
            and namespace.search(found.namespace)
        )

    @cached_property
    def _patterns(self) -> tuple[Regexp, ...]:
        from tiltfile_ext.values.go.regexp import go_regexp

        return tuple(map(go_regexp, (self.api_version, self.kind, self.name, self.namespace)))

    def json(self) -> dict[str, str]:
        """The selector in the field names of Tilt's API."""
        patterns = {
            "apiVersionRegexp": self.api_version,
            "kindRegexp": self.kind,
            "nameRegexp": self.name,
            "namespaceRegexp": self.namespace,
        }
        return {field: pattern for field, pattern in patterns.items() if pattern}


def selector(api_version: str = "", kind: str = "", name: str = "", namespace: str = "") -> Selector:
    """The selector of a Tiltfile's patterns.

    Raises:
        BuiltinError: "error parsing kind regexp: error parsing regexp: …".
    """
    from tiltfile_ext.values.go.regexp import RegexpError, go_regexp

    texts = {"apiVersion": api_version, "kind": kind, "name": name, "namespace": namespace}
    patterns = {what: _ANY_CASE + text if text else "" for what, text in texts.items()}
    for what, pattern in patterns.items():
        try:
            go_regexp(pattern)
        except RegexpError as error:
            raise BuiltinError(f"error parsing {what} regexp: {error}") from None
    return Selector(*patterns.values())


def fragment_selector(fragment: str) -> Selector:
    """The selector of ``name[:kind[:namespace]]``, each to be met in full.

    Raises:
        ValueError: the fragment is empty, has too many parts, or a wrong escape.
    """
    from tiltfile_ext.values.colon_parts import unescape_and_split

    parts = unescape_and_split(fragment)
    if not fragment:
        raise ValueError("selector can't be empty")
    if len(parts) > _MOST_PARTS:
        raise ValueError(
            "Too many parts in selector. Selectors must contain between 1 and 3 parts (colon separated), "
            f"found {len(parts)} parts in {fragment}"
        )
    name, kind, namespace = (*map(_exactly, parts), "", "")[:3]
    return Selector("", kind, name, namespace)


def _exactly(text: str) -> str:
    return f"^{_ANY_CASE}{re.escape(text)}$" if text else ""
