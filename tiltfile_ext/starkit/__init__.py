"""The kit for running Starlark with plugins: what a plugin's author imports.

A plugin declares built-ins whose Python signature is the Starlark signature. See the plugin guide.
"""

from tiltfile_ext.starkit._builtin import Builtin, builtin
from tiltfile_ext.starkit._counts import BuiltinUse
from tiltfile_ext.starkit._data import Data, evolve, field
from tiltfile_ext.starkit._environment import Environment, PluginError
from tiltfile_ext.starkit._errors import (
    BuiltinError,
    DeadlineError,
    EvaluationError,
    ExitRequest,
    Frame,
    Position,
    StaticError,
    TiltfileError,
    UnpackError,
)
from tiltfile_ext.starkit._lazy import LazyPlugin
from tiltfile_ext.starkit._plugin import Plugin
from tiltfile_ext.starkit._signature import Parameter, Signature, SignatureError, parameter
from tiltfile_ext.starkit._thread import Thread
from tiltfile_ext.starkit._types import (
    ABSENT,
    Blob,
    FrozenDict,
    Function,
    Record,
    StarlarkSet,
    StarlarkValue,
    Struct,
    go_type,
    quote,
    starlark_repr,
    starlark_str,
    type_name,
)
from tiltfile_ext.starkit._unpack import (
    Int32,
    OptionalBool,
    OptionalString,
    Sequence,
    Stringable,
    StringList,
    StringMap,
    StringOrStringList,
    StringSequence,
    Unpack,
    as_text,
    sequence_of,
    strings_of,
)

__all__ = [
    "ABSENT",
    "Blob",
    "Builtin",
    "BuiltinError",
    "BuiltinUse",
    "Data",
    "DeadlineError",
    "Environment",
    "EvaluationError",
    "ExitRequest",
    "Frame",
    "FrozenDict",
    "Function",
    "Int32",
    "LazyPlugin",
    "OptionalBool",
    "OptionalString",
    "Parameter",
    "Plugin",
    "PluginError",
    "Position",
    "Record",
    "Sequence",
    "Signature",
    "SignatureError",
    "StarlarkSet",
    "StarlarkValue",
    "StaticError",
    "StringList",
    "StringMap",
    "StringOrStringList",
    "StringSequence",
    "Stringable",
    "Struct",
    "Thread",
    "TiltfileError",
    "Unpack",
    "UnpackError",
    "as_text",
    "builtin",
    "evolve",
    "field",
    "go_type",
    "parameter",
    "quote",
    "sequence_of",
    "starlark_repr",
    "starlark_str",
    "strings_of",
    "type_name",
]
