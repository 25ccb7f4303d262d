"""What a compose file may have, in the order that Tilt writes it.

The kinds say what the compose specification's schema accepts and what compose-go 2.10 makes of it; the order
is that of its types.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from tiltfile_ext.values.compose import readers as read
from tiltfile_ext.values.compose.command import command
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.kinds import Fields, Kind, ListOf, MapOf, OneOf, Record, same
from tiltfile_ext.values.compose.scalars import go_text

_NAMES = "^[a-zA-Z0-9._-]+$"

TEXT = Kind("string", read.text)
FLAG = Kind("boolean string", read.flag)
_WHOLE = Kind("integer string", read.number)
_ANY_NUMBER = Kind("number string", read.number)
_COUNT = Kind("integer string", read.count)
_DURATION = Kind("string", read.duration)
_SHORT_DURATION = Kind("string", lambda value: "" if (found := read.duration(value)) == "0s" else found)
_SIZE = Kind("number string", read.size_text)
_WHOLE_SIZE = Kind("integer string", read.size_text)
_RATIO = Kind("number string", read.single)
_CONDITIONAL = Kind("boolean string", lambda value: None if read.flag(value) else False).kept()

_TEXTS = ListOf(TEXT)
_UNIQUE_TEXTS = ListOf(TEXT, unique=True)
_TEXT_OR_LIST = OneOf(TEXT, _UNIQUE_TEXTS, read=read.text_or_texts)
_LIST_OR_DICT = OneOf(MapOf(Kind("string number boolean null")), _UNIQUE_TEXTS)
_MAPPING = _LIST_OR_DICT.reading(read.mapping)
_VARIABLES = _LIST_OR_DICT.reading(read.variables)
_OPTIONS = MapOf(Kind("string number"), closed=False, read=read.options)
_HOSTS = OneOf(MapOf(OneOf(TEXT, _TEXTS)), _UNIQUE_TEXTS, read=read.hosts)
_COMMAND = OneOf(Kind("null"), TEXT, _TEXTS, read=command).kept()

_ULIMITS = MapOf(
    OneOf(_WHOLE, Record({"hard": _WHOLE, "soft": _WHOLE}, required=("soft", "hard")), read=read.limits),
    names="^[a-z]+$",
    closed=False,
)
_FILES = ListOf(
    OneOf(
        TEXT,
        Record(
            {
                "source": TEXT,
                "target": TEXT,
                "uid": TEXT,
                "gid": TEXT,
                "mode": Kind("number string", read.mode).kept(),
            }
        ),
    )
)
_HOOK = Record(
    {"command": _COMMAND, "user": TEXT, "privileged": FLAG, "working_dir": TEXT, "environment": _VARIABLES},
    required=("command",),
    optional=False,
)

_BUILD = Record(
    {
        "context": TEXT,
        "dockerfile": TEXT,
        "dockerfile_inline": TEXT,
        "entitlements": _TEXTS,
        "args": _VARIABLES,
        "provenance": Kind("string boolean", read.text),
        "sbom": Kind("string boolean", read.text),
        "ssh": _LIST_OR_DICT.reading(read.ssh_keys),
        "labels": _MAPPING,
        "cache_from": ListOf(TEXT, read=read.text_or_texts),
        "cache_to": ListOf(TEXT, read=read.text_or_texts),
        "no_cache": FLAG,
        "no_cache_filter": _TEXT_OR_LIST,
        "additional_contexts": _MAPPING,
        "pull": FLAG,
        "extra_hosts": _HOSTS,
        "isolation": TEXT,
        "network": TEXT,
        "target": TEXT,
        "secrets": _FILES,
        "shm_size": _WHOLE_SIZE,
        "tags": ListOf(TEXT, read=read.text_or_texts),
        "ulimits": _ULIMITS,
        "platforms": ListOf(TEXT, read=read.text_or_texts),
        "privileged": FLAG,
    }
)

_WATCH = Record(
    {
        "path": TEXT.kept(""),
        "action": Kind(
            "string", read.text, choices=("rebuild", "sync", "restart", "sync+restart", "sync+exec")
        ).kept(""),
        "target": TEXT,
        "exec": _HOOK,
        "include": _TEXT_OR_LIST,
        "ignore": _TEXT_OR_LIST,
        "initial_sync": Kind("boolean", read.flag),
    },
    required=("path", "action"),
)
_DEVELOP = Record({"watch": ListOf(_WATCH)}, types="null")

_THROTTLES = ListOf(
    Record(
        {"path": TEXT.kept(""), "rate": _WHOLE_SIZE.reading(lambda v: str(read.size(v))).kept("0")},
        extensible=False,
    )
)
_WEIGHTS = ListOf(Record({"path": TEXT.kept(""), "weight": _COUNT.kept(0)}, extensible=False))
_BLKIO = Record(
    {
        "weight": _COUNT,
        "weight_device": _WEIGHTS,
        "device_read_bps": _THROTTLES,
        "device_read_iops": _THROTTLES,
        "device_write_bps": _THROTTLES,
        "device_write_iops": _THROTTLES,
    },
    extensible=False,
)

_DEPENDENCIES = OneOf(
    _UNIQUE_TEXTS,
    MapOf(
        Record(
            {
                "condition": Kind(
                    "string",
                    read.text,
                    choices=("service_started", "service_healthy", "service_completed_successfully"),
                ),
                "restart": FLAG,
                "required": Kind("boolean", read.flag).kept(False),  # noqa: FBT003
            },
            required=("condition",),
        ),
        names=_NAMES,
    ),
)

_UPDATE = Record(
    {
        "parallelism": _COUNT.kept(),
        "delay": _SHORT_DURATION,
        "failure_action": TEXT,
        "monitor": _SHORT_DURATION,
        "max_failure_ratio": _RATIO,
        "order": Kind("string", read.text, choices=("start-first", "stop-first")),
    }
)
_DEVICE_FIELDS = {
    "capabilities": _UNIQUE_TEXTS,
    "driver": TEXT,
    "count": Kind("string integer", read.device_count),
    "device_ids": _UNIQUE_TEXTS,
    "options": _MAPPING,
}
_DISCRETE = Record(
    {"kind": TEXT.kept(""), "value": _ANY_NUMBER.kept(0)},
)
_LIMITS = {"cpus": _RATIO, "memory": Kind("string", read.size_text)}
DEPLOY = Record(
    {
        "mode": TEXT,
        "replicas": _WHOLE.kept(),
        "labels": _MAPPING,
        "update_config": _UPDATE,
        "rollback_config": _UPDATE,
        "resources": Record(
            {
                "limits": Record({**_LIMITS, "pids": _WHOLE}),
                "reservations": Record(
                    {
                        **_LIMITS,
                        "devices": ListOf(Record(_DEVICE_FIELDS, required=("capabilities",))),
                        "generic_resources": ListOf(Record({"discrete_resource_spec": _DISCRETE})),
                    }
                ),
            },
            optional=False,
        ),
        "restart_policy": Record(
            {"condition": TEXT, "delay": _DURATION, "max_attempts": _COUNT.kept(), "window": _DURATION}
        ),
        "placement": Record(
            {
                "constraints": _TEXTS,
                "preferences": ListOf(Record({"spread": TEXT})),
                "max_replicas_per_node": _COUNT,
            },
            optional=False,
        ),
        "endpoint_mode": TEXT,
    },
    types="null",
)

_HEALTHCHECK = Record(
    {
        "test": OneOf(TEXT, _TEXTS, read=read.test),
        "timeout": _DURATION,
        "interval": _DURATION,
        "retries": Kind("number string", read.count).kept(),
        "start_period": _DURATION,
        "start_interval": _DURATION,
        "disable": FLAG,
    }
)

_NETWORKS = OneOf(
    _UNIQUE_TEXTS,
    MapOf(
        OneOf(
            Record(
                {
                    "aliases": _UNIQUE_TEXTS,
                    "driver_opts": _OPTIONS,
                    "gw_priority": Kind("number", read.number),
                    "interface_name": TEXT,
                    "ipv4_address": TEXT,
                    "ipv6_address": TEXT,
                    "link_local_ips": _UNIQUE_TEXTS,
                    "mac_address": TEXT,
                    "priority": Kind("number", read.number),
                }
            ),
            Kind("null"),
        ),
        names=_NAMES,
    ),
)
_MODELS = OneOf(
    _UNIQUE_TEXTS,
    MapOf(OneOf(Record({"endpoint_var": TEXT, "model_var": TEXT}), Kind("null")), names=_NAMES, closed=False),
)

_PORT = Record(
    {
        "name": TEXT,
        "mode": TEXT,
        "host_ip": TEXT,
        "target": _WHOLE.reading(read.count),
        "published": Kind("string integer", read.text),
        "protocol": TEXT,
        "app_protocol": TEXT,
    }
)
_MOUNT = Record(
    {
        "type": Kind("string", read.text, choices=("bind", "volume", "tmpfs", "cluster", "npipe", "image")),
        "source": TEXT,
        "target": TEXT,
        "read_only": FLAG,
        "consistency": TEXT,
        "bind": Record(
            {
                "selinux": Kind("string", read.text, choices=("z", "Z")),
                "propagation": TEXT,
                "create_host_path": _CONDITIONAL,
                "recursive": Kind(
                    "string", read.text, choices=("enabled", "disabled", "writable", "readonly")
                ),
            }
        ),
        "volume": Record({"labels": _MAPPING, "nocopy": FLAG, "subpath": TEXT}),
        "tmpfs": Record(
            {
                "size": OneOf(Kind("integer", limits=(0, float("inf"))), TEXT, read=read.size_text),
                "mode": Kind("number string", read.count),
            }
        ),
        "image": Record({"subpath": TEXT}),
    },
    required=("type",),
)
_ENV_FILE = Record(
    {"path": TEXT, "required": _CONDITIONAL, "format": TEXT}, required=("path",), extensible=False
)

SERVICE = Record(
    {
        "profiles": _UNIQUE_TEXTS,
        "annotations": _MAPPING,
        "attach": FLAG.kept(),
        "build": OneOf(TEXT, _BUILD).kept(),
        "develop": _DEVELOP,
        "blkio_config": _BLKIO,
        "cap_add": _UNIQUE_TEXTS,
        "cap_drop": _UNIQUE_TEXTS,
        "cgroup_parent": TEXT,
        "cgroup": Kind("string", read.text, choices=("host", "private")),
        "cpu_count": OneOf(Kind("integer", limits=(0, float("inf"))), TEXT, read=read.number),
        "cpu_percent": OneOf(Kind("integer", limits=(0, 100)), TEXT, read=read.single),
        "cpu_period": _ANY_NUMBER,
        "cpu_quota": _ANY_NUMBER,
        "cpu_rt_period": _ANY_NUMBER,
        "cpu_rt_runtime": _ANY_NUMBER,
        "cpus": _RATIO,
        "cpuset": TEXT,
        "cpu_shares": _ANY_NUMBER,
        "command": _COMMAND,
        "configs": _FILES,
        "container_name": Kind("string", read.text, pattern="[a-zA-Z0-9][a-zA-Z0-9_.-]+"),
        "credential_spec": Record({"config": TEXT, "file": TEXT, "registry": TEXT}),
        "depends_on": _DEPENDENCIES,
        "deploy": DEPLOY,
        "device_cgroup_rules": _UNIQUE_TEXTS,
        "devices": ListOf(
            OneOf(TEXT, Record({"source": TEXT, "target": TEXT, "permissions": TEXT}, required=("source",)))
        ),
        "dns": _TEXT_OR_LIST,
        "dns_opt": _UNIQUE_TEXTS,
        "dns_search": _TEXT_OR_LIST,
        "domainname": TEXT,
        "entrypoint": _COMMAND,
        "provider": Record(
            {
                "type": TEXT,
                "options": MapOf(
                    OneOf(Kind("string number boolean"), ListOf(Kind("string number boolean"))),
                    closed=False,
                    read=read.repeated,
                ),
            },
            required=("type",),
        ),
        "environment": _VARIABLES,
        "env_file": OneOf(TEXT, ListOf(OneOf(TEXT, _ENV_FILE))),
        "expose": ListOf(Kind("string number"), unique=True, read=read.printed),
        "extends": OneOf(
            TEXT, Record({"file": TEXT, "service": TEXT}, required=("service",), extensible=False)
        ),
        "external_links": _UNIQUE_TEXTS,
        "extra_hosts": _HOSTS,
        "group_add": ListOf(Kind("string number", read.text), unique=True),
        "gpus": OneOf(Kind("string", choices=("all",)), ListOf(Record(_DEVICE_FIELDS, strict=False))),
        "hostname": TEXT,
        "healthcheck": _HEALTHCHECK,
        "image": TEXT,
        "init": FLAG.kept(),
        "ipc": TEXT,
        "isolation": TEXT,
        "labels": _MAPPING,
        "label_file": OneOf(TEXT, _TEXTS),
        "links": _UNIQUE_TEXTS,
        "logging": Record(
            {"driver": TEXT, "options": MapOf(Kind("string number null"), closed=False, read=read.options)}
        ),
        "mem_limit": _SIZE,
        "mem_reservation": _WHOLE_SIZE,
        "memswap_limit": _SIZE,
        "mem_swappiness": _WHOLE_SIZE,
        "mac_address": TEXT,
        "models": _MODELS,
        "network_mode": TEXT,
        "networks": _NETWORKS,
        "oom_kill_disable": FLAG,
        "oom_score_adj": OneOf(Kind("integer", limits=(-1000, 1000)), TEXT, read=read.number),
        "pid": Kind("string null", read.text),
        "pids_limit": _ANY_NUMBER,
        "platform": TEXT,
        "ports": ListOf(OneOf(Kind("number"), TEXT, _PORT), unique=True),
        "privileged": FLAG,
        "pull_policy": Kind(
            "string",
            read.text,
            pattern="always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+",
        ),
        "read_only": FLAG,
        "restart": TEXT,
        "runtime": TEXT,
        "scale": _WHOLE.kept(),
        "secrets": _FILES,
        "security_opt": _UNIQUE_TEXTS,
        "shm_size": _SIZE,
        "stdin_open": FLAG,
        "stop_grace_period": _DURATION,
        "stop_signal": TEXT,
        "storage_opt": Kind("object", read.strings),
        "sysctls": _MAPPING,
        "tmpfs": _TEXT_OR_LIST,
        "tty": FLAG,
        "ulimits": _ULIMITS,
        "use_api_socket": Kind("boolean", read.flag),
        "user": TEXT,
        "userns_mode": TEXT,
        "uts": TEXT,
        "volumes": ListOf(OneOf(TEXT, _MOUNT), unique=True),
        "volumes_from": _UNIQUE_TEXTS,
        "working_dir": TEXT,
        "post_start": ListOf(_HOOK),
        "pre_stop": ListOf(_HOOK),
        # accepted by the specification, without effect
        "pull_refresh_after": Kind("string", lambda _: None),
    }
)

_EXTERNAL = Record({"name": TEXT}, types="boolean string").reading(same)
_LOOSE_EXTERNAL = Record({"name": TEXT}, types="boolean string", strict=False).reading(same)
_TEXT_MAP = MapOf(TEXT)

_NETWORK = Record(
    {
        "name": TEXT,
        "driver": TEXT,
        "driver_opts": _OPTIONS,
        "ipam": Record(
            {
                "driver": TEXT,
                "config": ListOf(
                    Record({"subnet": TEXT, "ip_range": TEXT, "gateway": TEXT, "aux_addresses": _TEXT_MAP})
                ),
                "options": _TEXT_MAP,
            }
        ),
        "external": _EXTERNAL,
        "internal": FLAG,
        "enable_ipv4": FLAG,
        "enable_ipv6": FLAG,
        "attachable": FLAG,
        "labels": _MAPPING,
    },
    types="null",
)
_VOLUME = Record(
    {"name": TEXT, "driver": TEXT, "driver_opts": _OPTIONS, "external": _EXTERNAL, "labels": _MAPPING},
    types="null",
)
_OBJECT = {
    "name": TEXT,
    "environment": TEXT,
    "file": TEXT,
    "external": _LOOSE_EXTERNAL,
    "labels": _MAPPING,
    "template_driver": TEXT,
}
_SECRET = Record({**_OBJECT, "driver": TEXT, "driver_opts": _OPTIONS})
_CONFIG = Record({**_OBJECT, "content": TEXT})
_MODEL = Record(
    {"name": TEXT, "model": TEXT, "context_size": Kind("integer", read.number), "runtime_flags": _TEXTS},
    required=("model",),
)
INCLUDE = Record(
    {"path": _TEXT_OR_LIST, "env_file": _TEXT_OR_LIST, "project_directory": TEXT}, extensible=False
)

_PROJECT = Record(
    {
        "version": TEXT,
        "name": TEXT,
        "include": ListOf(OneOf(TEXT, INCLUDE)),
        "services": MapOf(SERVICE, names=_NAMES),
        "models": MapOf(_MODEL, names=_NAMES, closed=False),
        "networks": MapOf(_NETWORK, names=_NAMES, closed=False),
        "volumes": MapOf(_VOLUME, names=_NAMES),
        "secrets": MapOf(_SECRET, names=_NAMES),
        "configs": MapOf(_CONFIG, names=_NAMES),
    }
)


def check_schema(tree: dict[str, Any], file: str) -> None:
    """Accept *tree*, all of a compose file merged over those before it.

    Raises:
        ComposeError: "validating FILE: services.web.image must be a string".
    """
    _check_numbers(tree, file)
    problems = list(_PROJECT.problems(tree))
    if problems:
        path, problem = max(problems, key=lambda found: len(found[0]))
        raise ComposeError(f"validating {file}: {'.'.join(filter(None, path))} {problem}")


def _check_numbers(value: Any, file: str) -> None:
    """The schema is checked on JSON, which knows no infinity."""
    if isinstance(value, (dict, list)):
        for element in value.values() if isinstance(value, dict) else value:
            _check_numbers(element, file)
    elif isinstance(value, float) and not isfinite(value):
        raise ComposeError(f"validating {file}: json: unsupported value: {go_text(value)}")


def read_services(tree: dict[str, Any]) -> dict[str, Fields]:
    """The services of a project in the long form, by name; check the rest of it.

    Raises:
        ComposeError: a value that does not fit its field.
    """
    project = _PROJECT.read({key: value for key, value in tree.items() if key != "version"})
    services: dict[str, Fields] = project.get("services", {})
    return services
