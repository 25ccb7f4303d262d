"""``k8s_custom_deploy``."""

import pytest


def target(result):
    assert result.error is None, result.error
    return result.manifests[0].target.json()


def test_commands_and_the_watch_of_their_files_are_handed_on(tiltfile, tmp_path):
    made = target(tiltfile("k8s_custom_deploy('a', 'apply', ['delete'], deps=['x'], apply_env={'A': 'b'})"))
    assert made["applyCmd"] == {"args": ["sh", "-c", "apply"], "dir": str(tmp_path), "env": ["A=b"]}
    assert made["deleteCmd"] == {"args": ["delete"], "dir": str(tmp_path), "env": None}
    assert made["restartOn"] == {"fileWatches": ["a:apply"]}


def test_a_live_update_makes_an_image_that_is_not_built(tiltfile):
    text = "k8s_custom_deploy('a', 'x', 'y', ['.'], live_update=[sync('.', '/x')], container_selector='c')"
    (image,) = tiltfile(text).manifests[0].images
    assert image.live_update_only
    assert image.build.live_update.container == "c"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("'a', None, 'y', []", "apply_cmd: a command must be a string or list of strings. found starlark.NoneType"),
        ("'a', 'x', '', []", "k8s_custom_deploy: delete_cmd cannot be empty"),
        ("'a', 'x', 'y', [], live_update=[sync('.', '/x')]", "k8s_custom_deploy: no Live Update selector specified"),
        ("'a', 'x', 'y', [], live_update=[sync('.', '/x')], image_selector='i', container_selector='c'",
         "k8s_custom_deploy: cannot specify more than one Live Update selector"),
        ("'a', 'x', 'y', [], live_update=[sync('.', '/x')], image_selector='A'", 'can\'t parse "A": invalid reference'),
        ("'a', 'x', 'y', [], image_deps=['i']", 'resource "a": image build "i" not found'),
    ],
)  # fmt: skip
def test_the_error_says_what_is_wrong(tiltfile, arguments, message):
    assert message in tiltfile(f"k8s_custom_deploy({arguments})").error.message


def test_names_are_shared_with_other_resources(tiltfile):
    error = tiltfile("local_resource('a', 'x')\nk8s_custom_deploy('a', 'x', 'y', [])").error
    assert error.message == 'error making resource for a: local_resource named "a" already exists'
