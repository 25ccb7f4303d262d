"""The kinds of v1alpha1 objects and the fields of each, as Tilt 0.37.6 has them.

Every kind is a function of the module ``v1alpha1``. One that registers an object adds the parameters
name, labels and annotations; the others make values, to be used in such an object or in each other.

A field reads ``name:type``. ``name!`` is written even if it is empty. ``+name`` is accepted in a dict, but
is no parameter. Types:

    str, int (32 bits), bool, duration, map (of strings), strings, path, paths
    text      a string that is written when it is given, even if it is empty
    nothing   a parameter that Tilt declares and then always refuses
    KIND      an object of that kind
    [KIND]    a list of them
"""

from __future__ import annotations

from functools import cache

#: kind -> its fields, in the order of the parameters and of the JSON
REGISTERED = {
    "cmd": (
        "args:strings dir:path env:strings readiness_probe:probe restart_on:restart_on_spec "
        "start_on:start_on_spec disable_source:disable_source"
    ),
    "config_map": "data:map",
    "extension": "repo_name!:str repo_path!:str args:strings",
    "extension_repo": "url!:str ref:str load_host:str git_subpath:str",
    "file_watch": "watched_paths!:paths ignores:[ignore_def] disable_source:disable_source",
    "kubernetes_apply": (
        "yaml:str image_maps:strings image_locators:[kubernetes_image_locator] timeout!:duration "
        "kubernetes_discovery_template_spec:kubernetes_discovery_template_spec "
        "port_forward_template_spec:port_forward_template_spec "
        "pod_log_stream_template_spec:pod_log_stream_template_spec discovery_strategy:str "
        "disable_source:disable_source apply_cmd:kubernetes_apply_cmd restart_on:restart_on_spec "
        "delete_cmd:kubernetes_apply_cmd cluster!:str server_side_apply:bool"
    ),
    "kubernetes_discovery": (
        "watches!:[kubernetes_watch_ref] extra_selectors:[label_selector] "
        "port_forward_template_spec:port_forward_template_spec "
        "pod_log_stream_template_spec:pod_log_stream_template_spec cluster!:str"
    ),
    "ui_button": (
        "location!:ui_component_location text!:str icon_name:str icon_svg:str disabled:bool "
        "requires_confirmation:bool inputs:[ui_input_spec]"
    ),
}

VALUES = {
    "config_map_disable_source": "name!:str key!:str",
    "disable_source": "config_map:config_map_disable_source every_config_map:[config_map_disable_source]",
    "exec_action": "command:strings",
    "forward": "local_port:int container_port!:int host!:str name:str path:str",
    "http_get_action": "path:str port!:int host:str scheme:str http_headers:[http_header]",
    "http_header": "name!:str value!:str",
    "handler": "exec:exec_action http_get:http_get_action tcp_socket:tcp_socket_action",
    "ignore_def": "base_path!:path patterns:strings",
    "kubernetes_apply_cmd": "args!:strings dir!:path env!:strings",
    "kubernetes_discovery_template_spec": "extra_selectors:[label_selector]",
    "kubernetes_image_locator": (
        "object_selector!:object_selector path!:str object:kubernetes_image_object_descriptor"
    ),
    "kubernetes_image_object_descriptor": "repo_field!:str tag_field!:str",
    "kubernetes_watch_ref": "uid:str namespace!:str name:str",
    "label_selector": "match_labels:map match_expressions:[label_selector_requirement]",
    "label_selector_requirement": "key!:str operator!:str values:strings",
    "object_selector": "api_version_regexp:str kind_regexp:str name_regexp:str namespace_regexp:str",
    "pod_log_stream_template_spec": ("since_time:nothing only_containers:strings ignore_containers:strings"),
    "port_forward_template_spec": "forwards!:[forward]",
    "probe": (
        "+exec:exec_action +http_get:http_get_action +tcp_socket:tcp_socket_action handler:nothing "
        "initial_delay_seconds:int timeout_seconds:int period_seconds:int success_threshold:int "
        "failure_threshold:int"
    ),
    "restart_on_spec": "file_watches:strings ui_buttons:strings",
    "start_on_spec": "start_after!:nothing ui_buttons!:strings",
    "tcp_socket_action": "port!:int host:str",
    "ui_bool_input_spec": "default_value:bool true_string:text false_string:text",
    "ui_choice_input_spec": "choices!:strings",
    "ui_component_location": "component_id!:str component_type!:str",
    "ui_hidden_input_spec": "value!:str",
    "ui_input_spec": (
        "name!:str label!:str text:ui_text_input_spec bool:ui_bool_input_spec "
        "hidden:ui_hidden_input_spec choice:ui_choice_input_spec"
    ),
    "ui_text_input_spec": "default_value:str placeholder:str",
}


class Field:
    """A field of a kind.

    Attributes:
        type: as the module's docstring lists them; of a list, the kind of its elements.
        is_list: whether it holds a list of objects.
        always: whether it is written even if it is empty.
        is_parameter: whether the function has a parameter for it.
    """

    __slots__ = ("always", "is_list", "is_parameter", "name", "type")

    def __init__(self, text: str) -> None:
        name, _, kind = text.partition(":")
        self.name = name.strip("+!")
        self.type = kind.strip("[]")
        self.is_list = kind.startswith("[")
        self.always = name.endswith("!")
        self.is_parameter = not name.startswith("+")


@cache
def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of *kind*, in order."""
    return tuple(map(Field, (REGISTERED.get(kind) or VALUES[kind]).split()))
