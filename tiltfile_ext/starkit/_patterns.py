"""Regular expressions that are compiled when they are first used.

Compiling one takes 0.1 to 1 ms of CPU. A load imports a hundred of them and uses a third.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Late:
    """Becomes what ``re.compile`` returns, method by method."""

    def __init__(self, text: Any, flags: int) -> None:
        self._source = text, flags

    def __getattr__(self, name: str) -> Any:
        # once it is an attribute of the object, this is not called again
        value = self.__dict__[name] = getattr(re.compile(*self._source), name)
        return value


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """``re.compile(text, flags)``, later."""
    return cast("re.Pattern[AnyStr]", _Late(text, flags))
