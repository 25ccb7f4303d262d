"""Where Kubernetes objects name images: containers, image volumes, places that a Tiltfile tells of.

Facts: Tilt 0.37.6, internal/k8s/image.go and locator.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tiltfile_ext.starkit import Data, quote
from tiltfile_ext.values.docker.image_ref import ImageRef, ImageRefError, ImageSelector, parse_image_ref
from tiltfile_ext.values.json.path import JSONPath, go_type, go_value
from tiltfile_ext.values.json.path_parser import JSONPathError
from tiltfile_ext.values.k8s.object import K8sObject
from tiltfile_ext.values.k8s.selector import Selector
from tiltfile_ext.values.k8s.state import ImageLocator

_CONTAINER, _IMAGE_VOLUME, _ENV_VAR = "core/v1.Container", "core/v1.ImageVolumeSource", "core/v1.EnvVar"


class ImagesError(ValueError):
    """An image of an object cannot be read; ``str()`` is Tilt's message."""


class PathLocator(Data):
    """Images are texts at a JSONPath."""

    selector: Selector
    path: JSONPath

    def find(self, found: K8sObject) -> list[ImageRef]:
        """The images that *found* names; none if it is not selected."""
        return [self._image(value) for value in _values(self.selector, self.path, found)]

    def _image(self, value: Any) -> ImageRef:
        if type(value) is not str:
            raise ImagesError(
                f"May only match strings (json_path={quote(self.path.text)})\n"
                f"Got Type: {go_type(value)}\nGot Value: {go_value(value)}"
            )
        try:
            return parse_image_ref(value)
        except ImageRefError as error:
            where = f"error parsing image '{value}' at json path '{self.path.text}'"
            raise ImagesError(f"{where}: {error}") from None

    def json(self) -> dict[str, Any]:
        """The locator in the field names of Tilt's API."""
        return {"objectSelector": self.selector.json(), "path": self.path.text}


class ObjectLocator(Data):
    """Images are objects at a JSONPath, with a field for the repository and one for the tag."""

    selector: Selector
    path: JSONPath
    repo_field: str
    tag_field: str

    def find(self, found: K8sObject) -> list[ImageRef]:
        """The images that *found* names; none if it is not selected."""
        return [self._image(value) for value in _values(self.selector, self.path, found)]

    def _image(self, value: Any) -> ImageRef:
        if not isinstance(value, dict):
            raise ImagesError(
                f"May only match maps (json_path={quote(self.path.text)})\n"
                "Got Type: interface {}\nGot Value: <interface {} Value>"
            )
        repo, tag = (value.get(name) for name in (self.repo_field, self.tag_field))
        text = repo if type(repo) is str else ""
        try:
            return parse_image_ref(f"{text}:{tag}" if type(tag) is str and tag else text)
        except ImageRefError as error:
            raise ImagesError(str(error)) from None

    def json(self) -> dict[str, Any]:
        """The locator in the field names of Tilt's API."""
        return {
            "objectSelector": self.selector.json(),
            "path": self.path.text,
            "object": {"repoField": self.repo_field, "tagField": self.tag_field},
        }


def _values(selector: Selector, path: JSONPath, found: K8sObject) -> list[Any]:
    if not selector.matches(found):
        return []
    try:
        return list(path.find(found.filled()))
    except JSONPathError as error:
        raise ImagesError(f"Matching (json_path={quote(path.text)}): {error}") from None


def images_of(
    found: K8sObject, locators: Iterable[ImageLocator], in_env_vars: Sequence[ImageSelector] = ()
) -> list[ImageRef]:
    """The images that *found* names, each as often as it does.

    Args:
        found: the object.
        locators: where else to look, besides containers and image volumes.
        in_env_vars: builds that also count where an environment variable has their name as its value.

    Raises:
        ImagesError: a name is no image reference, or a locator does not fit.
    """
    refs = [_image(container, "image", "parsing") for container in found.parts(_CONTAINER)]
    volumes = (volume for volume in found.parts(_IMAGE_VOLUME) if volume.get("reference"))
    refs += [_image(volume, "reference", "parsing image volume reference") for volume in volumes]
    refs += [ref for locator in locators for ref in locator.find(found)]
    return [*refs, *_in_env_vars(found, in_env_vars)]


def _image(part: dict[str, Any], field: str, words: str) -> ImageRef:
    text = part.get(field) or ""
    try:
        return parse_image_ref(text)
    except ImageRefError as error:
        raise ImagesError(f"{words} {text}: {error}") from None


def _in_env_vars(found: K8sObject, selectors: Sequence[ImageSelector]) -> Iterator[ImageRef]:
    if not selectors:
        return
    for variable in found.parts(_ENV_VAR):
        try:
            ref = parse_image_ref(variable.get("value") or "")
        except ImageRefError:
            continue
        for selector in selectors:
            if selector.matches(ref):
                yield ref
