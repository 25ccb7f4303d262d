"""Add up what Tiltfiles used, one after the other: memory grows with places, not with loads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tiltfile_ext.starkit import Builtin, Data, Parameter
from tiltfile_ext.usage._collect import LoadUsage, Site


class ArgumentUse:
    """How often an argument was given, and by how many Tiltfiles."""

    __slots__ = ("calls", "tiltfiles")

    def __init__(self) -> None:
        self.calls = 0
        self.tiltfiles = 0

    def add(self, calls: int) -> None:
        """One more Tiltfile that gives it."""
        self.calls += calls
        self.tiltfiles += 1


class SiteUse(ArgumentUse):
    """The calls at one place.

    Attributes:
        arguments: name -> its use there.
    """

    __slots__ = ("arguments",)

    def __init__(self) -> None:
        super().__init__()
        self.arguments: dict[str, ArgumentUse] = {}


class NameUse(SiteUse):
    """How a built-in is used, at all places together.

    Attributes:
        calls: how often it was called in all loads.
        tiltfiles: how many Tiltfiles call it, themselves or through what they load.
        arguments: name -> its use.
        sites: (path, line, column) -> the calls there, in all loads.
    """

    __slots__ = ("sites",)

    def __init__(self) -> None:
        super().__init__()
        self.sites: dict[tuple[str, int, int], SiteUse] = {}


class Failure(Data):
    """A Tiltfile that did not load: what ran before is counted, if the worker lived to tell."""

    path: str
    reason: str
    counted: bool = True


class Survey:
    """What all Tiltfiles together used.

    Attributes:
        loaded: how many Tiltfiles were loaded, those that failed included.
        files: how many files they executed; one that several load counts for each.
        failures: in the order of their paths, once `finish` was called.
        partial: Tiltfiles in which programs were not run -> those programs.
        builtins: dotted name of every built-in that was called -> its use.
        origins: path of a file of an extension -> its address.
    """

    def __init__(self, declared: Mapping[str, Builtin]) -> None:
        """Args: declared: every built-in that a Tiltfile may call, by dotted name."""
        self._declared = declared
        self._names: dict[str, dict[str, str]] = {}
        self.loaded = 0
        self.files = 0
        self.failures: list[Failure] = []
        self.partial: dict[str, tuple[str, ...]] = {}
        self.builtins: dict[str, NameUse] = {}
        self.origins: dict[str, str] = {}

    def add(self, usage: LoadUsage) -> None:
        """Add one load."""
        self.loaded += 1
        self.files += usage.files
        self.origins.update(usage.origins)
        if usage.error:
            self.failures.append(Failure(usage.path, usage.error))
        if usage.not_run:
            self.partial[usage.path] = usage.not_run
        for name, calls in usage.calls.items():
            use = self._use(name)
            use.add(calls)
            _add_arguments(use.arguments, self._by_name(name, usage.arguments[name]))
        self._add_sites(usage.sites)

    def lose(self, path: str, reason: str) -> None:
        """Add a Tiltfile of which nothing is known, for *reason*."""
        self.loaded += 1
        self.failures.append(Failure(path, reason, counted=False))

    def finish(self) -> None:
        """Bring everything into an order that does not depend on which worker was faster."""
        self.failures.sort(key=lambda failure: failure.path)
        self.partial = dict(sorted(self.partial.items()))
        self.builtins = dict(sorted(self.builtins.items(), key=_most_used_first))
        for use in self.builtins.values():
            use.arguments = dict(sorted(use.arguments.items(), key=_most_given_first))
            use.sites = dict(sorted(use.sites.items()))

    @property
    def used(self) -> int:
        """How many built-ins were called. Tilt counts arguments of a method, too, which is none."""
        return len(self._declared.keys() & self.builtins.keys())

    @property
    def calls(self) -> int:
        """All calls of all built-ins."""
        return sum(use.calls for use in self.builtins.values())

    @property
    def declared(self) -> int:
        """How many built-ins there are to be called."""
        return len(self._declared)

    def never_called(self) -> list[str]:
        """Built-ins that no Tiltfile called, sorted."""
        return sorted(self._declared.keys() - self.builtins.keys())

    def never_given(self, name: str) -> list[str]:
        """Parameters of the built-in *name* that no call gave, in its own order."""
        given = self.builtins[name].arguments if name in self.builtins else {}
        return [each.name for each in self._parameters(name) if each.name not in given]

    def _use(self, name: str) -> NameUse:
        return self.builtins.setdefault(name, NameUse())

    def _add_sites(self, sites: Iterable[Site]) -> None:
        for site in sites:
            place = (site.path, site.line, site.column)
            use = self._use(site.builtin).sites.setdefault(place, SiteUse())
            use.add(site.calls)
            _add_arguments(use.arguments, self._by_name(site.builtin, site.arguments))

    def _by_name(self, builtin: str, given: Mapping[str, int]) -> dict[str, int]:
        """Argument -> times, under its own name: Tilt counts some under another, if given by position."""
        names = self._names.get(builtin)
        if names is None:
            names = self._names[builtin] = {each.counted_as: each.name for each in self._parameters(builtin)}
        merged: dict[str, int] = {}
        for argument, times in given.items():
            name = names.get(argument, argument)
            merged[name] = merged.get(name, 0) + times
        return merged

    def _parameters(self, name: str) -> tuple[Parameter, ...]:
        """The parameters of a built-in, where arguments are counted."""
        builtin = self._declared.get(name)
        return () if builtin is None or builtin.native else builtin.parameters


def _add_arguments(uses: dict[str, ArgumentUse], given: Mapping[str, int]) -> None:
    for argument, times in given.items():
        uses.setdefault(argument, ArgumentUse()).add(times)


def _most_used_first(item: tuple[str, ArgumentUse]) -> tuple[int, int, str]:
    name, use = item
    return -use.tiltfiles, -use.calls, name


def _most_given_first(item: tuple[str, ArgumentUse]) -> tuple[int, int, str]:
    name, use = item
    return -use.calls, -use.tiltfiles, name
