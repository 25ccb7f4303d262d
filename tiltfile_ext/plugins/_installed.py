"""Plugins of installed packages, announced as entry points."""

import os
import sys
from collections.abc import Iterator

from tiltfile_ext.starkit import Plugin, PluginError

#: the group in which packages announce their plugins
ENTRY_POINTS = "tiltfile_ext.plugins"


def installed() -> tuple[Plugin, ...]:
    """The plugins of installed packages; a class is called, an object taken as it is.

    Raises:
        PluginError: an entry point cannot be loaded, or leads to something else.
    """
    if not any(_may_announce(path) for path in sys.path) and not _other_finders():
        return ()
    from importlib.metadata import entry_points

    plugins = []
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        try:
            found = entry.load()
            plugin = found() if isinstance(found, type) else found
        except Exception as error:
            raise PluginError(f"plugin {entry.name} ({entry.value}) cannot be loaded: {error}") from error
        if not isinstance(plugin, Plugin):
            raise PluginError(f"plugin {entry.name} ({entry.value}) is no tiltfile_ext.Plugin but {plugin!r}")
        plugins.append(plugin)
    return tuple(plugins)


# ``entry_points`` costs 15 ms of CPU: it imports a mail parser and parses the announcements of every package.
# Most installations have no plugin; whether the group is named anywhere takes 1 ms to see.


def _may_announce(path: str) -> bool:
    """Whether a package in the directory *path* names the group; an archive may."""
    try:
        names = os.listdir(path or ".")
    except NotADirectoryError:
        return True
    except OSError:
        return False
    return any(ENTRY_POINTS.encode() in text for text in _announcements(path, names))


def _announcements(path: str, names: list[str]) -> Iterator[bytes]:
    for name in names:
        if name.lower().endswith((".dist-info", ".egg-info")) or name.lower() == "egg-info":
            try:
                with open(os.path.join(path, name, "entry_points.txt"), "rb") as file:
                    yield file.read()
            except OSError:
                pass  # most packages announce nothing


def _other_finders() -> bool:
    """Whether packages are also found elsewhere than on ``sys.path``."""
    return any(
        hasattr(finder, "find_distributions") and getattr(finder, "__name__", "") != "PathFinder"
        for finder in sys.meta_path
    )
