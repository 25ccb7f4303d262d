"""Objects of Tilt's API: how they are given, checked, registered and written."""

import pytest

from tiltfile_ext.result_json import result_fields
from tiltfile_ext.testing import printed

BUTTON = 'v1alpha1.ui_button("b", location={"component_id": "i", "component_type": "t"}, text="T"'


def objects(result) -> dict:
    assert result.error is None, result.error
    return {key.partition("=")[2]: value for key, value in result_fields(result)["ObjectSet"].items()}


def message(result) -> str:
    return str(result.error).split("\n")[-1].partition(": ")[2]


def spec(result) -> dict:
    (named,) = objects(result).values()
    (only,) = named.values()
    return only["spec"]


# ---- the shape ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('extension_repo("a", url="https://x", ref="r", load_host="h")', {"url": "https://x", "ref": "r", "loadHost": "h"}),
        ('extension("a")', {"repoName": "", "repoPath": ""}),
        ('file_watch("a", watched_paths="/p", ignores=[{"base_path": "/b"}])', {"watchedPaths": ["/p"], "ignores": [{"basePath": "/b"}]}),
        ('kubernetes_apply("a", yaml="y", timeout="90s")', {"yaml": "y", "timeout": "1m30s", "cluster": ""}),
        ('kubernetes_apply("a", apply_cmd={"args": ["x"]})', {"timeout": "0s", "applyCmd": {"args": ["x"], "dir": "", "env": None}, "cluster": ""}),
        ('kubernetes_apply("a", yaml="y", image_locators=[{}])', {"yaml": "y", "imageLocators": [{"objectSelector": {}, "path": ""}], "timeout": "0s", "cluster": ""}),
        ('kubernetes_discovery("a", extra_selectors=[{}])', {"watches": None, "extraSelectors": [{}], "cluster": ""}),
        ('kubernetes_discovery("a", watches=[], extra_selectors=[{"match_labels": {"b": "1", "a": "2"}}])', {"watches": [], "extraSelectors": [{"matchLabels": {"a": "2", "b": "1"}}], "cluster": ""}),
        ('cmd("a", dir="/d", start_on={})', {"dir": "/d", "startOn": {"startAfter": None, "uiButtons": None}}),
        ('cmd("a", dir="/d", readiness_probe={"period_seconds": 1, "exec": {}})', {"dir": "/d", "readinessProbe": {"exec": {}, "periodSeconds": 1}}),
    ],
)  # fmt: skip
def test_an_object_is_written_in_tilts_fields_and_order(tiltfile, call, expected):
    found = spec(tiltfile(f"v1alpha1.{call}"))
    assert found == expected
    assert list(found) == list(expected)


def test_an_input_that_is_given_as_an_empty_text_is_written(tiltfile):
    result = tiltfile(BUTTON + ', inputs=[{"name": "n", "bool": {"true_string": ""}}])')
    assert spec(result)["inputs"] == [{"name": "n", "label": "", "bool": {"trueString": ""}}]


def test_metadata_holds_only_what_was_given(tiltfile):
    result = tiltfile('v1alpha1.config_map("c", labels={"z": "1", "a": "2"}, data={"k": blob("v")})')
    expected = {"metadata": {"name": "c", "labels": {"a": "2", "z": "1"}}, "data": {"k": "v"}}
    assert objects(result) == {"configmaps": {"c": expected}}


def test_a_command_runs_in_the_directory_of_its_tiltfile(tiltfile, tmp_path):
    assert spec(tiltfile('v1alpha1.cmd("a")')) == {"dir": str(tmp_path)}


def test_a_relative_path_starts_where_the_value_was_made(tiltfile, tmp_path):
    library = {"lib/Tiltfile": 'i = v1alpha1.ignore_def("made")'}
    text = 'load("lib/Tiltfile", "i")\nv1alpha1.file_watch("a", watched_paths="/p", ignores=[i, {"base_path": "here"}])'
    found = spec(tiltfile(text, files=library))["ignores"]
    assert found == [{"basePath": f"{tmp_path}/lib/made"}, {"basePath": f"{tmp_path}/here"}]


# ---- values -------------------------------------------------------------------------------------


def test_a_value_prints_and_reads_as_the_dict_of_its_arguments(tiltfile):
    text = """
x = v1alpha1.probe(period_seconds=3)
print(type(x), x, x["period_seconds"], len(x), list(x), "period_seconds" in x, x.get("nope"), dict(x, a=1), bool(x))
print(bool(v1alpha1.probe()), "yes" if v1alpha1.probe() else "no", [k for k in x.items()], "%(period_seconds)s" % x)
"""
    assert printed(tiltfile(text)) == (
        'dict {"period_seconds": 3} 3 1 ["period_seconds"] True None {"period_seconds": 3, "a": 1} True\n'
        'False no [("period_seconds", 3)] 3'
    )


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ('x["a"] = 1', "cannot insert into frozen hash table"),
        ("x.update({'a': 1})", "update: cannot insert into frozen hash table"),
        ("x.pop('period_seconds')", "pop: cannot delete from frozen hash table"),
        ("x.setdefault('a')", "setdefault: cannot insert into frozen hash table"),
        ("x.clear()", "cannot clear frozen hash table"),
    ],
)
def test_a_value_cannot_be_changed(tiltfile, change, text):
    assert message(tiltfile(f"x = v1alpha1.probe(period_seconds=3)\n{change}")) == text


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("forward(local_port='x')", "Expected int, got: got string, want int"),
        ("forward(local_port=1 << 31)", "Expected int, got: 2147483648 out of range"),
        ("forward(host=blob('x'))", "Expected string, actual: blob"),
        ("ui_bool_input_spec(default_value=1)", "Expected bool, got: int"),
        ("exec_action(command='x')", "unpacking command: value should be a List or Tuple of strings, but is of type string"),
        ("handler(exec={'command': [1]})", 'unpacking exec: unpacking command: value should contain only strings, but element "1" was of type int'),
        ("handler(exec=1)", "unpacking exec: expected dict, actual: int"),
        ("disable_source(every_config_map=())", "unpacking every_config_map: expected list, actual: tuple"),
        ("disable_source(every_config_map=[{}, {'n': 1}])", "unpacking every_config_map: at index 1: Unexpected attribute name: n"),
        ("ignore_def(base_path=1)", "unpacking base_path: expected path | string. Actual type: starlark.Int"),
        ("probe(handler={})", "Unexpected attribute name: handler"),
        ("start_on_spec(start_after='x')", "Unexpected attribute name: start_after"),
        ("pod_log_stream_template_spec(since_time=1)", "Unexpected attribute name: since_time"),
    ],
)  # fmt: skip
def test_a_bad_field_of_a_value_counts_and_fails(tiltfile, call, text):
    result = tiltfile(f"v1alpha1.{call}")
    name, _, parameter = call.partition("(")
    assert message(result) == text
    assert f"tiltfile.invoked.v1alpha1.{name}.arg.{parameter.partition('=')[0]}" in result.tags


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("1", "expected dict, actual: int"),
        ("None", "expected dict, actual: NoneType"),
        ("{1: 2}", "key must be string. Got: int"),
        ("v1alpha1.exec_action()", "expected dict, actual: dict"),
        ("{'http_get': {'http_headers': [1]}}", "unpacking http_get: unpacking http_headers: at index 0: expected dict, actual: int"),
    ],
)  # fmt: skip
def test_a_bad_object_is_an_error_of_binding(tiltfile, argument, text):
    result = tiltfile(f"v1alpha1.cmd('a', readiness_probe={argument})")
    assert message(result) == f'v1alpha1.cmd: for parameter "readiness_probe": {text}'
    assert result.tags["tiltfile.invoked.v1alpha1.cmd"] == "1"
    assert "tiltfile.invoked.v1alpha1.cmd.arg.name" not in result.tags


def test_a_message_names_the_go_type_of_a_value(tiltfile):
    result = tiltfile("v1alpha1.config_map('a', data=v1alpha1.http_header('x'))")
    assert message(result).endswith("expected dict, got *v1alpha1.HTTPHeader")


# ---- checks -------------------------------------------------------------------------------------

REPO_URLS = [
    ("ftp://x", 'spec.url: Invalid value: "ftp://x": URLs must start with http(s):// or file://'),
    (
        "file://x",
        'spec.url: Invalid value: "file://x": file:// URLs must be absolute (e.g., file:///home/user/repo)',
    ),
]
SOURCES = "must specify exactly ONE of .spec.yaml or .spec.applyCmd"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        *((f'v1alpha1.extension_repo("a", url="{url}")', text) for url, text in REPO_URLS),
        ('v1alpha1.extension_repo("a", url="file:///x", git_subpath="q")', 'spec.git_subpath: Invalid value: "q": cannot use git_subpath for file:// URL extension repositories'),
        ('v1alpha1.file_watch("a")', "spec.watchedPaths: Required value: cannot be an empty list"),
        ('v1alpha1.kubernetes_apply("a")', f"spec.yaml: Required value: {SOURCES}"),
        ('v1alpha1.kubernetes_apply("a", yaml="y", apply_cmd={"args": ["<"]})', f'spec.applyCmd: Invalid value: {{"args":["\\u003c"],"dir":"","env":null}}: {SOURCES}'),
        ('v1alpha1.kubernetes_apply("a", apply_cmd={}, discovery_strategy="x")', '[spec.discoveryStrategy: Unsupported value: "x": supported values: "default", "selectors-only", spec.applyCmd.args: Required value: args cannot be empty]'),
        ('v1alpha1.kubernetes_discovery("a")', "spec.watches: Required value: One or more watches or extraSelectors are required"),
        ('v1alpha1.kubernetes_discovery("a", watches=[{"namespace": "n"}, {}])', "spec.watches[1]: Required value: Namespace must be provided"),
        (BUTTON + ', icon_svg="x")', 'spec.iconSVG: Invalid value: "x": Invalid <svg> element'),
        (BUTTON + ', inputs=[{"choice": {}}])', 'spec: Invalid value: {"name":"","label":"","choice":{"choices":null}}: must specify choices if input type is choice'),
        (BUTTON + ', inputs=[{"text": {}}, {"text": {}}])', 'spec.inputs[1].id: Duplicate value: {"name":"","label":"","text":{}}'),
        (BUTTON + ", inputs=[{}])", 'spec: Invalid value: {"name":"","label":""}: must specify exactly one input type'),
        ('v1alpha1.ui_button("a")', "[spec.text: Required value: Button text cannot be empty, spec.location.componentID: Required value: Parent component ID is required, spec.location.componentType: Required value: Parent component type is required]"),
    ],
)  # fmt: skip
def test_an_object_is_checked_in_the_words_of_kubernetes(tiltfile, call, text):
    assert message(tiltfile(call)) == text


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("args=['x']", "args=['x']", True),
        ("args=['x']", "args=['y']", False),
        ("args=[], labels={}", "", True),
        ("labels={'a': 'b'}", "", False),
        ("restart_on={}", "", False),
        ("restart_on={}", "restart_on=v1alpha1.restart_on_spec(file_watches=[])", True),
    ],
)
def test_an_object_may_be_registered_again_if_it_is_the_same(tiltfile, first, second, is_same):
    result = tiltfile(f"v1alpha1.cmd('a', {first})\nv1alpha1.cmd('a', {second})")
    assert (result.error is None) is is_same
    assert is_same or message(result) == 'cmds "a" already registered'
