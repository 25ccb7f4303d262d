"""The byte code of every module that a load imports, in one file: the pack.

Python finds, opens and checks a file for each of some 140 modules, and that takes as long as to run them.
A load whose modules were not all in the pack writes it anew when it is done, into the user's cache. What
is there is used as Python uses ``__pycache__``: for as long as the source that it came from has the same
size and time. One thing more is asked for, because a pack is not looked for where the source is: that no
directory in which a module could be found has changed.

A pack that is damaged, of another Python, or written by somebody else is no pack. ``PYTHONDONTWRITEBYTECODE``
is obeyed. Errors of the disk cost the time that would have been saved, and nothing else.
"""

from __future__ import annotations

import marshal
import os
import sys
from importlib._bootstrap_external import MAGIC_NUMBER, SourceFileLoader, spec_from_file_location

TYPE_CHECKING = False  # `typing` is in the pack
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    #: source, its time in ns and its size, byte code beside it, whether it is a package, the code itself
    _Entry = tuple[str, int, int, str, bool, bytes]

_FORMAT = 1
_LARGEST = 8 << 20  # bytes; the modules of a load take 1.6 MB
_HEADER = 16  # of a .pyc: magic number, flags, time and size of the source
_WRITABLE_BY_OTHERS = 0o022


class _Loader(SourceFileLoader):
    """Loads a module from its source, whose code is known already."""

    def __init__(self, name: str, entry: _Entry) -> None:
        super().__init__(name, entry[0])
        self.entry = entry

    def get_code(self, _fullname: str) -> CodeType:
        code: CodeType = marshal.loads(self.entry[-1])  # noqa: S302  # as safe as __pycache__, see `_read`
        return code


class Pack:
    """Finds modules whose code is in a file; stands in ``sys.meta_path`` before all other finders.

    Attributes:
        is_complete: whether every module that was asked for is in it, or can never be.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._modules, self._strangers = _read(path)
        self._missed: set[str] = set()
        self.is_complete = True

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the module if its source is as it was; None leaves it to others."""
        entry = self._modules.get(name)
        if entry is None or not _is_fresh(entry):
            self._modules.pop(name, None)
            self._missed.add(name)
            self.is_complete = self.is_complete and name in self._strangers
            return None
        places = [os.path.dirname(entry[0])] if entry[4] else None
        spec = spec_from_file_location(
            name, entry[0], loader=_Loader(name, entry), submodule_search_locations=places
        )
        if spec is not None:
            spec.cached = entry[3]
        return spec

    def complete(self) -> None:
        """Write the pack anew, with what was missing, if anything was.

        Raises:
            OSError: it cannot be written.
        """
        if self.is_complete or sys.dont_write_bytecode:
            return
        modules = self._modules | _imported()
        strangers = self._strangers | {name for name in self._missed if name not in modules}
        directories = {os.path.dirname(entry[0]) for entry in modules.values()} | set(sys.path)
        times = {path: _time(path) for path in directories}
        data = marshal.dumps((_key(), times, modules, strangers))
        if len(data) <= _LARGEST:
            _replace(self._path, data)


def install() -> Pack | None:
    """Take modules from the user's pack from now on; None where there can be none."""
    path = _place()
    if path is None or _finds_in_working_directory():
        return None
    pack = Pack(path)
    sys.meta_path.insert(0, pack)
    return pack


def _place() -> str | None:
    home = os.environ.get("HOME")
    cache = os.environ.get("XDG_CACHE_HOME") or (home and f"{home}/.cache")
    if not cache or not os.path.isabs(cache) or not hasattr(os, "geteuid"):
        return None
    package = os.stat(os.path.dirname(__file__))  # of several installations each has its own
    return f"{cache}/tiltfile/{package.st_dev:x}-{package.st_ino:x}.{sys.implementation.cache_tag}.pack"


def _finds_in_working_directory() -> bool:
    """Modules of the directory in which a command happens to run belong in no pack."""
    return "" in sys.path or (sys.path[:1] == [os.getcwd()] and not sys.flags.safe_path)


def _key() -> tuple[int, bytes, int, tuple[str, ...]]:
    """What a pack depends on besides the files: it is for this Python, these options, this path."""
    return (_FORMAT, MAGIC_NUMBER, sys.flags.optimize, tuple(sys.path))


def _read(path: str) -> tuple[dict[str, _Entry], set[str]]:
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or status.st_mode & _WRITABLE_BY_OTHERS:
                return {}, set()
            key, directories, modules, strangers = marshal.loads(file.read())  # noqa: S302  # our own file
        if key == _key() and all(_time(place) == time for place, time in directories.items()):
            return modules, strangers
    except (OSError, ValueError, EOFError, TypeError, AttributeError):
        pass  # there is none, or it is damaged
    return {}, set()


def _time(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _is_fresh(entry: _Entry) -> bool:
    try:
        status = os.stat(entry[0])
    except OSError:
        return False
    return (status.st_mtime_ns, status.st_size) == entry[1:3]


def _imported() -> dict[str, _Entry]:
    """The modules of this process that came from a source file, with the byte code that is kept of it."""
    found = {}
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and spec.name == name and type(spec.loader) is SourceFileLoader:
            entry = _kept(spec)
            if entry is not None:
                found[name] = entry
    return found


def _kept(spec: ModuleSpec) -> _Entry | None:
    """What ``__pycache__`` has for a module; None if it is not that of the source as it is now."""
    source, cached = spec.origin, spec.cached
    try:
        status = os.stat(source or "")
        with open(cached or "", "rb") as file:
            data = file.read()
    except OSError:
        return None
    expected = b"".join(
        (number & 0xFFFFFFFF).to_bytes(4, "little") for number in (0, int(status.st_mtime), status.st_size)
    )
    if not source or not cached or data[:_HEADER] != MAGIC_NUMBER + expected:
        return None
    is_package = spec.submodule_search_locations is not None
    return source, status.st_mtime_ns, status.st_size, cached, is_package, data[_HEADER:]


def _replace(path: str, data: bytes) -> None:
    """Put *data* in the place of the file, whole or not at all."""
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    temporary = f"{path}.{os.getpid()}"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with open(fd, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
