"""Writes ``tiltfile_ext/plugins/_table.py`` from the plugins themselves: ``python scripts/plugin_table.py``.

A plugin that takes part in a load in other ways than by its built-ins is not in the table; it is listed
in ``tiltfile_ext/plugins/__init__.py``.
"""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tiltfile_ext import plugins
from tiltfile_ext.starkit import Environment, Plugin
from tiltfile_ext.starkit._targets import target_of

TABLE = Path(__file__).parent.parent / "tiltfile_ext/plugins/_table.py"
_WIDE = 90
_HOOKS = ("on_begin", "on_loaded", "resolve")
_HEAD = '''\
"""What a load must know of the plugins before it uses them; written by ``scripts/plugin_table.py``."""

from tiltfile_ext.starkit import LazyPlugin

TABLE = (
'''


def table() -> str:
    """The text of the table."""
    rows = [_row(kind) for kind in plugin_classes() if not has_hooks(kind)]
    return _HEAD + "".join(rows) + ")\n"


def plugin_classes() -> Iterator[type[Plugin]]:
    """The plugins of the package, by file, then by name."""
    for module in pkgutil.iter_modules(plugins.__path__, f"{plugins.__name__}."):
        for _, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(kind, Plugin) and kind.__module__ == module.name:
                yield kind


def has_hooks(kind: type[Plugin]) -> bool:
    """Whether the load must ask the plugin before, or after, it runs."""
    return any(getattr(kind, hook) is not getattr(Plugin, hook) for hook in _HOOKS)


def _row(kind: type[Plugin]) -> str:
    environment = Environment((kind(),))
    builtins = environment.builtins.values()
    options = {
        "positioned": [each.name for each in builtins if each.positioned],
        "native": {each.name: each.native for each in builtins if each.native},
        "values": list(environment.values),
        "state": target_of(kind.state) if kind.state else "",
    }
    lines = [f'"{target_of(kind)}"', _written([each.name for each in builtins])]
    lines += [f"{name}={_written(value)}" for name, value in options.items() if value]
    return "    LazyPlugin(\n" + "".join(f"        {line},\n" for line in lines) + "    ),\n"


def _written(value: object) -> str:
    if not isinstance(value, list):
        return repr(value).replace("'", '"')
    inner = ", ".join(f'"{each}"' for each in value)
    text = f"({inner},)" if len(value) == 1 else f"({inner})"
    if len(text) <= _WIDE:
        return text
    return "(\n" + "".join(f'            "{each}",\n' for each in value) + "        )"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
