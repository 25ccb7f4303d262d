"""The Starlark text that every load shares, and the text generated for a universe."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiltfile_ext.starkit._contract import EngineBuiltin

_DIRECTORY = os.path.join(os.path.dirname(__file__), "prelude")

#: the file that gives the interpreter's functions other names
NATIVES = "@natives"
#: file name that functions print and tracebacks show, then the texts evaluated under it, in order
_PARTS = (
    (NATIVES, ("natives",)),
    ("@core", ("text", "operators", "universe", "methods", "bytes")),
    ("@set", ("set",)),
    ("@environ", ("environ",)),
    ("@crossing", ("crossing",)),
)

UNIVERSE_FUNCTIONS = (
    "abs", "all", "any", "bool", "bytes", "chr", "dict", "dir", "enumerate", "float", "getattr",
    "hasattr", "hash",
    "int", "len", "list", "max", "min", "ord", "print", "range", "repr", "reversed", "set", "sorted",
    "str", "tuple",
    "type", "zip",
)  # fmt: skip

#: what rewritten source calls
HELPERS = (
    "tilt_forever", "tilt_mod", "tilt_shl", "tilt_add", "tilt_mul", "tilt_or", "tilt_and", "tilt_sub",
    "tilt_xor", "tilt_iadd",
    "tilt_ior", "tilt_item", "tilt_item_add", "tilt_item_or", "tilt_item_and", "tilt_item_sub",
    "tilt_item_xor", "tilt_item_mod",
    "tilt_item_shl", "tilt_item_shr", "tilt_item_mul", "tilt_item_div", "tilt_item_floordiv", "tilt_shr",
    "tilt_args",
    "tilt_eq", "tilt_ne", "tilt_lt", "tilt_le", "tilt_gt", "tilt_ge", "tilt_true", "tilt_or_else",
    "tilt_getitem",
    "tilt_setitem", "tilt_iter", "tilt_kwargs", "tilt_kwargs_too", "tilt_names",
    "tilt_in", "tilt_not_in", "tilt_m_format",
    "tilt_m_splitlines",
    "tilt_m_elems", "tilt_m_codepoints", "tilt_m_codepoint_ords", "tilt_m_elem_ords", "tilt_m_startswith",
    "tilt_m_endswith", "tilt_m_pop", "tilt_m_replace", "tilt_m_strip", "tilt_m_lstrip", "tilt_m_rstrip",
    "tilt_m_upper", "tilt_m_lower", "tilt_m_title", "tilt_m_capitalize", "tilt_m_isdigit", "tilt_m_isalpha",
    "tilt_m_isalnum", "tilt_m_split", "tilt_m_rsplit", "tilt_m_extend", "tilt_m_join", "tilt_m_update",
    "tilt_slice", "tilt_bytes", "tilt_m_find", "tilt_m_rfind", "tilt_m_index", "tilt_m_rindex", "tilt_attr",
    "tilt_when",
    "tilt_keep", "tilt_dynamic",
)  # fmt: skip


def core_texts() -> Iterator[tuple[str, str]]:
    """The files of the core: name and text."""
    for name, parts in _PARTS:
        yield name, "\n".join(map(_read, parts))


def _read(part: str) -> str:
    with open(os.path.join(_DIRECTORY, part + ".star"), encoding="utf-8") as file:
        return file.read()


#: begins the names of our own modules; no file can know it
INTERNAL = f"\0{os.urandom(8).hex()}:"


def load_statement(module: str, names: Collection[str]) -> str:
    """A load of our own *module*, on one line."""
    return f"load({INTERNAL + module!r}, {', '.join(map(repr, names))})\n" if names else ""


#: stands for a load statement in a block
LOAD_MARK = "tilt_loads({}); "


def dynamic_load(number: int) -> str:
    """The load of the file that ``tilt_dynamic`` noted under *number*."""
    return f"load({f'{INTERNAL}dynamic {number}'!r}, tilt_d{number}='tilt_exports')"


#: methods that the native types have; a bound one knows neither its type nor that it is built in
METHODS = {
    "string": (
        "capitalize", "codepoint_ords", "codepoints", "count", "elem_ords", "elems", "endswith",
        "find", "format",
        "index", "isalnum", "isalpha", "isdigit", "islower", "isspace", "istitle", "isupper", "join",
        "lower", "lstrip",
        "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition",
        "rsplit", "rstrip",
        "split", "splitlines", "startswith", "strip", "title", "upper",
    ),
    "list": ("append", "clear", "extend", "index", "insert", "pop", "remove"),
    "dict": ("clear", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"),
}  # fmt: skip
METHOD_NAMES = frozenset(name for names in METHODS.values() for name in names)


def method_texts() -> Iterator[tuple[str, str]]:
    """Files for methods that are not called where they are named: functions that print as Tilt's do."""
    for kind, names in METHODS.items():
        text = "".join(
            f"def {kind}_{name}(f):\n    def {name}(*a, **k): return f(*a, **k)\n    return {name}\n"
            for name in names
        )
        table = ", ".join(f"{name!r}: {kind}_{name}" for name in names)
        yield "@" + kind, f"{text}bind_{kind} = {{{table}}}\n"
    tables = ", ".join(f"{kind!r}: bind_{kind}" for kind in METHODS)
    yield (
        "@methods",
        f"bind_all = {{{tables}}}\ndef tilt_method(x, name): return tilt_bind(bind_all, x, name)\n",
    )


class Namespace:
    """``os`` with what is in it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.functions: dict[str, int] = {}
        self.values: list[str] = []
        self.children: dict[str, Namespace] = {}

    @property
    def varies(self) -> bool:
        """Whether it holds values that differ from load to load."""
        return bool(self.values) or any(child.varies for child in self.children.values())

    def child(self, name: str) -> Namespace:
        """The namespace called *name* in this one."""
        return self.children.setdefault(name, Namespace(f"{self.path}.{name}".lstrip(".")))

    def all(self) -> Iterator[Namespace]:
        """The namespaces below this one, inner ones first."""
        for child in self.children.values():
            yield from child.all()
            yield child

    @property
    def variable(self) -> str:
        """The name of the table of its functions in generated text."""
        return "tilt_in_" + self.path.replace(".", "__")


class Plan:
    """The texts of a universe: its functions, and the namespaces of one load."""

    def __init__(self, builtins: Mapping[str, EngineBuiltin], values: Collection[str]) -> None:
        self._ordered = list(builtins.values())
        self._root = Namespace("")
        for number, name in enumerate(builtins):
            place, last = self._place(name)
            place.functions[last] = number
        for name in values:
            place, last = self._place(name)
            place.values.append(last)

    def _place(self, name: str) -> tuple[Namespace, str]:
        *path, last = name.split(".")
        place = self._root
        for part in path:
            place = place.child(part)
        return place, last

    @property
    def names(self) -> list[str]:
        """Every global name that the universe adds."""
        return list(dict.fromkeys((*self._root.functions, *self._root.values, *self._root.children)))

    def varies(self, name: str) -> bool:
        """Whether the global *name* differs from load to load."""
        return name in self._root.values or (name in self._root.children and self._child(name).varies)

    def shared_names(self, name: str) -> list[str]:
        """What the files of *name* define that others load: itself, or what is constant in it."""
        if name in self._root.values:
            return []
        if not self.varies(name):
            return [name]
        places = [place for place in self._places([name]) if place.varies]
        children = [child for place in places for child in place.children.values() if not child.varies]
        return [place.variable for place in places] + list(map(_variable, children))

    def numbers(self, names: Collection[str]) -> list[int]:
        """Which functions the files of *names* call."""
        found = [self._root.functions[name] for name in names if name in self._root.functions]
        return found + [number for place in self._places(names) for number in place.functions.values()]

    def shared_texts(self, names: Collection[str]) -> Iterator[tuple[str, str]]:
        """Files evaluated once: the functions called, or in the namespaces called, *names*."""
        places = self._places(names)
        for place in places:
            yield "@" + place.path, self._functions(place.functions) + f"{place.variable} = {_table(place)}\n"
        functions = {name: number for name, number in self._root.functions.items() if name in names}
        text = self._functions(functions)
        yield "@builtin", text + "".join(_construction(place) for place in places if not place.varies)

    def varying_text(self, name: str, home: str) -> str:
        """The file evaluated for each load that mentions *name*; *home* is the module with its functions."""
        text = load_statement(home, self.shared_names(name))
        if name in self._root.values:
            return text + f"{name} = tilt_value({name!r})\n"
        return text + "".join(_construction(place) for place in self._places([name]) if place.varies)

    def _child(self, name: str) -> Namespace:
        return self._root.children[name]

    def _places(self, names: Collection[str]) -> list[Namespace]:
        """The namespaces called *names* and those in them, inner ones first."""
        children = [self._child(name) for name in names if name in self._root.children]
        return [place for child in children for place in (*child.all(), child)]

    def _functions(self, functions: Mapping[str, int]) -> str:
        return "".join(self._function(name, number) for name, number in functions.items())

    def _function(self, name: str, number: int) -> str:
        builtin = self._ordered[number]
        call = (
            f"tilt_call_at(tilt_b{number}, a, k)"
            if builtin.positioned
            else f"tilt_call(tilt_b{number}, a, k)"
        )
        if builtin.native:
            native = "tilt_call_native_at" if builtin.positioned else "tilt_call_native"
            call = f"{native}(tilt_b{number}, native_{builtin.native}, a, k)"
        return f"def {name}(*a, **k): return {call}\n"


def _variable(place: Namespace) -> str:
    return place.path.replace(".", "__")


def _table(place: Namespace) -> str:
    return "{" + ", ".join(f"{name!r}: {name}" for name in place.functions) + "}"


def _construction(place: Namespace) -> str:
    fields = [f"{name!r}: tilt_value({place.path + '.' + name!r})" for name in place.values]
    fields += [f"{name!r}: {_variable(child)}" for name, child in place.children.items()]
    if place.path == "os":
        fields.append("'environ': tilt_environ")
    table = f"dict({place.variable}, **{{{', '.join(fields)}}})" if fields else place.variable
    return f"{_variable(place)} = tilt_namespace({place.path!r}, {table})\n"
