"""The Kubernetes cluster that a load is for.

Facts: Tilt 0.37.6, github.com/tilt-dev/clusterid. In Tilt, child processes get KUBECONFIG with the path
of a private copy that holds only the current context; kubectl then behaves as with the files that the
copy was made from, so children here get the variable as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from tiltfile_ext.starkit import Data
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.k8s.kubeconfig import (
    NOTHING,
    Entry,
    Kubeconfig,
    KubeconfigError,
    check_usable,
    has_credentials,
    kubeconfig_files,
    read_kubeconfig,
)

_UNKNOWN = "unknown"
_REMOTE = frozenset(("gke", "eks", _UNKNOWN))
_ENV_TAGS = {"docker-desktop": "docker-for-desktop", "kind": "kind-0.6+"}

#: products by what the name of the cluster starts with, in the order they are tried
_BY_PREFIX = (
    ("minikube", "minikube"),
    ("docker-for-desktop-cluster", "docker-desktop"),
    ("docker-desktop", "docker-desktop"),
    ("gke", "gke"),
    ("arn:aws:eks:", "eks"),
    ("kind-", "kind"),
    ("microk8s", "microk8s"),
    ("api-crc-testing", "crc"),
    ("krucible-", "krucible"),
    ("k3d-", "k3d"),
    ("rancher-desktop", "rancher-desktop"),
    ("colima", "colima"),
)
_BY_NAME = {"kind": "kind", "orbstack": "orbstack"}


class KubeContext(Data):
    """A context of a kubeconfig; all "" where there is none that can be used.

    Attributes:
        namespace: as the context has it, else "default".
        cluster: the name of its cluster.
        product: what kind of cluster it is: "kind", "minikube", "gke", "unknown"…
    """

    context: str = ""
    namespace: str = ""
    cluster: str = ""
    product: str = ""

    @property
    def env_tag(self) -> str:
        """The product as analytics call it: two have old names."""
        return _ENV_TAGS.get(self.product, self.product)

    @property
    def allowed_by_default(self) -> bool:
        """Whether a Tiltfile may deploy here without ``allow_k8s_contexts``: a local cluster, or none."""
        return self.product not in _REMOTE


def read_kube_context(environ: Mapping[str, str], *, context: str = "", namespace: str = "") -> KubeContext:
    """The current context of the files that KUBECONFIG lists, or of ``~/.kube/config``.

    Args:
        environ: KUBECONFIG and HOME are read.
        context: use this one instead (``--context``).
        namespace: use this one instead (``--namespace``).
    """
    try:
        config = read_kubeconfig(kubeconfig_files(environ))
        name = context or config.current
        check_usable(config, name)
    except KubeconfigError:
        return KubeContext(namespace=namespace)
    return _context(config, name, namespace, environ.get("HOME", ""))


def _context(config: Kubeconfig, name: str, namespace: str, home: str) -> KubeContext:
    entry = config.contexts.get(name, NOTHING)
    namespace = namespace or entry.text("namespace") or "default"
    if not name or not has_credentials(config, name):
        return KubeContext(namespace=namespace)
    cluster = entry.text("cluster")
    return KubeContext(
        context=name,
        namespace=namespace,
        cluster=cluster,
        product=_product(cluster) or _product_by_place(entry, config.clusters.get(cluster), home),
    )


def _product(cluster: str) -> str:
    """The product by the name of the cluster, "" if that tells nothing."""
    if cluster in _BY_NAME:
        return _BY_NAME[cluster]
    if cluster.endswith(".eksctl.io"):
        first = _prefixed(cluster)
        return first if first in ("minikube", "docker-desktop", "gke") else "eks"
    return _prefixed(cluster)


def _prefixed(cluster: str) -> str:
    return next((product for prefix, product in _BY_PREFIX if cluster.startswith(prefix)), "")


def _product_by_place(context: Entry, cluster: Entry | None, home: str) -> str:
    """The product by where the kubeconfig or the certificate of the cluster lies."""
    if context.file.startswith(go_paths.join(home, ".config", "k3d") + os.sep):
        return "k3d"
    authority = cluster.path("certificate-authority") if cluster else ""
    if authority.startswith(go_paths.join(home, ".minikube") + os.sep):
        return "minikube"
    return "kind" if go_paths.base(context.file).startswith("kind-config-") else _UNKNOWN
