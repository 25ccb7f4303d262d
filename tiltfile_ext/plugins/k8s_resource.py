"""Resources made of Kubernetes objects: their names and options."""

from collections.abc import Mapping
from typing import Annotated, Any

from tiltfile_ext.starkit import (
    ABSENT,
    Blob,
    BuiltinError,
    Function,
    OptionalBool,
    Plugin,
    Sequence,
    Thread,
    Unpack,
    UnpackError,
    as_text,
    builtin,
    go_type,
    quote,
    starlark_repr,
    strings_of,
    type_name,
)
from tiltfile_ext.values.go.url import URLError, parse_reference
from tiltfile_ext.values.k8s.port_forward import AnyPortForwards, PortForward, port_forwards
from tiltfile_ext.values.k8s.readiness import PodReadiness
from tiltfile_ext.values.k8s.state import K8sState
from tiltfile_ext.values.link import LinkList
from tiltfile_ext.values.resource_params import LabelSet, ResourceName
from tiltfile_ext.values.trigger_mode import TriggerMode

_NO_NAME = (
    "Resource name missing. Must give a name for an existing resource or a new_name to create a new resource."
)
_NO_OBJECTS = (
    "k8s_resource doesn't specify a workload or any objects. "
    "All non-workload resources must specify 1 or more objects"
)
_STRATEGIES = ("", "default", "selectors-only")


def _discovery_strategy(_: Thread, value: object) -> str:
    text = as_text(value)
    if text is None:
        raise UnpackError(f"Must be a string. Got: {type_name(value)}")
    if text not in _STRATEGIES:
        raise UnpackError('Invalid. Must be one of: "default", "selectors-only"')
    return text


DiscoveryStrategy = Annotated[str, Unpack(_discovery_strategy, '"default" or "selectors-only"', str | Blob)]
#: checked in the body
AnySelectors = Annotated[
    Any, Unpack(None, "dict of strings, or a list of them", dict[str, str] | list[dict[str, str]])
]


class K8sResourcePlugin(Plugin):
    """``k8s_resource``, ``port_forward`` and ``workload_to_resource_function``."""

    state = K8sState

    @builtin("", core=True, positioned=True)
    def k8s_resource(
        self,
        thread: Thread,
        workload: ResourceName = "",
        new_name: ResourceName = "",
        port_forwards: AnyPortForwards = None,
        extra_pod_selectors: AnySelectors = ABSENT,
        trigger_mode: TriggerMode = ABSENT,
        resource_deps: Sequence = ABSENT,
        objects: Sequence = ABSENT,
        auto_init: OptionalBool = ABSENT,
        pod_readiness: PodReadiness = "",
        links: LinkList = (),
        labels: LabelSet = (),
        discovery_strategy: DiscoveryStrategy = "",
    ) -> None:
        """Options of the resource *workload*, or a resource *new_name* made of *objects*."""
        name = workload or new_name
        if not name:
            raise BuiltinError(_NO_NAME)
        from tiltfile_ext.values.k8s.resources import ResourceOptions

        options = ResourceOptions(
            workload=name,
            position=thread.call_position,
            new_name=new_name,
            port_forwards=_forwards(port_forwards, name),
            extra_pod_selectors=_pod_selectors(extra_pod_selectors),
            trigger_mode=trigger_mode or None,
            resource_deps=_strings(resource_deps),
            objects=_strings(objects),
            manually_grouped=not workload,
            auto_init=auto_init if type(auto_init) is bool else None,
            pod_readiness=pod_readiness,
            links=links,
            labels=labels,
            discovery_strategy=discovery_strategy,
        )
        if options.manually_grouped and not options.objects:
            raise BuiltinError(_NO_OBJECTS)
        thread.state(K8sState).options.append(options)

    @builtin("", core=True)
    def port_forward(
        self,
        local_port: int,
        container_port: int = 0,
        name: str = "",
        link_path: str = "",
        host: str = "",
    ) -> PortForward:
        """A port of this machine that leads to a port of the pod; 0 is the same port."""
        try:
            path = parse_reference(link_path) if link_path else None
        except URLError as error:
            raise BuiltinError(f"parsing `path` param: {error}") from None
        return PortForward(local_port, container_port, host, name, path)

    @builtin("", core=True)
    def workload_to_resource_function(self, thread: Thread, func: Function) -> None:
        """Let *func*, which takes one object id, name the resources of workloads."""
        parameters = func.parameters or ()
        if len(parameters) != 1:
            raise BuiltinError(
                f"workload_to_resource_function arg must take 1 argument. {func.name} takes {len(parameters)}"
            )
        thread.state(K8sState).naming = func


def _forwards(value: Any, name: str) -> tuple[PortForward, ...]:
    try:
        return port_forwards(value)
    except BuiltinError as error:
        raise BuiltinError(f"k8s_resource {quote(name)}: {error}") from None


def _strings(value: Any) -> tuple[str, ...]:
    try:
        return strings_of(value or ())
    except UnpackError as error:
        # Tilt says resource_deps of the objects, too
        raise BuiltinError(f"k8s_resource: resource_deps: {error}") from None


def _pod_selectors(value: Any) -> tuple[Mapping[str, str], ...]:
    if value is ABSENT:
        return ()
    if type(value) is dict:
        return tuple(filter(None, [_pod_labels(value)]))
    if type(value) is not list:
        raise BuiltinError(f"pod labels must be a dict or a list; got {go_type(value)}")
    return tuple(filter(None, map(_element_labels, value)))


def _element_labels(value: Any) -> Mapping[str, str]:
    if type(value) is not dict:
        raise BuiltinError(f"pod labels elements must be dicts; got {go_type(value)}")
    return _pod_labels(value)


def _pod_labels(labels: dict[Any, Any]) -> Mapping[str, str]:
    for key, value in labels.items():
        for what, part in (("keys", key), ("values", value)):
            if type(part) is not str:
                shown = f"'{starlark_repr(part)}' of type {go_type(part)}"
                raise BuiltinError(f"pod label {what} must be strings; got {shown}")
    return labels
