"""Tilt's built-ins: one plugin per file. Plugins never import each other; they meet in `values`.

A plugin is imported when a Tiltfile first calls one of its built-ins: what a load must know before is in
``_table.py``. After a change of names, run ``python scripts/plugin_table.py``.
"""

from tiltfile_ext.plugins._installed import ENTRY_POINTS, installed
from tiltfile_ext.starkit import Plugin

__all__ = ["ENTRY_POINTS", "installed", "own"]


def own() -> tuple[Plugin, ...]:
    """The plugins that make up Tilt's own surface."""
    from tiltfile_ext.plugins._table import TABLE
    from tiltfile_ext.plugins.extensions import ExtensionsPlugin
    from tiltfile_ext.plugins.kube_context import KubeContextPlugin

    # these two look at the environment when a load begins
    return (*TABLE, ExtensionsPlugin(), KubeContextPlugin())
