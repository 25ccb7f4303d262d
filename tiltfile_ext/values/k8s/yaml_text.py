"""Read a stream of YAML or JSON documents as objects of the Kubernetes API.

Facts: Tilt 0.37.6, k8s.io/apimachinery (YAMLOrJSONDecoder): a text whose first sign is "{" is read as JSON;
where that fails in its first two documents, the rest is read as YAML.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.json import INT64_MAX, INT64_MIN
from tiltfile_ext.values.json.text import stream_error
from tiltfile_ext.values.k8s.object import K8sObject, K8sObjectError, decode_object
from tiltfile_ext.values.yaml.reader import YAMLError, read_document
from tiltfile_ext.values.yaml.text import SeparatorError, split_documents

_LOOK_AHEAD = 4096


def read_objects(text: str) -> list[K8sObject]:
    """The objects in *text*, in order.

    Raises:
        K8sObjectError: the text is neither YAML nor JSON, or a document is no good object.
    """
    return [found for document, raw in _documents(text) for found in decode_object(document, raw)]


def _documents(text: str) -> Iterator[tuple[Any, str]]:
    """Each document, and its own text where that is JSON."""
    if not text[:_LOOK_AHEAD].lstrip().startswith("{"):
        yield from _yaml_documents(text)
        return
    read, at = 0, 0
    while (start := _after_blanks(text, at)) < len(text):
        try:
            document, end = _DECODER.raw_decode(text, start)
        except ValueError:
            if read > 1:
                raise K8sObjectError(str(stream_error(text[at:]))) from None
            yield from _yaml_after_json(text, at)
            return
        read, at = read + 1, end
        yield document, text[start:end]


_BLANKS = pattern(r"[ \t\n\r]*")


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _yaml_after_json(text: str, at: int) -> Iterator[tuple[Any, str]]:
    """The documents from *at* on, less the blanks up to the end of the line; at least one must be good."""
    rest = text[at:]
    blank = len(rest) - len(rest.lstrip())
    newline = rest.find("\n", 0, blank)
    documents = _yaml_documents(rest[newline + 1 if newline >= 0 else blank :])
    try:
        first = next(documents)
    except StopIteration:
        return
    except K8sObjectError:
        raise _json_failure(text, at) from None
    yield first
    yield from documents


def _yaml_documents(text: str) -> Iterator[tuple[Any, str]]:
    try:
        for document in split_documents(text):
            yield read_document(document), ""
    except (YAMLError, SeparatorError) as error:
        raise K8sObjectError(str(error)) from None


def _json_failure(text: str, at: int) -> K8sObjectError:
    """Why the JSON at *at* cannot be read; the offset counts the bytes that Go had looked at."""
    error = stream_error(text[at:])
    if error is None or error.at is None:
        return K8sObjectError(str(error or "unexpected EOF"))
    offset = len(text[: at + error.at + 1].encode("utf-8", "surrogateescape"))
    return K8sObjectError(f"json: offset {offset}: {error}")


def _int(text: str) -> int | float:
    value = int(text)
    return value if INT64_MIN <= value <= INT64_MAX else float(value)


def _float(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < INT64_MAX else value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_int=_int, parse_float=_float, parse_constant=_refuse)
