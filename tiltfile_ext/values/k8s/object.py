"""Objects of the Kubernetes API, as a Tiltfile's YAML describes them.

Objects of a kind that the API defines itself are checked and written by their types; any other is kept as
it is. Facts: Tilt 0.37.6, k8s.io/apimachinery.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from tiltfile_ext.starkit._types import quote
from tiltfile_ext.values.colon_parts import escape_and_join
from tiltfile_ext.values.go.json import float_text, string_text
from tiltfile_ext.values.k8s.fields import ListField, Place, PointerField, StructField, json_kind
from tiltfile_ext.values.k8s.types import holders, is_list, kind_type

DEFAULT_NAMESPACE = "default"
_META = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)


class K8sObjectError(ValueError):
    """A document is no object; ``str()`` is the text that Tilt shows."""


class _GroupVersionError(K8sObjectError):
    """The apiVersion has too many parts, so that nothing is known of the object."""


class K8sObject:
    """One object.

    Attributes:
        fields: as written, plain data.
        type: how the API decodes it; None for a kind that it does not define.
    """

    def __init__(self, fields: dict[str, Any], type_: StructField | None) -> None:
        self.fields = fields
        self.type = type_
        self.api_version = _without_empty_group(fields["apiVersion"])
        self.kind: str = fields["kind"]
        metadata = fields.get("metadata") if type_ is None or _has_object_meta(type_) else None
        self._metadata: Mapping[str, Any] = metadata if isinstance(metadata, dict) else {}

    def __repr__(self) -> str:
        return f"<K8sObject {self.full_name}>"

    @property
    def name(self) -> str:
        """Its ``metadata.name``, "" without."""
        return _text(self._metadata.get("name"))

    @property
    def own_namespace(self) -> str:
        """Its namespace as written, "" without."""
        return _text(self._metadata.get("namespace"))

    @property
    def namespace(self) -> str:
        """The namespace it goes to by Tilt's reckoning: "default" without one of its own."""
        return self.own_namespace or DEFAULT_NAMESPACE

    @property
    def group(self) -> str:
        """The part of the apiVersion before the slash, "" for the core group."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""

    @property
    def labels(self) -> Mapping[str, str]:
        """Its own labels; none where one of them is no text."""
        return text_map(self._metadata.get("labels"))

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What no two objects may share: name, namespace as written, kind, apiVersion."""
        return self.name, self.own_namespace, self.kind, self.api_version

    @property
    def full_name(self) -> str:
        """``name:kind:namespace``, as messages tell it."""
        return escape_and_join([self.name, self.kind, self.namespace])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What it may be called, shortest first: name, then kind, namespace and group added."""
        parts = [self.name, self.kind, self.namespace, self.group or "core"]
        return tuple(escape_and_join(parts[:end]).lower() for end in range(1, 5))

    def parts(self, key: str) -> Iterator[dict[str, Any]]:
        """The structs of one type inside, "core/v1.Container", in the order of Go's fields.

        The table of types says where to look: there must be a line of holders for *key*.
        """
        return iter(()) if self.type is None else _structs(self.type, self.fields, key)

    def in_namespace(self, namespace: str) -> K8sObject:
        """The same object in *namespace*."""
        metadata = {**self._metadata, "namespace": namespace}
        return K8sObject({**self.fields, "metadata": metadata}, self.type)

    def filled(self) -> dict[str, Any]:
        """The fields as Go holds them: those of the API's own kinds are all there."""
        return self.fields if self.type is None else self.type.filled(self.fields)

    def written(self) -> dict[str, Any]:
        """The fields as Tilt writes them: without status and what the API does not know, with zero values."""
        if self.type is None:
            return self.fields
        return self.type.written(self.fields)  # type: ignore[no-any-return]  # a struct is written as a dict


def _has_object_meta(kind: StructField) -> bool:
    """Whether objects of *kind* have names; lists and requests have none."""
    metadata = kind.fields.get("metadata")
    return metadata is not None and getattr(metadata.type, "key", "") == "meta/v1.ObjectMeta"


def _without_empty_group(api_version: str) -> str:
    return api_version.removeprefix("/")


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def text_map(value: Any) -> Mapping[str, str]:
    """A map of texts; empty where *value* is none."""
    if isinstance(value, dict) and all(type(part) is str for part in value.values()):
        return value
    return {}


# ---- structs inside an object


def _leads_to(kind: Any, key: str) -> bool:
    """Whether a value of type *kind* may hold a struct of type *key*. Maps are not looked into."""
    if isinstance(kind, PointerField):
        return _leads_to(kind.target, key)
    if isinstance(kind, ListField):
        return _leads_to(kind.element, key)
    return isinstance(kind, StructField) and kind.key in holders(key)


_WAYS: dict[tuple[str, str], list[tuple[str, Any]]] = {}


def _ways(kind: StructField, key: str) -> list[tuple[str, Any]]:
    """The fields of *kind* that may hold a struct of type *key*."""
    found = _WAYS.get((kind.key, key))
    if found is None:
        fields = kind.fields.values()
        found = [(field.name, field.type) for field in fields if _leads_to(field.type, key)]
        _WAYS[kind.key, key] = found
    return found


def _structs(kind: Any, value: Any, key: str) -> Iterator[dict[str, Any]]:
    if isinstance(kind, PointerField):
        if value is not None:
            yield from _structs(kind.target, value, key)
    elif isinstance(kind, ListField):
        for element in value or ():
            yield from _structs(kind.element, element, key)
    elif isinstance(kind, StructField):
        value = {} if value is None else value
        if kind.key == key:
            yield value
            return
        for name, type_ in _ways(kind, key):
            yield from _structs(type_, value.get(name), key)


# ---- decoding


def decode_object(document: Any, text: str = "") -> list[K8sObject]:
    """The objects that a *document* holds: none for null, those of a List one by one.

    *text* is its JSON as written, for messages; without, as Go writes it.

    Raises:
        K8sObjectError: it is no object, or does not fit its kind.
    """
    if document is None:
        return []
    try:
        kind = _decoded_kind(document, text)
    except _GroupVersionError as error:
        raise K8sObjectError(str(error)) from None
    except K8sObjectError as error:
        raise K8sObjectError(_named(document, str(error))) from None
    if kind is not None and is_list(kind):
        return [found for item in document.get("items") or () for found in decode_object(item)]
    return [K8sObject(document, kind)]


def _named(document: Any, problem: str) -> str:
    """*problem*, of an object that has a kind: which one it is."""
    if not isinstance(document, dict) or not _text(document.get("kind")):
        return problem
    metadata = document.get("metadata")
    name = _text(metadata.get("name")) if isinstance(metadata, dict) else ""
    return f"decoding {document['kind']} {quote(name)}: {problem}"


def _decoded_kind(document: Any, text: str) -> StructField | None:
    """The type of *document*, checked; None for a kind that the API does not define."""
    api_version, kind = _api_version_and_kind(document)
    if not kind:
        raise K8sObjectError(f"Object 'Kind' is missing in '{text or compact_text(document)}'")
    if not api_version.rpartition("/")[2]:
        raise K8sObjectError(f"Object 'apiVersion' is missing in '{text or compact_text(document)}'")
    found = kind_type(_without_empty_group(api_version), kind)
    if found is not None and not found.fits(document):
        faults = list(found.faults(document, Place()))
        final = next((fault for fault in faults if fault.final), faults[0])
        raise K8sObjectError(str(final))
    return found


def _api_version_and_kind(document: Any) -> tuple[str, str]:
    if not isinstance(document, dict):
        raise _no_meta(f"{json_kind(document)} into Go value of type {_META}")
    for name in ("apiVersion", "kind"):
        value = document.get(name)
        if value is not None and type(value) is not str:
            raise _no_meta(f"{json_kind(value)} into Go struct field .{name} of type string")
    api_version, kind = _text(document.get("apiVersion")), _text(document.get("kind"))
    if api_version.count("/") > 1:
        raise _GroupVersionError(f"unexpected GroupVersion string: {api_version}")
    return api_version, kind


_CONSTANTS = {None: "null", True: "true", False: "false"}


def compact_text(value: Any) -> str:
    """*value* as Go writes JSON without blanks: keys sorted, ``<``, ``>`` and ``&`` escaped."""
    match value:
        case str():
            return string_text(value)
        case float():
            return float_text(value)
        case list():
            return f"[{','.join(map(compact_text, value))}]"
        case dict():
            return "{" + ",".join(f"{string_text(k)}:{compact_text(value[k])}" for k in sorted(value)) + "}"
    return _CONSTANTS[value] if value is None or type(value) is bool else str(value)


def _no_meta(detail: str) -> K8sObjectError:
    return K8sObjectError(f"couldn't get version/kind; json parse error: json: cannot unmarshal {detail}")


def spec_yaml(objects: Sequence[K8sObject]) -> str:
    """*objects* as YAML, in the form in which Tilt hands them on."""
    from tiltfile_ext.values.yaml.writer import write_document

    return "\n---\n".join(write_document(found.written()) for found in objects)
