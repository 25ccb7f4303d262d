"""The options of Kubernetes resources, applied in the order of the calls that gave them."""

from __future__ import annotations

from collections.abc import Iterable

from tiltfile_ext.assembly._k8s_workloads import make_resource
from tiltfile_ext.starkit import BuiltinError, Thread, quote
from tiltfile_ext.values.docker.images import Images
from tiltfile_ext.values.k8s.object import K8sObject
from tiltfile_ext.values.k8s.resources import K8sResource, ResourceOptions
from tiltfile_ext.values.k8s.selector import Selector, fragment_selector
from tiltfile_ext.values.k8s.state import K8sState
from tiltfile_ext.values.resources import Resources


def apply_options(thread: Thread) -> None:
    """Apply the options of all calls of ``k8s_resource``.

    Raises:
        BuiltinError: a resource or an object is not there, or a new name is taken.
    """
    state = thread.state(K8sState)
    grouped = [found for resource in state.by_name.values() for found in resource.objects]
    everything = [*grouped, *state.objects]
    for options in state.options:
        if options.manually_grouped:
            make_resource(thread, options.new_name).manually_grouped = True
        resource = state.by_name.get(options.workload)
        if resource is None:
            known = ", ".join(state.by_name)
            raise BuiltinError(
                f"{options.position}: k8s_resource specified unknown resource {quote(options.workload)}. "
                f"known k8s resources: {known}"
            )
        _merge(resource, options)
        _rename(thread, resource, options)
        _take_objects(state, resource, options, everything)


def _merge(resource: K8sResource, options: ResourceOptions) -> None:
    """Lists grow, labels merge, the rest is replaced where the call says something."""
    resource.extra_pod_selectors += options.extra_pod_selectors
    resource.port_forwards += options.port_forwards
    resource.resource_deps += options.resource_deps
    resource.links += options.links
    resource.labels |= {label: label for label in options.labels}
    resource.pod_readiness = options.pod_readiness or resource.pod_readiness
    resource.discovery_strategy = options.discovery_strategy or resource.discovery_strategy
    resource.trigger_mode = options.trigger_mode or resource.trigger_mode
    if options.auto_init is not None:
        resource.auto_init = options.auto_init


def _rename(thread: Thread, resource: K8sResource, options: ResourceOptions) -> None:
    old, new = resource.name, options.new_name
    if new in ("", old):
        return
    names, state = thread.state(Resources), thread.state(K8sState)
    try:
        names.claim(new, "k8s")
    except BuiltinError as error:
        raise BuiltinError(
            f"{options.position}: k8s_resource specified to rename {quote(old)} to {quote(new)}: {error}"
        ) from None
    names.release(old)
    del state.by_name[old]
    resource.name = new
    state.by_name[new] = resource


def _take_objects(
    state: K8sState, resource: K8sResource, options: ResourceOptions, everything: list[K8sObject]
) -> None:
    """Move the objects that the call names, each from those that belong to no resource yet."""
    selectors = list(map(_selector, options.objects))
    for fragment, selector in zip(options.objects, selectors, strict=True):
        _check_unique(fragment, everything)
        found = next(filter(selector.matches, state.objects), None)
        if found is None:
            raise BuiltinError(
                f"No object identified by the fragment {quote(fragment)} could be found in remaining YAML. "
                f"Valid remaining fragments are: {_full_names(state.objects)}"
            )
        resource.objects.append(found)
        state.objects = [other for other in state.objects if other is not found]


def _selector(fragment: str) -> Selector:
    try:
        return fragment_selector(fragment)
    except ValueError as error:
        raise BuiltinError(f"Error making selector from string {quote(fragment)}: {error}") from None


def _check_unique(fragment: str, everything: Iterable[K8sObject]) -> None:
    everything = list(everything)
    named = [found for found in everything if fragment.lower() in found.names]
    if not named:
        raise BuiltinError(
            f"No object identified by the fragment {quote(fragment)} could be found. "
            f"Possible objects are: {_full_names(everything)}"
        )
    if len(named) > 1:
        raise BuiltinError(
            f"{quote(fragment)} is not a unique fragment. "
            f"Objects that match {quote(fragment)} are {_full_names(named)}"
        )


def _full_names(objects: Iterable[K8sObject]) -> str:
    return ", ".join(quote(found.full_name) for found in objects)


def check_resources(thread: Thread) -> None:
    """Find the image builds that the resources use.

    Raises:
        BuiltinError: a resource deploys nothing, or an image that it must build has no build.
    """
    images = thread.state(Images)
    for resource in thread.state(K8sState).resources:
        if not resource.objects and resource.custom_deploy is None:
            raise BuiltinError(
                f"resource {quote(resource.name)}: could not associate any k8s_yaml() or "
                "k8s_custom_deploy() with this resource"
            )
        for ref, required in resource.images.items():
            build = images.match(ref)
            if build is not None:
                resource.built_images.append(build.image_map)
            elif required:
                raise BuiltinError(
                    f"resource {quote(resource.name)}: image build {quote(ref.familiar)} not found"
                )
