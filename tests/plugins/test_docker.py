"""``docker_build``, ``custom_build`` and ``default_registry``."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.docker.images import Images
from tiltfile_ext.values.docker.registry import DefaultRegistry

FILES = {"Dockerfile": "FROM scratch"}


def only_build(result):
    assert result.error is None, result.error
    (build,) = result[Images]
    return build


def test_docker_build_reads_the_dockerfile_of_its_context(tiltfile, tmp_path):
    recipe = only_build(tiltfile('docker_build("a", "web")', files={"web/Dockerfile": "FROM b"})).recipe
    assert (recipe.dockerfile, recipe.context) == ("FROM b", f"{tmp_path}/web")


def test_the_dockerfile_is_watched(tiltfile, tmp_path):
    assert f"{tmp_path}/Dockerfile" in tiltfile('docker_build("a", ".")').config_files


@pytest.mark.parametrize("contents", ['"FROM b"', 'blob("FROM b")'])
def test_the_dockerfile_can_be_given_as_text(tiltfile, contents):
    build = only_build(tiltfile(f'docker_build("a", ".", dockerfile_contents={contents})'))
    assert build.recipe.dockerfile == "FROM b"


def test_build_args_are_sorted_and_empty_ones_have_no_value(tiltfile):
    build = only_build(tiltfile('docker_build("a", ".", build_args={"B": "x=y", "A": ""})', files=FILES))
    assert build.recipe.args == ("A", "B=x=y")


@pytest.mark.parametrize(
    ("argument", "platform"), [("", "linux/arm64"), (', platform="linux/amd64"', "linux/amd64")]
)
def test_the_platform_may_come_from_the_environment(tiltfile, argument, platform):
    result = tiltfile(
        f'docker_build("a", "."{argument})', files=FILES, environ={"DOCKER_DEFAULT_PLATFORM": "linux/arm64"}
    )
    assert only_build(result).recipe.platform == platform


def test_a_positional_dockerfile_counts_under_a_name_of_its_own(tiltfile):
    result = tiltfile('docker_build("a", ".", {}, None, "FROM x")')
    assert result.tags["tiltfile.invoked.docker_build.arg.dockerfile?"] == "1"


def test_an_old_argument_is_warned_of(tiltfile):
    result = tiltfile('docker_build("a", ".", cache=None)', files=FILES)
    assert (
        "warning",
        (
            "docker_build(cache=...) is obsolete, and currently a no-op.\n"
            "You should switch to live_update to optimize your builds."
        ),
    ) in result.messages


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            'docker_build("A", ".")',
            (
                'Argument 1 (ref): can\'t parse "A": invalid reference format: '
                "repository name (library/A) must be lowercase"
            ),
        ),
        (
            'docker_build("a", ".", dockerfile="D", dockerfile_contents="FROM x")',
            "Cannot specify both dockerfile and dockerfile_contents keyword arguments",
        ),
        (
            'docker_build("a", ".", dockerfile_contents=None)',
            "Argument (dockerfile_contents): must be string or blob.",
        ),
        (
            'docker_build("a", ".", only=["b*"])',
            "'only' does not support '*' file globs. Must be a real path: b*",
        ),
        (
            'docker_build("a", ".", ignore=1)',
            "ignore must be a string or a sequence of strings; found a starlark.Int",
        ),
        ('docker_build("a", ".", ignore=["b\\n"])', 'ignore cannot contain newlines; found ignore: "b\\n"'),
        (
            'docker_build("a", ".", entrypoint=None)',
            "a command must be a string or list of strings. found starlark.NoneType",
        ),
        (
            'docker_build("a", ".", container_args=["b", 1])',
            "Argument 'container_args': '1' is a starlark.Int, not a string",
        ),
        (
            'docker_build("a", ".", extra_tag="B")',
            (
                'Argument extra_tag="B" not a valid image reference: invalid reference format: '
                "repository name (library/B) must be lowercase"
            ),
        ),
        (
            'docker_build("a", ".")\ndocker_build("docker.io/library/a", ".")',
            'Image for ref "a" has already been defined',
        ),
        ('custom_build("a", "", [])', "Argument 2 (command) can't be empty"),
        (
            'custom_build("a", None, [])',
            "Argument 2 (command): a command must be a string or list of strings. found starlark.NoneType",
        ),
        (
            'custom_build("a", "b", [], tag="t", outputs_image_ref_to="f")',
            "Cannot specify both tag= and outputs_image_ref_to=",
        ),
        (
            'custom_build("a", "b", [], image_deps=["B"])',
            (
                'custom_build: for parameter "image_deps": must be a valid image reference: invalid reference format: '
                "repository name (library/B) must be lowercase"
            ),
        ),
        ('default_registry("")', "validating defaultRegistry: host: Required value"),
        (
            'default_registry("gcr", host_from_cluster="A B")',
            (
                'validating defaultRegistry: [host: Invalid value: "gcr": repository name must be canonical, '
                'hostFromContainerRuntime: Invalid value: "A B": invalid reference format]'
            ),
        ),
        (
            'default_registry("gcr.io")\ndefault_registry("gcr.io")',
            "default registry already defined",
        ),
    ],
)
def test_wrong_arguments_are_refused(tiltfile, call, message):
    assert tiltfile(call, files=FILES).error.message == message


def test_a_missing_dockerfile_is_an_error(tiltfile, tmp_path):
    message = f"error reading dockerfile: open {tmp_path}/Dockerfile: no such file or directory"
    assert tiltfile('docker_build("a", ".")').error.message == message


def test_two_builds_of_one_name_stand_for_their_very_reference(tiltfile):
    result = tiltfile('docker_build("a", ".")\ndocker_build("a:1", ".")', files=FILES)
    assert [build.selector.exact for build in result[Images]] == [True, True]


def test_custom_build_returns_a_value_to_print(tiltfile):
    result = tiltfile('print(custom_build("a:1", "b", None))')
    assert result.messages[0] == ("info", 'custom_build("docker.io/library/a:1")')


def test_the_registry_is_kept(tiltfile):
    result = tiltfile('default_registry("gcr.io/x", "reg:5000", single_name="all")')
    assert result[DefaultRegistry] == DefaultRegistry("gcr.io/x", "reg:5000", "all")
