"""What the language itself has, where it differs from what Python's own stubs say."""

#: name -> its text; a plugin may register the same name, and is then believed
LANGUAGE = {
    "enumerate": '''\
def enumerate(iterable: Iterable[_T], start: int = 0, /) -> list[tuple[int, _T]]:
    """Pairs of a number and an element, as a list."""''',
    "load": '''\
def load(module: str, /, *names: str, **renamed: str) -> None:
    """Run another Tiltfile once, and take names from it.

    Args:
        module: path relative to this file, or "ext://NAME" for an extension
        names: what to take
        renamed: new="old" takes "old" under the name new
    """''',
    "print": '''\
def print(*values: object, sep: str = " ") -> None:
    """Show one message while the Tiltfile loads."""''',
    "reversed": '''\
def reversed(sequence: Iterable[_T], /) -> list[_T]:
    """The elements, last one first, as a list."""''',
    "type": '''\
def type(value: object, /) -> str:
    """The name of the value's type: "string", "list", "struct"."""''',
    "zip": '''\
def zip(*iterables: Iterable[Any]) -> list[Any]:
    """Tuples of the first elements, of the second ones and so on, as a list."""''',
}

#: dotted name -> type, of what the engine puts into namespaces
VALUES = {"os.environ": "dict[str, str]"}
