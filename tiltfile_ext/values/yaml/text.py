"""decode_yaml and encode_yaml: YAML with the values, texts and messages of Tilt.

Facts: Tilt 0.37.6, k8s.io/apimachinery (documents are split by lines, before any YAML is read).
Reader and writer are imported by the first call: most Tiltfiles need neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tiltfile_ext.starkit._errors import BuiltinError
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.json import structured

_SEPARATOR = pattern(r"^---(.*)$", re.MULTILINE)


def decode_stream(text: str, source: str = "") -> list[Any]:
    """The documents of *text* that are not null; *source* is a path to name in messages, if any.

    Values are None, bool, int of 64 bits, float, str, list and dict with str keys in the order of the
    text (Tilt's order is random). Only "---" lines part documents: what follows "..." is not read.

    Raises:
        BuiltinError: "error parsing YAML: error converting YAML to JSON: yaml: line 2: …" or
            "error reading YAML stream: invalid Yaml document separator: …".
    """
    from tiltfile_ext.values.yaml.reader import YAMLError, read_document

    where = f" from {source}" if source else ""
    try:
        values = [read_document(document) for document in split_documents(text)]
    except YAMLError as error:
        raise BuiltinError(f"error parsing YAML{where}: {error}") from None
    except SeparatorError as error:
        raise BuiltinError(f"error reading YAML stream{where}: {error}") from None
    return [value for value in values if value is not None]


class SeparatorError(ValueError):
    """Something other than a comment follows "---": "invalid Yaml document separator: x"."""


def split_documents(text: str) -> Iterator[str]:
    """The documents of *text*. A "---" line with nothing before it stays in its document.

    Raises:
        SeparatorError: when it comes to a "---" line with text behind.
    """
    text = text.replace("\r\n", "\n")
    text = text if text.endswith("\n") or not text else text + "\n"
    start = 0
    for separator in _SEPARATOR.finditer(text):
        behind = separator.group(1).strip()
        if behind and behind[0] != "#":
            raise SeparatorError(f"invalid Yaml document separator: {behind}")
        if separator.start() > start:
            yield text[start : separator.start()]
            start = separator.end() + 1
    if start < len(text):
        yield text[start:]


def encode(value: object) -> str:
    """*value* as one YAML document: keys sorted, block style, a line break at the end.

    Raises:
        BuiltinError: "error converting object from starlark: …" or "error serializing object to yaml: …".
    """
    from tiltfile_ext.values.yaml.writer import YAMLWriteError, write_document

    try:
        return write_document(structured(value))
    except YAMLWriteError as error:
        raise BuiltinError(f"error serializing object to yaml: {error}") from None
