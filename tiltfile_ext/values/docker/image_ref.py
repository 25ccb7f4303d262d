"""Image references: ``nginx``, ``gcr.io/team/app:1.2``, ``app@sha256:…``.

Grammar, normal form, familiar form and messages: github.com/distribution/reference, as Tilt 0.37.6 has it.
"""

import re
from collections.abc import Sequence
from typing import Annotated

from tiltfile_ext.starkit import (
    Blob,
    Data,
    Thread,
    Unpack,
    UnpackError,
    as_text,
    evolve,
    quote,
    starlark_repr,
    type_name,
)

_DEFAULT_DOMAIN, _LEGACY_DOMAIN = "docker.io", "index.docker.io"
_OFFICIAL = "library/"
_LONGEST_PATH = 255

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
_PATH = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_TAG = r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
#: compiled when first used: most loads have no image
_REFERENCE = rf"(?:(?P<domain>{_DOMAIN})/)?(?P<path>{_PATH})(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?"
_IDENTIFIER = r"[a-f0-9]{64}"
#: algorithm -> number of hex digits
_ALGORITHMS = {"sha256": 64, "sha384": 96, "sha512": 128}


class ImageRefError(ValueError):
    """A text is no image reference; the message is the one that Tilt shows."""


class ImageRef(Data):
    """A reference in normal form; ``tag`` and ``digest`` are "" where there is none."""

    domain: str
    path: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """Domain and path: "docker.io/library/nginx"."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    @property
    def familiar_name(self) -> str:
        """The name as people write it: "nginx"."""
        if self.domain != _DEFAULT_DOMAIN:
            return self.name
        rest = self.path.removeprefix(_OFFICIAL)
        return self.path if "/" in rest else rest

    @property
    def familiar(self) -> str:
        """The whole reference as people write it: "nginx:1.2"."""
        return self.familiar_name + self._suffix

    @property
    def _suffix(self) -> str:
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    def __str__(self) -> str:
        return self.name + self._suffix


def parse_image_ref(text: str) -> ImageRef:
    """The reference that *text* means, "docker.io" and "library/" added where they are left out.

    Raises:
        ImageRefError: it is none.
    """
    if re.fullmatch(_IDENTIFIER, text):
        raise ImageRefError(f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings")
    domain, rest = _split_domain(text)
    repository = rest.partition(":")[0]
    if repository.lower() != repository:
        raise ImageRefError(f"invalid reference format: repository name ({repository}) must be lowercase")
    return _parse_whole(f"{domain}/{rest}")


def parse_canonical(text: str) -> ImageRef:
    """The reference *text*, which must be in normal form already.

    Raises:
        ImageRefError: it is none, or another text has the same meaning.
    """
    ref = parse_image_ref(text)
    if str(ref) != text:
        raise ImageRefError("repository name must be canonical")
    return ref


def _split_domain(text: str) -> tuple[str, str]:
    first, slash, rest = text.partition("/")
    if not slash:
        return _DEFAULT_DOMAIN, _OFFICIAL + text
    if first == _LEGACY_DOMAIN:
        domain, path = _DEFAULT_DOMAIN, rest
    elif first == "localhost" or "." in first or ":" in first or first.lower() != first:
        domain, path = first, rest
    else:
        domain, path = _DEFAULT_DOMAIN, text
    if domain == _DEFAULT_DOMAIN and "/" not in path:
        path = _OFFICIAL + path
    return domain, path


def _parse_whole(text: str) -> ImageRef:
    found = re.fullmatch(_REFERENCE, text)
    if found is None:
        raise ImageRefError("invalid reference format")
    parts = {part: value or "" for part, value in found.groupdict().items()}
    if len(parts["path"]) > _LONGEST_PATH:
        raise ImageRefError(f"repository name must not be more than {_LONGEST_PATH} characters")
    _check_digest(parts["digest"])
    return ImageRef(**parts)


def _check_digest(digest: str) -> None:
    if not digest:
        return
    algorithm, _, digits = digest.partition(":")
    length = _ALGORITHMS.get(algorithm)
    if length is None:
        raise ImageRefError("unsupported digest algorithm")
    if len(digits) != length:
        raise ImageRefError("invalid checksum digest length")
    if digits.lower() != digits:
        raise ImageRefError("invalid checksum digest format")


class ImageSelector(Data, eq=False):
    """Which images a build stands for: those of its name, or just its very reference."""

    ref: ImageRef
    exact: bool = False

    @classmethod
    def of(cls, ref: ImageRef) -> "ImageSelector":
        """The selector of a build of *ref*: exact where it has a tag."""
        return cls(ref, exact=bool(ref.tag))

    def exactly(self) -> "ImageSelector":
        """This selector, for its very reference only."""
        return evolve(self, exact=True)

    def matches(self, ref: ImageRef) -> bool:
        """Whether *ref* is one of the images."""
        return str(ref) == str(self.ref) if self.exact else ref.name == self.ref.name


def _image_list(_: Thread, value: object) -> tuple[ImageRef, ...]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise UnpackError(f"value should be a List or Tuple of strings, but is of type {type_name(value)}")
    return tuple(map(_image, value))


def _image(value: object) -> ImageRef:
    text = as_text(value)
    if text is None:
        shown = quote(starlark_repr(value))
        raise UnpackError(
            f"value should contain only strings, but element {shown} was of type {type_name(value)}"
        )
    try:
        return parse_image_ref(text)
    except ImageRefError as error:
        raise UnpackError(f"must be a valid image reference: {error}") from None


ImageList = Annotated[
    tuple[ImageRef, ...],
    Unpack(_image_list, "list or tuple of image names, or None", Sequence[str | Blob] | None),
]
