"""The files that a kustomization depends on.

Facts: Tilt 0.37.6, internal/kustomize/dependencies.go.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from tiltfile_ext.values import go_paths
from tiltfile_ext.values._yaml_reader import YAMLError, read_document

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
    for name in (*_texts(fields, "bases"), *_texts(fields, "components"), *_texts(fields, "resources")):
        part = go_paths.join(directory, name)
        if os.path.isdir(part):
            yield from _dependencies(part)
        else:
            yield part
    yield path
    names = [patch for patch in _fields_of(fields, "patches", "path") if patch]
    names += _texts(fields, "patchesStrategicMerge") + _texts(fields, "crds")
    names += _fields_of(fields, "patchesJson6902", "path")
    for generator in _objects(fields, "configMapGenerator"):
        names += _texts(generator, "files")
    for name in names:
        yield go_paths.join(directory, name)


def _read(directory: str) -> tuple[str, dict[str, Any]]:
    """The kustomization file of *directory*, and its fields."""
    found: dict[str, bytes] = {}
    for name in _NAMES:
        path = go_paths.join(directory, name)
        try:
            with open(path, "rb") as file:
                found[path] = file.read()
        except OSError:
            continue
    if not found:
        names = " ".join(_NAMES)
        raise KustomizationError(f"unable to find one of [{names}] in directory '{directory}'")
    if len(found) > 1:
        raise KustomizationError(f"Found multiple kustomization files under: {directory}\n")
    ((path, data),) = found.items()
    try:
        fields = read_document(data.decode("utf-8", "surrogateescape"))
    except YAMLError as error:
        raise KustomizationError(str(error).removeprefix("error converting YAML to JSON: ")) from None
    fields = fields if isinstance(fields, dict) else {}
    _check_version(directory, fields)
    return path, fields


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


def _texts(fields: dict[str, Any], name: str) -> list[str]:
    return [text for text in fields.get(name) or () if type(text) is str]


def _objects(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [each for each in fields.get(name) or () if isinstance(each, dict)]


def _fields_of(fields: dict[str, Any], name: str, field: str) -> list[str]:
    return [each.get(field) or "" for each in _objects(fields, name)]
