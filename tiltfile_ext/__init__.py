"""Load Tiltfiles from Python, count the built-ins they use, and report usage with consent.

``load`` runs a Tiltfile and always returns a `LoadResult`; ``watch`` does so again whenever a file changes
that was read; `Reporter` sends what may be sent. Plugins are written with `tiltfile_ext.starkit`.
"""

from tiltfile_ext._version import __version__

TYPE_CHECKING = False  # `typing` is imported by those who use what is here
if TYPE_CHECKING:
    from tiltfile_ext.host import default_plugins, load
    from tiltfile_ext.isolated import load_isolated
    from tiltfile_ext.report import Reporter
    from tiltfile_ext.result import LoadResult
    from tiltfile_ext.starkit import Plugin, PluginError, TiltfileError
    from tiltfile_ext.watching import Reload, watch

__all__ = [
    "LoadResult",
    "Plugin",
    "PluginError",
    "Reload",
    "Reporter",
    "TiltfileError",
    "__version__",
    "default_plugins",
    "load",
    "load_isolated",
    "watch",
]

_HOMES = {
    "LoadResult": "tiltfile_ext.result",
    "Plugin": "tiltfile_ext.starkit",
    "PluginError": "tiltfile_ext.starkit",
    "Reload": "tiltfile_ext.watching",
    "Reporter": "tiltfile_ext.report",
    "TiltfileError": "tiltfile_ext.starkit",
    "default_plugins": "tiltfile_ext.host",
    "load": "tiltfile_ext.host",
    "load_isolated": "tiltfile_ext.isolated",
    "watch": "tiltfile_ext.watching",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use, so that ``import tiltfile_ext`` costs nothing."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'tiltfile_ext' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
