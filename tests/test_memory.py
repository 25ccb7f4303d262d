"""Many loads in one process hold no more than one."""

import gc

import pytest

from tiltfile_ext import load
from tiltfile_ext.testing import PLAIN_ENVIRON

TEXT = """\
def name(id):
    return id.name

load('./lib', 'make')
workload_to_resource_function(name)
make('a')
print("%s" % os.getcwd(), sorted([2, 1]))
k8s_yaml(blob('apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}'))
"""


def objects_after(loads, path):
    """How many objects there are after so many more loads."""
    for _ in range(loads):
        assert load(path, environ=PLAIN_ENVIRON, timeout=60).messages
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize("end", ["", "fail('no')", "x = 1 // 0", "exit()"])
def test_a_load_leaves_nothing_behind(tmp_path, end):
    (tmp_path / "Tiltfile").write_text(TEXT + end)
    (tmp_path / "lib").write_text("def make(name):\n    local_resource(name, 'true')\n")
    before = objects_after(10, tmp_path / "Tiltfile")
    assert objects_after(100, tmp_path / "Tiltfile") - before < 100
