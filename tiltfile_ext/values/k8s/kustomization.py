"""The files that a kustomization depends on.

Facts: Tilt 0.37.6, internal/kustomize/dependencies.go.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.read import file_bytes
from tiltfile_ext.values.yaml.reader import YAMLError, read_document

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_VERSIONS = {
    "Component": "kustomize.config.k8s.io/v1alpha1",
    "Kustomization": "kustomize.config.k8s.io/v1beta1",
}


class KustomizationError(ValueError):
    """A kustomization file is missing or cannot be read."""


def dependencies(directory: str) -> list[str]:
    """Paths of all files that the kustomization in *directory* and those that it includes are made of.

    Raises:
        KustomizationError: a directory has none or several kustomization files, or a bad one.
    """
    return list(dict.fromkeys(_dependencies(directory)))


def _dependencies(directory: str) -> Iterator[str]:
    path, fields = _read(directory)
    for name in (*fields.texts("bases"), *fields.texts("components"), *fields.texts("resources")):
        part = go_paths.join(directory, name)
        if os.path.isdir(part):
            yield from _dependencies(part)
        else:
            yield part
    yield path
    names = [patch for patch in fields.texts_in("patches", "types.Patch", "path") if patch]
    names += fields.texts("patchesStrategicMerge", "[]types.PatchStrategicMerge")
    names += fields.texts("crds")
    names += fields.texts_in("patchesJson6902", "types.Patch", "path")
    names += fields.texts_in("configMapGenerator", "types.ConfigMapArgs", "files")
    for name in names:
        yield go_paths.join(directory, name)


class _Fields:
    """The fields of a kustomization file; *text* tells in which line something is."""

    def __init__(self, values: dict[str, Any], text: str) -> None:
        self.values = values
        self._text = text

    def texts(self, name: str, go: str = "[]string") -> list[str]:
        """A list of texts; numbers count as texts."""
        return self._list(self.values.get(name), name, go)

    def texts_in(self, name: str, go: str, field: str) -> list[str]:
        """The text, or all the texts, that each object of a list has as its *field*."""
        found: list[str] = []
        for each in self._list(self.values.get(name), name, f"[]{go}", of_objects=go):
            part = each.get(field)
            found += self._list(part, field, "[]string") if isinstance(part, list) else [part or ""]
        return found

    def _list(self, value: Any, name: str, go: str, of_objects: str = "") -> list[Any]:
        if value is not None and not isinstance(value, list):
            raise self._mismatch(value, name, go)
        for element in value or ():
            if of_objects and not isinstance(element, dict):
                raise self._mismatch(element, name, of_objects)
            if not of_objects and isinstance(element, (dict, list)):
                raise self._mismatch(element, name, "string")
        return [element if isinstance(element, (dict, str)) else str(element) for element in value or ()]

    def _mismatch(self, value: Any, name: str, go: str) -> KustomizationError:
        line = self._text[: max(self._text.find(f"{name}:"), 0)].count("\n") + 1
        kinds = {bool: "!!bool", int: "!!int", float: "!!float", str: "!!str", list: "!!seq"}
        kind = kinds.get(type(value), "!!map")
        shown = "" if isinstance(value, (dict, list)) else f" `{value}`"
        return KustomizationError(
            f"yaml: unmarshal errors:\n  line {line}: cannot unmarshal {kind}{shown} into {go}"
        )


def _read(directory: str) -> tuple[str, _Fields]:
    """The kustomization file of *directory*, and its fields."""
    found: dict[str, bytes] = {}
    for name in _NAMES:
        path = go_paths.join(directory, name)
        try:
            found[path] = file_bytes(path)
        except OSError:
            continue
    if not found:
        names = " ".join(_NAMES)
        raise KustomizationError(f"unable to find one of [{names}] in directory '{directory}'")
    if len(found) > 1:
        raise KustomizationError(f"Found multiple kustomization files under: {directory}\n")
    ((path, data),) = found.items()
    text = data.decode("utf-8", "surrogateescape")
    try:
        fields = read_document(text)
    except YAMLError as error:
        raise KustomizationError(str(error).removeprefix("error converting YAML to JSON: ")) from None
    fields = fields if isinstance(fields, dict) else {}
    _check_version(directory, fields)
    return path, _Fields(fields, text)


def _check_version(directory: str, fields: dict[str, Any]) -> None:
    kind, version = fields.get("kind") or "", fields.get("apiVersion") or ""
    faults = []
    if kind and kind not in _VERSIONS:
        faults.append("kind should be Kustomization or Component")
    wanted = _VERSIONS.get(kind, _VERSIONS["Kustomization"])
    if version and version != wanted:
        faults.append(f"apiVersion for {kind} should be {wanted}")
    if faults:
        lines = "\n".join(faults)
        raise KustomizationError(f"Failed to read kustomization file under {directory}:\n{lines}")
