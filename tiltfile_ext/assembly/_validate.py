"""A last look at each manifest: it must have a name that can be part of a path, and images with names."""

from collections.abc import Iterable

from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import BuiltinError
from tiltfile_ext.values.names import check_name


def validate(manifests: Iterable[Manifest]) -> None:
    """Accept *manifests*.

    Raises:
        BuiltinError: the first one without a name, or with a bad one.
    """
    for manifest in manifests:
        if not manifest.name:
            raise BuiltinError(f"[validate] manifest missing name: {manifest}")
        try:
            check_name(manifest.name)
        except ValueError as error:
            raise BuiltinError(str(error)) from None
        if manifest.images:
            _check_images(manifest)


def _check_images(manifest: Manifest) -> None:
    from tiltfile_ext.model.image_target import images_of

    for image in images_of(manifest):
        image.check()
