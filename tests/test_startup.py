"""What a load imports: the start costs what its modules cost, and those do not depend on the day."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
before = set(sys.modules)
from tiltfile_ext.cli import main
code = main(["load", "--json", sys.argv[1]])
print(*sorted(set(sys.modules) - before), file=sys.stderr)
sys.exit(code)
"""
#: what is imported whatever the Tiltfile says, and what the smallest resource needs besides
ALWAYS = {
    "model", "model.ignore", "model.local_target", "model.manifest", "plugins", "plugins._installed",
    "plugins._table", "plugins.analytics", "plugins.extensions", "plugins.kube_context", "values",
    "values.after_load", "values.api_objects", "values.commands", "values.config", "values.config.settings",
    "values.docker", "values.docker.image_ref", "values.docker.registry", "values.extensions",
    "values.extensions.used", "values.features", "values.go", "values.go.durations", "values.go.json",
    "values.go.paths", "values.ignores", "values.json_indented", "values.k8s", "values.k8s.context",
    "values.k8s.kubeconfig", "values.k8s.settings", "values.names", "values.paths", "values.read",
    "values.resources", "values.secrets", "values.settings", "values.shell", "values.trigger_mode",
}  # fmt: skip
LOCAL_RESOURCE = {
    "plugins.local_resources", "values.labels", "values.link", "values.probe", "values.resource_params",
}  # fmt: skip
#: packages of others, and modules of the standard library that take longer than a millisecond
SLOW = {
    "argparse", "ast", "asyncio", "attr", "attrs", "calendar", "dataclasses", "datetime", "decimal", "dis",
    "email", "gettext", "hashlib", "http", "inspect", "locale", "logging", "pathlib", "random", "requests",
    "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "tokenize", "urllib", "urllib3",
    "uuid", "yaml", "zipfile",
}  # fmt: skip


def imported(tmp_path, text):
    """The modules that a cold ``tiltfile load`` of *text* imports, with analytics on."""
    (tmp_path / "Tiltfile").write_text(text)
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "TILT_ANALYTICS_URL": "http://127.0.0.1:9/"}
    path = f"import sys; sys.path[:] = {sys.path!r}\n"
    command = [sys.executable, "-I", "-S", "-c", path + PROGRAM, str(tmp_path / "Tiltfile")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def ours(modules):
    """Those of our modules that only some loads need, without the name of the package."""
    names = {name.removeprefix("tiltfile_ext.") for name in modules if name.startswith("tiltfile_ext.")}
    return {name for name in names if name.partition(".")[0] in ("model", "plugins", "values")}


def test_a_load_imports_no_plugin_that_the_tiltfile_does_not_use(tmp_path):
    assert ours(imported(tmp_path, "x = 1")) <= ALWAYS


def test_a_local_resource_imports_what_it_needs(tmp_path):
    assert ours(imported(tmp_path, "local_resource('a', 'echo')")) <= ALWAYS | LOCAL_RESOURCE


@pytest.mark.parametrize(
    "text", ["x = 1", "local_resource('a', 'echo')", "print(os.getcwd(), TRIGGER_MODE_AUTO)"]
)
def test_a_load_imports_no_slow_module(tmp_path, text):
    assert imported(tmp_path, text) & SLOW == set()


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("docker_build('a', '.')", {"tiltfile_ext.values.compose", "tiltfile_ext.values.k8s.object", "yaml"}),
        (
            "k8s_yaml('a.yaml')",
            {
                "tiltfile_ext.values.compose",
                "tiltfile_ext.values.v1alpha1.table",
                "yaml",
                "calendar",
                "decimal",
            },
        ),
        ("v1alpha1.config_map('a')", {"tiltfile_ext.values.k8s.object", "tiltfile_ext.values.compose"}),
    ],
)
def test_kinds_of_resources_do_not_import_each_other(tmp_path, text, absent):
    (tmp_path / "Dockerfile").write_text("FROM scratch")
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert imported(tmp_path, text) & absent == set()


ENDING = """
import atexit, gc, sys, threading
from tiltfile_ext.cli import run
atexit.register(lambda: print("handlers run", gc.get_freeze_count() > 10_000))
threading.Timer(0.2, lambda: print("threads end")).start()
before = sum(each["collections"] for each in gc.get_stats())
atexit.register(lambda: print("collections", sum(each["collections"] for each in gc.get_stats()) - before))
sys.argv = ["tiltfile", "load", "--json", sys.argv[1]]
sys.stdout.write("buffered ")
run()
"""


def test_a_command_collects_no_garbage_and_ends_as_any_other(tmp_path):
    (tmp_path / "Tiltfile").write_text("print('a')\nfail('b')")
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "TILT_DISABLE_ANALYTICS": "1"}
    command = [sys.executable, "-c", ENDING, str(tmp_path / "Tiltfile")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    said = "buffered threads end\ncollections 0\nhandlers run True\n"
    assert (done.returncode, done.stdout) == (5, said), done.stderr


PATTERNS = """
import re, sys
compile, patterns = re.compile, []
re.compile = lambda pattern, flags=0: patterns.append(str(pattern)) or compile(pattern, flags)
import tiltfile_ext.assembly, tiltfile_ext.plugins.k8s_yaml, tiltfile_ext.result_json
import tiltfile_ext.starkit._engine, tiltfile_ext.values.go.url, tiltfile_ext.values.k8s.object
import tiltfile_ext.values.k8s.yaml_text, tiltfile_ext.values.docker.dockerfile
print(*patterns, sep="\\n")
"""


def test_our_modules_compile_no_pattern_when_they_are_imported():
    command = [sys.executable, "-c", "import json\n" + PATTERNS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
