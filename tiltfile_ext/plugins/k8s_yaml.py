"""Kubernetes objects from YAML: ``k8s_yaml`` and ``filter_yaml``."""

from typing import Any

from tiltfile_ext.starkit import (
    Blob,
    BuiltinError,
    Plugin,
    StringMap,
    Thread,
    UnpackError,
    builtin,
    sequence_of,
)
from tiltfile_ext.values.k8s.selector import selector
from tiltfile_ext.values.k8s.state import K8sState
from tiltfile_ext.values.paths import AnyContents, local_path
from tiltfile_ext.values.read import read_watched
from tiltfile_ext.values.secrets import Secrets

_EMPTY = "Empty YAML passed to k8s_yaml"


class K8sYamlPlugin(Plugin):
    """``k8s_yaml`` and ``filter_yaml``."""

    state = K8sState

    @builtin("", core=True, positioned=True)
    def k8s_yaml(self, thread: Thread, yaml: AnyContents, allow_duplicates: bool = False) -> None:
        """Deploy the objects in *yaml*: paths of files, or blobs of text."""
        values = _values(yaml)
        if not values:
            raise BuiltinError(_EMPTY)
        found = _objects(thread, values)
        # the text may be a program's that was not run
        if not found and not (type(values[0]) is str and values[0]) and not thread.not_run:
            raise BuiltinError(_EMPTY)
        thread.state(K8sState).add_objects(found, _trace(thread), allow_duplicates=allow_duplicates)
        thread.state(Secrets).add_objects(found)

    @builtin("", core=True)
    def filter_yaml(
        self,
        thread: Thread,
        yaml: AnyContents,
        labels: StringMap = {},  # noqa: B006  # never changed
        name: str = "",
        namespace: str = "",
        kind: str = "",
        api_version: str = "",
    ) -> tuple[Blob, Blob]:
        """Part the objects in *yaml* into those that match all that is given, and the rest."""
        found = _objects(thread, _values(yaml))
        wanted = selector(api_version, kind, name, namespace)
        selected = [one for one in found if wanted.matches(one)]
        labelled = [one for one in selected if labels.items() <= one.labels.items()]
        rest = [one for one in found if not wanted.matches(one)]
        rest += [one for one in selected if one not in labelled]
        source = yaml.source if isinstance(yaml, Blob) else "filter_yaml"
        return _blob(labelled, source), _blob(rest, source)


def _trace(thread: Thread) -> str:
    """Where the running call was made, for those who find the same object again."""
    lines = [f"  {frame}\n" for frame in thread.session.call_frames()]
    return f"Traceback (most recent call last):\n{''.join(lines)}  <builtin>: in k8s_yaml\n"


def _blob(objects: Any, source: str) -> Blob:
    from tiltfile_ext.values.k8s.object import spec_yaml

    return Blob(spec_yaml(objects), source)


def _values(value: Any) -> list[Any]:
    """What an argument ``yaml`` names, one by one."""
    if value is None:
        return []
    elements = sequence_of(value)
    return [value] if elements is None else elements


def _objects(thread: Thread, values: list[Any]) -> list[Any]:
    return [found for value in values for found in _objects_of(thread, value)]


def _objects_of(thread: Thread, value: Any) -> list[Any]:
    from tiltfile_ext.values.k8s.object import K8sObjectError
    from tiltfile_ext.values.k8s.yaml_text import read_objects

    if isinstance(value, Blob):
        try:
            return read_objects(value.text)
        except K8sObjectError as error:
            raise BuiltinError(f"Error reading yaml from {value.source}: {error}") from None
    path = _path(thread, value)
    try:
        return read_objects(_read(thread, path))
    except K8sObjectError as error:
        if "json parse error: " in str(error):
            raise BuiltinError(f"{path} is not a valid YAML file: {error}") from None
        raise BuiltinError(str(error)) from None


def _path(thread: Thread, value: Any) -> str:
    try:
        return local_path(thread, value)
    except UnpackError as error:
        raise BuiltinError(str(error)) from None


def _read(thread: Thread, path: str) -> str:
    try:
        return read_watched(thread, path)
    except BuiltinError as error:
        raise BuiltinError(f"error reading yaml file: {error}") from None
