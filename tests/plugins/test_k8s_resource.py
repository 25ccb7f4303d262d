"""``k8s_resource``, ``port_forward``, ``k8s_kind``, ``k8s_image_json_path`` and their errors."""

import pytest

from tiltfile_ext.testing import printed
from tiltfile_ext.values.k8s.state import K8sState


def test_options_are_kept_in_the_order_of_the_calls(tiltfile):
    result = tiltfile('k8s_resource("a", port_forwards=80)\nk8s_resource("b", links="x")')
    assert [options.workload for options in result[K8sState].options] == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "ports"),
    [
        ("80", [(80, 0, "")]), ("'80'", [(80, 0, "")]), ("'80:90'", [(80, 90, "")]), ("'h.x:80:90'", [(80, 90, "h.x")]),
        ("[80, '1:2', port_forward(3)]", [(80, 0, ""), (1, 2, ""), (3, 0, "")]), ("None", []), ("()", []),
        ("port_forward(1, 2, host='h')", [(1, 2, "h")]),
    ],
)  # fmt: skip
def test_port_forwards_are_numbers_texts_or_values(tiltfile, value, ports):
    (options,) = tiltfile(f'k8s_resource("a", port_forwards={value})')[K8sState].options
    assert [(each.local_port, each.container_port, each.host) for each in options.port_forwards] == ports


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "Resource name missing. Must give a name"),
        ("new_name='a'", "k8s_resource doesn't specify a workload or any objects."),
        (
            "'a', port_forwards='x'",
            'k8s_resource "a": portForward port value "x" is not in the valid range [0-65535]',
        ),
        ("'a', port_forwards=70000", "portForward port value 70000 is not in the valid range [0-65535]"),
        ("'a', port_forwards=1<<70", "is not representable as an int64"),
        ("'a', port_forwards='-:2:3'", 'portForward host value "2" is not a valid hostname or IP address'),
        (
            "'a', port_forwards=True",
            "port_forwards must be an int, a port_forward, or a sequence of those; is a",
        ),
        (
            "'a', port_forwards=[1, 1.5]",
            "port_forwards arg [1, 1.5] includes element 1.5 which must be an int or a",
        ),
        ("'a', extra_pod_selectors=None", "pod labels must be a dict or a list; got starlark.NoneType"),
        ("'a', extra_pod_selectors=[3]", "pod labels elements must be dicts; got starlark.Int"),
        (
            "'a', extra_pod_selectors={'a': 3}",
            "pod label values must be strings; got '3' of type starlark.Int",
        ),
        ("'a', extra_pod_selectors={3: 'a'}", "pod label keys must be strings; got '3' of type starlark.Int"),
        ("'a', objects=[3]", "k8s_resource: resource_deps: '3' is a starlark.Int, not a string"),
        ("'a/b'", "k8s_resource: for parameter workload: invalid value \"a/b\": may not contain '/'"),
        ("'a', pod_readiness='x'", "Invalid value. Allowed: {ignore, wait}. Got: x"),
        ("'a', discovery_strategy='x'", 'Invalid. Must be one of: "default", "selectors-only"'),
    ],
)
def test_the_error_says_what_is_wrong(tiltfile, arguments, message):
    assert message in tiltfile(f"k8s_resource({arguments})").error.message


def test_a_port_forward_prints_its_ports_and_name(tiltfile):
    result = tiltfile("print(port_forward(1, 2, name='n', link_path='/x'))")
    assert printed(result) == 'port_forward(local_port=1, container_port=2, name="n")'


def test_a_bad_link_path_is_refused(tiltfile):
    error = tiltfile("port_forward(1, link_path='%zz')").error
    assert error.message == 'parsing `path` param: parse "%zz": invalid URL escape "%zz"'


def test_k8s_kind_takes_one_argument_by_position_only(tiltfile):
    result = tiltfile('k8s_kind("a", "{.x}")')
    assert result.error.message == "k8s_kind: got 2 arguments, want at most 1"
    assert result.uses["k8s_kind"].arguments == {}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("k8s_kind('A', image_json_path='{.x')", "unclosed action"),
        ("k8s_kind('A', image_json_path=3)", 'k8s_kind: for parameter "image_json_path": Expected string, got: 3'),
        ("k8s_kind('(')", "error parsing kind regexp: error parsing regexp: missing closing ): `(?i)(`"),
        ("k8s_kind('A', image_object={'a': 'b'})", "'tag_field': str}: Unexpected key: \"a\""),
        ("k8s_kind('A', image_object={'json_path': 'b'})", 'Missing keys. Actual keys: ["json_path"]'),
        ("k8s_kind('A', image_object={'json_path': 1})", 'Expected string at key "\\"json_path\\"". Got: int'),
        ("k8s_kind('A', image_json_path='{.a}', image_object={'json_path': 'x', 'repo_field': 'r', 'tag_field': 't'})",
         "Cannot specify both image_json_path and image_object"),
        ("k8s_image_json_path('{.a}')", "at least one of kind, name, or namespace must be specified"),
    ],
)  # fmt: skip
def test_locators_are_checked(tiltfile, call, message):
    assert message in tiltfile(call).error.message
