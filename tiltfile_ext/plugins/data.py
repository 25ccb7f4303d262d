"""YAML and JSON: decode, encode, read."""

from collections.abc import Callable
from typing import Any

from tiltfile_ext.starkit import ABSENT, Blob, BuiltinError, Plugin, Stringable, Thread, builtin
from tiltfile_ext.values.json import text as json_text
from tiltfile_ext.values.paths import LocalPath
from tiltfile_ext.values.read import MissingFileError, read_watched
from tiltfile_ext.values.yaml import text as yaml_text

_ONE_DOCUMENT = (
    "expected a yaml document but found a yaml stream (documents separated by `---`). "
    "use decode_yaml_stream instead to decode a yaml stream"
)


class DataPlugin(Plugin):
    """The codecs. They are imported on first use."""

    @builtin
    def decode_json(self, json: Stringable) -> Any:
        """The value that a JSON text means."""
        return json_text.decode(json)

    @builtin
    def encode_json(self, obj: Any) -> str:
        """*obj* as JSON: two spaces a level, keys sorted, a newline at the end."""
        return json_text.encode(obj)

    @builtin
    def read_json(self, thread: Thread, paths: LocalPath, default: Any = ABSENT) -> Any:
        """The value in a JSON file; *default* if it does not exist."""
        return _read(thread, paths, default, lambda text: json_text.decode(text, paths))

    @builtin
    def decode_yaml(self, yaml: Stringable) -> Any:
        """The value that a YAML text of one document means; None for no document."""
        return _single(yaml_text.decode_stream(yaml))

    @builtin
    def decode_yaml_stream(self, yaml: Stringable) -> list[Any]:
        """The values of all documents of a YAML text but the null ones."""
        return yaml_text.decode_stream(yaml)

    @builtin
    def encode_yaml(self, obj: Any) -> Blob:
        """*obj* as YAML, keys sorted."""
        return Blob(yaml_text.encode(obj), "encode_yaml")

    @builtin
    def encode_yaml_stream(self, objs: list) -> Blob:  # type: ignore[type-arg]
        """Each of *objs* as a YAML document."""
        return Blob("---\n".join(map(yaml_text.encode, objs)), "encode_yaml_stream")

    @builtin
    def read_yaml(self, thread: Thread, paths: str, default: Any = ABSENT) -> Any:
        """The value in a YAML file of one document; *default* if it does not exist."""
        decode = lambda text: _single(yaml_text.decode_stream(text, paths))  # noqa: E731
        return _read(thread, thread.absolute(paths), default, decode)

    @builtin
    def read_yaml_stream(self, thread: Thread, paths: str, default: list = ABSENT) -> Any:  # type: ignore[type-arg]
        """The values of all documents in a YAML file but the null ones; *default* if it does not exist."""
        decode = lambda text: yaml_text.decode_stream(text, paths)  # noqa: E731
        return _read(thread, thread.absolute(paths), default, decode)


def _single(documents: list[Any]) -> Any:
    if len(documents) > 1:
        raise BuiltinError(_ONE_DOCUMENT)
    return documents[0] if documents else None


def _read(thread: Thread, path: str, default: Any, decode: Callable[[str], Any]) -> Any:
    try:
        text = read_watched(thread, path)
    except MissingFileError:
        if default is ABSENT:
            raise
        return default
    return decode(text)
