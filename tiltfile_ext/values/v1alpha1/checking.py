"""What Tilt refuses in an object before it is registered, in the words of Kubernetes' field errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tiltfile_ext.starkit import quote
from tiltfile_ext.values.go.json import html_safe, string_text
from tiltfile_ext.values.v1alpha1.writing import written

_WEB = ("https://", "http://")
_FILE = "file://"
_STRATEGIES = ("", "default", "selectors-only")
_ONE_SOURCE = "must specify exactly ONE of .spec.yaml or .spec.applyCmd"
_INPUT_TYPES = ("text", "bool", "hidden", "choice")

Fields = Mapping[str, Any]


def fault_of(kind: str, fields: Fields) -> str:
    """What is wrong with an object of *kind*: one error, or several as ``[a, b]``; "" if nothing."""
    check = _CHECKS.get(kind)
    faults = list(dict.fromkeys(check(fields))) if check else []
    return f"[{', '.join(faults)}]" if len(faults) > 1 else "".join(faults)


def _extension_repo(fields: Fields) -> Iterator[str]:
    url, subpath = fields.get("url", ""), fields.get("git_subpath", "")
    if not url.startswith((*_WEB, _FILE)):
        yield f"spec.url: Invalid value: {quote(url)}: URLs must start with http(s):// or file://"
    elif url.startswith(_FILE) and not url.startswith(_FILE + "/"):
        yield (
            f"spec.url: Invalid value: {quote(url)}: "
            "file:// URLs must be absolute (e.g., file:///home/user/repo)"
        )
    elif url.startswith(_FILE) and subpath:
        yield (
            f"spec.git_subpath: Invalid value: {quote(subpath)}: "
            "cannot use git_subpath for file:// URL extension repositories"
        )


def _file_watch(fields: Fields) -> Iterator[str]:
    if not fields.get("watched_paths"):
        yield "spec.watchedPaths: Required value: cannot be an empty list"


def _kubernetes_apply(fields: Fields) -> Iterator[str]:
    strategy = fields.get("discovery_strategy", "")
    if strategy not in _STRATEGIES:
        yield (
            f"spec.discoveryStrategy: Unsupported value: {string_text(strategy)}: "
            'supported values: "default", "selectors-only"'
        )
    command = fields.get("apply_cmd")
    if command is None:
        if not fields.get("yaml"):
            yield f"spec.yaml: Required value: {_ONE_SOURCE}"
    elif fields.get("yaml"):
        yield f"spec.applyCmd: Invalid value: {_json('kubernetes_apply_cmd', command)}: {_ONE_SOURCE}"
    elif not command.get("args"):
        yield "spec.applyCmd.args: Required value: args cannot be empty"


def _kubernetes_discovery(fields: Fields) -> Iterator[str]:
    watches = fields.get("watches") or ()
    if not watches and not fields.get("extra_selectors"):
        yield "spec.watches: Required value: One or more watches or extraSelectors are required"
    for index, watch in enumerate(watches):
        if not watch.get("namespace"):
            yield f"spec.watches[{index}]: Required value: Namespace must be provided"


def _ui_button(fields: Fields) -> Iterator[str]:
    location, icon = fields.get("location", {}), fields.get("icon_svg", "")
    if not fields.get("text"):
        yield "spec.text: Required value: Button text cannot be empty"
    if not location.get("component_id"):
        yield "spec.location.componentID: Required value: Parent component ID is required"
    if not location.get("component_type"):
        yield "spec.location.componentType: Required value: Parent component type is required"
    if icon and "<svg" not in icon:
        yield f"spec.iconSVG: Invalid value: {quote(icon)}: Invalid <svg> element"
    seen = set()
    for index, each in enumerate(fields.get("inputs") or ()):
        name = each.get("name", "")
        if name in seen:
            yield f"spec.inputs[{index}].id: Duplicate value: {_json('ui_input_spec', each)}"
        seen.add(name)
        yield from _ui_input(each)


def _ui_input(fields: Fields) -> Iterator[str]:
    choice = fields.get("choice")
    shown = f"spec: Invalid value: {_json('ui_input_spec', fields)}"
    if choice is not None and not choice.get("choices"):
        yield f"{shown}: must specify choices if input type is choice"
    if sum(name in fields for name in _INPUT_TYPES) != 1:
        yield f"{shown}: must specify exactly one input type"


def _json(kind: str, fields: Fields) -> str:
    return html_safe(json.dumps(written(kind, fields), ensure_ascii=False, separators=(",", ":")))


_CHECKS: dict[str, Callable[[Fields], Iterator[str]]] = {
    "extension_repo": _extension_repo,
    "file_watch": _file_watch,
    "kubernetes_apply": _kubernetes_apply,
    "kubernetes_discovery": _kubernetes_discovery,
    "ui_button": _ui_button,
}
