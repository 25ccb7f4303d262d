"""What a load gave."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import BuiltinUse, Data, TiltfileError, field
from tiltfile_ext.starkit._counts import count_tags
from tiltfile_ext.values.ignores import Ignores

if TYPE_CHECKING:
    from hashlib import sha256
else:
    # hashlib loads OpenSSL, which takes 4 ms; these are what it falls back to
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256
        else:
            from _sha256 import sha256
    except ImportError:  # another interpreter
        from hashlib import sha256

S = TypeVar("S")
D = TypeVar("D")


class Hashes(Data):
    """SHA-256 of the main file's bytes, and of all executed files' bytes in order; "" if none ran."""

    tiltfile: str = ""
    all_files: str = ""


class LoadResult(Data, eq=False):
    """The outcome of one load; made whether or not it failed.

    Attributes:
        path: absolute path of the main Tiltfile, symbolic links resolved.
        error: why the load failed, None if it did not; ``str(error)`` is the text to show.
        began: whether the Tiltfile could be found and read; if not, nothing is reported.
        exited: whether it ended by ``exit()``.
        manifests: the resources, in Tilt's order; empty after an error.
        enabled: names of the resources that are to run.
        uses: built-in name to how often it and each of its arguments was used, sorted by name.
        states: what each plugin collected, by the class of its state; see ``result[AnalyticsSettings]``.
        sources: path -> bytes of every file executed, in order; the main file first.
        tiltignore: the patterns of the ``.tiltignore`` beside the main Tiltfile.
        config_files: absolute paths that the outcome depends on, sorted; a directory stands for all below it.
        messages: ("info" | "warning", text) in the order printed.
        duration_ns: nanoseconds from the start of the load to its end.
        origins: path -> what the first load statement that led to it says: "ext://hello", "./lib.Tiltfile".
        not_run: the programs that ``load(run=False)`` did not run, each once; the result is partial if any.
        places: (path, line, column) of each call -> built-in -> its use there, after ``load(places=True)``.
    """

    path: str
    error: TiltfileError | None
    began: bool
    exited: bool
    manifests: tuple[Manifest, ...]
    enabled: tuple[str, ...]
    uses: Mapping[str, BuiltinUse]
    states: Mapping[type, Any]
    sources: Mapping[str, bytes]
    tiltignore: Ignores
    config_files: tuple[str, ...]
    messages: tuple[tuple[str, str], ...]
    duration_ns: int
    origins: Mapping[str, str] = field(factory=dict)
    not_run: tuple[str, ...] = ()
    places: Mapping[tuple[str, int, int], Mapping[str, BuiltinUse]] = field(factory=dict)

    def __getitem__(self, kind: type[S]) -> S:
        """The state of class *kind* that this load collected.

        Raises:
            KeyError: no plugin of this load keeps such a state.
        """
        return cast("S", self.states[kind])

    @overload
    def get(self, kind: type[S], default: D) -> S | D: ...
    @overload
    def get(self, kind: type[S]) -> S | None: ...
    def get(self, kind: type[S], default: Any = None) -> Any:
        """The state of class *kind*, *default* where no plugin of this load keeps one."""
        return self.states.get(kind, default)

    @property
    def tags(self) -> dict[str, str]:
        """The counts as Tilt reports them: ``{"tiltfile.invoked.local": "2", …}``."""
        return count_tags(self.uses)

    @cached_property
    def hashes(self) -> Hashes:
        """What tells whether the files differ from another load's."""
        if not self.sources:
            return Hashes()
        main, *_ = self.sources.values()
        return Hashes(sha256(main).hexdigest(), sha256(b"".join(self.sources.values())).hexdigest())
