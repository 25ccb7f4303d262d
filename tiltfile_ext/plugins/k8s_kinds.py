"""Kinds of Kubernetes objects that Tilt does not know: they are workloads, and have images somewhere."""

from collections.abc import Sequence
from typing import Annotated, Any

from tiltfile_ext.starkit import (
    BuiltinError,
    Plugin,
    Thread,
    Unpack,
    UnpackError,
    builtin,
    quote,
    sequence_of,
    starlark_repr,
    type_name,
)
from tiltfile_ext.values.k8s.readiness import PodReadiness
from tiltfile_ext.values.k8s.selector import Selector, selector
from tiltfile_ext.values.k8s.state import ImageLocator, K8sState, Kind

_FIELDS = ("json_path", "repo_field", "tag_field")
_FORM = "Expected dict of the form {'json_path': str, 'repo_field': str, 'tag_field': str}"


def _paths(_: Thread, value: object) -> tuple[str, ...]:
    elements = [] if value is None else sequence_of(value)
    for element in [value] if elements is None else elements:
        if type(element) is not str:
            raise UnpackError(f"Expected string, got: {starlark_repr(element)}")
    return tuple([value] if elements is None else elements)


def _image_object(_: Thread, value: object) -> tuple[str, ...]:
    if type(value) is not dict:
        raise UnpackError(f"{_FORM}. Actual: {starlark_repr(value)}")
    for key, part in value.items():
        if type(key) is not str or key not in _FIELDS:
            raise UnpackError(f"{_FORM}: Unexpected key: {starlark_repr(key)}")
        if type(part) is not str:
            # Tilt quotes the key a second time
            shown = quote(starlark_repr(key))
            raise UnpackError(f"{_FORM}: Expected string at key {shown}. Got: {type_name(part)}")
    if len(value) != len(_FIELDS):
        raise UnpackError(f"{_FORM}: Missing keys. Actual keys: [{' '.join(map(starlark_repr, value))}]")
    return tuple(value[field] for field in _FIELDS)


JSONPathList = Annotated[
    tuple[str, ...], Unpack(_paths, "JSONPath, a sequence of them, or None", str | Sequence[str] | None)
]
JSONPathImageObject = Annotated[
    tuple[str, ...], Unpack(_image_object, "dict with json_path, repo_field and tag_field", dict[str, str])
]


class K8sKindsPlugin(Plugin):
    """``k8s_kind`` and ``k8s_image_json_path``."""

    state = K8sState

    @builtin("", core=True)
    def k8s_kind(
        self,
        thread: Thread,
        kind: str,
        *,
        image_json_path: JSONPathList = (),
        api_version: str = "",
        image_object: JSONPathImageObject = (),
        pod_readiness: PodReadiness = "",
    ) -> None:
        """Objects of *kind* are workloads; their images are where the paths lead."""
        key = selector(api_version, kind)
        if image_json_path and any(image_object):
            raise BuiltinError("Cannot specify both image_json_path and image_object")
        known = thread.state(K8sState).kinds.setdefault(key, Kind())
        if image_json_path:
            known.locators = _path_locators(key, image_json_path)
        elif any(image_object):
            known.locators = (_object_locator(key, *image_object),)
        known.pod_readiness = pod_readiness or known.pod_readiness

    @builtin("", core=True)
    def k8s_image_json_path(
        self,
        thread: Thread,
        paths: JSONPathList,
        api_version: str = "",
        kind: str = "",
        name: str = "",
        namespace: str = "",
    ) -> None:
        """The objects that match name their images where *paths* lead."""
        if not (kind or name or namespace):
            raise BuiltinError("at least one of kind, name, or namespace must be specified")
        key = selector(api_version, kind, name, namespace)
        locators = _path_locators(key, paths)
        thread.state(K8sState).kinds.setdefault(key, Kind()).locators = locators


def _path_locators(key: Selector, paths: tuple[str, ...]) -> tuple[ImageLocator, ...]:
    from tiltfile_ext.values.k8s.images import PathLocator

    return tuple(PathLocator(key, _json_path(path)) for path in paths)


def _object_locator(key: Selector, path: str, repo_field: str, tag_field: str) -> ImageLocator:
    from tiltfile_ext.values.k8s.images import ObjectLocator

    return ObjectLocator(key, _json_path(path), repo_field, tag_field)


def _json_path(text: str) -> Any:
    from tiltfile_ext.values.json.path import JSONPath
    from tiltfile_ext.values.json.path_parser import JSONPathError

    try:
        return JSONPath(text)
    except JSONPathError as error:
        raise BuiltinError(str(error)) from None
