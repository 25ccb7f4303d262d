"""The table of plugins: what is known of them before they are imported is what they say themselves."""

import importlib.util
from pathlib import Path

from tiltfile_ext.plugins import own
from tiltfile_ext.starkit import LazyPlugin

ROOT = Path(__file__).parent.parent.parent
_SPEC = importlib.util.spec_from_file_location("plugin_table", ROOT / "scripts/plugin_table.py")
writer = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(writer)


def test_the_table_is_what_the_plugins_say():
    assert writer.TABLE.read_text() == writer.table(), "run python scripts/plugin_table.py"


def test_every_plugin_is_in_the_table_or_imported_at_once():
    at_once = {plugin.name for plugin in own() if not isinstance(plugin, LazyPlugin)}
    assert at_once == {kind.__name__ for kind in writer.plugin_classes() if writer.has_hooks(kind)}
    assert {plugin.name for plugin in own()} == {kind.__name__ for kind in writer.plugin_classes()}
