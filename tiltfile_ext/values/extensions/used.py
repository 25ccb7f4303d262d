"""The extensions that a load used, and how their objects are called."""

from __future__ import annotations


class Extensions:
    """What a load took from extension repositories.

    Attributes:
        modules: what load statements say behind ``ext://``, each once, in the order resolved.
        home: HOME as the load found it.
        data_home: XDG_DATA_HOME as the load found it.
    """

    def __init__(self) -> None:
        self.modules: dict[str, None] = {}
        self.home = ""
        self.data_home = ""
