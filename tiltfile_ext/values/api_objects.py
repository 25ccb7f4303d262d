"""The API objects that a load asks for, by resource and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiltfile_ext.starkit import BuiltinError, quote

#: annotation of an extension that was made, or used, by a load statement
MANAGED_BY = "tilt.dev/managed-by"
LOADER = "tiltfile.loader"

#: kind -> name of the API's resource
RESOURCES = {
    "cmd": "cmds",
    "config_map": "configmaps",
    "extension": "extensions",
    "extension_repo": "extensionrepos",
    "file_watch": "filewatches",
    "kubernetes_apply": "kubernetesapplys",
    "kubernetes_discovery": "kubernetesdiscoveries",
    "ui_button": "uibuttons",
}

#: kind -> the status that Tilt writes for an object that nothing has worked on
_STATUS: dict[str, dict[str, None]] = {
    "cmd": {},
    "extension": {},
    "extension_repo": {"lastFetchedAt": None},
    "file_watch": {"monitorStartTime": None, "lastEventTime": None},
    "kubernetes_apply": {"lastApplyTime": None, "lastApplyStartTime": None},
    "kubernetes_discovery": {"monitorStartTime": None, "pods": None},
    "ui_button": {"lastClickedAt": None},
}


class ApiObject:
    """One object.

    Attributes:
        kind: name of the function that makes it: "file_watch".
        fields: as `values.v1alpha1.reading` gives them.
    """

    __slots__ = ("annotations", "fields", "kind", "labels", "name")

    def __init__(
        self,
        kind: str,
        name: str,
        fields: Mapping[str, Any],
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.fields = fields
        self.labels = labels or {}
        self.annotations = annotations or {}

    def json(self) -> dict[str, Any]:
        """The object in the field names and order of Tilt's JSON."""
        from tiltfile_ext.values.v1alpha1.writing import written

        metadata = {
            "name": self.name,
            "labels": dict(sorted(self.labels.items())),
            "annotations": dict(sorted(self.annotations.items())),
        }
        found: dict[str, Any] = {"metadata": {name: value for name, value in metadata.items() if value}}
        spec = written(self.kind, self.fields)
        if self.kind not in _STATUS:
            return {**found, **spec}
        return {**found, "spec": spec, "status": dict(_STATUS[self.kind])}

    def equals(self, other: ApiObject) -> bool:
        """Whether *other* asks for the same."""
        from tiltfile_ext.values.v1alpha1.writing import same

        return (
            self.labels == other.labels
            and self.annotations == other.annotations
            and same(self.kind, self.fields, other.fields)
        )


class ApiObjects:
    """The objects of one load."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, ApiObject]] = {}

    def of_kind(self, kind: str) -> Mapping[str, ApiObject]:
        """Name -> object of *kind*, in the order registered."""
        return self._kinds.get(kind, {})

    def put(self, added: ApiObject) -> None:
        """Add an object, in place of one of its kind and name."""
        self._kinds.setdefault(added.kind, {})[added.name] = added

    def register(self, added: ApiObject) -> None:
        """Add an object for a Tiltfile.

        Raises:
            BuiltinError: another one of its kind has the name, and asks for something else.
        """
        existing = self.of_kind(added.kind).get(added.name)
        if existing is not None:
            # a load statement leaves this mark; Tilt takes it off for good when it compares
            existing.annotations = {k: v for k, v in existing.annotations.items() if k != MANAGED_BY}
            if not added.equals(existing):
                raise BuiltinError(f"{RESOURCES[added.kind]} {quote(added.name)} already registered")
        self.put(added)

    def json(self) -> dict[str, Any]:
        """The objects by resource, then by name, each sorted."""
        return {
            f"tilt.dev/v1alpha1, Resource={RESOURCES[kind]}": {
                name: each.json() for name, each in sorted(objects.items())
            }
            for kind, objects in sorted(self._kinds.items(), key=lambda item: RESOURCES[item[0]])
        }
