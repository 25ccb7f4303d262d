"""How many arguments functions and methods take, for the messages about too few or too many."""

from __future__ import annotations

#: universe functions: least and most positional arguments
FUNCTIONS = {
    "abs": (1, 1), "all": (1, 1), "any": (1, 1), "bool": (0, 1), "chr": (1, 1), "dir": (1, 1),
    "enumerate": (1, 2),
    "getattr": (2, 3), "hasattr": (2, 2), "hash": (1, 1), "len": (1, 1), "list": (0, 1), "ord": (1, 1),
    "range": (1, 3), "repr": (1, 1), "reversed": (1, 1), "set": (0, 1), "str": (1, 1), "tuple": (0, 1),
    "type": (1, 1),
}  # fmt: skip

#: these say "want exactly 1"
EXACT = {"str", "type"}
#: these say "chr does not accept keyword arguments"
NO_KEYWORDS = {"chr", "dir", "float", "ord", "str", "type", "zip"}

#: methods of strings, lists, dicts, sets and os.environ
METHODS = {
    "add": (1, 1), "append": (1, 1), "capitalize": (0, 0), "clear": (0, 0), "codepoint_ords": (0, 0),
    "codepoints": (0, 0), "count": (1, 3), "difference": (0, 1), "discard": (1, 1), "elem_ords": (0, 0),
    "elems": (0, 0), "endswith": (1, 3), "extend": (1, 1), "find": (1, 3), "get": (1, 2), "index": (1, 3),
    "insert": (2, 2), "intersection": (0, 1), "isalnum": (0, 0), "isalpha": (0, 0), "isdigit": (0, 0),
    "islower": (0, 0), "isspace": (0, 0), "issubset": (0, 1), "issuperset": (0, 1), "istitle": (0, 0),
    "isupper": (0, 0), "items": (0, 0), "join": (1, 1), "keys": (0, 0), "lower": (0, 0), "lstrip": (0, 1),
    "partition": (1, 1), "pop": (0, 1), "popitem": (0, 0), "remove": (1, 1), "removeprefix": (1, 1),
    "removesuffix": (1, 1), "replace": (2, 3), "rfind": (1, 3), "rindex": (1, 3), "rpartition": (1, 1),
    "rsplit": (0, 2), "rstrip": (0, 1), "setdefault": (1, 2), "split": (0, 2), "splitlines": (0, 1),
    "startswith": (1, 3), "strip": (0, 1), "symmetric_difference": (0, 1), "title": (0, 0), "union": (0, 1),
    "upper": (0, 0), "values": (0, 0),
}  # fmt: skip

#: which argument a native parameter is
NATIVE_PLACES = {
    "needle": 1, "old": 1, "new": 2, "count": 3, "sep": 1, "maxsplit": 2, "chars": 1, "prefix": 1,
    "suffix": 1,
    "keepends": 1, "to_join": 1, "index": 1, "key": 1, "default": 2, "start": 2, "end": 3,
}  # fmt: skip


def arguments_message(name: str, given: int, least: int, most: int) -> str:
    """The message for *given* arguments to a function that wants from *least* to *most*."""
    if name in EXACT:
        return f"{name}: got {given} arguments, want exactly 1"
    if given < least:
        return f"{name}: got {given} arguments, want {'' if least == most else 'at least '}{least}"
    return f"{name}: got {given} arguments, want {'' if least == most else 'at most '}{most}"
