"""local_resource, test, and what they take: links, probes, labels, trigger modes."""

import pytest

from tiltfile_ext.testing import printed
from tiltfile_ext.values.resources import Resources


def test_a_resource_becomes_a_manifest(tiltfile, tmp_path):
    result = tiltfile("local_resource('a', 'make', deps=['src'], serve_cmd=['serve', 'it'])")
    made = result[Resources].local["a"]
    assert (made.cmd.argv, made.serve_cmd.argv) == (("sh", "-c", "make"), ("serve", "it"))
    assert made.deps == (f"{tmp_path}/src",)
    assert [manifest.name for manifest in result.manifests] == ["a"]


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ("", 0),
        ("trigger_mode=TRIGGER_MODE_MANUAL", 1),
        ("trigger_mode=TRIGGER_MODE_MANUAL, auto_init=False", 2),
        ("auto_init=False", 3),
    ],
)
def test_trigger_mode_and_auto_init_make_one_number(tiltfile, options, number):
    assert tiltfile(f"local_resource('a', 'true', {options})").manifests[0].trigger_mode == number


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("local_resource('a')", "local_resource must have a cmd and/or a serve_cmd, but both were empty"),
        ("local_resource('a', dir='x', serve_cmd='y')", "local_resource: 'dir' only affects 'cmd', not 'serve_cmd'. "
                                                        "Did you mean to use 'serve_dir' instead?"),
        ("local_resource('a', dir='x')", "local_resource: 'dir' specified but 'cmd' is empty"),
        ("local_resource('a', 'x', serve_dir=None)", "local_resource: 'serve_dir' specified but 'serve_cmd' is empty"),
        ("local_resource('a', cmd=None)", "a command must be a string or list of strings. found starlark.NoneType"),
        ("local_resource('a/b', 'x')", "local_resource: for parameter name: invalid value \"a/b\": may not contain '/'"),
        ("local_resource('a', 'x', resource_deps=[1])", "local_resource: resource_deps: "
                                                        "'1' is a starlark.Int, not a string"),
        ("local_resource('a', 'x', ignore='b\\nc')", 'ignore cannot contain newlines; found ignore: "b\\nc"'),
        ("local_resource('a', 'x', trigger_mode=None)",
         'local_resource: for parameter "trigger_mode": got NoneType, want TriggerMode'),
        ("local_resource('a', 'x', deps=[1])", 'local_resource: for parameter "deps": unpacking list item at index 0: '
                                               "expected path | string. Actual type: starlark.Int"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_tilts_words(tiltfile, call, text):
    assert str(tiltfile(call).error).partition("Error in local_resource: ")[2] == text


def test_a_name_can_be_used_once(tiltfile):
    error = tiltfile("local_resource('a', 'x')\nlocal_resource('a', 'y')").error
    assert str(error).endswith('Error in local_resource: local_resource named "a" already exists')


def test_the_old_alias_warns_counts_under_its_own_name_and_runs_in_parallel(tiltfile):
    result = tiltfile("test('t', 'true')")
    assert result.messages[0][0] == "warning"
    assert result.tags["tiltfile.invoked.test"] == "1"
    assert result[Resources].local["t"].allow_parallel is True


def test_a_dependency_on_nobody_is_warned_of_and_dropped(tiltfile):
    result = tiltfile("local_resource('a', 'x', resource_deps=['nobody'])")
    assert result.manifests[0].resource_dependencies == ()
    assert "specified a dependency on unknown resource nobody" in printed(result)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("local_resource('a', 'x', resource_deps=['a'])", "resource a specified a dependency on itself"),
        ("local_resource('a', 'x', resource_deps=['b'])\nlocal_resource('b', 'x', resource_deps=['a'])",
         "cycle detected in resource dependency graph: a -> b -> a"),
    ],
)  # fmt: skip
def test_a_circle_of_dependencies_is_an_error_without_traceback(tiltfile, text, message):
    assert str(tiltfile(text).error) == message


def test_a_chain_of_ten_thousand_dependencies_is_no_problem(tiltfile):
    text = "for i in range(10000): local_resource(str(i), 'x', resource_deps=[str(i + 1)])\nlocal_resource('10000', 'x')"
    assert len(tiltfile(text).manifests) == 10001


def test_a_link_prints_its_fields_and_gets_a_scheme(tiltfile):
    text = "l = link('example.com', 'home')\nprint(l, l.url, type(l))"
    assert (
        printed(tiltfile(text)) == 'link(name = "home", url = "http://example.com") http://example.com struct'
    )


def test_a_probe_needs_exactly_one_action(tiltfile):
    text = "probe(period_secs=1, exec=exec_action(['x']), tcp_socket=tcp_socket_action(1))"
    assert str(tiltfile(text).error).endswith(
        "exactly one of exec, http_get, or tcp_socket must be specified"
    )


def test_a_probe_shows_its_fields(tiltfile):
    text = "p = probe(http_get=http_get_action(80, scheme='https'))\nprint(type(p), p.http_get, p.exec, p.period_secs)"
    shown = 'Probe HTTPGetAction(host = "", path = "", port = 80, scheme = "https") None 0'
    assert printed(tiltfile(text)) == shown


def test_a_probe_without_a_server_is_ignored_with_a_warning(tiltfile):
    result = tiltfile("local_resource('a', 'x', readiness_probe=probe(exec=exec_action(['x'])))")
    assert 'Ignoring readiness probe for local resource "a"' in printed(result)
