"""``helm`` and ``kustomize``, with programs that tell how they were called."""

import os

import pytest

from tiltfile_ext.testing import printed

HELM = """#!/bin/sh
if [ "$1" = version ]; then echo "$VERSION"; exit; fi
echo "---\\n# Source: c/templates/tests/t.yaml\\nkind: T\\n---\\nkind: A\\napiVersion: v\\nargs: $*"
"""
KUSTOMIZE = '#!/bin/sh\necho "$*"\n'
CHART = {"chart/Chart.yaml": "name: c"}


@pytest.fixture
def run(tiltfile, tmp_path):
    """Load a Tiltfile with stand-ins for programs on the search path."""
    (tmp_path / "bin").mkdir()
    for name, text in {"helm": HELM, "kustomize": KUSTOMIZE}.items():
        path = tmp_path / "bin" / name
        path.write_text(text.replace("\\n", "\n") if name == "kustomize" else text)
        path.chmod(0o755)

    def load(text, version="v3.9.0", path=f"{tmp_path}/bin:{os.defpath}", **options):
        environ = {"PATH": path, "HOME": str(tmp_path), "VERSION": version}
        return tiltfile(text, environ=environ, **options)

    return load


def test_helm_gets_all_arguments_in_order(run, tmp_path):
    call = "helm('chart', 'n', values='v.yaml', set=['a=1', 'b=2'], kube_version='1.20')"
    words = f"n {tmp_path}/chart --kube-version 1.20 --include-crds --values v.yaml --set a=1 --set b=2"
    result = run(f"print({call})", files=CHART)
    assert f"args: template {words}" in printed(result)


def test_helm_leaves_out_tests(run):
    assert "kind: T" not in printed(run("print(helm('chart'))", files=CHART))


def test_a_namespace_is_put_into_the_objects(run):
    assert "namespace: q" in printed(run("print(helm('chart', namespace='q'))", files=CHART))


def test_the_chart_its_values_and_local_charts_are_watched(run, tmp_path):
    files = {
        **CHART,
        "chart/requirements.yaml": "dependencies: [{repository: 'file://other'}, {repository: x}]",
    }
    found = run("helm('chart', values=['v.yaml'])", files=files).config_files
    assert {f"{tmp_path}/chart", f"{tmp_path}/other", f"{tmp_path}/v.yaml"} <= set(found)


def test_the_first_helm_gets_help_with_its_definitions(run):
    files = {**CHART, "chart/crds/a.yaml": "kind: Crd"}
    output = printed(run("print(helm('chart'))", version="v3.0.2", files=files))
    assert "--include-crds" not in output
    assert output.endswith("\n---\nkind: Crd")


@pytest.mark.parametrize(
    ("call", "options", "message"),
    [
        ("helm('nope')", {}, 'Could not read Helm chart directory "{}/nope": does not exist'),
        ("helm('Tiltfile')", {}, 'helm() may only be called on directories with Chart.yaml: "{}/Tiltfile"'),
        ("helm('chart')", {"version": "v2.1"}, 'could not parse Helm version from string: "v2.1\\n"'),
        ("helm('chart')", {"path": "/nonexistent"}, "Unable to find Helm installation. Make sure `helm` is on"),
        ("kustomize('nope')", {}, "resolving deps: unable to find one of [kustomization.yaml kustomization.yml"),
        ("kustomize('k', kustomize_bin='x')", {}, 'exec: "{0}/x": stat {0}/x: no such file or directory'),
    ],
)  # fmt: skip
def test_the_error_says_what_is_wrong(run, tmp_path, call, options, message):
    assert (
        message.replace("{}", str(tmp_path)).replace("{0}", str(tmp_path))
        in run(call, files=CHART, **options).error.message
    )


def test_kustomize_builds_the_relative_path(run):
    result = run("print(kustomize('k', flags=['--x']))", files={"k/kustomization.yaml": ""})
    assert printed(result) == "Running: kustomize build --x k\nbuild --x k\n"


def test_all_files_of_a_kustomization_are_watched(run, tmp_path):
    files = {
        "k/kustomization.yaml": "resources: [a.yaml, ../base]\npatches: [{path: p.yaml}]\n"
        "configMapGenerator: [{files: [f]}]",
        "base/Kustomization": "crds: [c.yaml]",
    }
    found = run("kustomize('k')", files=files).config_files
    names = ["k/kustomization.yaml", "k/a.yaml", "k/p.yaml", "k/f", "base/Kustomization", "base/c.yaml"]
    assert {f"{tmp_path}/{name}" for name in names} <= set(found)


def test_without_kustomize_kubectl_is_asked(run):
    result = run("kustomize('k')", path="/nonexistent", files={"k/kustomization.yaml": ""})
    assert printed(result).startswith("Falling back to `kubectl kustomize` since `kustomize` was not found")
    assert 'exec: "kubectl": executable file not found in $PATH' in result.error.message
