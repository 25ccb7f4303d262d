"""Secrets that a Tiltfile deploys, and their removal from what is shown.

A value of a Kubernetes Secret is replaced where it is printed, as it is and in base64. Short values
stay: they would take too much with them. Facts: Tilt 0.37.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit import Data

if TYPE_CHECKING:
    from tiltfile_ext.values.k8s.object import K8sObject

_SHORTEST = 5


class Secret(Data):
    """One value of a Secret object: the object's name, the key, and the value."""

    name: str
    key: str
    value: bytes

    @property
    def encoded(self) -> bytes:
        """The value in base64, as the object's ``data`` has it."""
        from base64 import b64encode

        return b64encode(self.value)

    @property
    def replacement(self) -> str:
        """What is shown instead."""
        return f"[redacted secret {self.name}:{self.key}]"

    def scrub(self, text: str) -> str:
        """*text* without the value."""
        if len(self.value) < _SHORTEST:
            return text
        for form in (self.value, self.encoded):
            text = text.replace(form.decode("utf-8", "surrogateescape"), self.replacement)
        return text

    def json(self) -> dict[str, Any]:
        """The secret in Tilt's field names and order; bytes are in base64."""
        return {
            "Name": self.name,
            "Key": self.key,
            "Value": _base64(self.value),
            "ValueEncoded": _base64(self.encoded),
            "Replacement": _base64(self.replacement.encode("utf-8", "surrogateescape")),
        }


class Secrets:
    """The secrets of one load.

    Attributes:
        scrubbing: whether they are kept out of what is shown.
    """

    def __init__(self) -> None:
        self.scrubbing = True
        self._by_value: dict[bytes, Secret] = {}

    def add(self, name: str, key: str, value: bytes) -> None:
        """Keep *value* out of what is shown from now on."""
        self._by_value[value] = Secret(name, key, value)

    def add_objects(self, objects: Iterable[K8sObject]) -> None:
        """Add every value of those of *objects* that are Secrets."""
        for found in objects:
            if (found.api_version, found.kind) == ("v1", "Secret"):
                self._add_object(found.name, found.fields)

    def _add_object(self, name: str, fields: Mapping[str, Any]) -> None:
        from base64 import b64decode

        for key, value in (fields.get("data") or {}).items():
            self.add(name, key, b64decode(value or ""))
        for key, value in (fields.get("stringData") or {}).items():
            self.add(name, key, (value or "").encode("utf-8", "surrogateescape"))

    def scrub(self, text: str) -> str:
        """*text* without the secrets known so far."""
        if self.scrubbing:
            for secret in self._by_value.values():
                text = secret.scrub(text)
        return text

    def json(self) -> dict[str, Any]:
        """The secrets by value, sorted; none where they are not scrubbed."""
        if not self.scrubbing:
            return {}
        return {
            value.decode("utf-8", "surrogateescape"): secret.json()
            for value, secret in sorted(self._by_value.items())
        }


def _base64(data: bytes) -> str:
    from base64 import b64encode

    return b64encode(data).decode()
