"""A warning about builds whose image nothing uses: most often a name is misspelt."""

from collections.abc import Iterable

from tiltfile_ext.starkit import Thread, quote
from tiltfile_ext.values.docker.images import ImageBuild, Images
from tiltfile_ext.values.settings import UpdateSettings

_NO_CONFIGS = (
    "We could not find any deployment instructions, e.g. `k8s_yaml` or `docker_compose`.\n"
    "Skipping all image builds until we know how to deploy them."
)
_NO_WORKLOADS = (
    "No Kubernetes configs with images found.\n"
    "If you are using CRDs, add k8s_kind() to tell Tilt how to find images.\n"
    "https://docs.tilt.dev/api.html#api.k8s_kind"
)


def warn_of_unused_images(thread: Thread, *, k8s_resources: int, k8s_rest: int, services: int) -> None:
    """Warn of the first build that nothing uses, if there is one.

    Args:
        thread: the load.
        k8s_resources: how many Kubernetes resources there are.
        k8s_rest: how many Kubernetes objects belong to none of them.
        services: how many compose services there are.
    """
    unused = [build for build in thread.state(Images) if not build.used]
    quiet = thread.state(UpdateSettings).suppressed_images
    unused = [build for build in unused if not {"*", build.familiar}.intersection(quiet)]
    if not unused:
        return
    if not (k8s_resources or k8s_rest or services):
        text = _NO_CONFIGS
    elif k8s_rest and not k8s_resources:
        text = _NO_WORKLOADS
    else:
        config = "Docker Compose" if services else "Kubernetes"
        text = _unused(unused[0], config, thread.state(Images).wanted)
    thread.log("warning", text)


def _unused(build: ImageBuild, config: str, wanted: Iterable[str]) -> str:
    from tiltfile_ext.values.config.near_names import near_names

    near = near_names(build.selector.ref.familiar_name, wanted)
    lines = [f"Image not used in any {config} config:", f"    ✕ {build.familiar}"]
    if near:
        lines += ["Did you mean…", *(f"    - {name}" for name in near)]
    setting = f"update_settings(suppress_unused_image_warnings=[{quote(build.familiar)}])"
    lines += [
        "Skipping this image build",
        f"If this is deliberate, suppress this warning with: {setting}",
    ]
    return "\n".join(lines)
