"""The Kubernetes cluster that a load is for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tiltfile_ext.values.k8s.context import KubeContext, read_kube_context


def kubeconfig(context="c", cluster="kind-a", *, current=None, extra="", user="{}", namespace=""):
    return f"""
apiVersion: v1
kind: Config
current-context: {context if current is None else current}
clusters:
- name: {cluster}
  cluster: {{server: "https://h", {extra}}}
contexts:
- name: {context}
  context: {{cluster: "{cluster}", user: u, namespace: "{namespace}"}}
users:
- name: u
  user: {user}
"""


@pytest.fixture
def read(tmp_path):
    def read(*texts, **options):
        files = [tmp_path / f"config-{index}" for index, _ in enumerate(texts)]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)
        listed = ":".join(map(str, [*files, "", tmp_path / "missing"]))
        return read_kube_context({"KUBECONFIG": listed, "HOME": str(tmp_path)}, **options)

    return read


@pytest.mark.parametrize(
    ("cluster", "product", "env_tag", "allowed"),
    [
        ("minikube-2", "minikube", "minikube", True),
        ("docker-desktop", "docker-desktop", "docker-for-desktop", True),
        ("docker-for-desktop-cluster", "docker-desktop", "docker-for-desktop", True),
        ("gke_a_b_c", "gke", "gke", False),
        ("arn:aws:eks:a", "eks", "eks", False),
        ("a.b.eksctl.io", "eks", "eks", False),
        ("kind", "kind", "kind-0.6+", True),
        ("kind-a", "kind", "kind-0.6+", True),
        ("kindly", "unknown", "unknown", False),
        ("microk8s-cluster", "microk8s", "microk8s", True),
        ("api-crc-testing:6443", "crc", "crc", True),
        ("krucible-a", "krucible", "krucible", True),
        ("k3d-a", "k3d", "k3d", True),
        ("rancher-desktop", "rancher-desktop", "rancher-desktop", True),
        ("colima", "colima", "colima", True),
        ("orbstack", "orbstack", "orbstack", True),
        ("orbstack-2", "unknown", "unknown", False),
        ("prod", "unknown", "unknown", False),
    ],
)
def test_the_name_of_the_cluster_tells_the_product(read, cluster, product, env_tag, allowed):
    found = read(kubeconfig(cluster=cluster))
    assert found == KubeContext("c", "default", cluster, product)
    assert (found.env_tag, found.allowed_by_default) == (env_tag, allowed)


def test_a_certificate_of_minikube_tells_the_product(read, tmp_path):
    (tmp_path / ".minikube").mkdir()
    (tmp_path / ".minikube/ca.crt").touch()
    assert (
        read(kubeconfig(cluster="x", extra="certificate-authority: .minikube/ca.crt")).product == "minikube"
    )


@pytest.mark.parametrize(("place", "product"), [(".config/k3d/a", "k3d"), ("kind-config-a", "kind")])
def test_the_place_of_the_file_tells_the_product(tmp_path, place, product):
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(kubeconfig(cluster="x"))
    assert read_kube_context({"KUBECONFIG": str(file), "HOME": str(tmp_path)}).product == product


def test_without_a_list_the_file_of_the_home_directory_counts(tmp_path):
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube/config").write_text(kubeconfig(namespace="n"))
    assert read_kube_context({"HOME": str(tmp_path)}) == KubeContext("c", "n", "kind-a", "kind")


def test_of_several_files_the_first_counts(read):
    first, second = kubeconfig("a", "kind-a", current="b"), kubeconfig("b", "k3d-b", current="a")
    assert read(first, second).context == "b"
    assert read(first, second).product == "k3d"


def test_the_command_line_may_choose_context_and_namespace(read):
    texts = [kubeconfig("a", "kind-a"), kubeconfig("b", "k3d-b")]
    assert read(*texts, context="b", namespace="n") == KubeContext("b", "n", "k3d-b", "k3d")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "a: [",
        "[]",
        "apiVersion: v2",
        "kind: Pod",
        "clusters: {}",
        kubeconfig(current="missing"),
        kubeconfig(current='""'),
        kubeconfig(extra='server: ""'),
        kubeconfig(extra="certificate-authority: missing.crt"),
        kubeconfig(extra='certificate-authority-data: "?"'),
        kubeconfig(user="{token: a, username: b}"),
        kubeconfig(user="{client-certificate-data: YQ==}"),
        kubeconfig(user="{token: 1}"),
        kubeconfig(user="{exec: {command: x}}"),
        kubeconfig(user="{exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}"),
        kubeconfig(user="{as-uid: x}"),
        kubeconfig(extra='proxy-url: "ftp://x"'),
        kubeconfig() + "preferences: 1",
        kubeconfig() + "- name: u",
    ],
)
def test_what_cannot_be_used_is_no_cluster(read, text):
    assert read(text) == KubeContext()
    assert read(text).allowed_by_default


def test_without_its_token_a_user_has_a_namespace_but_no_cluster(read):
    assert read(kubeconfig(user="{tokenFile: missing}", namespace="n")) == KubeContext(namespace="n")


def test_one_bad_file_of_several_is_no_cluster(read):
    assert read(kubeconfig(), "a: [") == KubeContext()


def test_a_user_need_not_be_defined(read):
    assert read(kubeconfig().replace("user: u", "user: v")).product == "kind"


def test_yaml_is_read_only_when_there_is_a_file(tmp_path):
    code = (
        "import sys; from tiltfile_ext.values.k8s.context import read_kube_context;"
        f"read_kube_context({{'HOME': {str(tmp_path)!r}}}); sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
