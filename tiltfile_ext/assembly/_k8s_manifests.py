"""Kubernetes resources become manifests, and so does what belongs to none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiltfile_ext.assembly._image_targets import image_targets_for
from tiltfile_ext.assembly._live_update import refuse_restarts
from tiltfile_ext.model.ignore import Ignore, repository_ignores
from tiltfile_ext.model.image_target import deployed_image_maps
from tiltfile_ext.model.k8s_target import K8sTarget
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import BuiltinError, Thread
from tiltfile_ext.values.k8s.object import K8sObject
from tiltfile_ext.values.k8s.order import in_order
from tiltfile_ext.values.k8s.readiness import IGNORE, SUCCEEDED, WAIT
from tiltfile_ext.values.k8s.resources import CustomDeploy, K8sResource
from tiltfile_ext.values.k8s.settings import KubeSettings
from tiltfile_ext.values.k8s.state import ImageLocator, K8sState
from tiltfile_ext.values.resources import Resources
from tiltfile_ext.values.settings import UpdateSettings
from tiltfile_ext.values.trigger_mode import effective

_UNCATEGORIZED = "uncategorized"


def resource_manifests(thread: Thread) -> tuple[Manifest, ...]:
    """One manifest for each Kubernetes resource, in the order made.

    Raises:
        BuiltinError: an image depends on itself, a live update restarts a container, or the cluster might
            be production.
    """
    manifests = tuple(_manifest(thread, resource) for resource in thread.state(K8sState).resources)
    refuse_restarts(manifests)
    _refuse_production(thread.state(KubeSettings))
    return manifests


def _refuse_production(settings: KubeSettings) -> None:
    if not settings.may_deploy:
        context = settings.current.context
        raise BuiltinError(
            f"Stop! {context} might be production.\n"
            "If you're sure you want to deploy there, add:\n"
            f"\tallow_k8s_contexts('{context}')\n"
            "to your Tiltfile. Otherwise, switch k8s contexts and restart Tilt."
        )


def _manifest(thread: Thread, resource: K8sResource) -> Manifest:
    try:
        images = image_targets_for(thread, resource.name, resource.built_images)
    except BuiltinError as error:
        raise BuiltinError(f"getting image build info for {resource.name}: {error}") from None
    default = thread.state(Resources).trigger_mode
    built = deployed_image_maps(resource.built_images, images)
    return Manifest(
        name=resource.name,
        target=_target(thread, resource, tuple(dict.fromkeys(built))),
        images=images,
        trigger_mode=effective(resource.trigger_mode, default, auto_init=resource.auto_init),
        resource_dependencies=tuple(resource.resource_deps),
        labels=resource.labels,
    )


def _target(thread: Thread, resource: K8sResource, images: tuple[str, ...]) -> K8sTarget:
    state, settings = thread.state(K8sState), thread.state(UpdateSettings)
    objects = in_order(resource.objects) if resource.custom_deploy is None else ()
    return K8sTarget(
        name=resource.name,
        objects=objects,
        custom_deploy=resource.custom_deploy,
        ignores=tuple(_ignores(resource.custom_deploy)),
        images=images,
        image_counts=resource.image_counts,
        locators=_locators(state, objects),
        port_forwards=tuple(resource.port_forwards),
        extra_pod_selectors=tuple(resource.extra_pod_selectors),
        discovery_strategy=resource.discovery_strategy,
        pod_readiness=_readiness(state, resource),
        links=tuple(resource.links),
        timeout_secs=settings.k8s_upsert_timeout_secs,
        server_side_apply=settings.server_side_apply == "true",
    )


def _locators(state: K8sState, objects: Iterable[K8sObject]) -> tuple[ImageLocator, ...]:
    return tuple(locator for locator in state.locators if any(map(locator.selector.matches, objects)))


def _ignores(deploy: CustomDeploy | None) -> Iterator[Ignore]:
    """Files that a live update cares for, and ``.git`` directories right in what is watched."""
    if deploy is None:
        return
    for base_path, patterns in deploy.ignores:
        yield Ignore(base_path, patterns)
    yield from repository_ignores(deploy.deps)


def _readiness(state: K8sState, resource: K8sResource) -> str:
    """How the pods decide: as the resource says, else as its kinds say, else wait if there can be pods."""
    if resource.pod_readiness:
        return resource.pod_readiness
    modes = {
        kind.pod_readiness
        for selector, kind in state.kinds.items()
        if any(map(selector.matches, resource.objects))
    }
    for mode in (WAIT, IGNORE, SUCCEEDED):
        if mode in modes:
            return mode
    podless = not (resource.extra_pod_selectors or resource.built_images)
    return IGNORE if resource.manually_grouped and podless else WAIT


def uncategorized_manifest(thread: Thread) -> Manifest:
    """The manifest of the objects that belong to no resource."""
    rest = K8sResource(_UNCATEGORIZED)
    rest.objects = thread.state(K8sState).objects
    rest.pod_readiness = IGNORE
    return Manifest(_UNCATEGORIZED, _target(thread, rest, ()))
