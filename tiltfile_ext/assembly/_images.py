"""Image builds that need other image builds: by their Dockerfile, or by ``image_deps``."""

from tiltfile_ext.starkit import BuiltinError, Thread, quote
from tiltfile_ext.values.docker.images import CommandRecipe, DockerRecipe, ImageBuild, Images


def link_images(thread: Thread) -> None:
    """Tell every build of this load which others it needs first.

    Raises:
        BuiltinError: a Dockerfile cannot be read, or an image of ``image_deps`` has no build.
    """
    images = thread.state(Images)
    for build in images:
        _link_base_images(images, build)
        _link_image_deps(images, build)


def _link_base_images(images: Images, build: ImageBuild) -> None:
    """Images without a build are pulled by Docker, so they are no concern here."""
    recipe = build.recipe
    if not isinstance(recipe, DockerRecipe) or not recipe.dockerfile:
        return
    from tiltfile_ext.values.docker.dockerfile import image_refs

    try:
        refs = image_refs(recipe.dockerfile, recipe.args)
    except ValueError as error:
        raise BuiltinError(f"dockerfile.ParseAST: {error}") from None
    build.needs += [needed.image_map for ref in refs if (needed := images.match(ref))]


def _link_image_deps(images: Images, build: ImageBuild) -> None:
    if not isinstance(build.recipe, CommandRecipe):
        return
    for ref in build.recipe.image_deps:
        needed = images.match(ref)
        if needed is None:
            raise BuiltinError(f"image {quote(build.familiar)}: image dep {quote(ref.familiar)} not found")
        build.needs.append(needed.image_map)
