"""The plugins of a check: those of every load, with what the configuration says of them.

A plugin that takes options has a method ``configured(options)``, which returns the plugin that obeys them. It
refuses what it does not know with a ``ValueError``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tiltfile_ext.check._config import ConfigError
from tiltfile_ext.host import default_plugins
from tiltfile_ext.starkit import Plugin, PluginError
from tiltfile_ext.starkit._suggest import suggestion

#: name of a plugin -> its table in the configuration
Options = Mapping[str, Mapping[str, Any]]


def plugins_for(options: Options, where: str = "") -> tuple[Plugin, ...]:
    """Tilt's own built-ins and the installed plugins, the latter with their *options*.

    Args:
        options: what the configuration says of plugins.
        where: the configuration, for messages.

    Raises:
        PluginError: an installed plugin cannot be used.
        ConfigError: a plugin does not take its options, or is not there.
    """
    plugins = default_plugins()
    _check_names(options, plugins, where)
    return tuple(_configured(plugins, options, where))


def _check_names(options: Options, plugins: Iterable[Plugin], where: str) -> None:
    names = [plugin.name for plugin in plugins if _takes_options(plugin)]
    for name in options:
        if name not in names:
            near = suggestion(name, names)
            hint = f"did you mean {near}?" if near else "is its package installed?"
            raise ConfigError(f"{where}: plugins.{name}: no plugin of this name takes options; {hint}")


def _configured(plugins: Iterable[Plugin], options: Options, where: str) -> Iterator[Plugin]:
    for plugin in plugins:
        if plugin.name in options and _takes_options(plugin):
            yield _one_configured(plugin, options[plugin.name], where)
        else:
            yield plugin


def _one_configured(plugin: Plugin, options: Mapping[str, Any], where: str) -> Plugin:
    try:
        made = plugin.configured(options)  # type: ignore[attr-defined]  # see `_takes_options`
    except ValueError as error:
        raise ConfigError(f"{where}: plugins.{plugin.name}: {error}") from None
    except Exception as error:
        problem = f"configured failed with {type(error).__name__}: {error}"
        raise PluginError(f"plugin {plugin.name}: {problem}; this is a bug of the plugin") from error
    if not isinstance(made, Plugin):
        raise PluginError(f"plugin {plugin.name}: configured gave {made!r}, which is no Plugin")
    return made


def _takes_options(plugin: Plugin) -> bool:
    return callable(getattr(type(plugin), "configured", None))
