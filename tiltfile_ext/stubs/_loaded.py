"""The names that a Tiltfile takes from others."""

from __future__ import annotations

from tiltfile_ext.starkit.grammar import Parser


def loaded_names(text: str) -> list[str]:
    """The names that the load statements of *text* bind; nothing is run.

    Raises:
        GrammarError: it cannot be parsed.
    """
    loads = (each for each in Parser(text).file() if each.kind == "loadstmt")
    return [here.parts[0] for each in loads for here, _ in each.parts[0]]
