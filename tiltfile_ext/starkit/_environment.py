"""What a set of plugins offers to Tiltfiles; made once and shared by all loads with these plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit._builtin import Builtin
from tiltfile_ext.starkit._thread import Thread

if TYPE_CHECKING:
    from tiltfile_ext.starkit._engine import Universe
    from tiltfile_ext.starkit._plugin import Plugin


class PluginError(Exception):
    """A plugin cannot be used; the message names it, what is wrong, and the next step."""


class Environment:
    """The built-ins and values of a set of plugins.

    Attributes:
        builtins: dotted name -> built-in, in the order registered.
        values: dotted name -> function from the thread to the value that the name has in that load.
        positioned: whether all built-ins know where they are called.
        lazy_states: classes of states that are made when they are first asked for; see `States`.
    """

    def __init__(self, plugins: Sequence[Plugin], *, positioned: bool = False) -> None:
        """Args: positioned: whether all built-ins are to know where they are called; see `PlacedCounts`."""
        self.plugins = tuple(plugins)
        self.positioned = positioned
        self.builtins: dict[str, Builtin] = {}
        self.values: dict[str, Callable[[Thread], object]] = {}
        self.lazy_states: list[str] = []
        self._lazy_values: set[str] = set()
        self._owners: dict[str, Plugin] = {}
        self._namespaces: dict[str, Plugin] = {}
        self._universe: Universe | None = None
        for plugin in self.plugins:
            self._registering = plugin
            try:
                plugin.on_start(self)
            except PluginError:
                raise
            except Exception as error:
                raise PluginError(f"plugin {plugin.name}: on_start failed: {error}") from error

    def add_builtin(self, name: str, body: Callable[..., Any], **options: Any) -> None:
        """Let Tiltfiles call *body* as *name*; options are those of `Builtin`."""
        self._claim(name)
        self._add(Builtin(name, body, **options))

    def add_value(self, name: str, value: object) -> None:
        """Give *name* a value: a plain one, or a function from the thread to it."""
        self._claim(name)
        self.values[name] = value if callable(value) else lambda _: value

    def add_lazy(self, name: str, origin: Callable[[], Builtin], **marks: Any) -> None:
        """Let Tiltfiles call *name*; the built-in is *origin*'s, which is asked at the first call."""
        self._claim(name)
        self._add(Builtin.lazy(name, origin, **marks))

    def _add(self, builtin: Builtin) -> None:
        builtin.positioned = builtin.positioned or self.positioned
        self.builtins[builtin.name] = builtin

    def add_lazy_value(self, name: str, make: Callable[[Thread], object]) -> None:
        """Give *name* a value that is made when a file of the load first mentions the name."""
        self._claim(name)
        self.values[name] = make
        self._lazy_values.add(name)

    def add_lazy_state(self, target: str) -> None:
        """Let results have the state *target*, "package.module:Class"."""
        self.lazy_states.append(target)

    def _claim(self, name: str) -> None:
        parts = name.split(".")
        if not all(part.isidentifier() and part.isascii() for part in parts):
            raise PluginError(
                f"plugin {self._registering.name}: {name!r} is no name that a Tiltfile can write"
            )
        prefixes = [".".join(parts[:end]) for end in range(1, len(parts))]
        for taken in (name, *prefixes):
            if taken in self._owners:
                raise PluginError(self._collision(name, taken, self._owners[taken]))
        if name in self._namespaces:
            raise PluginError(self._collision(name, f"{name}.…", self._namespaces[name]))
        self._namespaces.update(dict.fromkeys(prefixes, self._registering))
        self._owners[name] = self._registering

    def _collision(self, name: str, taken: str, owner: Plugin) -> str:
        return (
            f"plugin {self._registering.name}: {name!r} collides with {taken!r} of plugin {owner.name}; "
            "give one of them another name"
        )

    def universe(self) -> Universe:
        """The names as the engine has them, frozen; made on first use."""
        if self._universe is None:
            from tiltfile_ext.starkit._engine import Universe

            self._universe = Universe(self.builtins, tuple(self.values))
        return self._universe

    def start(self, thread: Thread) -> None:
        """Give a new load its states and values."""
        for plugin in self.plugins:
            plugin.on_begin(thread)
        values = _Values(self.values, thread)
        for name, make in self.values.items():
            if name not in self._lazy_values:
                values[name] = make(thread)
        thread.values = values


class _Values(dict[str, object]):
    """Dotted name -> its value in one load, made when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[Thread], object]], thread: Thread) -> None:
        self._makers = makers
        self._thread = thread

    def __missing__(self, name: str) -> object:
        value = self[name] = self._makers[name](self._thread)
        return value
