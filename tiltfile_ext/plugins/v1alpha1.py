"""``v1alpha1``: objects of Tilt's API, from the table of their kinds."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any

from tiltfile_ext.starkit import (
    ABSENT,
    BuiltinError,
    Environment,
    Parameter,
    Plugin,
    Signature,
    StringList,
    StringMap,
    Thread,
    Unpack,
    parameter,
)
from tiltfile_ext.values.api_objects import RESOURCES, ApiObject, ApiObjects
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
    """The body of a built-in whose parameters are the fields of a kind."""

    def __init__(self, kind: str, doc: str, parameters: Iterable[Parameter]) -> None:
        self.kind = kind
        self.__doc__ = doc
        declared = tuple(parameters)
        self.names = [each.name for each in declared]
        self.starlark_signature = Signature(
            declared, positional=len(declared), takes_thread=True, open_ended=False
        )

    def given(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """Parameter name -> argument, for those that the call gives."""
        return {name: value for name, value in zip(self.names, values, strict=True) if value is not ABSENT}


class _Registering(_Function):
    """Arguments are checked while they are bound, the whole object in the body."""

    def __init__(self, kind: str) -> None:
        doc = f"Ask for an object of the API's resource {RESOURCES[kind]}, once the load is over."
        meta = (parameter(name, annotation, required=name == "name") for name, annotation in _META.items())
        fields = (parameter(field.name, _annotation(field)) for field in fields_of(kind))
        super().__init__(kind, doc, (*meta, *fields))

    def __call__(self, thread: Thread, *values: Any) -> None:
        from tiltfile_ext.values.v1alpha1.checking import fault_of

        fields = self.given(values)
        if self.kind == "cmd":
            fields.setdefault("dir", thread.directory)
        name, labels, annotations = (fields.pop(name, {}) for name in _META)
        fault = fault_of(self.kind, fields)
        if fault:
            raise BuiltinError(fault)
        thread.state(ApiObjects).register(ApiObject(self.kind, name, fields, labels, annotations))


class _Making(_Function):
    """Everything is checked in the body, so that the arguments of a bad call count."""

    def __init__(self, kind: str) -> None:
        doc = "A value for other functions of this module; a dict with the same keys will do, too."
        fields = (field for field in fields_of(kind) if field.is_parameter)
        super().__init__(kind, doc, map(_unchecked, fields))

    def __call__(self, thread: Thread, *values: Any) -> Any:
        from tiltfile_ext.values.v1alpha1.reading import read_fields
        from tiltfile_ext.values.v1alpha1.value import ApiValue

        given = self.given(values)
        return ApiValue(self.kind, given, read_fields(thread, self.kind, given))


def _unchecked(field: Field) -> Parameter:
    return Parameter(field.name, None, _words(field), required=False, default=ABSENT)


def _annotation(field: Field) -> Any:
    read = partial(_read_objects if field.is_list else _read_object, field.type)
    return _ANNOTATIONS.get(field.type) or Annotated[Any, Unpack(read, _words(field))]


def _words(field: Field) -> str:
    kind = f"v1alpha1.{field.type}, or a dict"
    return _WORDS.get(field.type) or (f"list of {kind}" if field.is_list else kind)


def _read_object(kind: str, thread: Thread, value: object) -> Any:
    from tiltfile_ext.values.v1alpha1.reading import read_object

    return read_object(thread, kind, value)


def _read_objects(kind: str, thread: Thread, value: object) -> Any:
    from tiltfile_ext.values.v1alpha1.reading import read_objects

    return read_objects(thread, kind, value)
