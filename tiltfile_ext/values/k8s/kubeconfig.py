"""The kubeconfig files of a user, merged and checked as kubectl does it.

Facts: k8s.io/client-go tools/clientcmd 0.36, as Tilt 0.37.6 uses it. YAML is read only when there is a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tiltfile_ext.starkit import Data
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.read import file_bytes

Fields = dict[str, Any]


class KubeconfigError(ValueError):
    """A file that cannot be read, or a context that cannot be used: then there is no cluster at all."""


class Entry(Data):
    """A cluster, user or context of a kubeconfig: its fields, and the file that it is from."""

    fields: Fields
    file: str

    def text(self, name: str) -> str:
        """The field *name*, "" if it is missing; paths are relative to the file."""
        return str(self.fields.get(name) or "")

    def path(self, name: str) -> str:
        """The field *name* as an absolute path, "" if it is missing."""
        value = self.text(name)
        return go_paths.resolve(os.path.abspath(go_paths.dir_name(self.file)), value) if value else ""


class Kubeconfig(Data):
    """All files together: of entries with the same name the first one counts."""

    current: str
    clusters: Mapping[str, Entry]
    users: Mapping[str, Entry]
    contexts: Mapping[str, Entry]


def kubeconfig_files(environ: Mapping[str, str]) -> list[str]:
    """The files that KUBECONFIG lists, or ``~/.kube/config``."""
    listed = environ.get("KUBECONFIG", "")
    if not listed:
        return [go_paths.join(environ.get("HOME", ""), ".kube", "config")]
    return [file for file in dict.fromkeys(listed.split(os.pathsep)) if file]


def read_kubeconfig(files: list[str]) -> Kubeconfig:
    """The files that exist, merged.

    Raises:
        KubeconfigError: a file is no kubeconfig, or cannot be read.
    """
    configs = [(file, fields) for file in files if (fields := _read_file(file)) is not None]
    currents = (str(fields.get("current-context") or "") for _, fields in configs)
    return Kubeconfig(
        current=next(filter(None, currents), ""),
        clusters=_merged(configs, "clusters", "cluster"),
        users=_merged(configs, "users", "user"),
        contexts=_merged(configs, "contexts", "context"),
    )


def _read_file(file: str) -> Fields | None:
    """The fields of a file; None if there is no such file."""
    try:
        text = file_bytes(file).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise KubeconfigError(str(error)) from None
    return _config(_read_yaml(text)) if text else {}


def _read_yaml(text: str) -> Any:
    from tiltfile_ext.values.yaml.reader import YAMLError, read_document

    try:
        return read_document(text)
    except YAMLError as error:
        raise KubeconfigError(str(error)) from None


def _config(value: Any) -> Fields:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise KubeconfigError("a kubeconfig must be a mapping")
    if value.get("apiVersion") not in (None, "", "v1") or value.get("kind") not in (None, "", "Config"):
        raise KubeconfigError("a kubeconfig must be of kind Config and apiVersion v1")
    _typed(value.get("preferences"), dict, "preferences")
    _check_text(value, ("current-context",))
    return value


_TEXT = {
    "cluster": (
        "server", "tls-server-name", "certificate-authority", "certificate-authority-data", "proxy-url",
    ),
    "user": (
        "client-certificate", "client-certificate-data", "client-key", "client-key-data",
        "token", "tokenFile", "as", "as-uid", "username", "password",
    ),
    "context": ("cluster", "user", "namespace"),
}  # fmt: skip


def _merged(configs: list[tuple[str, Fields]], plural: str, kind: str) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for file, fields in reversed(configs):
        entries |= {name: Entry(entry, file) for name, entry in _entries(fields, plural, kind).items()}
    return entries


def _entries(fields: Fields, plural: str, kind: str) -> dict[str, Fields]:
    entries: dict[str, Fields] = {}
    for item in _typed(fields.get(plural), list, plural):
        _check_text(_typed(item, dict, plural), ("name",))
        name = item.get("name") or ""
        if name in entries:
            raise KubeconfigError(f'duplicate name "{name}" in list')
        entries[name] = _typed(item.get(kind), dict, kind)
        _check_text(entries[name], _TEXT[kind])
        _check_data(entries[name])
    return entries


def _typed(value: Any, kind: type, what: str) -> Any:
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise KubeconfigError(f"{what} has the wrong type")
    return value


def _check_text(fields: Fields, names: tuple[str, ...]) -> None:
    for name in names:
        _typed(fields.get(name), str, name)


def _check_data(fields: Fields) -> None:
    import base64

    for name in ("certificate-authority-data", "client-certificate-data", "client-key-data"):
        try:
            base64.b64decode(re.sub("[\r\n]", "", fields.get(name) or ""), validate=True)
        except ValueError:
            raise KubeconfigError(f"{name} is no base64") from None


NOTHING = Entry({}, "")


def _parts(config: Kubeconfig, context: str) -> tuple[Entry, Entry]:
    """The cluster and the user of a context; empty ones where they are not defined."""
    entry = config.contexts.get(context, NOTHING)
    cluster, user = entry.text("cluster"), entry.text("user")
    return config.clusters.get(cluster, NOTHING), config.users.get(user, NOTHING)


def check_usable(config: Kubeconfig, context: str) -> None:
    """Accept the context for use.

    Raises:
        KubeconfigError: it is not defined, its cluster has no server, or its user makes no sense.
    """
    if context and context not in config.contexts:
        raise KubeconfigError(f"context was not found for specified context: {context}")
    cluster, user = _parts(config, context)
    for problem in (*_cluster_problems(cluster), *_user_problems(user), *_exec_problems(user)):
        raise KubeconfigError(f"invalid configuration: {problem}")


def has_credentials(config: Kubeconfig, context: str) -> bool:
    """Whether the file with the user's token is there. Without it the namespace is still known."""
    cluster, user = _parts(config, context)
    needs_file = cluster.text("server").startswith("https:") and not user.text("token")
    return not (needs_file and any(_unreadable(user.path("tokenFile"))))


def _cluster_problems(cluster: Entry) -> Iterator[str]:
    if not cluster.text("server"):
        yield "no server found for cluster"
    if cluster.text("certificate-authority") and cluster.text("certificate-authority-data"):
        yield "certificate-authority-data and certificate-authority are both specified"
    yield from _unreadable(cluster.path("certificate-authority"))
    proxy = cluster.text("proxy-url")
    if proxy and not proxy.startswith(("http:", "https:", "socks5:")):
        yield "invalid proxy-url: unsupported scheme, must be http, https, or socks5"


def _user_problems(user: Entry) -> Iterator[str]:
    if user.text("token") and (user.text("username") or user.text("password")):
        yield "more than one authentication method found"
    has_certificate = user.text("client-certificate") or user.text("client-certificate-data")
    if has_certificate and not (user.text("client-key") or user.text("client-key-data")):
        yield "client-key-data or client-key must be specified"
    for name in ("client-certificate", "client-key") if has_certificate else ():
        if user.text(name) and user.text(f"{name}-data"):
            yield f"{name}-data and {name} are both specified"
        yield from _unreadable(user.path(name))
    as_others = user.text("as-uid") or user.fields.get("as-groups") or user.fields.get("as-user-extra")
    if as_others and not user.text("as"):
        yield "requesting uid, groups or user-extra without impersonating a user"


def _exec_problems(user: Entry) -> Iterator[str]:
    command = user.fields.get("exec")
    if not isinstance(command, dict):
        return
    if user.fields.get("auth-provider"):
        yield "authProvider cannot be provided in combination with an exec plugin"
    yield from (f"{name} must be specified" for name in ("command", "apiVersion") if not command.get(name))
    mode = command.get("interactiveMode")
    if mode not in (None, "", "Never", "IfAvailable", "Always"):
        yield f"invalid interactiveMode {mode}"
    if not mode and command.get("apiVersion") == "client.authentication.k8s.io/v1":
        yield "interactiveMode must be specified"


def _unreadable(path: str) -> Iterator[str]:
    if path and not os.access(path, os.R_OK):
        yield f"unable to read {path}"
