"""How Sphinx builds the site: ``python -m sphinx -W --keep-going -b html docs build/site``."""

from tiltfile_ext import __version__

project = "tiltfile-ext"
version = release = __version__
html_title = f"tiltfile-ext {__version__}"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
#: headings down to this level can be linked to, and a link to one that does not exist fails the build
myst_heading_anchors = 3

html_theme = "furo"
html_copy_source = False
html_show_copyright = False
html_show_sourcelink = False
#: the site needs nothing from elsewhere: no fonts, no scripts, no pictures
html_static_path: list[str] = []
#: the collector's addresses, for programs
html_extra_path = ["openapi.json"]
