"""A plugin: a set of built-ins and values, the state they keep, and what to do when the load has run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tiltfile_ext.starkit._builtin import mark_of

if TYPE_CHECKING:
    from tiltfile_ext.starkit._environment import Environment
    from tiltfile_ext.starkit._thread import Thread


class Plugin:
    """Base of plugins. Subclass it, mark methods with `builtin`, and pass an instance to `load`.

    One object serves every load, in every thread: keep nothing on ``self``. What it needs comes as fields,
    what it learns is state on the thread (``thread.state(MyState)``), found again as ``result[MyState]``.
    """

    #: class of the plugin's state; made at the start of every load, so ``result[state]`` always exists
    state: ClassVar[type | None] = None

    @property
    def name(self) -> str:
        """How messages call the plugin."""
        return type(self).__name__

    def on_start(self, env: Environment) -> None:
        """Register what the plugin offers; by default every method marked with `builtin`.

        Runs once for each set of plugins, not once for each load.
        """
        for attribute in _public_names(type(self)):
            mark = mark_of(getattr(type(self), attribute))
            if mark is not None:
                env.add_builtin(mark.name or attribute, getattr(self, attribute), **mark.options)

    def on_begin(self, thread: Thread) -> None:
        """A load begins: prepare the state. By default `state` is made without arguments."""
        if self.state is not None:
            thread.state(self.state)

    def resolve(self, thread: Thread, spec: str) -> str | None:
        """The path that ``load(spec)``, ``include`` or ``load_dynamic`` means; None if it is not ours to say.

        Raises:
            BuiltinError: *spec* is ours, but leads nowhere.
        """

    def on_loaded(self, thread: Thread) -> None:
        """Every file has run without an error: check, or complete, what was collected.

        Raises:
            BuiltinError: the load fails with this message.
        """


def _public_names(kind: type) -> list[str]:
    """Names defined by *kind* and its bases below `Plugin`, in the order written, without duplicates."""
    found: dict[str, None] = {}
    for base in reversed(kind.__mro__):
        if base not in (object, Plugin):
            found.update(dict.fromkeys(name for name in vars(base) if not name.startswith("__")))
    return list(found)
