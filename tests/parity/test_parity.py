"""Every recorded project gives what real Tilt gave: outcome, counts, prints, manifests, cluster tag."""

import argparse
import importlib.util
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_COMMAND = "python -m tiltfile_ext load --json {tiltfile}"


def _judge():
    spec = importlib.util.spec_from_file_location("run_parity", HERE / "run_parity.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


JUDGE = _judge()
CASES = JUDGE.find_cases([str(HERE / "cases")])
OPTIONS = argparse.Namespace(env_tag=True, strict_errors=False, prints=True, result_json=True)


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    """A server that captures events, and the few programs that cases may run."""
    return JUDGE.Capture(), JUDGE.make_toolbox(str(tmp_path_factory.mktemp("tools") / "bin"))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_load_is_tilts(case, bench, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    capture, toolbox = bench
    got = JUDGE.execute({**case, "as_tilt": False}, _COMMAND, toolbox, capture, timeout=120)
    assert JUDGE.compare({**case, "as_tilt": False}, got, OPTIONS) == []
