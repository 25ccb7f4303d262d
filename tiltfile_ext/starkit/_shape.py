"""The shape of a call: how many arguments it gives by position, and which by name.

Which parameter takes which argument, and whether a required one is missing, depends on the shape alone. So
it is worked out at the first call of a shape; a file that calls a built-in a thousand times pays for it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit._errors import UnpackError
from tiltfile_ext.starkit._unpack import KEPT

if TYPE_CHECKING:
    from tiltfile_ext.starkit._builtin import Builtin
    from tiltfile_ext.starkit._thread import Thread
    from tiltfile_ext.starkit._unpack import Converter

#: a parameter's place, the type whose values it takes as they are, and the converter of all others
Place = tuple[int, type | None, "Converter | None"]


class Shape:
    """A way to call *builtin* that gives each argument a parameter, and no required parameter is without one.

    Attributes:
        counted: the names that its arguments count under.
    """

    __slots__ = ("_places", "_positional", "builtin", "counted")

    def __init__(self, builtin: Builtin, positional: int, keywords: Sequence[str]) -> None:
        self.builtin = builtin
        self.counted = (*builtin.positional_count_names[:positional], *keywords)
        self._positional = positional
        indices = (*range(positional), *map(builtin.place, keywords))
        converters = (builtin.parameters[index].converter for index in indices)
        self._places: tuple[Place, ...] = tuple(
            (index, KEPT.get(converter), converter)
            for index, converter in zip(indices, converters, strict=True)
        )

    def bind(self, thread: Thread, given: Iterable[Any], values: list[Any]) -> None:
        """Put the arguments *given*, converted, where they belong in *values*.

        Raises:
            BuiltinError: one does not convert; the message names the built-in and the parameter.
        """
        index = 0
        try:
            for (index, kept, convert), value in zip(self._places, given):  # noqa: B905  # as many, and hot
                as_it_is = convert is None or type(value) is kept
                values[index] = value if as_it_is else convert(thread, value)  # type: ignore[misc]
        except UnpackError as error:
            raise self.builtin.unfit(index, error, named=index >= self._positional) from None
