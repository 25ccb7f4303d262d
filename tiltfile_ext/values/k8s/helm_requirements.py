"""The ``requirements.yaml`` of a chart: which charts it requires.

Facts: Tilt 0.37.6, internal/tiltfile/helm.go; the file is read as JSON in Go's way, names in any case.
"""

from __future__ import annotations

from typing import Any

from tiltfile_ext.values.k8s.fields import json_kind
from tiltfile_ext.values.yaml.reader import YAMLError, read_document

_LOCAL = "file://"


class RequirementsError(ValueError):
    """The file cannot be read; ``str()`` is what Go says."""


def local_repositories(text: str) -> list[str]:
    """The paths of required charts on this machine: repositories that begin with ``file://``."""
    try:
        document = read_document(text)
    except YAMLError as error:
        raise RequirementsError(str(error)) from None
    repositories = [
        _field(each, "Repository", str, "chartDependency", "Dependencies.Repository")
        for each in _field(document, "Dependencies", list, "chartMetadata", "Dependencies") or ()
    ]
    return [name.removeprefix(_LOCAL) for name in repositories if name and name.startswith(_LOCAL)]


_GO_TYPES: dict[type, str] = {str: "string", list: "[]tiltfile.chartDependency"}


def _field(value: Any, name: str, kind: type, struct: str, path: str) -> Any:
    """The field *name* of an object, None where it is missing."""
    if value is None:
        return None
    if not isinstance(value, dict):
        where = "struct field chartMetadata.Dependencies" if struct == "chartDependency" else "value"
        raise RequirementsError(_mismatch(value, f"{where} of type tiltfile.{struct}"))
    found = next((value[key] for key in value if key.lower() == name.lower()), None)
    if kind is str and isinstance(found, (bool, int, float)):
        return None  # Go reads it as text, but no such text names a place on this machine
    if found is not None and not isinstance(found, kind):
        raise RequirementsError(_mismatch(found, f"struct field {struct}.{path} of type {_GO_TYPES[kind]}"))
    return found


def _mismatch(value: Any, wanted: str) -> str:
    found = f"json: cannot unmarshal {json_kind(value)} into Go {wanted}"
    return f"error unmarshaling JSON: while decoding JSON: {found}"
