"""A plugin whose module is imported when a Tiltfile first uses it.

What a load needs beforehand is a name and how it is called; the row of a table says so much. The plugin
itself, its values and its signatures are read at the first call of one of its built-ins.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, partial
from typing import cast

from tiltfile_ext.starkit._builtin import Builtin
from tiltfile_ext.starkit._environment import Environment
from tiltfile_ext.starkit._plugin import Plugin
from tiltfile_ext.starkit._targets import imported
from tiltfile_ext.starkit._thread import Thread


class LazyPlugin(Plugin):
    """Stands for the plugin ``Class`` of ``package.module``, *target* = "package.module:Class".

    The plugin may override `Plugin.on_start` only; one that takes part in the load in other ways must be
    there when the load begins.

    Args:
        target: the plugin's class; it is made without arguments.
        builtins: the dotted names that it registers as built-ins.
        positioned: those of *builtins* that are so marked.
        native: those of *builtins* that a prelude function makes, with its name.
        values: the dotted names that it registers as values.
        state: its `Plugin.state` as "package.module:Class", "" for none.
    """

    def __init__(
        self,
        target: str,
        builtins: Collection[str] = (),
        *,
        positioned: Collection[str] = (),
        native: dict[str, str] | None = None,
        values: Collection[str] = (),
        state: str = "",
    ) -> None:
        self.target = target
        self.builtins = builtins
        self.positioned = positioned
        self.native = native or {}
        self.values = values
        self.state_target = state

    @property
    def name(self) -> str:
        """The name of the class that this one stands for."""
        return self.target.partition(":")[2]

    def on_start(self, env: Environment) -> None:
        """Register the names."""
        for name in self.builtins:
            env.add_lazy(
                name,
                partial(self._builtin, name),
                positioned=name in self.positioned,
                native=self.native.get(name, ""),
            )
        for name in self.values:
            env.add_lazy_value(name, partial(self._value, name))
        if self.state_target:
            env.add_lazy_state(self.state_target)

    @cached_property
    def plugin(self) -> Plugin:
        """The plugin itself; its module is imported for it."""
        return cast("Plugin", imported(self.target)())

    def __getstate__(self) -> dict[str, object]:
        """What makes it, without what it has looked up: that can be made again, but not be pickled."""
        return {name: value for name, value in vars(self).items() if name not in ("plugin", "_registered")}

    @cached_property
    def _registered(self) -> Environment:
        return Environment((self.plugin,))

    def _builtin(self, name: str) -> Builtin:
        return self._registered.builtins[name]

    def _value(self, name: str, thread: Thread) -> object:
        return self._registered.values[name](thread)
