"""The web view: what was sent, what waits, who decided, and what each key means, on a page of one's own.

It is served on 127.0.0.1 to whoever has the link, in plain HTML without any script. `_view` gathers what is
shown and carries out a choice, `_pages` writes it as HTML, `_session` tells who may see it, and `_server`
speaks HTTP.
"""

from __future__ import annotations

from analytics.view._server import ViewServer, serve
from analytics.view._view import View

__all__ = ["View", "ViewServer", "serve"]
