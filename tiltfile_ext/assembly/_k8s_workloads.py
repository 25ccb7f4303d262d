"""Which Kubernetes objects are workloads, what their resources are called, and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tiltfile_ext.starkit import BuiltinError, Function, Thread, TiltfileError, go_type
from tiltfile_ext.values.docker.image_ref import ImageSelector
from tiltfile_ext.values.docker.images import Images
from tiltfile_ext.values.k8s.images import ImagesError, images_of
from tiltfile_ext.values.k8s.object import DEFAULT_NAMESPACE, K8sObject
from tiltfile_ext.values.k8s.object_id import K8sObjectID
from tiltfile_ext.values.k8s.resources import K8sResource
from tiltfile_ext.values.k8s.state import ImageLocator, K8sState
from tiltfile_ext.values.resources import Resources

_POD_TEMPLATE = "core/v1.PodTemplateSpec"


def make_resource(thread: Thread, name: str) -> K8sResource:
    """A new resource called *name*.

    Raises:
        BuiltinError: the name is taken.
    """
    thread.state(Resources).claim(name, "k8s")
    return thread.state(K8sState).add_resource(name)


def group_by_workload(thread: Thread) -> None:
    """Make a resource of each workload, and of the objects that select its pods.

    Raises:
        BuiltinError: an image cannot be read, or two resources have one name.
    """
    state = thread.state(K8sState)
    locators, selectors = state.locators, thread.state(Images).in_env_vars()
    workloads = [found for found in state.objects if _is_workload(state, found, locators, selectors)]
    chosen = set(map(id, workloads))
    state.objects = [found for found in state.objects if id(found) not in chosen]
    services = _Services(state)
    for workload, name in zip(workloads, _names(state, workloads), strict=True):
        try:
            resource = make_resource(thread, name)
        except BuiltinError as error:
            raise BuiltinError(
                f"error making resource for workload {K8sObjectID.of(workload)}: {error}"
            ) from None
        _add(resource, [workload], locators, selectors)
        _add(resource, services.take(workload), locators, selectors)
    services.remove_taken()


def group_by_pod_template(thread: Thread) -> None:
    """Make a resource of each object that makes pods without an image, called as the object is.

    Raises:
        BuiltinError: the name is taken by another kind of resource.
    """
    state = thread.state(K8sState)
    templated = [found for found in state.objects if next(found.parts(_POD_TEMPLATE), None) is not None]
    chosen = set(map(id, templated))
    state.objects = [found for found in state.objects if id(found) not in chosen]
    services = _Services(state)
    for found in templated:
        resource = state.by_name.get(found.name) or make_resource(thread, found.name)
        resource.objects += [found, *services.take(found)]
    services.remove_taken()


def _is_workload(
    state: K8sState, found: K8sObject, locators: Iterable[ImageLocator], in_env_vars: Sequence[ImageSelector]
) -> bool:
    if any(selector.matches(found) for selector in state.kinds):
        return True
    try:
        return bool(images_of(found, locators, in_env_vars))
    except ImagesError as error:
        raise BuiltinError(f"finding images in {found.name}: {error}") from None


def _add(
    resource: K8sResource,
    objects: Iterable[K8sObject],
    locators: Iterable[ImageLocator],
    in_env_vars: Sequence[ImageSelector],
) -> None:
    for found in objects:
        resource.objects.append(found)
        try:
            refs = images_of(found, locators, in_env_vars)
        except ImagesError as error:
            raise BuiltinError(f"finding image in {found.kind}/{found.name}: {error}") from None
        for ref in refs:
            resource.add_image(ref, required=False)


# ---- services


class _Services:
    """The services among the objects that belong to no resource yet, found by what they select."""

    def __init__(self, state: K8sState) -> None:
        self._state = state
        self._taken: set[int] = set()
        #: one name and value of a selector -> services with it and their whole selectors
        self._by_label: dict[tuple[str, str], list[tuple[int, K8sObject, Mapping[str, str]]]] = {}
        for place, found in enumerate(state.objects):
            selector = _pod_selector(found)
            if selector:
                label = next(iter(selector.items()))
                self._by_label.setdefault(label, []).append((place, found, selector))

    def take(self, workload: K8sObject) -> list[K8sObject]:
        """The services of the pods of *workload*, in the order of the objects."""
        return [found for template in workload.parts(_POD_TEMPLATE) for found in self._of(workload, template)]

    def _of(self, workload: K8sObject, template: Mapping[str, Any]) -> list[K8sObject]:
        labels = _texts((template.get("metadata") or {}).get("labels"))
        candidates = (each for label in labels.items() for each in self._by_label.get(label, ()))
        chosen = [
            (place, found)
            for place, found, selector in candidates
            if id(found) not in self._taken
            and selector.items() <= labels.items()
            # a service without a namespace fits any
            and found.namespace in (DEFAULT_NAMESPACE, workload.namespace)
        ]
        self._taken.update(id(found) for _, found in chosen)
        return [found for _, found in sorted(chosen, key=_place)]

    def remove_taken(self) -> None:
        """Those taken belong to a resource now."""
        if self._taken:
            self._state.objects = [each for each in self._state.objects if id(each) not in self._taken]


def _place(pair: tuple[int, K8sObject]) -> int:
    return pair[0]


def _pod_selector(found: K8sObject) -> Mapping[str, str]:
    """The labels that the service *found* selects; none for any other object."""
    if found.kind != "Service" or found.api_version != "v1":
        return {}
    return _texts((found.fields.get("spec") or {}).get("selector"))


def _texts(value: Any) -> Mapping[str, str]:
    """A map of texts as Go decodes it: null is ""."""
    return {name: text or "" for name, text in (value or {}).items()}


# ---- names


def _names(state: K8sState, workloads: Sequence[K8sObject]) -> list[str]:
    """The names of the workloads' resources, in order."""
    if state.naming is None:
        return unique_names(workloads)
    try:
        return _chosen_names(state.naming, workloads)
    except BuiltinError as error:
        where = state.naming.position
        raise BuiltinError(f"{where}: error applying workload_to_resource_function: {error}") from None


def unique_names(objects: Sequence[K8sObject]) -> list[str]:
    """For each object the shortest of its names that no other could have; else the longest and its index."""
    counts: dict[str, int] = {}
    for found in objects:
        for name in found.names:
            counts[name] = counts.get(name, 0) + 1
    shortest = (next((name for name in found.names if counts[name] == 1), "") for found in objects)
    # an object without a name of its own counts as one without any
    return [name or f"{objects[index].names[-1]}:{index}" for index, name in enumerate(shortest)]


def _chosen_names(naming: Function, workloads: Sequence[K8sObject]) -> list[str]:
    taken: dict[str, K8sObjectID] = {}
    for workload in workloads:
        key = K8sObjectID.of(workload)
        try:
            name = _call(naming, key)
        except (BuiltinError, TiltfileError) as error:
            message = getattr(error, "message", str(error))
            raise BuiltinError(f"error determining resource name for '{key}': {message}") from None
        if name in taken:
            raise BuiltinError(f"both '{key}' and '{taken[name]}' mapped to resource name '{name}'")
        taken[name] = key
    return list(taken)


def _call(naming: Function, key: K8sObjectID) -> str:
    name = naming.call(key)
    if type(name) is not str:
        raise BuiltinError(f"{naming.name}: invalid return value. wanted: string. got: {go_type(name)}")
    return name
