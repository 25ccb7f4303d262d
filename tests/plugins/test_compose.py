"""``docker_compose`` and ``dc_resource``."""

import os
import stat

import pytest

from tiltfile_ext.testing import printed
from tiltfile_ext.values.compose.projects import ComposeProjects

_TWO = "services: {web: {image: example/web, depends_on: [db], ports: ['8080:80']}, db: {image: example/db}}"
_FILES = {"docker-compose.yml": _TWO}
_COMPOSE = "docker_compose('docker-compose.yml')\n"


@pytest.fixture
def web(tiltfile):
    """The manifest "web" after `_COMPOSE` and a text."""

    def load(text):
        result = tiltfile(_COMPOSE + text, files=_FILES)
        assert result.error is None
        return next(manifest for manifest in result.manifests if manifest.name == "web")

    return load


def _error(result):
    return str(result.error).split("\n 1 |")[0].split("\n 2 |")[0]


def test_services_become_resources_after_those_they_depend_on(tiltfile):
    assert [m.name for m in tiltfile(_COMPOSE, files=_FILES).manifests] == ["db", "web"]


def test_files_are_watched(tiltfile, tmp_path):
    files = {"docker-compose.yml": "services: {a: {image: x, env_file: a.env}}", "a.env": "", "e.env": ""}
    result = tiltfile("docker_compose('docker-compose.yml', env_file='e.env')", files=files)
    names = {os.path.relpath(path, tmp_path) for path in result.config_files}
    assert {"docker-compose.yml", "a.env", "e.env"} < names


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[]", "Nothing to compose"),
        ("None", "Nothing to compose"),
        ("{}", "Nothing to compose"),
        ("5", "expected blob | path (string). Actual type: starlark.Int"),
        ("[None]", "expected blob | path (string). Actual type: starlark.NoneType"),
    ],
)
def test_other_values_than_files_are_refused(tiltfile, value, message):
    assert _error(tiltfile(f"docker_compose({value})")).endswith(f"Error in docker_compose: {message}")


def test_without_the_program_a_bad_file_is_an_error_of_the_program(tiltfile, tmp_path):
    result = tiltfile("docker_compose('nope.yml', project_name='p')", environ={"PATH": "/nonexistent"})
    assert _error(result).endswith(
        f'command ["docker-compose" "--project-name" "p" "--project-directory" "{tmp_path}" '
        f'"-f" "{tmp_path}/nope.yml" "config"] failed.\n'
        'error: exec: "docker-compose": executable file not found in $PATH\nstdout: ""'
    )


@pytest.fixture
def program(tmp_path):
    """A ``docker`` that says a version and then runs *script*; the PATH that finds it."""

    def install(script, version="Docker Compose version v2.24.1"):
        path = tmp_path / "bin" / "docker"
        path.parent.mkdir()
        path.write_text(f'#!/bin/sh\nif [ "$2" = version ]; then echo "{version}"; exit 0; fi\n{script}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"PATH": f"{path.parent}:{os.environ['PATH']}"}

    return install


def test_the_program_is_asked_for_a_file_that_cannot_be_read(tiltfile, program):
    environ = program("echo 'services: {cli: {image: x}}'")
    result = tiltfile(_COMPOSE, files={"docker-compose.yml": "foo: 1"}, environ=environ)
    assert [manifest.name for manifest in result.manifests] == ["cli"]


def test_the_programs_own_error_is_shown(tiltfile, program):
    result = tiltfile(
        _COMPOSE, files={"docker-compose.yml": "foo: 1"}, environ=program("echo out; echo err >&2; exit 3")
    )
    assert "error: exit status 3\nstdout: \"out\\n\"\nstderr: 'err\n'" in str(result.error)


def test_what_the_program_says_must_be_a_project(tiltfile, program):
    environ = program("echo 'services: {a: {image: x, foo: 5}}'")
    result = tiltfile(_COMPOSE, files={"docker-compose.yml": "foo: 1"}, environ=environ)
    assert "validating : services.a additional properties 'foo' not allowed" in str(result.error)


def test_yaml_may_come_as_a_blob(tiltfile):
    result = tiltfile("docker_compose(encode_yaml({'services': {'a': {'image': 'x'}}}))")
    (resource,) = result[ComposeProjects]
    assert (resource.name, str(resource.image)) == ("a", "docker.io/library/x")


def test_a_blobs_file_is_there_as_long_as_the_result(tiltfile):
    result = tiltfile("docker_compose(blob('services: {a: {image: x}}'))")
    (project,) = result[ComposeProjects].projects.values()
    with open(project.config_paths[0], encoding="utf-8") as file:
        assert file.read() == "services: {a: {image: x}}"


def test_calls_of_one_project_add_up(tiltfile):
    files = {"a.yml": "services: {a: {image: x}}", "b.yml": "services: {b: {image: y}}"}
    result = tiltfile(
        "docker_compose('a.yml')\ndc_resource('a', labels='l')\ndocker_compose('b.yml')", files=files
    )
    assert [(m.name, dict(m.labels)) for m in result.manifests] == [("a", {"l": "l"}), ("b", {})]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("local_resource('web', 'x')\n" + _COMPOSE, "local_resource"),
        (_COMPOSE + "local_resource('web', 'x')", "dc_resource"),
        (_COMPOSE + "docker_compose('docker-compose.yml', project_name='other')", "dc_resource"),
        (_COMPOSE + "dc_resource('db', new_name='web')", "dc_resource"),
    ],
)
def test_a_name_belongs_to_one_resource(tiltfile, text, taken):
    result = tiltfile(text, files=_FILES)
    assert f"{taken} named " in str(result.error)


def test_profiles_of_the_environment_are_told(tiltfile, tmp_path):
    result = tiltfile(_COMPOSE, files=_FILES, environ={"PATH": "/x", "COMPOSE_PROFILES": "a,b"})
    assert f'Compose project "{tmp_path.name}" loading profiles from environment: a,b' in printed(result)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("dc_resource('')", "dc_resource: `name` must not be empty"),
        ("dc_resource('web', image=['a'])", "image arg must be a string; got *starlark.List"),
        (
            "dc_resource('web', image='A')",
            "invalid reference format: repository name (library/A) must be lowercase",
        ),
        (
            "dc_resource('web', resource_deps=[1])",
            "dc_resource: resource_deps: '1' is a starlark.Int, not a string",
        ),
        (
            "dc_resource('x')",
            'no Docker Compose service found with name "x". Found these instead:\n\tdb; web',
        ),
    ],
)
def test_a_bad_call_of_dc_resource_says_why(tiltfile, call, message):
    assert _error(tiltfile(_COMPOSE + call, files=_FILES)).endswith(f"Error in dc_resource: {message}")


@pytest.mark.parametrize(
    ("call", "mode"),
    [
        ("", 0),
        ("dc_resource('web', trigger_mode=TRIGGER_MODE_MANUAL)", 1),
        ("dc_resource('web', trigger_mode=TRIGGER_MODE_MANUAL, auto_init=False)", 2),
        ("dc_resource('web', auto_init=False)", 3),
        ("dc_resource('web', auto_init=False)\ndc_resource('web', auto_init=True)", 0),
    ],
)
def test_the_trigger_mode_depends_on_auto_init(web, call, mode):
    assert web(call).trigger_mode == mode


def test_calls_for_one_service_add_up(web):
    manifest = web(
        "dc_resource('web', labels='a', links='x.com')\ndc_resource('web', labels=['b'], links='y.com')"
    )
    urls = [link["URL"]["Host"] + link["URL"]["Path"] for link in manifest.json()["DeployTarget"]["Links"]]
    assert (list(manifest.labels), len(urls)) == (["a", "b"], 2)


def test_published_ports_are_links_unless_told_otherwise(web):
    assert web("").target.published_ports == (8080,)
    assert web("dc_resource('web', infer_links=False)").target.published_ports == ()


def test_a_renamed_service_keeps_its_place_and_its_dependents(tiltfile):
    result = tiltfile(_COMPOSE + "dc_resource('db', new_name='data')", files=_FILES)
    assert [(m.name, m.resource_dependencies) for m in result.manifests] == [("data", ()), ("web", ("data",))]
