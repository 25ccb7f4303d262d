"""``v1alpha1``: objects of Tilt's API, from the table of their kinds."""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import Annotated, Any

from tiltfile_ext.starkit import (
    ABSENT,
    BuiltinError,
    Environment,
    Int32,
    Parameter,
    Plugin,
    Signature,
    StringList,
    StringMap,
    Thread,
    Unpack,
    parameter,
)
from tiltfile_ext.values.after_load import MODEL, refuse_after_load
from tiltfile_ext.values.api_objects import ApiObject, ApiObjects
from tiltfile_ext.values.duration_param import Duration
from tiltfile_ext.values.paths import LocalPath, LocalPathList
from tiltfile_ext.values.v1alpha1.table import REGISTERED, VALUES, Field, fields_of

_META = {"name": str, "labels": StringMap, "annotations": StringMap}
_ANNOTATIONS = {
    "str": str, "bool": bool, "map": StringMap, "strings": StringList,
    "path": LocalPath, "paths": LocalPathList, "duration": Duration,
}  # fmt: skip
_WORDS = {
    "str": "string", "text": "string", "int": "int of 32 bits", "bool": "bool", "nothing": "nothing",
    "map": "dict of strings, or None", "strings": "list or tuple of strings, or None",
    "path": "string or git repository",
}  # fmt: skip


class V1alpha1Plugin(Plugin):
    """The functions that register objects, and those that make values for them."""

    state = ApiObjects

    def on_start(self, env: Environment) -> None:
        """Register a function for each kind."""
        for kind in REGISTERED:
            env.add_builtin(f"v1alpha1.{kind}", _Registering(kind))
        for kind in VALUES:
            env.add_builtin(f"v1alpha1.{kind}", _Making(kind))


class _Function:
    """The body of a built-in whose parameters are the fields of a kind, looked up at its first call."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    @property
    def starlark_signature(self) -> Signature:
        """The parameters; see `starkit.Builtin`."""
        declared = tuple(self.parameters())
        return Signature(declared, positional=len(declared), takes_thread=True, open_ended=False)

    def parameters(self) -> Iterator[Parameter]:
        """The parameters, in order: those of values are checked in the body, so that they count."""
        for field in fields_of(self.kind):
            if field.is_parameter:
                yield Parameter(field.name, None, _words(field), required=False, default=ABSENT)

    @property
    def starlark_annotations(self) -> dict[str, Any]:
        """What each parameter takes, and what the call gives, as types; see `starkit.annotations_of`."""
        from tiltfile_ext.values.v1alpha1.value import class_of

        taken = {field.name: _takes(field) for field in fields_of(self.kind) if field.is_parameter}
        return {**taken, "return": class_of(self.kind)}

    def given(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """Parameter name -> argument, for those that the call gives."""
        return {name: value for name, value in zip(self._names, values, strict=True) if value is not ABSENT}

    @cached_property
    def _names(self) -> list[str]:
        return [each.name for each in self.parameters()]


class _Making(_Function):
    """Make a value for other functions of this module; a dict with the same keys will do, too."""

    def __call__(self, thread: Thread, *values: Any) -> Any:
        from tiltfile_ext.values.v1alpha1.reading import read_fields
        from tiltfile_ext.values.v1alpha1.value import ApiValue

        given = self.given(values)
        return ApiValue(self.kind, given, read_fields(thread, self.kind, given))


class _Registering(_Function):
    """Ask for an object of the API, to be made once the load is over."""

    def parameters(self) -> Iterator[Parameter]:
        """The object's metadata, and its fields."""
        for name, annotation in _META.items():
            yield parameter(name, annotation, required=name == "name")
        for field in fields_of(self.kind):
            yield parameter(field.name, _annotation(field))

    @property
    def starlark_annotations(self) -> dict[str, Any]:
        """As for values, with the metadata; the call gives nothing."""
        return {**super().starlark_annotations, **_META, "return": None}

    def __call__(self, thread: Thread, *values: Any) -> None:
        from tiltfile_ext.values.v1alpha1.checking import fault_of

        fields = self.given(values)
        if self.kind == "cmd":
            fields.setdefault("dir", thread.directory)
        name, labels, annotations = (fields.pop(name, {}) for name in _META)
        fault = fault_of(self.kind, fields)
        if fault:
            raise BuiltinError(fault)
        refuse_after_load(thread, MODEL)
        thread.state(ApiObjects).register(ApiObject(self.kind, name, fields, labels, annotations))


def _annotation(field: Field) -> Any:
    read = partial(_read_objects if field.is_list else _read_object, field.type)
    return _ANNOTATIONS.get(field.type) or Annotated[Any, Unpack(read, _words(field))]


def _takes(field: Field) -> Any:
    known = {**_ANNOTATIONS, "int": Int32, "text": str, "nothing": None}
    if field.type in known:
        return known[field.type]
    from tiltfile_ext.values.v1alpha1.value import class_of

    value = class_of(field.type) | dict[str, Any]
    return Sequence[value] if field.is_list else value  # type: ignore[valid-type]


def _words(field: Field) -> str:
    kind = f"v1alpha1.{field.type}, or a dict"
    return _WORDS.get(field.type) or (f"list of {kind}" if field.is_list else kind)


def _read_object(kind: str, thread: Thread, value: object) -> Any:
    from tiltfile_ext.values.v1alpha1.reading import read_object

    return read_object(thread, kind, value)


def _read_objects(kind: str, thread: Thread, value: object) -> Any:
    from tiltfile_ext.values.v1alpha1.reading import read_objects

    return read_objects(thread, kind, value)
