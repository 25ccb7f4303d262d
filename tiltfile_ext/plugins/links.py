"""``link``: a web address with a name."""

from tiltfile_ext.starkit import Plugin, builtin
from tiltfile_ext.values.link import Link, parse_link


class LinkPlugin(Plugin):
    """``link``."""

    @builtin
    def link(self, url: str, name: str = "") -> Link:
        """An address to show beside a resource; "http" is added where it has no scheme."""
        return parse_link(url, name)
