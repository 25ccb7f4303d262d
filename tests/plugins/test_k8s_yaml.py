"""``k8s_yaml`` and ``filter_yaml``."""

import pytest

from tiltfile_ext.testing import printed
from tiltfile_ext.values.k8s.state import K8sState

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"


def objects(result):
    assert result.error is None, result.error
    return [found.full_name for found in result[K8sState].objects]


def test_paths_blobs_and_sequences_of_them_are_read(tiltfile):
    files = {"a.yaml": CONFIG_MAP % "a", "b.yaml": CONFIG_MAP % "b"}
    text = 'k8s_yaml("a.yaml")\nk8s_yaml(["b.yaml", blob("apiVersion: v1\\nkind: C")])'
    assert objects(tiltfile(text, files=files)) == [
        "a:ConfigMap:default",
        "b:ConfigMap:default",
        ":C:default",
    ]


def test_paths_are_watched(tiltfile, tmp_path):
    assert f"{tmp_path}/a.yaml" in tiltfile('k8s_yaml("a.yaml")').config_files


def test_an_empty_file_is_fine(tiltfile):
    assert objects(tiltfile('k8s_yaml("a.yaml")', files={"a.yaml": ""})) == []


@pytest.mark.parametrize("value", ["None", "[]", 'blob("")', '""', "[blob('')]"])
def test_no_yaml_at_all_is_an_error(tiltfile, value):
    assert tiltfile(f"k8s_yaml({value})").error is not None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("blob('')", "Empty YAML passed to k8s_yaml"),
        ("3", "expected path | string. Actual type: starlark.Int"),
        (
            "blob('a: b: c')",
            "Error reading yaml from Tiltfile blob() call: error converting YAML to JSON: yaml",
        ),
        ("'x.yaml'", "error reading yaml file: open "),
        ("'.'", "error reading yaml file: read "),
    ],
)
def test_the_error_says_what_is_wrong(tiltfile, value, message):
    assert message in str(tiltfile(f"k8s_yaml({value})").error)


def test_a_file_that_is_no_object_is_named(tiltfile, tmp_path):
    error = str(tiltfile("k8s_yaml('a.yaml')", files={"a.yaml": "[1]"}).error)
    assert f"{tmp_path}/a.yaml is not a valid YAML file: couldn't get version/kind" in error


TWICE = """
def add(**options):
    k8s_yaml(blob("apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a, namespace: q}"), **options)
add()
"""


def test_an_object_given_twice_is_an_error_that_tells_both_places(tiltfile, tmp_path):
    error = tiltfile(TWICE + "add()").error
    assert error.message == (
        "Duplicate YAML: ConfigMap a (Namespace: q)\n"
        "Ignore this error with k8s_yaml(..., allow_duplicates=True)\n"
        "YAML originally registered at: Traceback (most recent call last):\n"
        f"    {tmp_path}/Tiltfile:4:4: in <toplevel>\n"
        f"    {tmp_path}/Tiltfile:3:13: in add\n"
        "    <builtin>: in k8s_yaml\n  "
    )


def test_duplicates_can_be_allowed(tiltfile):
    assert len(objects(tiltfile(TWICE + "add(allow_duplicates=True)"))) == 2


FILTER = """
y = blob('''
apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {x: "1", z: "2"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: b, namespace: q, labels: {x: "1"}}
''')
for part in filter_yaml(y, %s):
    print([(o["kind"], o["metadata"]["name"]) for o in decode_yaml_stream(part)])
"""


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("name='A'", "a"), ("namespace='default'", "a"), ("namespace='q|z'", "b"), ("kind='^deploy'", "b"),
        ("api_version='apps'", "b"), ("labels={'x': '1'}", "ab"), ("labels={'z': '2'}", "a"), ("name='c'", ""),
        ("labels={'x': '1'}, kind='Map'", "a"), ("", "ab"),
    ],
)  # fmt: skip
def test_filter_yaml_parts_objects(tiltfile, wanted, found):
    matching = printed(tiltfile(FILTER % wanted)).split("\n")[0]
    assert [f', "{name}")' in matching for name in "ab"] == [name in found for name in "ab"]


def test_filter_yaml_refuses_a_bad_pattern(tiltfile):
    error = tiltfile("filter_yaml(blob(''), kind='(')").error
    assert error.message == "error parsing kind regexp: error parsing regexp: missing closing ): `(?i)(`"


@pytest.mark.parametrize("value", ["None", "[]"])
def test_filter_yaml_of_nothing_gives_nothing(tiltfile, value):
    assert printed(tiltfile(f"print(filter_yaml({value}))")) == "(, )"
