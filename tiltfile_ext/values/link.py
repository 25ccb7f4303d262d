"""Links: web addresses shown beside a resource."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from tiltfile_ext.starkit import (
    Data,
    Record,
    Thread,
    Unpack,
    UnpackError,
    go_type,
    quote,
    sequence_of,
    starlark_str,
)

if TYPE_CHECKING:
    from tiltfile_ext.values.go.url import URL


class Link(Record, Data, eq=False):
    """An address and its name, "" if it has none."""

    starlark_type: ClassVar[str] = "struct"
    starlark_constructor: ClassVar[str] = "link"
    go_type: ClassVar[str] = "links.Link"
    starlark_hashable: ClassVar[bool] = True
    starlark_attributes: ClassVar[tuple[str, ...]] = ("name", "url")

    parsed: "URL"
    name: str = ""

    @property
    def url(self) -> str:
        """The address as text."""
        return str(self.parsed)


def parse_link(text: str, name: str = "") -> Link:
    """The link that an address means; "http" is added where it has no scheme.

    Raises:
        UnpackError: it is no address.
    """
    from tiltfile_ext.values.go.url import URLError, parse_url

    try:
        return Link(parse_url(text), name)
    except URLError as error:
        raise UnpackError(f"validating URL {quote(text)}: {error}") from None


def _link_list(_: Thread, value: Any) -> tuple[Link, ...]:
    if value is None:
        return ()
    elements = sequence_of(value)
    return tuple(map(_as_link, [value] if elements is None else elements))


def _as_link(value: object) -> Link:
    if type(value) is str:
        return parse_link(value)
    if isinstance(value, Link):
        return value
    raise UnpackError(
        "`Want a string, a link, or a sequence of these; "
        f"found {starlark_str(value)} (type: {go_type(value)})"
    )


LinkList = Annotated[
    tuple[Link, ...],
    Unpack(
        _link_list, "string, link, a sequence of these, or None", str | Link | Sequence[str | Link] | None
    ),
]
